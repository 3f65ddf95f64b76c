// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab names: print all names of a kind, one per line, for the bash completion. */
#include "lab/base/cleanup.h"
#include "runner/cli/command.h"
#include "runner/cli/kinds.h"

#include <stdio.h>
#include <string.h>

static enum kind kind_of(const char *word)
{
	enum kind kind = 0;

	while (kind < KIND_COUNT && strcmp(kind_words[kind], word) != 0)
		kind++;
	return kind;
}

static int run_names(const struct settings *settings, int argc, char **argv)
{
	cleanup_inventory struct inventory inventory = {0};
	cleanup_list struct list names = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (inventory_survey(settings, &inventory, &why))
		return complain(&why);
	for (int i = 1; i < argc; i++) {
		enum kind kind = kind_of(argv[i]);

		if (kind == KIND_COUNT) {
			buf_printf(&why, "names: '%s': expected scenario, dut, machine or kernel",
				   argv[i]);
			return complain(&why);
		}
		kind_names(settings, &inventory, kind, &names);
	}
	for (size_t i = 0; i < names.count; i++)
		puts(names.items[i]);
	return 0;
}

COMMAND(names, .name = "names", .summary = "print the names of a kind (for completion)",
	.run = run_names, .hidden = true);
