// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/edits.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/kernel-meta.h"
#include "runner/reach/code.h"
#include "runner/reach/lab-module.h"
#include "runner/reach/patch.h"
#include "runner/reach/snapshot.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>
#include <unistd.h>

/* The kernel whose changes are looked for. */
struct edit_search {
	const struct list *roots;
	const struct reach *reach;
	struct edits *edits;
	char *folder;	/* of the kernel */
	char *pristine; /* its source without the series */
	char *diff;	/* what KDIR= has beyond its last commit; NULL: there are patches */
	char *patch;	/* a patch that is not applied; NULL: they are */
};

bool edits_any(const struct settings *settings, const char *name, bool with_series)
{
	cleanup_free char *path = text("%s/kernels/%s.make", settings->out, name);
	cleanup_free char *make = file_first_line(path);

	if (!make)
		return false;
	return with_series ? !!strstr(make, " SERIES=") : !strncmp(make, "KDIR=", 5);
}

/* Note that the change goes beyond what reach knows. The first reason counts. */
static void go_beyond(struct edits *edits, const char *format, const char *what)
{
	if (!edits->beyond.len)
		buf_printf(&edits->beyond, format, what);
}

bool edits_is_idle(const char *file)
{
	static const char *const built[] = {"*.[chS]",	  "*.lds*",   "*Kconfig*",
					    "*Makefile*", "*Kbuild*", "scripts/*"};
	static const char *const apart[] = {"Documentation/*", "tools/*", "samples/*"};

	for (size_t i = 0; i < ARRAY_SIZE(apart); i++)
		if (!fnmatch(apart[i], file, 0))
			return true;
	for (size_t i = 0; i < ARRAY_SIZE(built); i++)
		if (!fnmatch(built[i], file, 0))
			return false;
	return true;
}

/* Whether FILE is a driver that was built neither with the kernel nor by the lab. */
static bool is_not_built(const struct edit_search *search, const char *file)
{
	size_t len = strlen(file);
	cleanup_free char *build = text("%s/build", search->folder);
	cleanup_free char *object = text("%s/%.*s.o", build, (int)len - 2, file);

	return !access(build, F_OK) && !strncmp(file, "drivers/", 8) &&
	       !strcmp(file + len - 2, ".c") && access(object, F_OK) &&
	       !lab_module_has(search->roots, file);
}

static bool is_known(const struct reach *reach, const char *file)
{
	for (size_t i = 0; i < reach->lines.count; i++)
		if (!strcmp(reach->lines.items[i].file, file))
			return true;
	return false;
}

/* The content of FILE below FOLDER, or NULL. The caller frees it. */
static char *read_below(const char *folder, const char *file)
{
	cleanup_free char *path = text("%s/%s", folder, file);
	char *content;

	return file_read(path, &content, NULL) ? NULL : content;
}

/* Read FILE as it is before and after the change; NULL: it is not there. The caller frees both. */
static void read_both(const struct edit_search *search, const char *file, char **old, char **new)
{
	cleanup_free char *source = text("%s/source", search->folder);

	if (search->patch) {
		*old = read_below(search->pristine, file);
		*new = *old ? patch_apply(search->patch, file, *old) : NULL;
		return;
	}
	*new = read_below(source, file);
	if (search->diff)
		*old = *new ? patch_undo(search->diff, file, *new) : NULL;
	else
		*old = read_below(search->pristine, file);
}

static void compare(const struct edit_search *search, const char *file)
{
	cleanup_list struct list functions = {0};
	cleanup_free char *old = NULL;
	cleanup_free char *new = NULL;

	if (edits_is_idle(file) || is_not_built(search, file))
		return;
	if (!is_known(search->reach, file)) {
		go_beyond(search->edits, "%s changes, whose lines are not known", file);
		return;
	}
	read_both(search, file, &old, &new);
	if (!new || !old) {
		go_beyond(search->edits, "%s comes, goes or moves", file);
		return;
	}
	if (!code_compare(old, new, &functions))
		go_beyond(search->edits, "%s changes outside of functions", file);
	for (size_t i = 0; i < functions.count; i++)
		list_addf(&search->edits->functions, "%s:%s", file, functions.items[i]);
}

