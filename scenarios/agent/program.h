/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds a program in the guest, and explains why one could not be started. */
#ifndef SCENARIOS_AGENT_PROGRAM_H
#define SCENARIOS_AGENT_PROGRAM_H

/*
 * Returns the first FILE in the folders of PATH, or FILE itself if it contains a slash; NULL if
 * there is none. Does not check that it is executable. The caller frees it.
 */
char *program_find(const char *file);

/*
 * Explain why execv() of FILE, as program_find() finds it, failed with ERR (positive). Returns one
 * line without a newline, which the caller frees. *STATUS is the exit status that a shell would
 * return: 127 if there is no such program, 126 if it cannot be run.
 */
char *program_error(const char *file, int err, int *status);

#endif
