// SPDX-License-Identifier: GPL-2.0-only
#include "lab/lspci/chains.h"

#include <linux/pci_regs.h>

#define CAP_MAX 48u /* capabilities that there is room for */

/* The offset of the capability behind the one at AT; 0 at the end. */
typedef unsigned int next_of(const uint8_t *bytes, unsigned int at);

static unsigned int next_standard(const uint8_t *bytes, unsigned int at)
{
	return bytes[at + PCI_CAP_LIST_NEXT] & ~3u;
}

static unsigned int next_extended(const uint8_t *bytes, unsigned int at)
{
	return PCI_EXT_CAP_NEXT(pci_get32(bytes, at)) & ~3u;
}

/*
 * Returns the last capability before the list that begins at FIRST comes back to one of its own; 0
 * if it ends. MAX is the number of capabilities that there is room for.
 */
static unsigned int last_before_loop(const uint8_t *bytes, unsigned int first, next_of *next,
				     unsigned int max)
{
	unsigned int steps = 0;

	for (unsigned int at = first; at && steps <= max; at = next(bytes, at), steps++) {
		unsigned int before = first;

		for (unsigned int i = 0; i <= steps; i++, before = next(bytes, before))
			if (before == next(bytes, at))
				return at;
	}
	return 0;
}

static void note(struct lspci_device *device, const char *list, unsigned int at)
{
	list_addf(&device->invented, "the end of the list of %s at %x, which loops", list, at);
}

void lspci_cut_loops(struct lspci_device *device)
{
	uint8_t *bytes = device->image.bytes;
	unsigned int at = 0;

	if (bytes[PCI_STATUS] & PCI_STATUS_CAP_LIST)
		at = last_before_loop(bytes, bytes[PCI_CAPABILITY_LIST] & ~3u, next_standard,
				      PCI_CFG_SPACE_SIZE / 4);
	if (at) {
		bytes[at + PCI_CAP_LIST_NEXT] = 0;
		note(device, "capabilities", at);
	}
	if (device->image.size <= PCI_CFG_SPACE_SIZE || !pci_get32(bytes, PCI_CFG_SPACE_SIZE))
		return;
	at = last_before_loop(bytes, PCI_CFG_SPACE_SIZE, next_extended, PCI_CFG_SPACE_EXP_SIZE / 4);
	if (!at)
		return;
	pci_set32(bytes, at, pci_get32(bytes, at) & 0x000fffff);
	note(device, "extended capabilities", at);
}

unsigned int lspci_find_cap(const uint8_t *bytes, uint8_t id)
{
	unsigned int at = bytes[PCI_CAPABILITY_LIST] & ~3u;

	if (!(bytes[PCI_STATUS] & PCI_STATUS_CAP_LIST))
		return 0;
	for (unsigned int n = 0; at >= PCI_STD_HEADER_SIZEOF && n < CAP_MAX; n++) {
		if (bytes[at] == id)
			return at;
		at = next_standard(bytes, at);
	}
	return 0;
}

void lspci_unlink_cap(uint8_t *bytes, unsigned int at)
{
	uint8_t *link = &bytes[PCI_CAPABILITY_LIST];

	for (unsigned int n = 0; (*link & ~3u) != at && *link && n < CAP_MAX; n++)
		link = &bytes[(*link & ~3u) + PCI_CAP_LIST_NEXT];
	if ((*link & ~3u) == at)
		*link = bytes[at + PCI_CAP_LIST_NEXT];
}
