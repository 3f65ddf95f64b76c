// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target: accesses of software to a PCI function (config space, MSI-X table and PBA, of any
 * length at any offset) and resets, while the device raises interrupts. An input is a byte that
 * selects the capabilities, then operations: a byte for the kind, two for the offset, one for the
 * length, then data. Read-only bits must not change, and disabled messages must not be sent.
 */
#include "lab/pci/function.h"

#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	HAS_EXTENDED = 1 << 0,
	HAS_PM = 1 << 1,
	HAS_SOFT_RESET = 1 << 2,
	HAS_MSI = 1 << 3,
	HAS_MSI_MASKS = 1 << 4,
	HAS_MSIX = 1 << 5,
	HAS_PCIE = 1 << 6,
	HAS_FLR = 1 << 7,

	MSI_VECTORS = 8,
	MSIX_VECTORS = 70, /* more than one word of pending bits */
	MSIX_TABLE = 0x100,
	MSIX_PBA = 0x800,
};

enum operation {
	OP_CONFIG_WRITE,
	OP_CONFIG_READ,
	OP_BAR_WRITE,
	OP_BAR_READ,
	OP_MESSAGE,
	OP_INTX,
	OP_RESET,
	OP_FLUSH,
	OPS,
};

struct bench {
	struct pci_function function;
	uint8_t before[PCI_CONFIG_MAX];
};

struct input {
	const uint8_t *at, *end;
};

static void insist(bool truth, const char *what)
{
	if (truth)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

static uint8_t byte(struct input *in)
{
	return in->at < in->end ? *in->at++ : 0;
}

static void on_message(void *owner, enum pci_irq kind, unsigned int vector)
{
	struct bench *b = owner;

	insist(pci_function_is_master(&b->function), "messages come from a bus master");
	insist(vector < pci_function_vectors(&b->function, kind), "the vector is there");
}

static void on_intx(void *owner, bool asserted)
{
	const struct bench *b = owner;

	insist(!asserted || !(pci_get16(b->function.config.data, PCI_COMMAND) &
			      PCI_COMMAND_INTX_DISABLE),
	       "DisINTx keeps INTx in");
}

static void on_reset(void *owner, enum pci_reset reset)
{
	struct bench *b = owner;

	pci_function_reset(&b->function, reset);
}

static const struct pci_wire wire = {.message = on_message, .intx = on_intx, .reset = on_reset};

static void add_capabilities(struct pci_function *f, unsigned int has)
{
	if (has & HAS_PM)
		insist(pci_add_pm(&f->config, !(has & HAS_SOFT_RESET)) > 0, "PM fits");
	if (has & HAS_MSI)
		insist(pci_add_msi(&f->config, MSI_VECTORS, has & HAS_MSI_MASKS) > 0, "MSI fits");
	if (has & HAS_MSIX)
		insist(pci_function_add_msix(f, MSIX_VECTORS,
					     (struct pci_msix_place){0, MSIX_TABLE},
					     (struct pci_msix_place){0, MSIX_PBA}) > 0,
		       "MSI-X fits");
	if (has & HAS_PCIE)
		insist(pci_add_pcie(&f->config, has & HAS_FLR) > 0, "PCIe fits");
	if (has & HAS_EXTENDED)
		insist(pci_add_aer(&f->config) > 0 && pci_add_ats(&f->config) > 0,
		       "AER and ATS fit");
}

static void make(struct bench *b, unsigned int has)
{
	const struct pci_ids ids = {.vendor = 0x1234, .device = 0x5678, .class = 0xff0000};

	pci_function_init(&b->function, &ids, 1, has & HAS_EXTENDED, &wire, b);
	insist(!pci_header_add_bar(&b->function.config, 0, 4096, 0), "a BAR fits");
	insist(!pci_header_add_bar(&b->function.config, 2, 1ULL << 33,
				   PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH),
	       "a 64-bit BAR fits");
	add_capabilities(&b->function, has);
	pci_function_seal(&b->function);
	memcpy(b->before, b->function.config.data, sizeof(b->before));
}

static void config_access(struct bench *b, bool write, unsigned int where, size_t len,
			  unsigned char *bytes)
{
	if (!pci_config_within(&b->function.config, where, len))
		return;
	if (write)
		pci_function_config_write(&b->function, where, bytes, len);
	else
		pci_function_config_read(&b->function, where, bytes, len);
}

static void operate(struct bench *b, struct input *in)
{
	enum operation op = byte(in) % OPS;
	unsigned int where = byte(in) | (unsigned int)byte(in) << 8;
	size_t len = byte(in) % 64;
	unsigned char bytes[64] = {0};

	if (op == OP_CONFIG_WRITE || op == OP_BAR_WRITE)
		for (size_t i = 0; i < len; i++)
			bytes[i] = byte(in);
	switch (op) {
	case OP_CONFIG_WRITE:
	case OP_CONFIG_READ:
		config_access(b, op == OP_CONFIG_WRITE, where, len, bytes);
		break;
	case OP_BAR_WRITE:
		pci_msix_write(&b->function, where >> 13, where & 0xfff, bytes, len);
		break;
	case OP_BAR_READ:
		pci_msix_read(&b->function, where >> 13, where & 0xfff, bytes, len);
		break;
	case OP_MESSAGE:
		pci_function_message(&b->function, where & 1 ? PCI_IRQ_MSI : PCI_IRQ_MSIX,
				     where >> 1);
		break;
	case OP_INTX:
		pci_function_intx(&b->function, where & 1);
		break;
	case OP_RESET:
		pci_function_reset(&b->function, where % PCI_RESETS);
		break;
	case OP_FLUSH:
	case OPS:
		pci_function_flush(&b->function);
		break;
	}
}

/* Checks every read-only bit, except those that show the function's state. */
static void check(const struct bench *b)
{
	const struct pci_config *c = &b->function.config;

	insist(!memcmp(c->data, b->before, 4), "the IDs are as they were");
	insist(c->data[PCI_HEADER_TYPE] == b->before[PCI_HEADER_TYPE],
	       "the header type is as it was");
	insist(c->data[PCI_CAPABILITY_LIST] == b->before[PCI_CAPABILITY_LIST],
	       "the list begins where it did");
	for (unsigned int at = b->before[PCI_CAPABILITY_LIST]; at; at = b->before[at + 1])
		insist(!memcmp(c->data + at, b->before + at, 2), "the list is as it was");
	if (c->size > PCI_CONFIG_ORDINARY)
		insist(pci_get32(c->data, 0x100) == pci_get32(b->before, 0x100),
		       "and the extended one");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, data + size};
	struct bench *b = calloc(1, sizeof(*b));

	if (!b)
		abort();
	make(b, byte(&in));
	while (in.at < in.end)
		operate(b, &in);
	check(b);
	pci_function_reset(&b->function, PCI_RESET_BUS);
	insist(!memcmp(b->function.config.data, b->before, b->function.config.size),
	       "a bus reset restores all");
	pci_function_free(&b->function);
	free(b);
	return 0;
}
