// SPDX-License-Identifier: GPL-2.0-only
/* testdev: the lab's own device model. Registers: lab/devices/testdev-regs.h */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"
#include "lab/devices/testdev-regs.h"

#include <errno.h>

#define MARK 0x6d61726bu

/* The read that follows flushes the write: the interrupt is on its way. */
static int perform(struct dut *dut, enum testdev_reg reg, uint32_t value, enum testdev_reg result)
{
	uint32_t err = 0;
	int failed = bar_write32(dut, 0, reg, value);

	if (!failed)
		failed = bar_read32(dut, 0, result, &err);
	return failed ? failed : -(int)err;
}

static int testdev_ack(struct dut *dut)
{
	uint32_t level;
	int err = bar_write32(dut, 0, TESTDEV_INTX, 0);

	return err ? err : bar_read32(dut, 0, TESTDEV_INTX, &level);
}

static int testdev_start(struct dut *dut)
{
	uint32_t id;
	int err = bar_read32(dut, 0, TESTDEV_ID, &id);

	if (!err && id != TESTDEV_ID_VALUE)
		err = -ENODEV;
	return err ? err : testdev_ack(dut);
}

static void testdev_stop(struct dut *dut)
{
	testdev_ack(dut);
}

static int testdev_trigger(struct dut *dut, enum irq_kind kind, unsigned int vector)
{
	uint32_t level;
	int err;

	switch (kind) {
	case IRQ_INTX:
		err = vector ? -EINVAL : bar_write32(dut, 0, TESTDEV_INTX, 1);
		return err ? err : bar_read32(dut, 0, TESTDEV_INTX, &level);
	case IRQ_MSI:
		return perform(dut, TESTDEV_MSI, vector, TESTDEV_IRQ_RESULT);
	case IRQ_MSIX:
		return perform(dut, TESTDEV_MSIX, vector, TESTDEV_IRQ_RESULT);
	default:
		return -EINVAL;
	}
}

static int testdev_dma(struct dut *dut, uint64_t to, uint64_t from, size_t len)
{
	const struct bar_value copy[] = {
		{TESTDEV_DMA_FROM, (uint32_t)from}, {TESTDEV_DMA_FROM + 4, (uint32_t)(from >> 32)},
		{TESTDEV_DMA_TO, (uint32_t)to},	    {TESTDEV_DMA_TO + 4, (uint32_t)(to >> 32)},
		{TESTDEV_DMA_LEN, (uint32_t)len},
	};
	int err = bar_write_list(dut, 0, copy, ARRAY_SIZE(copy));

	return err ? err : perform(dut, TESTDEV_DMA_CMD, TESTDEV_DMA_COPY, TESTDEV_DMA_RESULT);
}

static int testdev_mark(struct dut *dut)
{
	return bar_write32(dut, 0, TESTDEV_MARK, MARK);
}

static int testdev_marked(struct dut *dut)
{
	uint32_t mark;
	int err = bar_read32(dut, 0, TESTDEV_MARK, &mark);

	return err ? err : mark == MARK;
}

/* BAR2 is plain memory. */
DUT_DRIVER(vfiolab_testdev, .vendor = TESTDEV_VENDOR, .device = TESTDEV_DEVICE,
	   .triggers = IRQ_BIT(IRQ_INTX) | IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_MSIX),
	   .start = testdev_start, .stop = testdev_stop, .trigger = testdev_trigger,
	   .ack = testdev_ack, .dma = testdev_dma, .dma_fails = true, .dma_mask = (1ull << 39) - 1,
	   .dma_max = TESTDEV_DMA_MAX, .mark = testdev_mark, .marked = testdev_marked,
	   .scratch = {.bar = 2, .len = DUT_WHOLE_BAR});
