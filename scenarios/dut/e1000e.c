// SPDX-License-Identifier: GPL-2.0-only
/*
 * e1000e: QEMU's model of Intel's 82574L. Registers: the 82574 datasheet, chapter 10
 *
 * It can raise INTx only. QEMU's model sends every message, MSI or MSI-X, a second time when its
 * throttling ends, and throttling cannot be disabled, so messages cannot be counted exactly. It has
 * no mark either: the kernel resets it by leaving D3hot, which its PM capability declares a reset
 * (NoSoftRst-), but it keeps its state.
 */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"

#include <errno.h>

enum e1000e_reg {
	E1000E_CTRL = 0x0000,
	E1000E_ICR = 0x00c0,
	E1000E_ICS = 0x00c8,
	E1000E_IMS = 0x00d0,
	E1000E_IMC = 0x00d8,
	E1000E_RDBAL = 0x2800,
};

#define E1000E_CTRL_RST (1u << 26)
#define E1000E_ICR_LSC	(1u << 2)

static int e1000e_ack(struct dut *dut)
{
	static const struct bar_value clear[] = {
		{E1000E_IMC, UINT32_MAX},
		{E1000E_ICR, UINT32_MAX},
	};

	return bar_write_list(dut, 0, clear, ARRAY_SIZE(clear));
}

static int e1000e_start(struct dut *dut)
{
	int err = bar_write32(dut, 0, E1000E_CTRL, E1000E_CTRL_RST);

	if (!err)
		err = bar_wait32(dut, 0, E1000E_CTRL, E1000E_CTRL_RST, 0);
	return err ? err : e1000e_ack(dut);
}

static void e1000e_stop(struct dut *dut)
{
	e1000e_start(dut);
}

/* Unmask only the cause that e1000e_ack masks again, so that link changes raise no interrupt. */
static int e1000e_trigger(struct dut *dut, enum irq_kind kind __attribute__((unused)),
			  unsigned int vector)
{
	static const struct bar_value raise[] = {
		{E1000E_ICR, E1000E_ICR_LSC}, /* a cause must be new to raise an interrupt */
		{E1000E_IMS, E1000E_ICR_LSC},
		{E1000E_ICS, E1000E_ICR_LSC},
	};
	uint32_t flush;
	int err;

	if (vector)
		return -EINVAL;
	err = bar_write_list(dut, 0, raise, ARRAY_SIZE(raise));
	return err ? err : bar_read32(dut, 0, E1000E_IMS, &flush);
}

/* The scratch register is the address of a ring that is not in use. */
DUT_DRIVER(e1000e, .vendor = 0x8086, .device = 0x10d3, .triggers = IRQ_BIT(IRQ_INTX),
	   .start = e1000e_start, .stop = e1000e_stop, .trigger = e1000e_trigger, .ack = e1000e_ack,
	   .scratch = {.bar = 0, .offset = E1000E_RDBAL, .len = 4, .mask = ~0xfu});
