// SPDX-License-Identifier: GPL-2.0-only
/* example: the lamp of docs/device-model.md. Registers: lab/devices/example-regs.h */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/devices/example-regs.h"

#include <errno.h>

#define MARK 0x00ff8800u

/*
 * Write a register and read it back: the read flushes the write, so its effects are on their way.
 */
static int lamp_set(struct dut *dut, enum lamp_reg reg, uint32_t value)
{
	uint32_t now;
	int err = bar_write32(dut, 0, reg, value);

	if (!err)
		err = bar_read32(dut, 0, reg, &now);
	return err ?: now == value ? 0 : -EIO;
}

/* An earlier user may have left the lamp on. */
static int lamp_start(struct dut *dut)
{
	return lamp_set(dut, LAMP_BRIGHTNESS, 0);
}

/*
 * Only a change of the brightness raises the message: switch the lamp on if it is off, and off if
 * it is on.
 */
static int lamp_trigger(struct dut *dut, enum irq_kind kind __attribute__((unused)),
			unsigned int vector)
{
	uint32_t brightness;
	int err = vector ? -EINVAL : bar_read32(dut, 0, LAMP_BRIGHTNESS, &brightness);

	return err ?: lamp_set(dut, LAMP_BRIGHTNESS, !brightness);
}

static int lamp_mark(struct dut *dut)
{
	return lamp_set(dut, LAMP_COLOUR, MARK);
}

static int lamp_marked(struct dut *dut)
{
	uint32_t colour;
	int err = bar_read32(dut, 0, LAMP_COLOUR, &colour);

	return err ?: colour == MARK;
}

DUT_DRIVER(example, .vendor = LAMP_VENDOR, .device = LAMP_DEVICE, .triggers = IRQ_BIT(IRQ_MSI),
	   .start = lamp_start, .trigger = lamp_trigger, .mark = lamp_mark, .marked = lamp_marked,
	   .scratch = {.bar = 0, .offset = LAMP_COLOUR, .len = 4});
