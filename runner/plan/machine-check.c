// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/machine-check.h"

#include "lab/base/cleanup.h"
#include "lab/base/nearest.h"
#include "lab/base/needs.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

static void scenario_names(const struct catalog *catalog, struct list *names)
{
	for (size_t i = 0; i < catalog->count; i++)
		list_add(names, catalog->scenarios[i].name);
}

/* Add to NAMES the values of for= in the needs of all scenarios. */
static void purposes(const struct catalog *catalog, struct list *names)
{
	struct need word;

	for (size_t i = 0; i < catalog->count; i++) {
		for_each_need(word, catalog->scenarios[i].needs)
		{
			cleanup_free char *key = strndup(word.key, word.key_len);
			cleanup_free char *value =
				word.value ? strndup(word.value, word.value_len) : NULL;

			if (value && !strcmp(key, "for"))
				list_add_once(names, value);
		}
	}
}

static bool matches_any(const struct list *names, const char *glob)
{
	for (size_t i = 0; i < names->count; i++)
		if (!fnmatch(glob, names->items[i], 0))
			return true;
	return false;
}

static int check_only(const struct machine *machine, const struct machine_dut *dut,
		      const struct list *scenarios, struct buf *why)
{
	cleanup_list struct list globs = {0};

	list_add_words(&globs, dut->only ?: "");
	for (size_t i = 0; i < globs.count; i++) {
		if (matches_any(scenarios, globs.items[i]))
			continue;
		machine_complain(machine, dut->line, why);
		buf_printf(
			why,
			"DUT '%s' has only=\"%s\", which matches no scenario; the nearest is '%s'",
			dut->name, globs.items[i], nearest(scenarios, globs.items[i]));
		return -ENOENT;
	}
	return 0;
}

static int check_purpose(const struct machine *machine, const struct machine_dut *dut,
			 const struct catalog *catalog, struct buf *why)
{
	cleanup_list struct list known = {0};

	if (!dut->purpose)
		return 0;
	purposes(catalog, &known);
	if (list_has(&known, dut->purpose))
		return 0;
	machine_complain(machine, dut->line, why);
	buf_printf(why, "DUT '%s' has for=\"%s\", which no scenario needs; the nearest is '%s'",
		   dut->name, dut->purpose, nearest(&known, dut->purpose) ?: "");
	return -ENOENT;
}

int machine_check(const struct machine *machine, const struct catalog *catalog, struct buf *why)
{
	cleanup_list struct list scenarios = {0};
	int err = 0;

	scenario_names(catalog, &scenarios);
	for (size_t d = 0; d < machine->dut_count && !err; d++) {
		err = check_only(machine, &machine->duts[d], &scenarios, why);
		if (!err)
			err = check_purpose(machine, &machine->duts[d], catalog, why);
	}
	return err;
}
