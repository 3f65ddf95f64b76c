/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a device model says of itself. A model is one file in lab/devices/, which ends in
 *
 *	DEVICE_MODEL(lamp, .summary = "a lamp",
 *		     .shape = {.ids = {...}, .bars = {[0] = BAR_MMIO(...)},
 *			       .caps = {CAP_MSI(1), ...}},
 *		     .state_size = sizeof(struct lamp), .reset = lamp_reset);
 *
 * and is found by its place. lab/devices/example.c is a complete one, docs/device-model.md explains
 * it.
 */
#ifndef LAB_DEVICES_LIB_MODEL_H
#define LAB_DEVICES_LIB_MODEL_H

#include "lab/devices/lib/param.h"

#include "lab/base/buf.h"
#include "lab/pci/function.h"

#include <linux/pci_regs.h>

#define SZ_4K  0x1000ull
#define SZ_64K 0x10000ull
#define SZ_1M  0x100000ull

struct device;

/*
 * Registers behind a BAR. LEN is 1, 2 or 4, or 8 with `wide', and OFFSET a multiple of it; wider or
 * odd accesses of software come in such pieces, in the order of their addresses. May raise
 * interrupts and do DMA.
 */
struct bar_ops {
	uint64_t (*read)(struct device *device, uint64_t offset, unsigned int len);
	void (*write)(struct device *device, uint64_t offset, uint64_t value, unsigned int len);
	bool wide;
};

struct device_bar {
	uint64_t size;		   /* in bytes, a power of two; 0: there is none */
	uint32_t flags;		   /* PCI_BASE_ADDRESS_* */
	const struct bar_ops *ops; /* NULL: memory, which the client may map where it fills pages */
};

#define BAR_MMIO(size, ops) {(size), 0, (ops)}
#define BAR_IO(size, ops)   {(size), PCI_BASE_ADDRESS_SPACE_IO, (ops)}
#define BAR_RAM(size)	    {(size), 0, NULL}
#define BAR_RAM64(size)	    {(size), BAR_64BIT, NULL}
#define BAR_64BIT	    (PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH)

enum cap_kind {
	CAP_KIND_NONE,
	CAP_KIND_PM,
	CAP_KIND_MSI,
	CAP_KIND_MSIX,
	CAP_KIND_PCIE,
	CAP_KIND_VENDOR,
	CAP_KIND_AER,
	CAP_KIND_ATS,
	CAP_KIND_SERIAL,
	CAP_KIND_AF,
	CAP_KIND_VPD,
	CAP_KIND_OTHER,
	CAP_KIND_OTHER_EXTENDED,
};

#define CAP_CONTENT_MOST 16

struct device_cap {
	enum cap_kind kind;
	unsigned int count; /* vectors, or bytes of a vendor-specific one */
	unsigned int bar;   /* where the MSI-X table and PBA are: a BAR that nothing else is in */
	bool option;	    /* PM: No_Soft_Reset; MSI: per-vector masking; PCIe: FLR */
	uint16_t
		/*
		 * Of one that the library knows nothing of: `count' bytes, read-only, follow its
		 * header.
		 */
		id;
	uint8_t content[CAP_CONTENT_MOST]; /* and begin with these; the others are 0 */
};

#define CAP_PM()	      {.kind = CAP_KIND_PM}
#define CAP_PM_NO_RESET()     {.kind = CAP_KIND_PM, .option = true}
#define CAP_MSI(vectors)      {.kind = CAP_KIND_MSI, .count = (vectors)}
#define CAP_MSI_MASK(vectors) {.kind = CAP_KIND_MSI, .count = (vectors), .option = true}
#define CAP_MSIX(vectors, in) {.kind = CAP_KIND_MSIX, .count = (vectors), .bar = (in)}
#define CAP_PCIE()	      {.kind = CAP_KIND_PCIE}
#define CAP_PCIE_FLR()	      {.kind = CAP_KIND_PCIE, .option = true}
#define CAP_VENDOR(bytes)     {.kind = CAP_KIND_VENDOR, .count = (bytes)}
#define CAP_AER()	      {.kind = CAP_KIND_AER}
#define CAP_ATS()	      {.kind = CAP_KIND_ATS}
#define CAP_SERIAL()	      {.kind = CAP_KIND_SERIAL}

#define DEVICE_CAPS 16

/* What a device is declared as: the model's own, until parameters and setup have changed it. */
struct device_shape {
	struct pci_ids ids;
	uint8_t pin; /* 1 for INTA#; 0: no INTx */
	struct device_bar bars[PCI_BARS];
	uint64_t rom; /* bytes of expansion ROM; 0: there is none */
	struct device_cap caps[DEVICE_CAPS];
	unsigned int caps_limit; /* capabilities lie below this offset; 0: anywhere */
};

struct device_model {
	const char *name;
	const char *summary;
	const char *registers; /* for --help: what software finds behind the BARs, a line each */
	struct device_shape shape;
	const struct param *params; /* its own, ended by one without a name; NULL: none */
	size_t params_size;	    /* of the struct that they fill in */
	size_t state_size;	    /* of what device_state() gives, zeroed at the start */

	/*
	 * Change SHAPE as PARAMS (the struct that the parameters filled in) ask. 0, or -errno with
	 * the reason in WHY. NULL: nothing to do.
	 */
	int (*setup)(struct device_shape *shape, const void *params, struct buf *why);

	/*
	 * Bring what is the model's own into the state after RESET: called once before anything
	 * else, with PCI_RESET_BUS, and then for every reset, with config space and interrupts
	 * already reset.
	 */
	void (*reset)(struct device *device, enum pci_reset reset);

	/* Software wrote to config space, and it has taken effect. */
	void (*config_written)(struct device *device, unsigned int offset, size_t len);
};

#define DEVICE_MODEL(id, ...)                                                                      \
	static const struct device_model device_model_##id = {.name = #id, __VA_ARGS__};           \
	static const struct device_model *const device_model_##id##_entry                          \
		__attribute__((used, section("device_models"))) = &device_model_##id

/* What a model's functions may call. */

void *device_state(struct device *device);
const void *device_params(const struct device *device);

/* Config space, to look at, or to change behind software's back. */
struct pci_config *device_config(struct device *device);

/*
 * The memory behind BAR, or behind the expansion ROM with PCI_BAR_ROM, and its size; NULL where it
 * has registers.
 */
void *device_memory(struct device *device, unsigned int bar, uint64_t *size);

/* How many vectors of KIND the device was declared with. */
unsigned int device_vectors(const struct device *device, enum pci_irq kind);

/* As pci_function_message and pci_function_intx. */
int device_message(struct device *device, enum pci_irq kind, unsigned int vector);
void device_intx(struct device *device, bool asserted);

/*
 * DMA of LEN bytes. 0; -EIO where the device is no bus master; -EFAULT outside of what is mapped;
 * and the errors of vfu_dma_read. May block until the client answers.
 */
int device_dma_read(struct device *device, uint64_t iova, void *data, size_t len);
int device_dma_write(struct device *device, uint64_t iova, const void *data, size_t len);

/* How many resets of a kind there were since the device was started. */
unsigned int device_resets(const struct device *device, enum pci_reset reset);

#endif
