/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The programs of a suite. In what kselftest installs, the file kselftest-list.txt names them:
 * COLLECTION:PROGRAM in each line. Each collection is a folder beside it, and a suite.
 */
#ifndef RUNNER_PLAN_SUITE_LIST_H
#define RUNNER_PLAN_SUITE_LIST_H

#include "lab/base/list.h"

/* Add each collection's folder to FOLDERS if kselftest has installed FOLDER, else FOLDER itself. */
void suite_list_folders(const char *folder, struct list *folders);

/*
 * Add to PROGRAMS the names of the programs of the suite FOLDER, sorted: those that kselftest's
 * list has, or, if there is none, all executable files that are not hidden. Returns 0 or -errno.
 */
int suite_list_programs(const char *folder, struct list *programs);

#endif
