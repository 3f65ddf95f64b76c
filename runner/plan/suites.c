// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/suites.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/hash.h"
#include "lab/base/suite.h"
#include "runner/plan/roots.h"
#include "runner/plan/suite-list.h"
#include "runner/plan/suite-program.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <string.h>
#include <unistd.h>

/* Returns whether NAME can be a part of a case's name. */
static bool is_name(const char *name)
{
	for (const char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr("._+-", *at))
			return false;
	return *name;
}

static int add_program(struct catalog *catalog, const char *suite, const char *folder,
		       const char *program, bool own, struct buf *why)
{
	cleanup_suite_settings struct suite_settings settings = {0};
	cleanup_free char *duts = NULL;

	if (!is_name(program)) {
		buf_printf(why,
			   "SUITES=: %s/%s: the name of a program has letters, digits and ._+- "
			   "alone: rename it",
			   folder, program);
		return -EINVAL;
	}
	if (suite_settings_read(folder, program, &settings, why))
		return -EINVAL;
	duts = list_join(&settings.duts, " ");
	catalog_add(catalog,
		    (struct scenario_info){
			    .name = text("%s/%s", suite, program),
			    .needs = text("%s%sonce", settings.needs, *settings.needs ? " " : ""),
			    .deadline_ms = settings.timeout * 1000,
			    .where = text("%s/%s", folder, program),
			    .summary = settings.promise
					       ? steal(settings.promise)
					       : text("the program %s of the suite %s succeeds",
						      program, suite),
			    .duts = settings.duts.count ? steal(duts) : NULL,
			    .memory = settings.memory,
			    .suite = true,
			    .own = own,
			    .image = settings.image,
			    .no_dut = !settings.has_dut,
		    });
	return 0;
}

/* Report that the name SUITE of FOLDER is a family's, or cannot be that of a case. */
static int check_suite(const struct catalog *catalog, const char *suite, const char *folder,
		       struct buf *why)
{
	size_t len = strlen(suite);

	if (!is_name(suite) || strchr(folder, '\'')) {
		buf_printf(why,
			   "SUITES=%s: the name of a suite has letters, digits and ._+- alone: "
			   "rename the folder",
			   folder);
		return -EINVAL;
	}
	for (size_t i = 0; i < catalog->count; i++) {
		const struct scenario_info *info = &catalog->scenarios[i];

		if (strncmp(info->name, suite, len) || info->name[len] != '/')
			continue;
		buf_printf(why, "SUITES=%s: there is a %s %s already: rename the folder", folder,
			   info->suite ? "suite" : "family", suite);
		return -EINVAL;
	}
	return 0;
}

/* The path of the folder NAME: a suite that the lab has built (kernel/selftests), or any other. */
static char *suite_path(const struct settings *settings, const char *name)
{
	cleanup_free char *built = text("%s/suites/%s", settings->out, name);

	return realpath(strchr(name, '/') || access(built, F_OK) ? name : built, NULL);
}

static int read_suite(const struct settings *settings, const char *folder, bool own,
		      struct catalog *catalog, struct buf *why)
{
	cleanup_list struct list programs = {0};
	cleanup_free char *path = suite_path(settings, folder);
	const char *suite = path ? strrchr(path, '/') + 1 : NULL;
	int err = suite ? suite_list_programs(path, &programs) : -errno;

	if (err) {
		buf_printf(why, "SUITES=%s: %s: name a folder of test programs", folder,
			   strerror(-err));
		return -EINVAL;
	}
	if (!programs.count) {
		buf_printf(why,
			   "SUITES=%s: the folder has no executable: build its programs, or chmod "
			   "+x them",
			   folder);
		return -EINVAL;
	}
	err = check_suite(catalog, suite, path, why);
	for (size_t i = 0; i < programs.count && !err; i++)
		err = add_program(catalog, suite, path, programs.items[i], own, why);
	return err;
}

