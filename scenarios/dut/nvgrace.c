// SPDX-License-Identifier: GPL-2.0-only
/* nvgrace: the lab's model of a GPU. Registers: lab/devices/nvgrace-regs.h */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"
#include "lab/devices/nvgrace-regs.h"

#include <errno.h>

#define MARK 0x6d61726bu

/* The read that follows flushes the write: the interrupt is on its way. */
static int perform(struct dut *dut, enum nvgrace_reg reg, uint32_t value)
{
	uint32_t err = 0;
	int failed = bar_write32(dut, 0, reg, value);

	if (!failed)
		failed = bar_read32(dut, 0, NVGRACE_RESULT, &err);
	return failed ? failed : -(int)err;
}

static int nvgrace_start(struct dut *dut)
{
	uint32_t id;
	int err = bar_read32(dut, 0, NVGRACE_ID, &id);

	return err || id == NVGRACE_ID_VALUE ? err : -ENODEV;
}

static int nvgrace_trigger(struct dut *dut, enum irq_kind kind, unsigned int vector)
{
	return kind == IRQ_MSI ? perform(dut, NVGRACE_TRIGGER, vector) : -EINVAL;
}

static int nvgrace_dma(struct dut *dut, uint64_t to, uint64_t from, size_t len)
{
	const struct bar_value copy[] = {
		{NVGRACE_FROM, (uint32_t)from},
		{NVGRACE_FROM + 4, (uint32_t)(from >> 32)},
		{NVGRACE_TO, (uint32_t)to},
		{NVGRACE_TO + 4, (uint32_t)(to >> 32)},
	};
	int err = bar_write_list(dut, 0, copy, ARRAY_SIZE(copy));

	return err ? err : perform(dut, NVGRACE_LEN, (uint32_t)len);
}

static int nvgrace_mark(struct dut *dut)
{
	return bar_write32(dut, 0, NVGRACE_MARK, MARK);
}

static int nvgrace_marked(struct dut *dut)
{
	uint32_t mark;
	int err = bar_read32(dut, 0, NVGRACE_MARK, &mark);

	return err ? err : mark == MARK;
}

DUT_DRIVER(nvgrace, .vendor = NVGRACE_VENDOR, .device = NVGRACE_DEVICE,
	   .triggers = IRQ_BIT(IRQ_MSI), .start = nvgrace_start, .trigger = nvgrace_trigger,
	   .dma = nvgrace_dma, .dma_fails = true, .dma_mask = UINT64_MAX,
	   .dma_max = NVGRACE_COPY_MAX, .mark = nvgrace_mark, .marked = nvgrace_marked,
	   .scratch = {.bar = 0,
		       .offset = NVGRACE_SCRATCH,
		       .len = NVGRACE_SCRATCH_END - NVGRACE_SCRATCH});
