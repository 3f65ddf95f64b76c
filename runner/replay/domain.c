// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arguments of QEMU of a bundle, in the place of the domain's XML: one argument a line, as
 * vm_create() of runner/replay/vm.c takes them.
 */
#include "runner/guest/domain.h"

#include "lab/base/cleanup.h"
#include "runner/bundle/bundle.h"

#include <errno.h>
#include <string.h>

/* Replace every WORD in *TEXT, an allocated string, by VALUE. */
static void replace_all(char **text, const char *word, const char *value)
{
	struct buf out = BUF_INIT;
	const char *rest = *text;

	for (const char *at; (at = strstr(rest, word)); rest = at + strlen(word)) {
		buf_add(&out, rest, (size_t)(at - rest));
		buf_puts(&out, value);
	}
	buf_puts(&out, rest);
	free(*text);
	*text = buf_steal(&out);
}

/* A bundle has no machine from which a device could be plugged in again: vm_plug() refuses it. */
char *domain_model(const struct machine *machine, const struct machine_model *model,
		   const char *run, bool trace)
{
	(void)machine;
	(void)model;
	(void)run;
	(void)trace;
	return text("%s", "");
}

int domain_xml(const struct machine *machine, const struct domain_files *files, char **xml,
	       struct buf *why)
{
	cleanup_list struct list arguments = {0};
	cleanup_buf struct buf lines = BUF_INIT;
	int err = bundle_arguments(machine->path, &arguments);

	if (err) {
		buf_printf(why, "cannot read %s/" BUNDLE_QEMU ": %s", machine->path,
			   strerror(-err));
		return err;
	}
	for (size_t i = 0; i < arguments.count; i++)
		buf_printf(&lines, "%s\n", arguments.items[i]);
	*xml = buf_steal(&lines);
	replace_all(xml, BUNDLE_RUN, files->run);
	replace_all(xml, BUNDLE_CONSOLE, files->console);
	replace_all(xml, BUNDLE_ACCEL, files->accel);
	return 0;
}
