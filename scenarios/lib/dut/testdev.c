// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/testdev.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/dut/model-fault.h"
#include "scenarios/lib/vfio/irqs.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/devices/testdev-regs.h"

const char *check_testdev_answers(struct dut *dut)
{
	uint32_t id;
	int err = bar_read32(dut, 0, TESTDEV_ID, &id);

	if (err || id != TESTDEV_ID_VALUE)
		return text("the device's ID register reads as 0x%x (%s)", id, error_name(err));
	return NULL;
}

/* An MSI, which needs config space, BARs and the interrupt's path. */
const char *check_testdev_msi(struct dut *dut)
{
	cleanup_irqs struct irqs *irqs = NULL;
	int err = irqs_enable(dut, IRQ_MSI, 0, 1, &irqs);

	if (!err)
		err = dut_trigger(dut, IRQ_MSI, 0);
	if (err)
		return text("MSI cannot be enabled and triggered: %s", error_name(err));
	return irqs_await(irqs, 0, 1);
}

/* Check that a repaired device is usable: reset, registers, an interrupt. */
const char *check_testdev_usable(struct dut *dut)
{
	const char *why;
	int err = dut_reset(dut);

	if (!err)
		err = dut_start(dut);
	if (err)
		return text("a repaired device cannot be reset and started: %s", error_name(err));
	why = check_testdev_answers(dut);
	return why ? why : check_testdev_msi(dut);
}

const char *check_testdev_recovers(struct dut *dut)
{
	const char *why = fault_repair(dut);

	return why ? why : check_testdev_usable(dut);
}
