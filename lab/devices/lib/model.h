/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interface of device models. A model is one file in lab/devices/, which ends in
 *
 *	DEVICE_MODEL(lamp, .summary = "a lamp",
 *		     .shape = {.ids = {...}, .bars = {[0] = BAR_MMIO(...)},
 *			       .caps = {CAP_MSI(1), ...}},
 *		     .state_size = sizeof(struct lamp), .reset = lamp_reset);
 *
 * The build includes every file in that folder. lab/devices/example.c is a complete model;
 * docs/device-model.md explains it.
 */
#ifndef LAB_DEVICES_LIB_MODEL_H
#define LAB_DEVICES_LIB_MODEL_H

#include "lab/devices/lib/param.h"

#include "lab/base/buf.h"
#include "lab/pci/function.h"
#include "lab/pci/image.h"

#include <linux/pci_regs.h>

#define SZ_4K  0x1000ull
#define SZ_64K 0x10000ull
#define SZ_1M  0x100000ull

struct device;

/* The name of a register of a BAR, in traces: docs/trace.md. */
struct register_name {
	uint64_t offset; /* bytes, within the BAR */
	const char *name;
	uint64_t end; /* of an array of registers, in bytes; 0: one register of 4 bytes */
};

/* TESTDEV_MARK as "MARK", and TESTDEV_SCRATCH to TESTDEV_SCRATCH_END as "SCRATCH+n" */
#define REGISTER(prefix, name)	{prefix##name, #name, 0}
#define REGISTERS(prefix, name) {prefix##name, #name, prefix##name##_END}
#define REGISTERS_END		{0, NULL, 0}

/*
 * Registers behind a BAR. LEN is 1, 2 or 4 bytes (also 8 if `wide'), and OFFSET is a multiple of
 * LEN. Wider or unaligned accesses of software are split into such pieces, in ascending order. The
 * functions may raise interrupts and do DMA.
 */
struct bar_ops {
	uint64_t (*read)(struct device *device, uint64_t offset, unsigned int len);
	void (*write)(struct device *device, uint64_t offset, uint64_t value, unsigned int len);
	bool wide;
	const struct register_name *names; /* ended by REGISTERS_END; NULL: none */
};

struct device_bar {
	uint64_t size;	/* bytes, a power of two; 0: no BAR */
	uint32_t flags; /* PCI_BASE_ADDRESS_* */
	/* NULL: memory, which the client may map if it fills whole pages */
	const struct bar_ops *ops;
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
	CAP_KIND_SRIOV,
	CAP_KIND_OTHER,
	CAP_KIND_OTHER_EXTENDED,
};

#define CAP_CONTENT_MAX 16

struct device_cap {
	enum cap_kind kind;
	unsigned int count; /* vectors, VFs, or bytes of a vendor-specific capability */
	unsigned int bar;   /* BAR of the MSI-X table and PBA, used for nothing else */
	bool option;	    /* PM: No_Soft_Reset; MSI: per-vector masking; PCIe: FLR */
	/* SR-IOV: device ID of VFs. CAP_KIND_OTHER*: ID; `count' read-only bytes follow. */
	uint16_t id;
	uint8_t content[CAP_CONTENT_MAX]; /* first bytes after the header; the rest is 0 */
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

/*
 * Identity, BARs and capabilities of a device. The model's declaration, which parameters and
 * setup() may change.
 */
struct device_shape {
	struct pci_ids ids;
	uint8_t pin; /* 1 for INTA#; 0: no INTx */
	struct device_bar bars[PCI_BARS];
	uint64_t rom;		    /* bytes of expansion ROM; 0: none */
	bool vf;		    /* a virtual function: docs/device-model.md */
	struct pci_vf_bars vf_bars; /* of each VF, for CAP_KIND_SRIOV */
	struct device_cap caps[DEVICE_CAPS];
	unsigned int caps_limit; /* end of the space for capabilities; 0: no limit */
	/*
	 * Config space as bytes, instead of ids, pin and caps. setup allocates it, and the device
	 * frees it. BARs and ROM are declared above as usual. NULL: not used.
	 */
	struct pci_image *image;
	/* What setup made for the model: device_data(). The model's release frees it. */
	void *data;
};

struct device_model {
	const char *name;
	const char *file;
	unsigned int line;
	const char *summary;
	const char *registers; /* for --help: the content of the BARs, one per line */
	struct device_shape shape;
	const struct param *params; /* terminated by one without a name; NULL: none */
	size_t params_size;	    /* of the struct that the parameters fill in */
	size_t state_size;	    /* of device_state(), zeroed at creation */

