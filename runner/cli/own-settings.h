/* SPDX-License-Identifier: GPL-2.0-only */
/* The settings of a command whose options name machines that are not the lab's. */
#ifndef RUNNER_CLI_OWN_SETTINGS_H
#define RUNNER_CLI_OWN_SETTINGS_H

#include "runner/plan/settings.h"

#include <stdio.h>

/*
 * Copy SETTINGS to OWN. If CHOICE has a dump (--lspci), replace the machines by one made from it,
 * and print to OUT what the dump lacks and the lab invents. Add the machines that CHOICE names by
 * the paths of their files, and replace the paths in CHOICE by the names. Use the suites of CHOICE
 * (--suites). Returns 0, or -errno with
 * a message in WHY. The caller frees OWN with own_settings_free() in any case.
 */
int own_settings_make(const struct settings *settings, struct choice *choice, struct settings *own,
		      FILE *out, struct buf *why);

/* Free the lists of OWN. Its other members are those of the settings that it is a copy of. */
void own_settings_free(struct settings *own);
#define cleanup_own_settings __attribute__((cleanup(own_settings_free)))

#endif
