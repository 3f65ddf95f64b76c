// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/reach.h"

#include "lab/base/alloc.h"

#include <string.h>

void reach_set_add(struct reach_set *set, size_t index)
{
	size_t byte = index / 8;

	if (byte >= set->size) {
		set->bytes = reallocarray(set->bytes, byte + 1, 1);
		if (!set->bytes)
			abort();
		memset(set->bytes + set->size, 0, byte + 1 - set->size);
		set->size = byte + 1;
	}
	set->bytes[byte] |= (unsigned char)(1u << index % 8);
}

bool reach_set_has(const struct reach_set *set, size_t index)
{
	return index / 8 < set->size && set->bytes[index / 8] >> index % 8 & 1;
}

bool reach_has(const struct reach_case *each, size_t index)
{
	return reach_set_has(&each->of[REACH_BODY], index) ||
	       reach_set_has(&each->of[REACH_SETUP], index);
}

size_t reach_count(const struct reach *reach)
{
	size_t count = 0;

	for (size_t i = 0; i < reach->cases.count; i++)
		count += !!*reach->cases.items[i].name;
	return count;
}

struct reach_case *reach_find_case(const struct reach *reach, const char *machine, const char *name)
{
	for (size_t i = 0; i < reach->cases.count; i++) {
		struct reach_case *each = &reach->cases.items[i];

		if (!strcmp(each->name, name) && !strcmp(each->machine, machine))
			return each;
	}
	return NULL;
}

struct reach_case *reach_case(struct reach *reach, const char *machine, const char *name)
{
	struct reach_case *there = reach_find_case(reach, machine, name);

	if (there)
		return there;
	there = array_add(&reach->cases);
	there->machine = text("%s", machine);
	there->name = text("%s", name);
	return there;
}

void reach_free(struct reach *reach)
{
	for (size_t i = 0; i < reach->lines.count; i++) {
		free(reach->lines.items[i].file);
		free(reach->lines.items[i].function);
	}
	free(reach->lines.items);
	for (size_t i = 0; i < reach->cases.count; i++) {
		free(reach->cases.items[i].machine);
		free(reach->cases.items[i].name);
		for (unsigned int part = 0; part < REACH_PARTS; part++)
			free(reach->cases.items[i].of[part].bytes);
	}
	free(reach->cases.items);
	free(reach->kernel);
	free(reach->tree);
	free(reach->source);
	free(reach->series);
	free(reach->release);
	*reach = (struct reach){0};
}