/* Families that are suites: the folders of scenarios/ with a file of settings. */
static int read_families(const struct settings *settings, struct catalog *catalog, struct buf *why)
{
	cleanup_list struct list folders = {0};
	int err = 0;

	roots_folders(&settings->roots, "scenarios", &folders);
	for (size_t i = 0; i < folders.count && !err; i++) {
		cleanup_free char *pattern = text("%s/*/settings", folders.items[i]);
		glob_t found = {0};

		glob(pattern, 0, NULL, &found);
		for (size_t f = 0; f < found.gl_pathc && !err; f++) {
			*strrchr(found.gl_pathv[f], '/') = '\0';
			err = read_suite(settings, found.gl_pathv[f], true, catalog, why);
		}
		globfree(&found);
	}
	return err;
}

int suites_read(const struct settings *settings, struct catalog *catalog, struct buf *why)
{
	cleanup_list struct list folders = {0}, suites = {0};
	int err = read_families(settings, catalog, why);

	if (err || !settings->suites)
		return err;
	list_add_split(&folders, settings->suites, ":");
	for (size_t i = 0; i < folders.count; i++)
		suite_list_folders(folders.items[i], &suites);
	for (size_t i = 0; i < suites.count && !err; i++)
		err = read_suite(settings, suites.items[i], false, catalog, why);
	return err;
}

/* Add what the build has made for the suite in FOLDER, if anything, to FOLDERS. */
static void add_built(const struct settings *settings, const char *folder, struct list *folders)
{
	cleanup_free char *built = text("%s/families%s", settings->out, strrchr(folder, '/'));

	if (!access(built, F_OK))
		list_add_once(folders, built);
}

/* Add the folders of the suites of JOB to FOLDERS, and check their programs. */
static int check_job(const struct settings *settings, const struct catalog *catalog,
		     const struct job *job, struct list *folders, struct buf *why)
{
	for (size_t i = 0; i < job->cases.count; i++) {
		const struct scenario_info *info =
			catalog_find(catalog, job->cases.items[i].scenario);
		cleanup_free char *folder = NULL;
		cleanup_free char *error = NULL;

		if (!info || !info->suite)
			continue;
		error = job->image ? NULL : suite_program_error(info->where);
		if (error) {
			buf_printf(why, "SUITES=: %s", error);
			return -EINVAL;
		}
		folder = text("%.*s", (int)(strrchr(info->where, '/') - info->where), info->where);
		list_add_once(folders, folder);
		add_built(settings, folder, folders);
	}
	return 0;
}

/* Write the image FROM and FOLDERS, as folders of SUITES_FOLDER, to TO. */
static int write_image(const struct settings *settings, const char *from,
		       const struct list *folders, const char *to, struct buf *why)
{
	cleanup_buf struct buf command = BUF_INIT;

	buf_printf(&command, "'%s/images/busybox/add-suites' '%s' '%s'", settings->top, from, to);
	for (size_t i = 0; i < folders->count; i++)
		buf_printf(&command, " '%s'", folders->items[i]);
	if (!system(command.data))
		return 0;
	buf_printf(why, "SUITES=: cannot make the guests' image %s", to);
	return -EIO;
}

/* The image of KERNEL with FOLDERS: O/images/KERNEL.suites.HASH.cpio. */
static char *image_path(const struct settings *settings, const char *kernel,
			const struct list *folders)
{
	cleanup_free char *joined = list_join(folders, ":");

	return text("%s/images/%s.suites.%016llx.cpio", settings->out, kernel,
		    (unsigned long long)hash_text(HASH_INIT, joined));
}

int suites_pack(const struct settings *settings, const struct inventory *inventory,
		struct plan *plan, struct buf *why)
{
	cleanup_list struct list folders = {0}, made = {0};
	int err = 0;

	for (size_t j = 0; j < plan->count && !err; j++)
		err = check_job(settings, &inventory->catalog, &plan->jobs[j], &folders, why);
	for (size_t j = 0; j < plan->count && !err && folders.count; j++) {
		struct job *job = &plan->jobs[j];
		cleanup_free char *path = image_path(settings, job->kernel, &folders);

		if (!list_has(&made, path))
			err = write_image(settings, job->initrd, &folders, path, why);
		list_add_once(&made, path);
		free(job->initrd);
		job->initrd = steal(path);
	}
	return err;
}
