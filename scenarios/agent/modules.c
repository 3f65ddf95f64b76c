// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/modules.h"

#include "scenarios/lib/kernel/folder.h"

#include "lab/base/cleanup.h"

/* Those that hold code and data which a user of gdb looks at; .text must be the first. */
static const char *const sections[] = {
	".text", ".text.unlikely", ".exit.text", ".data", ".data..read_mostly", ".rodata", ".bss",
};

static void add_module(const char *module, struct buf *payload)
{
	cleanup_free char *folder = text("/sys/module/%s/sections", module);

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		cleanup_free char *address = folder_read(folder, sections[i]);

		if (address)
			buf_printf(payload, "%s %s %s\n", module, sections[i], address);
		else if (!i)
			return;
	}
}

void modules_report(struct channel *requests)
{
	cleanup_buf struct buf payload = BUF_INIT;
	cleanup_list struct list names = {0};
	cleanup_free char *answer = NULL;
	size_t len;

	folder_names("/sys/module", &names);
	for (size_t i = 0; i < names.count; i++)
		add_module(names.items[i], &payload);
	channel_request(requests, "modules", payload.data ?: "", &answer, &len);
}
