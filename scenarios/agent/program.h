/* SPDX-License-Identifier: GPL-2.0-only */
/* Finding a program in the guest, and why one could not be started. */
#ifndef SCENARIOS_AGENT_PROGRAM_H
#define SCENARIOS_AGENT_PROGRAM_H

/*
 * The first FILE in the folders of PATH, or FILE itself where it has a slash. NULL where there is
 * none. Whether it can be executed is not asked. The caller frees it.
 */
char *program_find(const char *file);

/*
 * Explain why execv() of FILE, as program_find() finds it, failed with ERR (positive). Returns one
 * line without a newline, which the caller frees. *STATUS is the exit status that a shell would
 * give: 127 where there is no such program, 126 where it cannot be run.
 */
char *program_error(const char *file, int err, int *status);

#endif