static void compare_all(const struct edit_search *search, const struct list *files)
{
	for (size_t i = 0; i < files->count; i++)
		compare(search, files->items[i]);
}

/* The folder "patches" of a kernel has a folder for each series, with a file for each patch. */
static void add_patches(const char *folder, struct list *files)
{
	cleanup_free char *command = text("cat '%s'/patches/*/*.patch 2>/dev/null", folder);
	FILE *patches = popen(command, "re");
	cleanup_buf struct buf diff = BUF_INIT;
	char chunk[4096];
	size_t got;

	while (patches && (got = fread(chunk, 1, sizeof(chunk), patches)) > 0)
		buf_add(&diff, chunk, got);
	if (patches)
		pclose(patches);
	patch_files(diff.data ?: "", files);
}

static int search_series(struct edit_search *search)
{
	cleanup_list struct list files = {0};

	add_patches(search->folder, &files);
	if (!files.count)
		go_beyond(search->edits, "the patches of %s are not known", search->folder);
	compare_all(search, &files);
	return 0;
}

bool edits_uncommitted(const struct settings *settings, const char *name)
{
	cleanup_free char *path = text("%s/kernels/%s/kdir.diff", settings->out, name);
	cleanup_list struct list files = {0};
	cleanup_free char *diff = NULL;

	if (!file_read(path, &diff, NULL))
		patch_files(diff, &files);
	return files.count;
}

static int search_kdir(struct edit_search *search, struct buf *why)
{
	cleanup_free char *path = text("%s/kdir.diff", search->folder);
	cleanup_list struct list files = {0};
	int err = file_read(path, &search->diff, NULL);

	if (err) {
		buf_printf(why, "cannot read %s: %s", path, strerror(-err));
		return err;
	}
	if (strncmp(search->diff, "# commit ", 9) != 0 || strstr(search->diff, "\n# cut: "))
		go_beyond(search->edits, "%s", "what KDIR= changes is not known");
	patch_files(search->diff, &files);
	if (!files.count)
		go_beyond(search->edits, "%s", "KDIR= has no changes since its last commit");
	compare_all(search, &files);
	return 0;
}

static void search_free(struct edit_search *search)
{
	free(search->folder);
	free(search->pristine);
	free(search->diff);
	free(search->patch);
}
#define cleanup_search __attribute__((cleanup(search_free)))

void edits_since(const struct settings *settings, const char *name, const char *snapshot,
		 const struct reach *reach, struct edits *edits)
{
	cleanup_search struct edit_search search = {
		.roots = &settings->roots,
		.reach = reach,
		.edits = edits,
		.folder = text("%s/kernels/%s", settings->out, name),
		.pristine = text("%s", snapshot),
	};
	cleanup_list struct list files = {0};
	cleanup_free char *link = text("%s/source", search.folder);
	cleanup_free char *source = realpath(link, NULL);

	if (!source || snapshot_differences(snapshot, source, &files))
		go_beyond(edits, "%s", "what changed since the last pass is not known");
	else
		compare_all(&search, &files);
}

int edits_find(const struct settings *settings, const char *name, const struct reach *reach,
	       struct edits *edits, struct buf *why)
{
	cleanup_search struct edit_search search = {
		.roots = &settings->roots,
		.reach = reach,
		.edits = edits,
		.folder = text("%s/kernels/%s", settings->out, name),
	};
	cleanup_free char *source = kernel_meta(search.folder, "source");

	search.pristine = text("%s/sources/%s", settings->cache, source ?: "unknown");
	return edits_any(settings, name, true) ? search_series(&search) : search_kdir(&search, why);
}

