/* SPDX-License-Identifier: GPL-2.0-only */
/* Dumps that tests of lspci's model make of config space. */
#ifndef TESTS_UNIT_LSPCI_BYTES_H
#define TESTS_UNIT_LSPCI_BYTES_H

#include "lab/base/cleanup.h"
#include "lab/lspci/lspci-device.h"

#include <linux/pci_regs.h>

/* Read a dump of all BYTES of config space into DEVICE. Returns 0 or -errno. */
static inline int load_bytes(const uint8_t bytes[PCI_CONFIG_MAX], struct lspci_device *device)
{
	cleanup_buf struct buf text = BUF_INIT, why = BUF_INIT;
	cleanup_lspci struct lspci_dump dump = {0};
	const struct lspci_ids none = {0};
	int err;

	buf_puts(&text, "05:00.0 0200: 1234:7ef0\n");
	for (unsigned int at = 0; at < PCI_CONFIG_MAX; at++) {
		if (!(at % 16))
			buf_printf(&text, "%02x:", at);
		buf_printf(&text, " %02x%s", bytes[at], at % 16 == 15 ? "\n" : "");
	}
	err = lspci_parse(text.data, text.len, &dump, &why);
	return err ?: lspci_device(&dump, &dump.functions[0], &none, device, &why);
}

#endif
