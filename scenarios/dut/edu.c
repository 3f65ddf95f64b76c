// SPDX-License-Identifier: GPL-2.0-only
/* edu: QEMU's educational device. Registers: QEMU's docs/specs/edu.rst */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"

#include <errno.h>

enum edu_reg {
	EDU_STATUS = 0x20,
	EDU_IRQ_STATUS = 0x24,
	EDU_IRQ_RAISE = 0x60,
	EDU_IRQ_ACK = 0x64,
	EDU_DMA_FROM = 0x80,
	EDU_DMA_TO = 0x88,
	EDU_DMA_COUNT = 0x90,
	EDU_DMA_CMD = 0x98,
};

enum edu_dma {
	EDU_DMA_RUN = 1 << 0,
	EDU_DMA_TO_HOST = 1 << 1,
};

#define EDU_BUFFER	0x40000 /* in the device's own address space */
#define EDU_BUFFER_SIZE 4096

static int edu_read(struct dut *dut, enum edu_reg reg, uint32_t *value)
{
	return bar_read32(dut, 0, reg, value);
}

static int edu_write(struct dut *dut, enum edu_reg reg, uint32_t value)
{
	return bar_write32(dut, 0, reg, value);
}

static int edu_ack(struct dut *dut)
{
	return edu_write(dut, EDU_IRQ_ACK, UINT32_MAX);
}

/* Wait for the end of an earlier user's copy, because nothing can stop it. */
static int edu_start(struct dut *dut)
{
	int err = edu_write(dut, EDU_STATUS, 0);

	if (!err)
		err = bar_wait32(dut, 0, EDU_DMA_CMD, EDU_DMA_RUN, 0);
	return err ? err : edu_ack(dut);
}

static void edu_stop(struct dut *dut)
{
	bar_wait32(dut, 0, EDU_DMA_CMD, EDU_DMA_RUN, 0);
	edu_ack(dut);
}

/* The read flushes the write before it: the interrupt is on its way when this returns. */
static int edu_trigger(struct dut *dut, enum irq_kind kind __attribute__((unused)),
		       unsigned int vector)
{
	uint32_t status;
	int err;

	if (vector)
		return -EINVAL;
	err = edu_write(dut, EDU_IRQ_RAISE, 1);
	return err ? err : edu_read(dut, EDU_IRQ_STATUS, &status);
}

static int edu_copy(struct dut *dut, uint32_t from, uint32_t to, size_t len, uint32_t direction)
{
	const struct bar_value copy[] = {
		{EDU_DMA_FROM, from},
		{EDU_DMA_TO, to},
		{EDU_DMA_COUNT, (uint32_t)len},
		{EDU_DMA_CMD, EDU_DMA_RUN | direction},
	};
	int err = bar_write_list(dut, 0, copy, ARRAY_SIZE(copy));

	if (err)
		return err;
	return bar_wait32(dut, 0, EDU_DMA_CMD, EDU_DMA_RUN, 0);
}

/* Copy into the device's buffer and out of it. */
static int edu_dma(struct dut *dut, uint64_t to, uint64_t from, size_t len)
{
	int err = edu_copy(dut, (uint32_t)from, EDU_BUFFER, len, 0);

	return err ? err : edu_copy(dut, EDU_BUFFER, (uint32_t)to, len, EDU_DMA_TO_HOST);
}

/* The scratch register is the source address of a copy that is never started. */
DUT_DRIVER(edu, .vendor = 0x1234, .device = 0x11e8,
	   .triggers = IRQ_BIT(IRQ_INTX) | IRQ_BIT(IRQ_MSI), .start = edu_start, .stop = edu_stop,
	   .trigger = edu_trigger, .ack = edu_ack, .dma = edu_dma, .dma_mask = (1u << 28) - 1,
	   .dma_max = EDU_BUFFER_SIZE, .scratch = {.bar = 0, .offset = EDU_DMA_FROM, .len = 4});
