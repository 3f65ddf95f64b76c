// SPDX-License-Identifier: GPL-2.0-only
/*
 * igb: QEMU's model of Intel's 82576. Registers: the 82576 datasheet, chapter 8
 *
 * QEMU's model declares that leaving D3hot resets it (NoSoftRst-), but keeps all registers.
 */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"

#include <errno.h>

enum igb_reg {
	IGB_CTRL = 0x0000,
	IGB_ICR = 0x1500,
	IGB_IMC = 0x150c,
	IGB_GPIE = 0x1514,
	IGB_EICS = 0x1520,
	IGB_EIMS = 0x1524,
	IGB_EIMC = 0x1528,
	IGB_EIAC = 0x152c,
	IGB_EICR = 0x1580,
	IGB_EITR = 0x1680, /* one for each vector */
	IGB_RDBAL = 0xc000,
};

#define IGB_CTRL_RST	       (1u << 26)
#define IGB_GPIE_MULTIPLE_MSIX (1u << 4)
#define IGB_VECTORS	       10
#define IGB_MARK	       0x5a5a5a00u

static int igb_ack(struct dut *dut)
{
	static const struct bar_value clear[] = {
		{IGB_ICR, UINT32_MAX},
		{IGB_EICR, UINT32_MAX},
	};

	return bar_write_list(dut, 0, clear, ARRAY_SIZE(clear));
}

static int igb_reset(struct dut *dut)
{
	static const struct bar_value reset[] = {
		{IGB_IMC, UINT32_MAX},
		{IGB_EIMC, UINT32_MAX},
		{IGB_CTRL, IGB_CTRL_RST},
	};
	int err = bar_write_list(dut, 0, reset, ARRAY_SIZE(reset));

	return err ? err : bar_wait32(dut, 0, IGB_CTRL, IGB_CTRL_RST, 0);
}

static int igb_start(struct dut *dut)
{
	static const struct bar_value quiet[] = {
		{IGB_IMC, UINT32_MAX},
		{IGB_EIMC, UINT32_MAX},
		{IGB_EIAC, 0},
	};
	int err = igb_reset(dut);

	if (!err)
		err = bar_write_list(dut, 0, quiet, ARRAY_SIZE(quiet));
	for (unsigned int n = 0; n < IGB_VECTORS && !err; n++)
		err = bar_write32(dut, 0, IGB_EITR + 4 * n, 0);
	return err ? err : igb_ack(dut);
}

static void igb_stop(struct dut *dut)
{
	igb_reset(dut);
}

/*
 * Clear the cause first, because only a new cause raises an interrupt; only this one is unmasked.
 */
static int igb_trigger(struct dut *dut, enum irq_kind kind __attribute__((unused)),
		       unsigned int vector)
{
	const struct bar_value raise[] = {
		{IGB_GPIE, IGB_GPIE_MULTIPLE_MSIX}, {IGB_EIMC, UINT32_MAX},
		{IGB_EICR, 1u << vector},	    {IGB_EIMS, 1u << vector},
		{IGB_EICS, 1u << vector},
	};

	uint32_t flush;
	int err;

	if (vector >= IGB_VECTORS)
		return -EINVAL;
	err = bar_write_list(dut, 0, raise, ARRAY_SIZE(raise));
	return err ? err : bar_read32(dut, 0, IGB_EIMS, &flush);
}

/* The mark is the address of a ring that is not in use. */
static int igb_mark(struct dut *dut)
{
	return bar_write32(dut, 0, IGB_RDBAL, IGB_MARK);
}

static int igb_marked(struct dut *dut)
{
	uint32_t value;
	int err = bar_read32(dut, 0, IGB_RDBAL, &value);

	return err ? err : value == IGB_MARK;
}

DUT_DRIVER(igb, .vendor = 0x8086, .device = 0x10c9, .triggers = IRQ_BIT(IRQ_MSIX),
	   .start = igb_start, .stop = igb_stop, .trigger = igb_trigger, .ack = igb_ack,
	   .mark = igb_mark, .marked = igb_marked, .d3hot_keeps = true,
	   .scratch = {.bar = 0, .offset = IGB_RDBAL, .len = 4, .mask = ~0x7fu});
