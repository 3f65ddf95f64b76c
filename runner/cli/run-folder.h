/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The folders with the results of runs. REPORTS is O/reports, or another folder of runs; its link
 * "latest" leads to the last run with results. The file "status" of a run has its exit status,
 * because make replaces every failure by its own status 2.
 */
#ifndef RUNNER_CLI_RUN_FOLDER_H
#define RUNNER_CLI_RUN_FOLDER_H

#include "lab/base/buf.h"

/*
 * Create a folder below REPORTS that is named after the current time, and lock it until the program
 * ends. Remove the folders of runs that were killed: they have neither results nor a lock. Blocks
 * while another process does the same. The caller frees *FOLDER. Returns 0 or -errno.
 */
int folder_make(const char *reports, char **folder);

/* Write STATUS to the file "status" of FOLDER. Returns 0 or -errno. */
int folder_write_status(const char *folder, int status);

/*
 * Remove "status" from the latest run. Called before a new run: if that fails before it has a
 * folder, the old status must not be taken for its own.
 */
void folder_forget_status(const char *reports);

/* Make REPORTS/latest a link to FOLDER, which is below REPORTS. Returns 0 or -errno. */
int folder_link(const char *reports, const char *folder);

/*
 * Take the lock of FOLDER, which is created, for COMMAND of vfiolab. It is held until the program
 * ends. Returns 0, or -errno with a message in WHY; -EBUSY: another process has it.
 */
int folder_lock(const char *folder, const char *command, struct buf *why);

/* Remove all runs in the folder REPORTS but the latest KEPT. */
void folder_prune(const char *reports, unsigned int kept);

#endif
