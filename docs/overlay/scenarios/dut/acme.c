// SPDX-License-Identifier: GPL-2.0-only
/* acme: the card of docs/overlay.md. Registers: lab/devices/acme-regs.h */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/devices/acme-regs.h"

#include <errno.h>

/* The read flushes the write before it: the message is on its way when this returns. */
static int acme_trigger(struct dut *dut, enum irq_kind kind __attribute__((unused)),
			unsigned int vector)
{
	uint32_t rings;
	int err = vector ? -EINVAL : bar_write32(dut, 0, ACME_DOORBELL, 1);

	return err ?: bar_read32(dut, 0, ACME_RINGS, &rings);
}

DUT_DRIVER(acme, .vendor = ACME_VENDOR, .device = ACME_DEVICE, .triggers = IRQ_BIT(IRQ_MSI),
	   .trigger = acme_trigger, .scratch = {.bar = 0, .offset = ACME_KEY, .len = 4});
