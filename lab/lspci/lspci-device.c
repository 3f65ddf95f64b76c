// SPDX-License-Identifier: GPL-2.0-only
#include "lab/lspci/lspci-device.h"

#include "lab/lspci/chains.h"
#include "lab/lspci/lspci-text.h"
#include "lab/lspci/parts.h"

#include <linux/pci_regs.h>
#include <string.h>

void lspci_device_free(struct lspci_device *device)
{
	list_free(&device->invented);
}

static bool is_denied(const struct lspci_function *f)
{
	for (size_t i = 0; i < f->text.count; i++)
		if (!strncmp(f->text.items[i], "Capabilities: <access denied>", 29))
			return true;
	return false;
}

/* The list points beyond the bytes that there are, and no text says what is there. */
static void drop_caps(const struct lspci_function *f, struct lspci_device *device)
{
	uint8_t *bytes = device->image.bytes;

	bytes[PCI_CAPABILITY_LIST] = 0;
	bytes[PCI_STATUS] &= (uint8_t)~PCI_STATUS_CAP_LIST;
	list_addf(&device->invented, "no capabilities (%s: take it again as root, with -xxxx)",
		  is_denied(f) ? "the dump was taken without privilege"
			       : "the dump has 64 bytes of hex");
}

static void build_bytes(const struct lspci_function *f, const struct lspci_ids *ids,
			struct lspci_device *device)
{
	uint8_t *bytes = device->image.bytes;
	struct list caps = {0}, header = {0};
	bool extended = false;
	unsigned int at;

	text_header(f, ids, bytes, f->hex ? &header : &device->invented);
	text_caps(f, bytes, &extended, f->hex >= PCI_CONFIG_ORDINARY ? &caps : &device->invented);
	memcpy(bytes, f->bytes, f->hex);
	if (f->hex && f->hex < PCI_CONFIG_ORDINARY && bytes[PCI_STATUS] & PCI_STATUS_CAP_LIST &&
	    !bytes[bytes[PCI_CAPABILITY_LIST] & ~3u])
		drop_caps(f, device);
	else if (!f->hex && is_denied(f))
		drop_caps(f, device);
	at = lspci_find_cap(bytes, PCI_CAP_ID_EXP);
	device->pcie = at;
	device->type = (pci_get16(bytes, at + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_TYPE) >> 4;
	device->image.size =
		f->hex == LSPCI_CONFIG_MAX || extended || at ? PCI_CONFIG_MAX : PCI_CONFIG_ORDINARY;
	if (at && f->hex && f->hex < LSPCI_CONFIG_MAX && !extended)
		list_addf(&device->invented,
			  "no extended capabilities (%u of 4096 bytes of config space are in the "
			  "dump)",
			  f->hex);
	lspci_cut_loops(device);
	lspci_drop_addresses(device);
	list_free(&caps);
	list_free(&header);
}

int lspci_device(const struct lspci_dump *dump, const struct lspci_function *f,
		 const struct lspci_ids *ids, struct lspci_device *device, struct buf *why)
{
	int err = lspci_refuse(f, lspci_kind(dump, f), why);

	*device = (struct lspci_device){0};
	if (err)
		return err;
	build_bytes(f, ids, device);
	err = lspci_refuse_virtio(f, device, why);
	if (err) {
		lspci_device_free(device);
		return err;
	}
	lspci_add_bars(f, device);
	return 0;
}
