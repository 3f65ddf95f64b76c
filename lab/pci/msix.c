// SPDX-License-Identifier: GPL-2.0-only
/* Accesses of software to the MSI-X table and PBA in a BAR. */
#include "lab/pci/function.h"

#include <linux/pci_regs.h>
#include <string.h>

static bool is_aligned(uint64_t offset, size_t len)
{
	return (len == 4 || len == 8) && !(offset % len);
}

static uint32_t table_size(const struct pci_msix *msix)
{
	return msix->vectors * PCI_MSIX_ENTRY_SIZE;
}

static uint32_t pba_size(const struct pci_msix *msix)
{
	return (msix->vectors + 63) / 64 * 8;
}

/*
 * Returns true if [offset, offset + len) of BAR is within SIZE bytes at PLACE, and stores the
 * offset from PLACE in *AT.
 */
static bool covers(struct pci_msix_place place, uint32_t size, unsigned int bar, uint64_t offset,
		   size_t len, uint32_t *at)
{
	if (bar != place.bar || offset < place.offset || offset - place.offset >= size)
		return false;
	*at = (uint32_t)(offset - place.offset);
	return len <= size - *at;
}

/* Held back here or on the other side of the wire. */
static bool is_pending(const struct pci_function *function, unsigned int vector)
{
	const struct pci_wire *wire = function->wire;

	if (function->msix.pending[vector / 64] & 1ull << vector % 64)
		return true;
	return wire->held && wire->held(function->owner, PCI_IRQ_MSIX, vector);
}

static void read_pba(const struct pci_function *function, uint32_t at, uint8_t *data, size_t len)
{
	memset(data, 0, len);
	for (unsigned int bit = 0; bit < 8 * len; bit++) {
		const unsigned int vector = 8 * at + bit;

		if (vector < function->msix.vectors && is_pending(function, vector))
			data[bit / 8] |= (uint8_t)(1u << bit % 8);
	}
}

bool pci_msix_read(struct pci_function *function, unsigned int bar, uint64_t offset, void *data,
		   size_t len)
{
	const struct pci_msix *msix = &function->msix;
	uint32_t at;

	if (!msix->vectors)
		return false;
	if (covers(msix->table, table_size(msix), bar, offset, len, &at)) {
		memset(data, 0, len);
		if (is_aligned(offset, len))
			memcpy(data, msix->entries + at, len);
		return true;
	}
	if (covers(msix->pba, pba_size(msix), bar, offset, len, &at)) {
		memset(data, 0, len);
		if (is_aligned(offset, len))
			read_pba(function, at, data, len);
		return true;
	}
	return false;
}

/* Returns the writable bits of the double word AT of an entry. */
static uint32_t entry_mask(uint32_t at)
{
	switch (at % PCI_MSIX_ENTRY_SIZE) {
	case PCI_MSIX_ENTRY_LOWER_ADDR:
		return ~3u;
	case PCI_MSIX_ENTRY_VECTOR_CTRL:
		return PCI_MSIX_ENTRY_CTRL_MASKBIT;
	default:
		return UINT32_MAX;
	}
}

static void write_entry(struct pci_msix *msix, uint32_t at, uint32_t value)
{
	const uint32_t mask = entry_mask(at);

	pci_set32(msix->entries, at, (pci_get32(msix->entries, at) & ~mask) | (value & mask));
}

bool pci_msix_write(struct pci_function *function, unsigned int bar, uint64_t offset,
		    const void *data, size_t len)
{
	struct pci_msix *msix = &function->msix;
	uint32_t at;

	if (!msix->vectors)
		return false;
	if (covers(msix->pba, pba_size(msix), bar, offset, len, &at))
		return true;
	if (!covers(msix->table, table_size(msix), bar, offset, len, &at))
		return false;
	if (!is_aligned(offset, len))
		return true;
	msix->written = true;
	for (size_t i = 0; i < len; i += 4)
		write_entry(msix, at + (uint32_t)i, pci_get32(data, (unsigned int)i));
	if (pci_function_is_master(function))
		pci_msix_flush(function);
	return true;
}
