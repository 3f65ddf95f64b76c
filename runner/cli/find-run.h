/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds a run by name: a folder, a run below O=/reports, or a run in the history. */
#ifndef RUNNER_CLI_FIND_RUN_H
#define RUNNER_CLI_FIND_RUN_H

#include "reports/model/results.h"
#include "runner/plan/settings.h"

/* A run, or a part of it: RUN[:KERNEL[/MACHINE]]. */
struct found_run {
	char *name;   /* of the run, without its folder */
	char *folder; /* of its results; NULL: they come from the history */
	struct results results;
	char *kernel;  /* NULL if not named */
	char *machine; /* NULL if not named */
};

/*
 * Read the run WHAT. Returns 0, or -errno with a message in WHY: -ENOENT if the run does not exist,
 * or lacks the kernel or the machine. The caller frees RUN in any case.
 */
int find_run(const struct settings *settings, const char *what, struct found_run *run,
	     struct buf *why);

/*
 * The name of the run in FOLDER: its last component after links are resolved. The caller frees it.
 */
char *run_name(const char *folder);

void found_run_free(struct found_run *run);
#define cleanup_found_run __attribute__((cleanup(found_run_free)))

#endif
