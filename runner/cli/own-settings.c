// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/own-settings.h"

#include "lab/base/cleanup.h"
#include "runner/plan/lspci-machine.h"
#include "runner/plan/machine-file.h"

#include <errno.h>

static void copy_list(struct list *to, const struct list *from)
{
	*to = (struct list){0};
	for (size_t i = 0; i < from->count; i++)
		list_add(to, from->items[i]);
}

int own_settings_make(const struct settings *settings, struct choice *choice, struct settings *own,
		      FILE *out, struct buf *why)
{
	cleanup_buf struct buf notes = BUF_INIT;
	int err = 0;

	*own = *settings;
	own->suites = choice->suites ?: settings->suites;
	copy_list(&own->machines, &settings->machines);
	copy_list(&own->files, &settings->files);
	copy_list(&own->visible, &settings->visible);
	if (choice->replay && !choice->lspci) {
		buf_puts(why, "--replay needs --lspci: name a dump of the device of the log");
		err = -EINVAL;
	}
	if (choice->lspci)
		err = lspci_machine_use(own, choice->lspci, choice->replay, &notes, why);
	if (!err && notes.len)
		fputs(notes.data, out);
	return err ?: machine_files_use(own, choice, why);
}

void own_settings_free(struct settings *own)
{
	list_free(&own->machines);
	list_free(&own->files);
	list_free(&own->visible);
}
