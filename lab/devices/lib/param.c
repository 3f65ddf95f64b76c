// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devices/lib/param.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static uint64_t *number_of(const struct param *param, void *values)
{
	return (uint64_t *)((char *)values + param->offset);
}

static const char **text_of(const struct param *param, void *values)
{
	return (const char **)((char *)values + param->offset);
}

void params_init(const struct param *params, void *values)
{
	for (; params && params->name; params++) {
		if (params->kind == PARAM_KIND_TEXT)
			*text_of(params, values) = params->text;
		else
			*number_of(params, values) = params->number;
	}
}

static unsigned int shift_of(const char *unit)
{
	static const char units[] = "KMG";
	const char *found = *unit ? strchr(units, *unit) : NULL;

	return found ? 10 * (unsigned int)(found - units + 1) : 0;
}

int param_number(const char *text, uint64_t most, uint64_t *number)
{
	unsigned long long value;
	unsigned int shift;
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno)
		return -EINVAL;
	shift = shift_of(end);
	if (end[shift ? 1 : 0] || value > most >> shift)
		return -EINVAL;
	*number = (uint64_t)value << shift;
	return 0;
}

static int take_number(const struct param *param, void *values, const char *value, struct buf *why)
{
	if (!param_number(value, param->most, number_of(param, values)))
		return 0;
	buf_printf(why, "%s=%s: expected a number from 0 to 0x%" PRIx64, param->name, value,
		   param->most);
	return -EINVAL;
}

static int take_choice(const struct param *param, void *values, const char *value, struct buf *why)
{
	for (unsigned int i = 0; param->choices[i]; i++) {
		if (!strcmp(param->choices[i], value)) {
			*number_of(param, values) = i;
			return 0;
		}
	}
	buf_printf(why, "%s=%s: there is", param->name, value);
	for (unsigned int i = 0; param->choices[i]; i++)
		buf_printf(why, " %s", param->choices[i]);
	return -EINVAL;
}

int params_take(const struct param *params, void *values, const char *word, struct buf *why)
{
	const size_t len = strcspn(word, "=");

	for (; params && params->name; params++) {
		if (strlen(params->name) != len || memcmp(params->name, word, len) || !word[len])
			continue;
		word += len + 1;
		if (params->kind == PARAM_KIND_NUMBER)
			return take_number(params, values, word, why);
		if (params->kind == PARAM_KIND_CHOICE)
			return take_choice(params, values, word, why);
		*text_of(params, values) = word;
		return 0;
	}
	return -ENOENT;
}

static void describe_value(const struct param *param, struct buf *text)
{
	switch (param->kind) {
	case PARAM_KIND_NUMBER:
		buf_printf(text, "0x%" PRIx64, param->number);
		break;
	case PARAM_KIND_CHOICE:
		for (unsigned int i = 0; param->choices[i]; i++)
			buf_printf(text, "%s%s", i ? "|" : "", param->choices[i]);
		break;
	case PARAM_KIND_TEXT:
		buf_puts(text, param->text ? param->text : "");
		break;
	}
}

void params_describe(const struct param *params, struct buf *text)
{
	for (; params && params->name; params++) {
		buf_printf(text, "  %s=", params->name);
		describe_value(params, text);
		buf_printf(text, "\n      %s\n", params->help);
	}
}
