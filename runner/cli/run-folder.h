/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The folders that runs leave their results in. REPORTS is O/reports, or another folder of runs;
 * its link "latest" leads to the last run that has results. The file "status" of a run has its exit
 * status, so that a caller of make, which turns every failure into its own 2, can tell them apart.
 */
#ifndef RUNNER_CLI_RUN_FOLDER_H
#define RUNNER_CLI_RUN_FOLDER_H

#include "lab/base/buf.h"

/*
 * Make a folder below REPORTS that is named by the time. The caller frees *FOLDER. Returns 0 or
 * -errno.
 */
int folder_make(const char *reports, char **folder);

/* Write STATUS to the file "status" of FOLDER. Returns 0 or -errno. */
int folder_write_status(const char *folder, int status);

/*
 * Remove "status" from the latest run, before a new one: should the new one fail before it has a
 * folder, the old status would pass for its own.
 */
void folder_forget_status(const char *reports);

/* Make "latest" of REPORTS lead to FOLDER, which is below it. Returns 0 or -errno. */
int folder_link(const char *reports, const char *folder);

#endif
