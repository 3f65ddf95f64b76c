// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts of a function: sending, masking and pending state. */
#include "lab/pci/function.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>

static uint16_t msi_flags(const struct pci_function *function)
{
	return function->msi ? pci_get16(function->config.data, function->msi + PCI_MSI_FLAGS) : 0;
}

static uint16_t msix_flags(const struct pci_function *function)
{
	return function->msix_cap
		       ? pci_get16(function->config.data, function->msix_cap + PCI_MSIX_FLAGS)
		       : 0;
}

unsigned int pci_function_vectors(const struct pci_function *function, enum pci_irq kind)
{
	switch (kind) {
	case PCI_IRQ_INTX:
		return function->config.data[PCI_INTERRUPT_PIN] ? 1 : 0;
	case PCI_IRQ_MSI:
		return function->msi ? 1u << ((msi_flags(function) & PCI_MSI_FLAGS_QMASK) >> 1) : 0;
	case PCI_IRQ_MSIX:
		return function->msix.vectors;
	}
	return 0;
}

/*
 * Software may write a number of vectors, up to 128, that exceeds the declared one, which then
 * applies.
 */
static unsigned int enabled_msi(const struct pci_function *function)
{
	const unsigned int asked = 1u << ((msi_flags(function) & PCI_MSI_FLAGS_QSIZE) >> 4);
	const unsigned int there = pci_function_vectors(function, PCI_IRQ_MSI);

	if (!(msi_flags(function) & PCI_MSI_FLAGS_ENABLE))
		return 0;
	return asked < there ? asked : there;
}

/* Returns the number of vectors that software has enabled. */
static unsigned int enabled_vectors(const struct pci_function *function, enum pci_irq kind)
{
	if (kind == PCI_IRQ_MSI)
		return enabled_msi(function);
	return msix_flags(function) & PCI_MSIX_FLAGS_ENABLE ? function->msix.vectors : 0;
}

/* PCI 3.0, 6.8.1.1: a function that uses MSI or MSI-X must not use its pin. */
static bool pin_is_off(const struct pci_function *function)
{
	return pci_get16(function->config.data, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE ||
	       msi_flags(function) & PCI_MSI_FLAGS_ENABLE ||
	       msix_flags(function) & PCI_MSIX_FLAGS_ENABLE;
}

void pci_function_intx(struct pci_function *function, bool asserted)
{
	uint8_t *status = &function->config.data[PCI_STATUS];
	bool out;

	function->intx_asserted = asserted;
	*status = (uint8_t)(asserted ? *status | PCI_STATUS_INTERRUPT
				     : *status & ~PCI_STATUS_INTERRUPT);
	out = asserted && !pin_is_off(function);
	if (out == function->intx_out)
		return;
	function->intx_out = out;
	function->wire->intx(function->owner, out);
}

/* The pending bits follow the masks. */
static unsigned int msi_mask_at(const struct pci_function *function)
{
	return function->msi +
	       (msi_flags(function) & PCI_MSI_FLAGS_64BIT ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32);
}

static bool msi_masked(const struct pci_function *function, unsigned int vector)
{
	return msi_flags(function) & PCI_MSI_FLAGS_MASKBIT &&
	       pci_get32(function->config.data, msi_mask_at(function)) & 1u << vector;
}

/*
 * A client that emulates the table itself, as QEMU does, never writes to ours, so its entries stay
 * masked as after reset. Such a client holds messages back on its side of the wire.
 */
static bool msix_masked(const struct pci_function *function, unsigned int vector)
{
	const struct pci_msix *msix = &function->msix;
	const uint8_t *entry = msix->entries + vector * PCI_MSIX_ENTRY_SIZE;

	if (msix_flags(function) & PCI_MSIX_FLAGS_MASKALL)
		return true;
	return msix->written && entry[PCI_MSIX_ENTRY_VECTOR_CTRL] & PCI_MSIX_ENTRY_CTRL_MASKBIT;
}

static void msi_set_pending(struct pci_function *function, uint32_t pending)
{
	function->msi_pending = pending;
	if (msi_flags(function) & PCI_MSI_FLAGS_MASKBIT)
		pci_set32(function->config.data, msi_mask_at(function) + 4, pending);
}

int pci_function_message(struct pci_function *function, enum pci_irq kind, unsigned int vector)
{
	if (vector >= enabled_vectors(function, kind))
		return -EINVAL;
	if (!pci_function_is_master(function))
		return -EIO;
	if (kind == PCI_IRQ_MSI && msi_masked(function, vector))
		msi_set_pending(function, function->msi_pending | 1u << vector);
	else if (kind == PCI_IRQ_MSIX && msix_masked(function, vector))
		function->msix.pending[vector / 64] |= 1ull << vector % 64;
	else
		function->wire->message(function->owner, kind, vector);
	return 0;
}

void pci_msi_flush(struct pci_function *function)
{
	const unsigned int enabled = enabled_vectors(function, PCI_IRQ_MSI);

	for (unsigned int vector = 0; function->msi_pending && vector < enabled; vector++) {
		if (!(function->msi_pending & 1u << vector) || msi_masked(function, vector))
			continue;
		msi_set_pending(function, function->msi_pending & ~(1u << vector));
		function->wire->message(function->owner, PCI_IRQ_MSI, vector);
	}
}

void pci_msix_flush(struct pci_function *function)
{
	const unsigned int enabled = enabled_vectors(function, PCI_IRQ_MSIX);

	for (unsigned int vector = 0; vector < enabled; vector++) {
		uint64_t *pending = &function->msix.pending[vector / 64];
		const uint64_t bit = 1ull << vector % 64;

		if (!(*pending & bit) || msix_masked(function, vector))
			continue;
		*pending &= ~bit;
		function->wire->message(function->owner, PCI_IRQ_MSIX, vector);
	}
}

void pci_function_flush(struct pci_function *function)
{
	if (!pci_function_is_master(function))
		return;
	pci_msi_flush(function);
	pci_msix_flush(function);
}
