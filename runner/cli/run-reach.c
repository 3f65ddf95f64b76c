// SPDX-License-Identifier: GPL-2.0-only
/* Keeps what the cases of a run reach (vfiolab run --reach). */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/cli/run.h"
#include "runner/plan/kernel-meta.h"
#include "runner/reach/collect.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The reach of one kernel, as it is collected. */
struct keeping {
	const struct run *run;
	struct objects objects;
	struct reach reach;
};

static const struct record *record_of(const struct run *run, const struct job *job,
				      unsigned int number)
{
	const struct job_case *found = job_find(job, number);

	return found ? &run->results.cases.items[found->record] : NULL;
}

/* The case of the reach that the counters NUMBER of JOB belong to; NULL: they do not count. */
static struct reach_case *case_of(struct keeping *keeping, const struct job *job,
				  unsigned int number)
{
	const struct record *record = record_of(keeping->run, job, number);
	struct reach_case *each;

	if (!number)
		return reach_case(&keeping->reach, job->machine, "");
	if (!record || record->result.verdict == VERDICT_ERROR ||
	    record->result.verdict == VERDICT_MISS)
		return NULL;
	each = reach_case(&keeping->reach, record->machine, record->name);
	each->ms = record->result.ms;
	each->skipped = record->result.verdict == VERDICT_SKIP;
	for (unsigned int part = 0; part < REACH_PARTS; part++)
		if (record->attempt <= 1)
			each->of[part].size = 0;
	return each;
}

/* Add the counters in FOLDER, of one guest, which has a file for each case. */
static int add_guest(struct keeping *keeping, const struct job *job, const char *folder,
		     struct buf *why)
{
	cleanup_dir DIR *dir = opendir(folder);
	int err = 0;

	for (struct dirent *entry; dir && !err && (entry = readdir(dir));) {
		cleanup_free char *path = text("%s/%s", folder, entry->d_name);
		struct reach_case *each;

		if (*entry->d_name == '.')
			continue;
		each = case_of(keeping, job, (unsigned int)strtoul(entry->d_name, NULL, 10));
		if (each)
			err = collect(&keeping->objects, path, each, why);
	}
	return err;
}

static int add_job(struct keeping *keeping, const struct job *job, struct buf *why)
{
	cleanup_dir DIR *dir = opendir(job->kept);
	int err = 0;

	for (struct dirent *entry; dir && !err && (entry = readdir(dir));) {
		cleanup_free char *folder = text("%s/%s/reach", job->kept, entry->d_name);

		if (*entry->d_name == '.')
			continue;
		err = add_guest(keeping, job, folder, why);
		remove_tree(folder);
	}
	return err;
}

static void describe(const struct run *run, const char *kernel, const char *folder,
		     struct reach *reach)
{
	cleanup_free char *release = text("%s/release", folder);

	reach->kernel = text("%s", kernel);
	reach->tree = kernel_meta(folder, "tree") ?: text("unknown");
	reach->source = kernel_meta(folder, "source") ?: text("unknown");
	reach->series = kernel_meta(folder, "series") ?: text("none");
	reach->release = file_first_line(release) ?: text("0");
	reach->plan = run->plan_hash;
}

/* A run of selected cases, or an interrupted one, adds to what is known of the others. */
static void take_known(const struct run *run, const char *path, struct reach *reach)
{
	cleanup_reach struct reach known = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (!run_is_selection(&run->choice) && !results_count(&run->results, VERDICT_MISS))
		return;
	reach->plan = 0;
	if (access(path, R_OK) || reach_load(path, &known, &why) ||
	    known.lines.count != reach->lines.count)
		return;
	reach->plan = known.plan;
	reach->cases.items = steal(known.cases.items);
	reach->cases.count = known.cases.count;
	known.cases.count = 0;
}

static void print_kept(const struct reach *reach)
{
	size_t reached = 0;

	for (size_t i = 0; i < reach->lines.count; i++)
		for (size_t c = 0; c < reach->cases.count; c++)
			if (reach_has(&reach->cases.items[c], i)) {
				reached++;
				break;
			}
	printf("reach   %s: %zu cases, %zu of %zu lines\n", reach->kernel, reach_count(reach),
	       reached, reach->lines.count);
}

static int keep_kernel(const struct run *run, const char *kernel, struct buf *why)
{
	cleanup_free char *folder = text("%s/kernels/%s", run->settings->out, kernel);
	cleanup_free char *build = text("%s/build", folder);
	cleanup_free char *source = text("%s/source", folder);
	cleanup_free char *path = reach_path(run->settings, kernel);
	struct keeping keeping = {.run = run};
	int err = objects_read(build, source, &keeping.objects, &keeping.reach, why);

	if (!err) {
		describe(run, kernel, folder, &keeping.reach);
		take_known(run, path, &keeping.reach);
	}
	for (size_t j = 0; j < run->plan.count && !err; j++)
		if (!strcmp(run->plan.jobs[j].kernel, kernel))
			err = add_job(&keeping, &run->plan.jobs[j], why);
	if (!err)
		err = reach_save(path, &keeping.reach, why);
	if (!err)
		print_kept(&keeping.reach);
	objects_free(&keeping.objects);
	reach_free(&keeping.reach);
	return err;
}

int run_keep_reach(const struct run *run, struct buf *why)
{
	int err = 0;

	for (size_t k = 0; k < run->plan.kernels.count && !err; k++)
		err = keep_kernel(run, run->plan.kernels.items[k], why);
	return err;
}
