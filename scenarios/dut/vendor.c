// SPDX-License-Identifier: GPL-2.0-only
/* vendor: the lab's model of a device that migrates. Registers: lab/devices/vendor-regs.h */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"
#include "lab/devices/vendor-regs.h"

#include <errno.h>

#define MARK 0x6d61726bu

/* The read that follows flushes the write: the interrupt is on its way. */
static int perform(struct dut *dut, enum vendor_reg reg, uint32_t value)
{
	uint32_t err = 0;
	int failed = bar_write32(dut, 0, reg, value);

	if (!failed)
		failed = bar_read32(dut, 0, VENDOR_IO_RESULT, &err);
	return failed ? failed : -(int)err;
}

static int set_level(struct dut *dut, uint32_t level)
{
	uint32_t now;
	int err = bar_write32(dut, 0, VENDOR_INTX, level);

	return err ? err : bar_read32(dut, 0, VENDOR_INTX, &now);
}

static int vendor_ack(struct dut *dut)
{
	return set_level(dut, 0);
}

static int vendor_start(struct dut *dut)
{
	uint32_t id;
	int err = bar_read32(dut, 0, VENDOR_ID, &id);

	if (!err && id != VENDOR_ID_VALUE)
		err = -ENODEV;
	if (!err)
		err = bar_write32(dut, 0, VENDOR_RING_PAGES, 0);
	return err ? err : vendor_ack(dut);
}

static void vendor_stop(struct dut *dut)
{
	bar_write32(dut, 0, VENDOR_RING_PAGES, 0);
	vendor_ack(dut);
}

static int vendor_trigger(struct dut *dut, enum irq_kind kind, unsigned int vector)
{
	if (kind == IRQ_MSIX)
		return perform(dut, VENDOR_TRIGGER, vector);
	return kind == IRQ_INTX && !vector ? set_level(dut, 1) : -EINVAL;
}

static int vendor_dma(struct dut *dut, uint64_t to, uint64_t from, size_t len)
{
	const struct bar_value copy[] = {
		{VENDOR_COPY_FROM, (uint32_t)from},
		{VENDOR_COPY_FROM + 4, (uint32_t)(from >> 32)},
		{VENDOR_COPY_TO, (uint32_t)to},
		{VENDOR_COPY_TO + 4, (uint32_t)(to >> 32)},
	};
	int err = bar_write_list(dut, 0, copy, ARRAY_SIZE(copy));

	return err ? err : perform(dut, VENDOR_COPY_LEN, (uint32_t)len);
}

static int vendor_mark(struct dut *dut)
{
	return bar_write32(dut, 0, VENDOR_MARK, MARK);
}

static int vendor_marked(struct dut *dut)
{
	uint32_t mark;
	int err = bar_read32(dut, 0, VENDOR_MARK, &mark);

	return err ? err : mark == MARK;
}

/* BAR2 is plain memory. */
DUT_DRIVER(vendor, .vendor = VENDOR_VENDOR, .device = VENDOR_DEVICE,
	   .triggers = IRQ_BIT(IRQ_INTX) | IRQ_BIT(IRQ_MSIX), .start = vendor_start,
	   .stop = vendor_stop, .trigger = vendor_trigger, .ack = vendor_ack, .dma = vendor_dma,
	   .dma_fails = true, .dma_mask = (1ull << 39) - 1, .dma_max = VENDOR_COPY_MAX,
	   .mark = vendor_mark, .marked = vendor_marked,
	   .scratch = {.bar = 2, .len = DUT_WHOLE_BAR});
