// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt: many interrupts in a row, none of which is lost: an eventfd is a counter (eventfd(2)),
 * and VFIO increments it for each MSI or MSI-X that arrives, and each signal from user space. The
 * eventfds are read only at the end.
 */
#include "scenarios/lib/scenario.h"

/*
 * Signals from user space cost 5 us under TCG, and one request can signal all vectors, so there are
 * 100,000. A device takes 27 us (QEMU's edu) to 200 us (nvme) for each, so it raises 2,000.
 */
#define SIGNALS	  100000u
#define BY_DEVICE 2000u
#define BY_INTX	  200u

static enum greatest_test_res signal_many(struct dut *dut, enum irq_kind kind)
{
	const unsigned int count = irqs_that_fit(dut, kind);
	const unsigned int rounds = (SIGNALS + count - 1) / count;
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(irqs_enable(dut, kind, 0, count, &irqs));
	for (unsigned int round = 0; round < rounds; round++)
		ASSERT_OK(irq_set(dut, IRQ_TRIGGER(NONE), kind, 0, count, NULL, 0));
	for (unsigned int vector = 0; vector < count; vector++)
		ASSERT_EVENTS(irqs, vector, rounds);
	PASS();
}

SCENARIO_VARIANT(msi_100000_signals, "irq=msi:16",
		 "none of 100,000 MSI signalled from user space is lost", signal_many, IRQ_MSI)

SCENARIO_VARIANT(msix_100000_signals, "irq=msix:4",
		 "none of 100,000 MSI-X signalled from user space is lost", signal_many, IRQ_MSIX)

/*
 * The raising processor handles each interrupt before it raises the next. A local APIC has one bit
 * for a vector, so if another processor handles them, two may become one. The same holds for device
 * models, whose interrupts reach QEMU through an eventfd.
 */
static enum greatest_test_res raise_many(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	for (unsigned int i = 0; i < BY_DEVICE; i++)
		ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, BY_DEVICE);
	PASS();
}

SCENARIO_VARIANT(msi_raised_in_a_row, "irq=msi trigger=msi !model !cpu:2 !group:2",
		 "none of thousands of MSI raised in a row by the device is lost", raise_many,
		 IRQ_MSI)

SCENARIO_VARIANT(msix_raised_in_a_row, "irq=msix trigger=msix !cpu:2 !model !group:2",
		 "none of thousands of MSI-X raised in a row by the device is lost", raise_many,
		 IRQ_MSIX)

/* INTx is a level: one event each time it is asserted while unmasked. */
SCENARIO(intx_raised_in_a_row, "irq=intx trigger=intx !model !group:2",
	 "raising, acknowledging and unmasking INTx hundreds of times gives as many events")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	for (unsigned int i = 1; i <= BY_INTX; i++) {
		ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
		ASSERT_EVENTS(irqs, 0, i);
		ASSERT_OK(dut_ack(dut));
		ASSERT_OK(irqs_unmask(irqs, 0));
	}
	PASS();
}
