/* SPDX-License-Identifier: GPL-2.0-only */
/* The device under test, and the drivers that make it do things. */
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
	IRQ_KINDS = VFIO_PCI_NUM_IRQS, /* no kind: the first index that PCI devices do not have */
};

#define IRQ_BIT(kind) (1u << (kind))

/* "intx", "msi", ... */
const char *irq_name(enum irq_kind kind);

/* A part of a BAR that keeps what is written to it, in units of 32 bits, and does nothing else. */
struct dut_scratch {
	unsigned int bar;
	uint64_t offset;
	uint64_t len;  /* in bytes; 0: there is none; DUT_WHOLE_BAR: to its end */
	uint32_t mask; /* the bits that are kept; 0 stands for all */
};

#define DUT_WHOLE_BAR UINT64_MAX

static inline uint32_t scratch_mask(const struct dut_scratch *scratch)
{
	return scratch->mask ? scratch->mask : UINT32_MAX;
}

/*
 * What the lab knows of one kind of device: how to make it do things from user
 * space, over VFIO. Every operation returns 0 or -errno; -ETIMEDOUT where
 * the device did not do its part. One that is NULL the device does not have.
 */
struct dut_driver {
	const char *name;
	uint16_t vendor, device;
	bool vf; /* it drives VFs, which may share their IDs with their PF, but not its registers */

	/* The kinds of interrupt that trigger can raise, as IRQ_BIT()s. */
	unsigned int triggers;

	/*
	 * Bring the device from whatever state to one where it is idle and the operations below
	 * work. Called with memory and bus master on, and before any interrupt is enabled. May wait
	 * for the device; may raise interrupts of its own.
	 */
	int (*start)(struct dut *dut);

	/*
	 * End all activity of the device, its DMA above all. Called after start, also if that
	 * failed.
	 */
	void (*stop)(struct dut *dut);

	/*
	 * Raise VECTOR of KIND exactly once, and no other. Does not wait for its delivery. INTx
	 * stays asserted until acknowledged.
	 */
	int (*trigger)(struct dut *dut, enum irq_kind kind, unsigned int vector);

	/*
	 * How many vectors of KIND, from the first on, trigger can raise once started. NULL: all
	 * there are.
	 */
	unsigned int (*vectors)(struct dut *dut, enum irq_kind kind);

	/*
	 * Take back what was triggered: INTx is deasserted on return. Raises nothing. NULL: nothing
	 * stays.
	 */
	int (*ack)(struct dut *dut);

	/*
	 * Have the device copy LEN bytes (at most dma_most) between IOVAs. The data are there on
	 * return. Raises no interrupt. IOVAs must lie within DMA_MASK.
	 */
	int (*dma)(struct dut *dut, uint64_t to, uint64_t from, size_t len);
	uint64_t dma_mask;
	size_t dma_most;

	/* Put the device into a state that only a reset undoes. */
	int (*mark)(struct dut *dut);

	/* Whether it is in that state: 1 or 0. */
	int (*marked)(struct dut *dut);

	/*
	 * Leaving D3hot, which its PM capability says is a reset (NoSoftRst-), leaves it in that
	 * state.
	 */
	bool d3hot_keeps;

	struct dut_scratch scratch;
};

struct dut {
	const char *name; /* as the machine calls it */
	char address[PCI_ADDRESS];
	const struct dut_driver *driver; /* never NULL */
	/* The lab's device model that it is (docs/device-model.md); NULL: none. */
	const char *model;
	/* The kernel driver that serves it to VFIO: "vfio-pci", or a variant. */
	const char *vfio_driver;
	struct vfio vfio;	/* closed where the scenario asked for an unbound DUT */
	const char *properties; /* what needs are matched against; scenario/lib/needs.h */
	int host;		/* where request_host() asks; scenarios/lib/host.h */
	unsigned int wait_ms;	/* how long to wait for what should happen at once */
	bool started;
	uint16_t command; /* config COMMAND before it was started */
	void *state;	  /* the DUT driver's own, freed by its stop */
	uint64_t next_iova;
};

/* Register a DUT driver: DUT_DRIVER(edu, .vendor = 0x1234, ...); */
#define DUT_DRIVER(id, ...)                                                                        \
	static const struct dut_driver dut_driver_##id = {.name = #id, __VA_ARGS__};               \
	static const struct dut_driver *const dut_driver_##id##_entry                              \
		__attribute__((used, section("dut_drivers"))) = &dut_driver_##id

/*
 * The DUT driver for the device at ADDRESS; "generic", which can do nothing, where there is none.
 */
const struct dut_driver *dut_driver_for(const char *address);

/* Add to NAMES those of all DUT drivers, "generic" included. */
void dut_driver_names(struct list *names);

/*
 * The operations, as scenarios call them. -EOPNOTSUPP where the driver has none. dut_start turns on
 * memory and bus master, and must come before the others; what it did is undone when the case ends.
 */
int dut_start(struct dut *dut);
int dut_trigger(struct dut *dut, enum irq_kind kind, unsigned int vector);
unsigned int dut_vectors(struct dut *dut, enum irq_kind kind);
int dut_ack(struct dut *dut);
int dut_dma(struct dut *dut, uint64_t to, uint64_t from, size_t len);
int dut_mark(struct dut *dut);
int dut_marked(struct dut *dut);

/* Stop the device, where it was started, and give it its COMMAND back. */
void dut_stop(struct dut *dut);

/* VFIO_DEVICE_RESET. 0 or -errno. Blocks. */
int dut_reset(struct dut *dut);

/* VFIO_DEVICE_GET_INFO. 0 or -errno. */
int dut_info(struct dut *dut, struct vfio_device_info *info);

#endif
