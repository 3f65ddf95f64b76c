// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/overlay-check.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/expectations.h"
#include "runner/plan/roots.h"
#include "runner/plan/tree.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <string.h>

/* The comments in a file of known failures that name the trees and the versions which have them. */
#define TREES	 "Trees:"
#define VERSIONS "Versions:"

struct check {
	const struct settings *settings;
	const struct inventory *inventory;
	struct list trees;  /* all trees */
	struct list listed; /* the known failures that trees of overlays list */
	struct buf *why;
};

static bool covers_dut(const struct expectations *one, const char *scenario,
		       const struct machine *machine)
{
	for (size_t d = 0; d < machine->dut_count; d++) {
		cleanup_free char *name = text("%s[%s]", scenario, machine->duts[d].name);

		if (expectations_find(one, name, one->items->fact))
			return true;
	}
	return false;
}

/* Whether ONE is about SCENARIO on devices of lspci dumps, whose names are addresses. */
static bool covers_dump(const struct expectations *one, const char *scenario)
{
	const char *dut = strchr(one->items->cases, '[');
	cleanup_free char *name = text("%s%s", scenario, dut ?: "");

	return dut && strchr(dut, ':') && expectations_find(one, name, one->items->fact);
}

/* Whether there is a case that EXPECTATION is about. */
static bool covers_any(const struct check *check, struct expectation *expectation)
{
	const struct expectations one = {expectation, 1};
	const struct inventory *inventory = check->inventory;

	if (!expectation->cases)
		return true;
	for (size_t s = 0; s < inventory->catalog.count; s++) {
		const char *scenario = inventory->catalog.scenarios[s].name;

		if (covers_dump(&one, scenario))
			return true;
		for (size_t m = 0; m < inventory->machine_count; m++)
			if (covers_dut(&one, scenario, inventory->machines[m]))
				return true;
	}
	return false;
}

static int check_cases(const struct check *check, const char *path,
		       const struct expectations *expectations)
{
	for (size_t i = 0; i < expectations->count; i++) {
		struct expectation *item = &expectations->items[i];

		if (covers_any(check, item))
			continue;
		buf_printf(check->why, "%s:%u: no case is called %s", path, item->line,
			   item->cases);
		return -EINVAL;
	}
	return 0;
}

static bool matches_any(const struct list *names, const char *glob)
{
	for (size_t i = 0; i < names->count; i++)
		if (!fnmatch(glob, names->items[i], 0))
			return true;
	return false;
}

/* Check the words of a line "# Trees: GLOB...". */
static int check_globs(const struct check *check, const char *path, unsigned int line,
		       const char *words)
{
	cleanup_list struct list globs = {0};

	list_add_words(&globs, words);
	for (size_t i = 0; i < globs.count; i++) {
		if (matches_any(&check->trees, globs.items[i]))
			continue;
		buf_printf(check->why, "%s:%u: no tree is called %s", path, line, globs.items[i]);
		return -EINVAL;
	}
	return 0;
}

/* The text after "# KEYWORD" if LINE has it, or NULL. */
static const char *after(const char *line, const char *keyword)
{
	if (*line != '#')
		return NULL;
	line += 1 + strspn(line + 1, " \t");
	return strncmp(line, keyword, strlen(keyword)) ? NULL : line + strlen(keyword);
}

/* Known failures of no tree would have no effect. */
static int check_trees(const struct check *check, const char *path)
{
	bool named = list_has(&check->listed, strrchr(path, '/') + 1);
	cleanup_free char *content = NULL;
	unsigned int number = 0;
	char *rest;
	int err = file_read(path, &content, NULL);

	rest = content;
	for (char *line; !err && (line = strsep(&rest, "\n"));) {
		const char *words = after(line, TREES);

		number++;
		if (words)
			err = check_globs(check, path, number, words);
		named = named || words || after(line, VERSIONS);
	}
	if (err || named)
		return err;
	buf_printf(check->why,
		   "%s:1: no tree has these failures: add a line '# Trees: GLOB...' or "
		   "'# Versions: FROM-MENDED'",
		   path);
	return -EINVAL;
}

static int check_known(const struct check *check, const char *path)
{
	cleanup_expectations struct expectations failures = {0};
	int err = expectations_read_failures(path, &failures, check->why);

	return err ?: check_cases(check, path, &failures) ?: check_trees(check, path);
}

static int check_expected(const struct check *check, const char *folder)
{
	cleanup_expectations struct expectations differences = {0};
	cleanup_free char *path = text("%s/expected", folder);

	if (access(path, F_OK))
		return 0;
	return expectations_read(path, &differences, check->why)
		       ?: check_cases(check, path, &differences);
}

static int is_visible(const struct dirent *entry)
{
	return *entry->d_name != '.' && entry->d_name[strlen(entry->d_name) - 1] != '~';
}

/* Add to PATHS what the overlays have in FOLDER ("kernel/known"). */
static void overlay_entries(const struct list *roots, const char *folder, struct list *paths)
{
	cleanup_list struct list folders = {0};

	/* The first is the lab's. */
	roots_folders(roots, folder, &folders);
	for (size_t i = 1; i < folders.count; i++) {
		struct dirent **entries = NULL;
		int count = scandir(folders.items[i], &entries, is_visible, alphasort);

		for (int e = 0; e < count; e++) {
			list_addf(paths, "%s/%s", folders.items[i], entries[e]->d_name);
			free(entries[e]);
		}
		free(entries);
	}
}

/* Call ONE with each entry of FOLDER of the overlays, until it fails. */
static int check_each(const struct check *check, const char *folder,
		      int (*one)(const struct check *check, const char *path))
{
	cleanup_list struct list paths = {0};
	int err = 0;

	overlay_entries(&check->settings->roots, folder, &paths);
	for (size_t i = 0; i < paths.count && !err; i++)
		err = one(check, paths.items[i]);
	return err;
}

static void list_known(struct check *check)
{
	for (size_t i = 0; i < check->trees.count; i++) {
		cleanup_tree struct tree tree = {0};
		cleanup_buf struct buf why = BUF_INIT;

		if (!tree_load(&check->settings->roots, check->trees.items[i], &tree, &why))
			list_add_words(&check->listed, tree.known ?: "");
	}
}

int overlay_check(const struct settings *settings, const struct inventory *inventory,
		  struct buf *why)
{
	struct check check = {.settings = settings, .inventory = inventory, .why = why};
	int err;

	if (settings->roots.count < 2)
		return 0;
	tree_names(&settings->roots, &check.trees);
	list_known(&check);
	err = check_each(&check, "kernel/known", check_known)
		      ?: check_each(&check, "kernel/series", check_expected);
	list_free(&check.trees);
	list_free(&check.listed);
	return err;
}
