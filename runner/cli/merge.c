// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab merge: merge the results of shards into one run. */
#include "reports/model/merge.h"
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/ktap-merge.h"
#include "reports/merge-logs.h"
#include "runner/cli/command.h"
#include "runner/cli/publish.h"
#include "runner/cli/run-folder.h"
#include "runner/cli/run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct merging {
	struct run run; /* in the state that vfiolab run has after the last case */
	struct merge_parts parts;
	struct list folders; /* on the command line */
	struct list empty;   /* those of FOLDERS without results */
};

enum { OPTION_VERBOSE = 'v', OPTION_REPORTS = OPTION_LONG_ONLY };

static const struct argp_option options[] = {
	{"verbose", OPTION_VERBOSE, NULL, 0, "print all reasons for skips", 0},
	{"reports", OPTION_REPORTS, "NAME", 0,
	 "put the results below O=/NAME instead of O=/reports", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct merging *merging = state->input;

	switch (key) {
	case OPTION_VERBOSE:
		merging->run.verbose = true;
		return 0;
	case OPTION_REPORTS:
		merging->run.name = value;
		return 0;
	case ARGP_KEY_ARG:
		list_add(&merging->folders, value);
		return 0;
	case ARGP_KEY_END:
		if (!merging->folders.count)
			argp_error(state, "name the folders of the shards' results");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp merge_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "DIR...",
	.doc = "Merge the results of shards (vfiolab run --shard) into one run below O=/reports. "
	       "DIR is the folder of a run, or a folder with the link latest to one. Cases of "
	       "absent shards are MISS: they did not run. The exit status is that of the merged "
	       "run.",
};

/* The folder of the results in DIR, or NULL if it has none. The caller frees it. */
static char *find_results(const char *dir)
{
	static const char *const below[] = {"", "/latest"};

	for (size_t i = 0; i < ARRAY_SIZE(below); i++) {
		cleanup_free char *folder = text("%s%s", dir, below[i]);
		cleanup_free char *path = text("%s/results.json", folder);

		if (!access(path, F_OK))
			return steal(folder);
	}
	return NULL;
}

/* If the machine of a shard was lost, its folder has no results. But the folder must exist. */
static int read_part(struct merging *merging, const char *dir, struct buf *why)
{
	char *folder = find_results(dir);
	struct merge_part *part;

	if (!folder && access(dir, F_OK)) {
		buf_printf(why, "%s: no such folder: name the folders of the shards' results", dir);
		return -ENOENT;
	}
	if (!folder) {
		list_add(&merging->empty, dir);
		return 0;
	}
	part = array_add(&merging->parts);
	part->folder = folder;
	return results_read(folder, &part->results, why);
}

static int read_parts(struct merging *merging, struct buf *why)
{
	int err = 0;

	for (size_t i = 0; i < merging->folders.count && !err; i++)
		err = read_part(merging, merging->folders.items[i], why);
	return err;
}

static int write_results(struct merging *merging, int status, struct buf *why)
{
	struct run *run = &merging->run;
	int err = folder_make(run->reports, &run->folder);

	if (!err)
		err = ktap_merge(&run->results, &merging->parts, run->folder);
	if (!err)
		err = merge_logs(&merging->parts, run->folder);
	if (err)
		buf_printf(why, "cannot write to %s: %s", run->reports, strerror(-err));
	return err ?: run_store(run, status, why);
}

static void merging_free(struct merging *merging)
{
	results_free(&merging->run.results);
	free(merging->run.folder);
	free(merging->run.reports);
	merge_parts_free(&merging->parts);
	list_free(&merging->folders);
	list_free(&merging->empty);
}

static void print_end(const struct merging *merging)
{
	const struct run *run = &merging->run;

	run_print(run);
	printf("\nreport:  %s/latest/index.html\nresults: %s/latest/results.json   %zu shards, "
	       "%.0f s\n",
	       run->reports, run->reports, merging->parts.count, run->results.run.seconds);
	fflush(stdout);
	publish_to_github(run->folder);
}

static int run_merge(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(merging_free))) struct merging merging = {
		.run = {.settings = settings, .name = "reports"}};
	cleanup_buf struct buf why = BUF_INIT;
	int status;

	parse_options(&merge_argp, argc, argv, 0, &merging);
	merging.run.reports = text("%s/%s", settings->out, merging.run.name);
	if (read_parts(&merging, &why) || merge_results(&merging.parts, &merging.run.results, &why))
		return complain(&why);
	for (size_t i = 0; i < merging.empty.count; i++)
		fprintf(stderr, "vfiolab: warning: %s has no results.json: its shard did not end\n",
			merging.empty.items[i]);
	status = results_status(&merging.run.results);
	if (write_results(&merging, status, &why))
		return complain(&why);
	/* An absent or interrupted shard can be run and merged again, so do not add the run yet. */
	if (merging.run.results.run.complete)
		run_remember(&merging.run);
	print_end(&merging);
	return status;
}

COMMAND(merge, .name = "merge", .summary = "merge the results of shards into one run",
	.argp = &merge_argp, .run = run_merge);
