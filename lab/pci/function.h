/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCI function: config space that acts, interrupts with their masks and pending bits, resets. It
 * knows nothing of how it is connected: what goes out goes through struct pci_wire. Nothing blocks
 * or allocates, but for pci_function_add_msix. PCI Local Bus 3.0; PCI Express Base 5.0; PCI PM 1.2.
 */
#ifndef LAB_PCI_FUNCTION_H
#define LAB_PCI_FUNCTION_H

#include "lab/pci/caps.h"
#include "lab/pci/config.h"
#include "lab/pci/header.h"

enum pci_irq {
	PCI_IRQ_INTX,
	PCI_IRQ_MSI,
	PCI_IRQ_MSIX,
};

enum pci_reset {
	PCI_RESET_FLR, /* by the bit in Device Control */
	PCI_RESET_PM,  /* by the way from D3hot to D0 without No_Soft_Reset */
	PCI_RESET_BUS, /* from outside; the one that clears sticky bits */
	PCI_RESETS,
};

/* "flr", "pm", "bus" */
const char *pci_reset_name(enum pci_reset reset);

/* Where a function's signals go. OWNER is the function's. */
struct pci_wire {
	/* One message, MSI or MSI-X, that nothing masks on the function's side. */
	void (*message)(void *owner, enum pci_irq kind, unsigned int vector);

	/* INTx is asserted, or no longer so, as the outside sees it. Called for changes only. */
	void (*intx)(void *owner, bool asserted);

	/*
	 * Whether the other side of the wire holds a message back; NULL: never. It counts as
	 * pending.
	 */
	bool (*held)(void *owner, enum pci_irq kind, unsigned int vector);

	/*
	 * Software asked for a reset. What is to happen then, pci_function_reset as a rule, is the
	 * owner's to do, now or later.
	 */
	void (*reset)(void *owner, enum pci_reset reset);
};

#define PCI_MSIX_ENTRY_SIZE 16u
#define PCI_VPD_SIZE	    64u

struct pci_msix {
	unsigned int vectors; /* 0: there is none */
	struct pci_msix_place table, pba;
	uint8_t *entries;  /* PCI_MSIX_ENTRY_SIZE bytes for each vector */
	uint64_t *pending; /* a bit for each vector */
	bool written;	   /* software has written to the table since the last reset */
};

struct pci_function {
	struct pci_config config;
	struct pci_msix msix;
	uint32_t msi_pending;
	bool intx_asserted; /* by the device */
	bool intx_out;	    /* as the wire was told last */
	uint8_t pm, msi, msix_cap, pcie, af,
		vpd; /* offsets of capabilities, 0 for none; pci_function_seal finds them */
	uint8_t vpd_content[PCI_VPD_SIZE];
	const struct pci_wire *wire;
	void *owner;
};

/*
 * Begin a function with a header; capabilities are added to `config' by the builders, then it is
 * sealed.
 */
void pci_function_init(struct pci_function *function, const struct pci_ids *ids, uint8_t pin,
		       bool extended, const struct pci_wire *wire, void *owner);

/*
 * Add the MSI-X capability along with its table, all vectors masked, and PBA. The offset of the
 * capability, or
 * -EINVAL, -ENOSPC, -ENOMEM.
 */
int pci_function_add_msix(struct pci_function *function, unsigned int vectors,
			  struct pci_msix_place table, struct pci_msix_place pba);

/* All is declared: what there is now is what a reset restores. */
void pci_function_seal(struct pci_function *function);

/* Free what the function holds. */
void pci_function_free(struct pci_function *function);

/*
 * Config accesses, with what they cause. The caller has seen to it that they lie within
 * (pci_config_within).
 */
void pci_function_config_read(const struct pci_function *function, unsigned int offset, void *data,
			      size_t len);
void pci_function_config_write(struct pci_function *function, unsigned int offset, const void *data,
			       size_t len);

/*
 * A reset that is done now: config space, MSI-X table, pending bits and INTx are as after power-on.
 */
void pci_function_reset(struct pci_function *function, enum pci_reset reset);

/* What COMMAND and the power state allow: BARs to answer, DMA and messages to go out. */
bool pci_function_answers(const struct pci_function *function, bool io);
bool pci_function_is_master(const struct pci_function *function);

/* How many vectors there are of KIND, as declared. */
unsigned int pci_function_vectors(const struct pci_function *function, enum pci_irq kind);

/*
 * Send a message. 0 also where it is masked: it is pending then. -EINVAL where software has not
 * enabled the vector; -EIO where the function is no bus master. It is lost then, as it is on a bus.
 */
int pci_function_message(struct pci_function *function, enum pci_irq kind, unsigned int vector);

/*
 * Assert or deassert INTx. It goes out as far as DisINTx and enabled MSI or MSI-X let it; STATUS
 * tells it always.
 */
void pci_function_intx(struct pci_function *function, bool asserted);

/*
 * A message that was held back on the other side of the wire may go out now: for a wire that does
 * not send what it held back by itself.
 */
void pci_function_flush(struct pci_function *function);

/*
 * Accesses to a BAR, of which a part may be the MSI-X table or PBA. Whether all LEN bytes at OFFSET
 * were served so. Software must access both by aligned double words (PCI 3.0, 6.8.2.1); other
 * accesses to them read 0 and write nothing.
 */
bool pci_msix_read(struct pci_function *function, unsigned int bar, uint64_t offset, void *data,
		   size_t len);
bool pci_msix_write(struct pci_function *function, unsigned int bar, uint64_t offset,
		    const void *data, size_t len);

/*
 * Fill in the vital product data that a function of the lab's has: a name, a serial number, a part
 * to be written.
 */
void pci_vpd_init(struct pci_function *function);

/* Software wrote to the address register of the capability: carry that out, which takes no time. */
void pci_vpd_transfer(struct pci_function *function);

/* Send what is pending and no longer masked. */
void pci_msix_flush(struct pci_function *function);
void pci_msi_flush(struct pci_function *function);

#endif
