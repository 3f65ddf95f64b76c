/* SPDX-License-Identifier: GPL-2.0-only */
/* The device under test, and the drivers that operate it. */
#ifndef SCENARIOS_LIB_DUT_DUT_H
#define SCENARIOS_LIB_DUT_DUT_H

#include "lab/base/list.h"
#include "scenarios/lib/pci/pci.h"
#include "scenarios/lib/vfio/vfio.h"

#include <stdbool.h>
#include <stdint.h>

struct dut;

/* Interrupts of a VFIO PCI device: the indices of VFIO_DEVICE_SET_IRQS. */
enum irq_kind {
	IRQ_INTX = VFIO_PCI_INTX_IRQ_INDEX,
	IRQ_MSI = VFIO_PCI_MSI_IRQ_INDEX,
	IRQ_MSIX = VFIO_PCI_MSIX_IRQ_INDEX,
	IRQ_ERR = VFIO_PCI_ERR_IRQ_INDEX,
	IRQ_REQ = VFIO_PCI_REQ_IRQ_INDEX,
	IRQ_KINDS = VFIO_PCI_NUM_IRQS, /* their number, and the first invalid index */
};

#define IRQ_BIT(kind) (1u << (kind))

/* "intx", "msi", ... */
const char *irq_name(enum irq_kind kind);

/* Part of a BAR that stores what is written, in units of 32 bits, without side effects. */
struct dut_scratch {
	unsigned int bar;
	uint64_t offset;
	uint64_t len;  /* in bytes; 0: no scratch area; DUT_WHOLE_BAR: to the BAR's end */
	uint32_t mask; /* the bits that are stored; 0 means all */
};

#define DUT_WHOLE_BAR UINT64_MAX

static inline uint32_t scratch_mask(const struct dut_scratch *scratch)
{
	return scratch->mask ? scratch->mask : UINT32_MAX;
}

/*
 * A driver for one kind of device: operates it from user space, over VFIO. Every operation returns
 * 0 or -errno, -ETIMEDOUT if the device did not respond. An operation that the device does not
 * support is NULL.
 */
struct dut_driver {
	const char *name;
	const char *file;
	unsigned int line;
	uint16_t vendor, device;
	bool vf; /* for VFs, which may have the IDs of their PF but not its registers */

	/* The kinds of interrupt that trigger can raise, as IRQ_BIT()s. */
	unsigned int triggers;

	/*
	 * Bring the device from any state to one in which it is idle and the operations below work.
	 * Called with memory and bus master enabled, before any interrupt is enabled. May wait for
	 * the device; may raise interrupts.
	 */
	int (*start)(struct dut *dut);

	/*
	 * End all activity of the device, above all its DMA. Called after start, even if that
	 * failed.
	 */
	void (*stop)(struct dut *dut);

	/*
	 * Raise VECTOR of KIND exactly once, and no other. Does not wait for its delivery. INTx
	 * stays asserted until acknowledged.
	 */
	int (*trigger)(struct dut *dut, enum irq_kind kind, unsigned int vector);

	/*
	 * Returns how many vectors of KIND, from the first on, trigger can raise once started.
	 * NULL: all vectors.
	 */
	unsigned int (*vectors)(struct dut *dut, enum irq_kind kind);

	/*
	 * Acknowledge a trigger: INTx is deasserted on return. Raises no interrupt. NULL: there is
	 * nothing to acknowledge.
	 */
	int (*ack)(struct dut *dut);

	/*
	 * Have the device copy LEN bytes (at most dma_max) between IOVAs. The data have arrived on
	 * return. Raises no interrupt. IOVAs must lie within DMA_MASK.
	 */
	int (*dma)(struct dut *dut, uint64_t to, uint64_t from, size_t len);

	/* dma fails if memory is not mapped: the device notices. Implied if the DUT has a model. */
	bool dma_fails;
	uint64_t dma_mask;
	size_t dma_max;

	/* Put the device into a state that only a reset clears. */
	int (*mark)(struct dut *dut);

	/* Returns 1 if the device is in that state, 0 if not. */
	int (*marked)(struct dut *dut);

	/*
	 * Leaving D3hot does not clear that state, although the PM capability (NoSoftRst-) declares
	 * it a reset.
	 */
	bool d3hot_keeps;

	struct dut_scratch scratch;
};

struct dut {
	const char *name; /* its name in the machine */
	char address[PCI_ADDRESS];
	const struct dut_driver *driver; /* never NULL */
	/* The lab's device model behind it (docs/device-model.md); NULL: none. */
	const char *model;
	/* The kernel driver that serves it to VFIO: "vfio-pci", or a variant. */
	const char *vfio_driver;
	enum mode mode;		/* in which the case opens devices */
	struct vfio vfio;	/* closed if the scenario needs an unbound DUT */
	const char *properties; /* the words that needs are matched against; lab/base/needs.h */
	int host;		/* the socket of request_host(); scenarios/lib/host.h */
	unsigned int wait_ms;	/* how long to wait for something that should happen at once */
	bool started;
	uint16_t command; /* config COMMAND before it was started */
	void *state;	  /* private data of the DUT driver, freed by its stop */
	uint64_t next_iova;
};

/* Register a DUT driver: DUT_DRIVER(edu, .vendor = 0x1234, ...); */
#define DUT_DRIVER(id, ...)                                                                        \
	static const struct dut_driver dut_driver_##id = {                                         \
		.name = #id, .file = __FILE__, .line = __LINE__, __VA_ARGS__};                     \
	static const struct dut_driver *const dut_driver_##id##_entry                              \
		__attribute__((used, section("dut_drivers"))) = &dut_driver_##id

/*
 * Returns the DUT driver for the device at ADDRESS, or "generic", which has no operations. MODEL is
 * the device model behind it, or NULL: that of a dump only looks like its device.
 */
const struct dut_driver *dut_driver_for(const char *address, const char *model);

/*
 * Returns "FILE:LINE: error: ..." if two DUT drivers have the same name, or serve the same devices,
 * or NULL. The caller frees it.
 */
char *dut_driver_error(void);

/* Add the names of all DUT drivers to NAMES, "generic" included. */
void dut_driver_names(struct list *names);

/*
 * The operations, as scenarios call them. They return -EOPNOTSUPP if the driver lacks the
 * operation. dut_start enables memory and bus master and must precede the others; it is undone at
 * the end of the case.
 */
int dut_start(struct dut *dut);
int dut_trigger(struct dut *dut, enum irq_kind kind, unsigned int vector);
unsigned int dut_vectors(struct dut *dut, enum irq_kind kind);
int dut_ack(struct dut *dut);
int dut_dma(struct dut *dut, uint64_t to, uint64_t from, size_t len);
int dut_mark(struct dut *dut);
int dut_marked(struct dut *dut);

/* Stop the device if it was started, and restore its COMMAND register. */
void dut_stop(struct dut *dut);

/* VFIO_DEVICE_RESET. Returns 0 or -errno. Blocks. */
int dut_reset(struct dut *dut);

/* VFIO_DEVICE_GET_INFO. Returns 0 or -errno. */
int dut_info(struct dut *dut, struct vfio_device_info *info);

#endif
