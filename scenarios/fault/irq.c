// SPDX-License-Identifier: GPL-2.0-only
/* fault: lost and unexpected interrupts. */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/model-fault.h"

static enum greatest_test_res irq_is_lost(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_CHECK(fault_arm(faulty, "irq-lost irq=%s count=1", irq_name(kind)));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_OK(dut_ack(dut));
	ASSERT_CHECK(fault_ask(dut, "irq-lost", &state));
	ASSERT_NUMBER(1, state.fired);
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/*
 * The two DUTs differ in how VFIO masks INTx: in the device, or, if that is impossible, at the
 * interrupt controller.
 */
SCENARIO_VARIANT(next_intx_after_lost_one, "for=flr irq=intx",
		 "the INTx after a lost one is delivered once", irq_is_lost, IRQ_INTX)

SCENARIO_VARIANT(next_exclusive_intx_after_lost_one, "for=pm irq=intx",
		 "the exclusive INTx after a lost one is delivered once", irq_is_lost, IRQ_INTX)

SCENARIO_VARIANT(next_msi_after_lost_one, "for=pm irq=msi",
		 "the MSI after a lost one is delivered once", irq_is_lost, IRQ_MSI)

SCENARIO_VARIANT(next_msix_after_lost_one, "for=pm irq=msix",
		 "the MSI-X message after a lost one is delivered once", irq_is_lost, IRQ_MSIX)

/*
 * Messages arrive in order: vector 1 arrives after both of vector 0, which may have been merged on
 * their way.
 */
static enum greatest_test_res irq_is_doubled(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;
	uint64_t events;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 2, &irqs));
	ASSERT_CHECK(fault_arm(faulty, "irq-doubled irq=%s vector=0 count=1", irq_name(kind)));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_OK(dut_trigger(dut, kind, 1));
	ASSERT_EVENTS(irqs, 1, 1);
	ASSERT_CHECK(fault_ask(dut, "irq-doubled", &state));
	ASSERT_NUMBER(1, state.fired);
	events = irqs_events(irqs, 0);
	ASSERT_THAT(events == 1 || events == 2, "an interrupt sent twice gave %llu events",
		    (unsigned long long)events);
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, events + 1);
	PASS();
}

SCENARIO_VARIANT(msi_sent_twice, "for=pm irq=msi:2",
		 "an MSI sent twice gives one or two events, and the next one is delivered",
		 irq_is_doubled, IRQ_MSI)

SCENARIO_VARIANT(
	msix_sent_twice, "for=pm irq=msix:2",
	"an MSI-X message sent twice gives one or two events, and the next one is delivered",
	irq_is_doubled, IRQ_MSIX)

/* EVENTS: the number of events for a spurious interrupt. */
static enum greatest_test_res irq_is_spurious(struct dut *dut, enum irq_kind kind, uint64_t events)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_CHECK(fault_arm(faulty, "irq-spurious irq=%s", irq_name(kind)));
	ASSERT_EVENTS(irqs, 0, events);
	if (kind == IRQ_INTX && events)
		ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, events + 1);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/*
 * Not on a shared line: QEMU keeps INTx asserted until the guest accesses a BAR. The kernel finds
 * no device that handles it, is interrupted again and again, and disables the line.
 */
SCENARIO_VARIANT(intx_spurious_exclusive, "for=pm irq=intx",
		 "a spurious exclusive INTx gives an event, whatever STATUS reports",
		 irq_is_spurious, IRQ_INTX, 1)

SCENARIO_VARIANT(msi_spurious, "for=pm irq=msi",
		 "a spurious MSI gives an event, and the next one is delivered", irq_is_spurious,
		 IRQ_MSI, 1)

SCENARIO_VARIANT(msix_spurious, "for=pm irq=msix",
		 "a spurious MSI-X message gives an event, and the next one is delivered",
		 irq_is_spurious, IRQ_MSIX, 1)

static enum greatest_test_res irq_is_stuck(struct dut *dut, uint64_t unmasks)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_CHECK(fault_arm(faulty, "intx-stuck"));
	for (uint64_t events = 1; events <= unmasks; events++) {
		ASSERT_EVENTS(irqs, 0, events);
		ASSERT_OK(dut_ack(dut));
		ASSERT_NO_OTHER_EVENT(irqs);
		ASSERT_OK(irqs_unmask(irqs, 0));
	}
	ASSERT_EVENTS(irqs, 0, unmasks + 1);
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_OK(dut_ack(dut));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, unmasks + 2);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

SCENARIO_VARIANT(stuck_intx_no_storm, "for=flr irq=intx",
		 "a stuck INTx gives one event for each unmask and no storm", irq_is_stuck, 3)

SCENARIO_VARIANT(stuck_exclusive_intx_no_storm, "for=pm irq=intx",
		 "a stuck exclusive INTx gives one event for each unmask and no storm",
		 irq_is_stuck, 3)

static enum greatest_test_res message_after_disable(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *before = NULL, *after = NULL;
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &before));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(before, 0, 1);
	ASSERT_CHECK(fault_arm(faulty, "msi-after-disable irq=%s count=1", irq_name(kind)));
	ASSERT_OK(irqs_disable(before));
	ASSERT_CHECK(fault_ask(dut, "msi-after-disable", &state));
	ASSERT_NUMBER(1, state.fired);
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &after));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(after, 0, 1);
	ASSERT_NO_OTHER_EVENT(before);
	PASS();
}

SCENARIO_VARIANT(msi_after_disable_dropped, "for=pm irq=msi",
		 "an MSI sent after MSI is disabled is dropped", message_after_disable, IRQ_MSI)

SCENARIO_VARIANT(msix_after_disable_dropped, "for=pm irq=msix",
		 "an MSI-X message sent after MSI-X is disabled is dropped", message_after_disable,
		 IRQ_MSIX)
