// SPDX-License-Identifier: GPL-2.0-only
#include "lab/lspci/fields.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SCALES 6u

static bool is_label(const struct field *field, const char *label, size_t len)
{
	return strlen(field->label) == len && !memcmp(field->label, label, len);
}

bool fields_have(const struct field *fields, const char *label, size_t len)
{
	for (; fields && fields->key; fields++)
		if (is_label(fields, label, len))
			return true;
	return false;
}

/*
 * Behind the next KEY from LINE on, or NULL. A key that begins with a letter or a digit begins a
 * word.
 */
static const char *find(const char *line, const char *key)
{
	const char *at = line;

	while ((at = strstr(at, key))) {
		if (at == line || !isalnum((unsigned char)*key) || !isalnum((unsigned char)at[-1]))
			return at + strlen(key);
		at++;
	}
	return NULL;
}

static bool take_flag(const char *line, const char *key, uint64_t *value)
{
	const char *at = line;

	while ((at = find(at, key))) {
		if ((*at == '+' || *at == '-') && !isalnum((unsigned char)at[1])) {
			*value = *at == '+';
			return true;
		}
	}
	return false;
}

static bool is_number(const char *at, int base)
{
	at += strspn(at, " ");
	return base == 16 ? isxdigit((unsigned char)*at) : isdigit((unsigned char)*at);
}

static bool take_number(const char *line, const char *key, int base, uint64_t *value)
{
	const char *at = *key ? find(line, key) : line;

	while (at && *key && !is_number(at, base))
		at = find(at, key);
	if (!at || !is_number(at, base))
		return false;
	*value = strtoull(at, NULL, base);
	return true;
}

/* The value of the longest of CHOICES that AT begins with. */
static bool take_choice(const char *at, const char *choices, uint64_t *value)
{
	size_t longest = 0;

	at += strspn(at, " ");
	while (*choices) {
		char *name;
		const uint64_t number = strtoull(choices, &name, 10);
		const size_t len = strcspn(++name, "|");

		if (len > longest && !strncmp(at, name, len)) {
			longest = len;
			*value = number;
		}
		choices = name + len + (name[len] == '|');
	}
	return longest > 0;
}

static uint64_t log2_of(uint64_t number)
{
	return number ? 63u - (unsigned int)__builtin_clzll(number) : 0;
}

/* PCIe 7.8.2.2: value times 32 to the power of scale. */
static uint64_t latency_of(uint64_t ns)
{
	uint64_t scale = 0;

	while (scale < SCALES - 1 && (ns > 0x3ff || (ns && !(ns % 32)))) {
		ns /= 32;
		scale++;
	}
	return (ns & 0x3ff) | scale << 10;
}

static bool take_size(const char *line, const char *key, uint64_t *value)
{
	static const char units[] = "MGTPE";
	const char *at = *key ? find(line, key) : line, *unit;
	char *end;

	if (!at)
		return false;
	at += strspn(at, " ");
	*value = strtoull(at, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (end == at || !unit)
		return false;
	*value = log2_of(*value) + 10 * (uint64_t)(unit - units);
	return true;
}

/* PCIe 7.5.3.9: in units of 1, 0.1, 0.01 or 0.001 W. */
static bool take_watts(const char *line, const char *key, uint64_t *value)
{
	const char *at = find(line, key);
	unsigned int scale = 0;
	double watts;
	char *end;

	if (!at)
		return false;
	watts = strtod(at, &end);
	if (end == at || !(watts >= 0 && watts < 256))
		return false;
	while (scale < 3 && watts * 10 < 256 && watts != (double)(unsigned int)watts) {
		watts *= 10;
		scale++;
	}
	*value = (unsigned int)watts | scale << 8;
	return true;
}

static bool take_value(const struct field *field, const char *line, uint64_t *value)
{
	const char *at;

	switch (field->kind) {
	case FIELD_FLAG:
		return take_flag(line, field->key, value);
	case FIELD_HEX:
		return take_number(line, field->key, 16, value);
	case FIELD_CHOICE:
		at = *field->key ? find(line, field->key) : line;
		return at && take_choice(at, field->choices, value);
	case FIELD_PRESENT:
		*value = 1;
		return find(line, field->key);
	case FIELD_SIZE:
		return take_size(line, field->key, value);
	case FIELD_WATTS:
		return take_watts(line, field->key, value);
	default:
		break;
	}
	if (!take_number(line, field->key, 10, value))
		return false;
	if (field->kind == FIELD_LOG2)
		*value = log2_of(*value) > field->bias ? log2_of(*value) - field->bias : 0;
	else if (field->kind == FIELD_LESS_ONE)
		*value = *value ? *value - 1 : 0;
	else if (field->kind == FIELD_LATENCY)
		*value = latency_of(*value);
	return true;
}

static void put(uint8_t *bytes, size_t size, const struct field *field, uint64_t value)
{
	const uint64_t mask = (1ull << field->width) - 1;

	for (unsigned int bit = 0; bit < field->width; bit++) {
		const size_t at = field->at + (field->shift + bit) / 8u;
		const uint8_t one = (uint8_t)(1u << (field->shift + bit) % 8);

		if (at >= size)
			return;
		bytes[at] = (uint8_t)((bytes[at] & ~one) | ((value & mask) >> bit & 1 ? one : 0));
	}
}

void fields_take(const struct field *fields, const char *label, size_t len, const char *rest,
		 uint8_t *bytes, size_t size)
{
	for (; fields && fields->key; fields++) {
		uint64_t value;

		if (!is_label(fields, label, len) && strcmp(fields->label, "*"))
			continue;
		if (take_value(fields, rest, &value))
			put(bytes, size, fields, value);
	}
}
