/* SPDX-License-Identifier: GPL-2.0-only */
/* --lspci: run on a machine made from a dump, instead of the lab's machines. */
#ifndef RUNNER_CLI_LSPCI_H
#define RUNNER_CLI_LSPCI_H

#include "runner/plan/settings.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Copy SETTINGS to OWN and, if CHOICE has a dump, replace the machines by one made from it. Prints
 * to OUT what the dump lacks and the lab invents. Returns 0, or -errno with a message in WHY. The
 * caller frees own->machines.
 */
int lspci_choose(const struct settings *settings, const struct choice *choice, struct settings *own,
		 FILE *out, struct buf *why);

static inline void lspci_settings_free(struct settings *own)
{
	free(own->machines);
}

#define cleanup_own_settings __attribute__((cleanup(lspci_settings_free)))

#endif
