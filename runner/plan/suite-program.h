/* SPDX-License-Identifier: GPL-2.0-only */
/* Can the fast guest, which has busybox and no libraries, run a program? */
#ifndef RUNNER_PLAN_SUITE_PROGRAM_H
#define RUNNER_PLAN_SUITE_PROGRAM_H

/*
 * Why the guest cannot run the program PATH: it is linked dynamically, made for another machine, or
 * a script for an interpreter that the guest lacks. NULL if it can. The caller frees the line.
 */
char *suite_program_error(const char *path);

#endif
