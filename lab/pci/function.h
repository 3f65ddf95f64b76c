/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCI function: config space with side effects, interrupts with mask and pending bits, and
 * resets. It is independent of the transport: all output goes through struct pci_wire. Nothing
 * blocks, and only pci_function_add_msix() allocates memory. PCI Local Bus 3.0; PCI Express Base
 * 5.0; PCI PM 1.2.
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
	PCI_RESET_FLR, /* by the bit in Device Control, or in AF Control */
	PCI_RESET_PM,  /* by the transition from D3hot to D0 without No_Soft_Reset */
	PCI_RESET_BUS, /* from outside; clears sticky bits, too */
	PCI_RESETS,
};

/* "flr", "pm", "bus" */
const char *pci_reset_name(enum pci_reset reset);

/* Receives the output of a function. OWNER is the function's owner. */
struct pci_wire {
	/* Sends one message, MSI or MSI-X, that the function does not mask. */
	void (*message)(void *owner, enum pci_irq kind, unsigned int vector);

	/* Called when the level of INTx on the wire has changed. */
	void (*intx)(void *owner, bool asserted);

	/*
	 * Returns true if the other side of the wire holds a message back; the message is then
	 * pending. NULL: never.
	 */
	bool (*held)(void *owner, enum pci_irq kind, unsigned int vector);

	/*
	 * Software has requested a reset. The owner must handle it, usually with
	 * pci_function_reset(), now or later.
	 */
	void (*reset)(void *owner, enum pci_reset reset);
};

#define PCI_MSIX_ENTRY_SIZE 16u
#define PCI_VPD_SIZE	    64u

struct pci_msix {
	unsigned int vectors; /* 0: no MSI-X */
	struct pci_msix_place table, pba;
	uint8_t *entries;  /* PCI_MSIX_ENTRY_SIZE bytes per vector */
	uint64_t *pending; /* one bit for each vector */
	bool written;	   /* software has written to the table since the last reset */
};

struct pci_function {
	struct pci_config config;
	struct pci_msix msix;
	uint32_t msi_pending;
	bool intx_asserted; /* by the device */
	bool intx_out;	    /* last level sent to the wire */
	bool vf;	    /* a VF: its PF decides whether its memory answers */
	uint8_t pm, msi, msix_cap, pcie, af,
		vpd; /* offsets of capabilities, 0 for none; set by pci_function_seal() */
	uint8_t vpd_content[PCI_VPD_SIZE];
	const struct pci_wire *wire;
	void *owner;
};

/*
 * Initialises a function with a header. The caller then adds capabilities to `config'
 * (lab/pci/caps.h) and seals the function.
 */
void pci_function_init(struct pci_function *function, const struct pci_ids *ids, uint8_t pin,
		       bool extended, const struct pci_wire *wire, void *owner);

/*
 * Adds the MSI-X capability with its table, all vectors masked, and PBA. Returns the offset of the
 * capability, or -EINVAL, -ENOSPC or -ENOMEM.
 */
int pci_function_add_msix(struct pci_function *function, unsigned int vectors,
			  struct pci_msix_place table, struct pci_msix_place pba);

/*
 * Takes up the MSI-X capability that is already in config space, if there is one. Returns 0 or
 * -ENOMEM.
 */
int pci_function_take_msix(struct pci_function *function);

/* Ends the declaration: a reset restores the present state. */
void pci_function_seal(struct pci_function *function);

/* Frees the memory of the function, but not FUNCTION itself. */
void pci_function_free(struct pci_function *function);

/*
 * Access LEN bytes of config space at OFFSET, with side effects. The range must be within config
 * space (pci_config_within()).
 */
void pci_function_config_read(const struct pci_function *function, unsigned int offset, void *data,
			      size_t len);
void pci_function_config_write(struct pci_function *function, unsigned int offset, const void *data,
			       size_t len);

/*
 * Resets the function at once: config space, MSI-X table, pending bits and INTx are as after
 * power-on.
 */
void pci_function_reset(struct pci_function *function, enum pci_reset reset);

/*
 * Return true if COMMAND and the power state allow BARs (memory or IO) to respond, or the function
 * to send DMA and messages.
 */
bool pci_function_answers(const struct pci_function *function, bool io);
bool pci_function_is_master(const struct pci_function *function);

/* Returns the declared number of vectors of KIND. */
unsigned int pci_function_vectors(const struct pci_function *function, enum pci_irq kind);

/*
 * Sends a message. Returns 0 if it was sent, or is masked and therefore pending. Returns -EINVAL if
 * software has not enabled the vector, or -EIO if bus mastering is disabled; the message is then
 * lost, as on real hardware.
 */
int pci_function_message(struct pci_function *function, enum pci_irq kind, unsigned int vector);

/*
 * Asserts or deasserts INTx. It is sent unless DisINTx is set or MSI or MSI-X is enabled; STATUS
 * always shows it.
 */
void pci_function_intx(struct pci_function *function, bool asserted);

/*
 * Sends pending messages that the other side of the wire no longer holds back. Needed only if the
 * wire does not send them by itself.
 */
void pci_function_flush(struct pci_function *function);

/*
 * Handle an access to a BAR that may contain the MSI-X table or PBA. Return true if all LEN bytes
 * at OFFSET belong to them. Software must access both by aligned double words (PCI 3.0, 6.8.2.1);
 * other accesses to them read 0 and write nothing.
 */
bool pci_msix_read(struct pci_function *function, unsigned int bar, uint64_t offset, void *data,
		   size_t len);
bool pci_msix_write(struct pci_function *function, unsigned int bar, uint64_t offset,
		    const void *data, size_t len);

/* Initialises the vital product data: a name, a serial number and a writable field. */
void pci_vpd_init(struct pci_function *function);

/*
 * Carries out a transfer after a write to the capability's address register. It completes at once.
 */
void pci_vpd_transfer(struct pci_function *function);

/* Send pending messages that are no longer masked. */
void pci_msix_flush(struct pci_function *function);
void pci_msi_flush(struct pci_function *function);

#endif