int edits_of_patch(const struct settings *settings, const char *path, const struct reach *reach,
		   struct edits *edits, struct buf *why)
{
	cleanup_search struct edit_search search = {
		.roots = &settings->roots,
		.reach = reach,
		.edits = edits,
		.folder = text("%s/kernels/%s", settings->out, reach->kernel),
	};
	cleanup_list struct list files = {0};
	int err = file_read(path, &search.patch, NULL);

	if (!err)
		patch_files(search.patch, &files);
	if (err || !files.count) {
		buf_printf(why, "--patch %s: %s", path, err ? strerror(-err) : "it is no patch");
		return err ?: -EINVAL;
	}
	/* The source of that kernel, with its series, or else its tree. */
	search.pristine = text("%s/source", search.folder);
	if (access(search.pristine, F_OK)) {
		free(search.pristine);
		search.pristine = text("%s/sources/%s", settings->cache, reach->source);
	}
	compare_all(&search, &files);
	return 0;
}

static bool meets(const struct reach_set *a, const struct reach_set *b)
{
	for (size_t i = 0; i < a->size && i < b->size; i++)
		if (a->bytes[i] & b->bytes[i])
			return true;
	return false;
}

/* Add the lines of PLACE, FILE:FUNCTION. In another tree, the function may be in another file. */
static void add_function(const struct reach *reach, const char *place, struct reach_set *lines)
{
	const char *name = strrchr(place, ':') + 1;
	const size_t file = (size_t)(name - 1 - place);
	bool found = false;

	for (unsigned int anywhere = 0; anywhere < 2 && !found; anywhere++)
		for (size_t i = 0; i < reach->lines.count; i++) {
			const struct reach_line *line = &reach->lines.items[i];

			if (strcmp(line->function, name) != 0 ||
			    (!anywhere &&
			     (strlen(line->file) != file || strncmp(line->file, place, file) != 0)))
				continue;
			reach_set_add(lines, i);
			found = true;
		}
}

/* A function that no case is known to reach might matter to any. */
static void check_function(struct edits *edits, const struct reach *reach, const char *place,
			   const struct reach_set *lines)
{
	for (size_t i = 0; i < reach->cases.count; i++)
		for (unsigned int part = 0; part < REACH_PARTS; part++)
			if (meets(lines, &reach->cases.items[i].of[part]))
				return;
	go_beyond(edits, "no case is known to reach %s", place);
}

/* Whether what runs before the cases of MACHINE meets LINES. */
static bool boot_meets(const struct reach *reach, const char *machine,
		       const struct reach_set *lines)
{
	const struct reach_case *boot = reach_find_case(reach, machine, "");

	return boot && meets(lines, &boot->of[REACH_SETUP]);
}

static enum rank rank_of(const struct reach *reach, const struct reach_case *each,
			 const struct reach_set *lines)
{
	if (meets(lines, &each->of[REACH_BODY]))
		return RANK_BODY;
	return meets(lines, &each->of[REACH_SETUP]) || boot_meets(reach, each->machine, lines)
		       ? RANK_SETUP
		       : RANK_REST;
}

void edits_rank(struct edits *edits, const struct reach *reach, enum rank *ranks)
{
	struct reach_set all = {0};

	for (size_t i = 0; i < edits->functions.count; i++) {
		struct reach_set lines = {0};

		add_function(reach, edits->functions.items[i], &lines);
		check_function(edits, reach, edits->functions.items[i], &lines);
		add_function(reach, edits->functions.items[i], &all);
		free(lines.bytes);
	}
	for (size_t i = 0; i < reach->cases.count; i++)
		ranks[i] = rank_of(reach, &reach->cases.items[i], &all);
	free(all.bytes);
}

void edits_free(struct edits *edits)
{
	list_free(&edits->functions);
	buf_free(&edits->beyond);
}
