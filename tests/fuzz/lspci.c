// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: any bytes as a dump of lspci. All functions of it that can be a device become one,
 * whose config space software then writes all over.
 */
#include "lab/lspci/lspci-device.h"
#include "lab/pci/image.h"

#include "lab/base/cleanup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void insist(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static void on_message(void *owner, enum pci_irq kind, unsigned int vector)
{
	(void)owner;
	(void)kind;
	(void)vector;
}

static void on_intx(void *owner, bool asserted)
{
	(void)owner;
	(void)asserted;
}

static void on_reset(void *owner, enum pci_reset reset)
{
	pci_function_reset(owner, reset);
}

static const struct pci_wire wire = {.message = on_message, .intx = on_intx, .reset = on_reset};

static bool is_power_of_two(uint64_t size)
{
	return size && !(size & (size - 1));
}

static void add_bars(const struct lspci_device *device, struct pci_config *config)
{
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		if (!device->bars[i].size)
			continue;
		insist(is_power_of_two(device->bars[i].size), "sizes are powers of two");
		insist(!pci_header_add_bar(config, i, device->bars[i].size, device->bars[i].flags),
		       "a BAR of a dump is one that PCI has");
	}
	if (device->rom)
		insist(!pci_header_add_rom(config, device->rom), "the ROM is one that PCI has");
}

static void use(const struct lspci_device *device)
{
	struct pci_function f;
	uint32_t ids;

	insist(!pci_function_from_image(&f, &device->image, &wire, &f), "the image is taken");
	add_bars(device, &f.config);
	pci_function_seal(&f);
	ids = pci_get32(f.config.data, 0);
	for (unsigned int at = 0; at < f.config.size; at += 4) {
		const uint32_t ones = UINT32_MAX;

		pci_function_config_write(&f, at, &ones, sizeof(ones));
	}
	pci_function_message(&f, PCI_IRQ_MSI, 0);
	pci_function_message(&f, PCI_IRQ_MSIX, 0);
	pci_function_intx(&f, true);
	pci_function_reset(&f, PCI_RESET_BUS);
	insist(ids == pci_get32(f.config.data, 0), "IDs stay");
	pci_function_free(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char names[] = "C 02  Network controller\n\t00  Ethernet controller\n"
			      "1234  Example Inc.\n\t7ef0  Widget\n\t\t1234 0042  Board\n";
	const struct lspci_ids ids = {.data = names};
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (lspci_parse((const char *)data, size, &dump, &why)) {
		insist(why.len && !dump.count, "an error has a reason and leaves nothing");
		return 0;
	}
	for (size_t i = 0; i < dump.count; i++) {
		cleanup_lspci_device struct lspci_device device = {0};
		cleanup_buf struct buf reason = BUF_INIT;

		if (!lspci_device(&dump, &dump.functions[i], &ids, &device, &reason))
			use(&device);
		else
			insist(reason.len, "a refusal has a reason");
	}
	return 0;
}