	/*
	 * Adapts SHAPE to PARAMS, the struct that the parameters filled in. Returns 0, or -errno
	 * with a message in WHY. NULL if there is nothing to adapt.
	 */
	int (*setup)(struct device_shape *shape, const void *params, struct buf *why);

	/*
	 * Puts the model's state into the state after RESET. Called first with PCI_RESET_BUS when
	 * the device is created, then for every reset, after config space and interrupts have been
	 * reset.
	 */
	void (*reset)(struct device *device, enum pci_reset reset);

	/*
	 * Called after accesses have been answered. DMA to the BARs of other devices is possible
	 * only here: QEMU does not serve it while it waits for an answer. NULL: not needed.
	 */
	void (*answered)(struct device *device);

	/* Called after a write to config space has taken effect. */
	void (*config_written)(struct device *device, unsigned int offset, size_t len);

	/* Called after a read of config space. May change DATA, the LEN bytes that it returns. */
	void (*config_read)(struct device *device, unsigned int offset, uint8_t *data, size_t len);

	/* Frees DATA, which setup made; it may be NULL. */
	void (*release)(void *data);

	/* The faults that it asks for by device_fault(), separated by blanks; NULL: none. */
	const char *faults;
};

#define DEVICE_MODEL(id, ...)                                                                      \
	static const struct device_model device_model_##id = {                                     \
		.name = #id, .file = __FILE__, .line = __LINE__, __VA_ARGS__};                     \
	static const struct device_model *const device_model_##id##_entry                          \
		__attribute__((used, section("device_models"))) = &device_model_##id

/* Functions that a model may call. */

void *device_state(struct device *device);
const void *device_params(const struct device *device);
void *device_data(struct device *device);

/* Returns config space, to read it or to change it without a write by software. */
struct pci_config *device_config(struct device *device);

/*
 * Returns the memory behind BAR, or behind the expansion ROM for PCI_BAR_ROM, and stores its size
 * in bytes in *SIZE. Returns NULL if the BAR has registers.
 */
void *device_memory(struct device *device, unsigned int bar, uint64_t *size);

/* Returns the number of vectors of KIND that the device has. */
unsigned int device_vectors(const struct device *device, enum pci_irq kind);

/* See pci_function_message() and pci_function_intx(). */
int device_message(struct device *device, enum pci_irq kind, unsigned int vector);
void device_intx(struct device *device, bool asserted);

/*
 * Reads or writes LEN bytes by DMA. Returns 0, -EIO if bus mastering is disabled, -EFAULT if the
 * range is not mapped, or an error of vfu_dma_read(). May block until the client answers.
 */
int device_dma_read(struct device *device, uint64_t iova, void *data, size_t len);
int device_dma_write(struct device *device, uint64_t iova, const void *data, size_t len);

/*
 * Writes a line to the device's trace, if there is one: something that only the model can tell
 * (docs/trace.md). Does not block.
 */
void device_note(struct device *device, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Returns true if the fault NAME, one of the model's `faults', is armed and fires now; stores its
 * argument `value' in *VALUE. Leaves *VALUE unchanged otherwise. Does not block.
 */
bool device_fault(struct device *device, const char *name, uint64_t *value);

/* Returns the number of resets of kind RESET since the device was started. */
unsigned int device_resets(const struct device *device, enum pci_reset reset);

#endif
