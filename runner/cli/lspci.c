// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/lspci.h"

#include "lab/base/cleanup.h"
#include "runner/plan/lspci-machine.h"

#include <string.h>

int lspci_choose(const struct settings *settings, const struct choice *choice, struct settings *own,
		 FILE *out, struct buf *why)
{
	cleanup_buf struct buf notes = BUF_INIT;
	int err;

	*own = *settings;
	own->machines = strdup(settings->machines);
	if (!own->machines)
		abort();
	if (!choice->lspci)
		return 0;
	err = lspci_machine_use(own, choice->lspci, &notes, why);
	if (!err)
		fputs(notes.data, out);
	return err;
}
