// SPDX-License-Identifier: GPL-2.0-only
/* e1000e: Intel's 82574L as QEMU has it. Registers: the 82574 datasheet, chapter 10 */
#include "scenarios/lib/dut.h"
#include "scenarios/lib/region.h"

#include "lab/base/cleanup.h"

#include <errno.h>

enum e1000e_reg {
	E1000E_CTRL = 0x0000,
	E1000E_STATUS = 0x0008,
	E1000E_ICR = 0x00c0,
	E1000E_ITR = 0x00c4,
	E1000E_ICS = 0x00c8,
	E1000E_IMS = 0x00d0,
	E1000E_IMC = 0x00d8,
	E1000E_IVAR = 0x00e4,
	E1000E_EITR = 0x00e8, /* one for each vector */
	E1000E_RDBAL = 0x2800,
};

#define E1000E_CTRL_RST	  (1u << 26)
#define E1000E_ICR_LSC	  (1u << 2)
#define E1000E_ICR_RXQ0	  (1u << 20) /* and after it RXQ1, TXQ0, TXQ1, OTHER: one for each vector */
#define E1000E_IVAR_VALID 8u
#define E1000E_VECTORS	  5
#define E1000E_LONGEST	  0xffffu /* throttling, 17 ms */
#define E1000E_MARK	  0x5a5a5a50u

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

/* Asserted until e1000e_ack. A cause must be new to raise an interrupt: it is taken back first. */
static int e1000e_trigger_intx(struct dut *dut)
{
	static const struct bar_value raise[] = {
		{E1000E_ICR, E1000E_ICR_LSC},
		{E1000E_IMS, E1000E_ICR_LSC},
		{E1000E_ICS, E1000E_ICR_LSC},
	};

	return bar_write_list(dut, 0, raise, ARRAY_SIZE(raise));
}

/*
 * QEMU's e1000e sends every message a second time when its throttling ends, which is never shorter than 128 us. It
 * is made as long as can be, and reset away by the store that follows the one which sends the message.
 */
static int e1000e_send(struct dut *dut, uint32_t cause)
{
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;
	int err = region_info(dut, VFIO_PCI_BAR0_REGION_INDEX, &bar);

	if (!err)
		err = region_map(dut, &bar, 0, 4096, &map);
	if (err)
		return err;
	map_write32(&map, E1000E_ICR, UINT32_MAX);
	map_write32(&map, E1000E_IMS, cause);
	map_write32(&map, E1000E_ICS, cause);
	map_write32(&map, E1000E_CTRL, E1000E_CTRL_RST);
	map_read32(&map, E1000E_STATUS);
	return 0;
}

static int e1000e_trigger_msi(struct dut *dut)
{
	int err = bar_write32(dut, 0, E1000E_ITR, E1000E_LONGEST);

	return err ? err : e1000e_send(dut, E1000E_ICR_LSC);
}

/* Cause n of the five goes to vector n. */
static int e1000e_trigger_msix(struct dut *dut, unsigned int vector)
{
	const struct bar_value route[] = {
		{E1000E_EITR + 4 * vector, E1000E_LONGEST},
		{E1000E_IVAR, (E1000E_IVAR_VALID | vector) << (4 * vector)},
	};
	int err = bar_write_list(dut, 0, route, ARRAY_SIZE(route));

	return err ? err : e1000e_send(dut, E1000E_ICR_RXQ0 << vector);
}

static int e1000e_trigger(struct dut *dut, enum irq_kind kind, unsigned int vector)
{
	if (vector >= (kind == IRQ_MSIX ? E1000E_VECTORS : 1))
		return -EINVAL;
	switch (kind) {
	case IRQ_MSIX:
		return e1000e_trigger_msix(dut, vector);
	case IRQ_MSI:
		return e1000e_trigger_msi(dut);
	default:
		return e1000e_trigger_intx(dut);
	}
}

/* The ring that no one runs. */
static int e1000e_mark(struct dut *dut)
{
	return bar_write32(dut, 0, E1000E_RDBAL, E1000E_MARK);
}

static int e1000e_marked(struct dut *dut)
{
	uint32_t value;
	int err = bar_read32(dut, 0, E1000E_RDBAL, &value);

	return err ? err : value == E1000E_MARK;
}

DUT_DRIVER(e1000e, .vendor = 0x8086, .device = 0x10d3,
	   .triggers = IRQ_BIT(IRQ_INTX) | IRQ_BIT(IRQ_MSI) | IRQ_BIT(IRQ_MSIX), .start = e1000e_start,
	   .stop = e1000e_stop, .trigger = e1000e_trigger, .ack = e1000e_ack, .mark = e1000e_mark,
	   .marked = e1000e_marked, .scratch = {.bar = 0, .offset = E1000E_RDBAL, .len = 4, .mask = ~0xfu});
