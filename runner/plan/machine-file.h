/* SPDX-License-Identifier: GPL-2.0-only */
/* Machines that the user names by the paths of their files, such as MACHINES=~/card.xml. */
#ifndef RUNNER_PLAN_MACHINE_FILE_H
#define RUNNER_PLAN_MACHINE_FILE_H

#include "runner/plan/settings.h"

/*
 * Add to SETTINGS the machines whose files CHOICE names: words with a slash, or that end in ".xml".
 * In CHOICE, replace each path by the name of the machine. Returns 0, or -errno with a message in
 * WHY if a file cannot be read.
 */
int machine_files_use(struct settings *settings, struct choice *choice, struct buf *why);

/*
 * Let lanes read the folder of the file PATH, because its models may have files beside it. A lane
 * has its own /tmp, so from there it gets the file alone.
 */
void machine_file_show(struct settings *settings, const char *path);

/*
 * What selects the machine NAME in MACHINES= if it is not one of the lab's: the path of its file.
 * NULL: its name does. SETTINGS own it.
 */
const char *machine_file_choice(const struct settings *settings, const char *name);

#endif
