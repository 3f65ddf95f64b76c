// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt: the vectors of each type and their eventfds: raised by the device, signalled from user
 * space, disabled and enabled again.
 */
#include "scenarios/lib/scenario.h"

static enum greatest_test_res each_vector(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	unsigned int raised;

	ASSERT_OK(dut_start(dut));
	raised = dut_vectors(dut, kind);
	ASSERT_OK(irqs_enable(dut, kind, 0, irq_count(dut, kind), &irqs));
	for (unsigned int vector = 0; vector < raised; vector++) {
		ASSERT_OK(dut_trigger(dut, kind, vector));
		ASSERT_EVENTS(irqs, vector, 1);
	}
	ASSERT_NO_OTHER_EVENT(irqs);
	for (unsigned int vector = raised; vector--;) {
		ASSERT_OK(dut_trigger(dut, kind, vector));
		ASSERT_EVENTS(irqs, vector, 2);
	}
	ASSERT_NO_OTHER_EVENT(irqs);
	fact("vectors=%u", irq_count(dut, kind));
	fact("vectors.raised=%u", raised);
	PASS();
}

SCENARIO(msi_vector_signals_its_eventfd, "irq=msi trigger=msi",
	 "each MSI vector signals its own eventfd once each time it is raised")
{
	return each_vector(dut, IRQ_MSI);
}

SCENARIO(msix_vector_signals_its_eventfd, "irq=msix:2 trigger=msix",
	 "each MSI-X vector signals only its own eventfd, once each time it is raised")
{
	return each_vector(dut, IRQ_MSIX);
}

/* "start/count: the range of interrupts"; vectors beyond the count of GET_IRQ_INFO do not exist. */
static enum greatest_test_res too_many(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL, *more = NULL;
	const unsigned int count = irq_count(dut, kind), enabled = irqs_that_fit(dut, kind);

	ASSERT_ERRNO(EINVAL, irqs_enable(dut, kind, 0, count + 1, &more));
	ASSERT_ERRNO(EINVAL, irqs_enable(dut, kind, count, 1, &more));
	ASSERT_OK(irqs_enable(dut, kind, 0, enabled, &irqs));
	ASSERT_ERRNO(EINVAL, irqs_enable(dut, kind, count, 1, &more));
	ASSERT_OK(irqs_loopback(irqs, enabled - 1));
	ASSERT_EVENTS(irqs, enabled - 1, 1);
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

SCENARIO(second_intx_refused, "irq=intx",
	 "a second INTx is refused with EINVAL, and the first keeps working")
{
	return too_many(dut, IRQ_INTX);
}

SCENARIO(msi_beyond_last_vector_refused, "irq=msi",
	 "one MSI vector too many is refused with EINVAL, and the others keep working")
{
	return too_many(dut, IRQ_MSI);
}

SCENARIO(msix_beyond_last_vector_refused, "irq=msix",
	 "one MSI-X vector too many is refused with EINVAL, and the others keep working")
{
	return too_many(dut, IRQ_MSIX);
}

/* "DATA_NONE: signal all of the range; DATA_BOOL: those whose byte is not 0" (loopback). */
static enum greatest_test_res loopback(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	unsigned int count = irq_count(dut, kind);
	uint8_t last_only[64] = {0};

	if (count > ARRAY_SIZE(last_only))
		count = ARRAY_SIZE(last_only);
	last_only[count - 1] = 1;
	ASSERT_OK(irqs_enable(dut, kind, 0, count, &irqs));
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(NONE), kind, 0, count, NULL, 0));
	for (unsigned int vector = 0; vector < count; vector++)
		ASSERT_EVENTS(irqs, vector, 1);
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(BOOL), kind, 0, count, last_only, count));
	ASSERT_EVENTS(irqs, count - 1, 2);
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

SCENARIO(intx_loopback, "irq=intx",
	 "INTx can be signalled from user space, with DATA_NONE and DATA_BOOL")
{
	return loopback(dut, IRQ_INTX);
}

SCENARIO(msi_loopback, "irq=msi",
	 "MSI vectors can be signalled from user space, with DATA_NONE and DATA_BOOL")
{
	return loopback(dut, IRQ_MSI);
}

SCENARIO(msix_loopback, "irq=msix",
	 "MSI-X vectors can be signalled from user space, with DATA_NONE and DATA_BOOL")
{
	return loopback(dut, IRQ_MSIX);
}

/*
 * "DATA_NONE, count 0: disable all". Events arrive in order: the unexpected one would arrive before
 * the awaited one.
 */
static enum greatest_test_res disabled(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *before = NULL, *after = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &before));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(before, 0, 1);
	ASSERT_OK(dut_ack(dut));
	ASSERT_OK(irqs_disable(before));
	ASSERT_ERRNO(EINVAL, irqs_loopback(before, 0));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &after));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(after, 0, 1);
	ASSERT_OK(dut_ack(dut));
	ASSERT_NO_OTHER_EVENT(before);
	PASS();
}

SCENARIO(intx_reenabled_signals_new_eventfd, "irq=intx trigger=intx",
	 "INTx that is disabled and enabled again signals only the new eventfd")
{
	return disabled(dut, IRQ_INTX);
}

SCENARIO(msi_reenabled_signals_new_eventfd, "irq=msi trigger=msi",
	 "MSI that is disabled and enabled again signals only the new eventfd")
{
	return disabled(dut, IRQ_MSI);
}

SCENARIO(msix_reenabled_signals_new_eventfd, "irq=msix trigger=msix",
	 "MSI-X that is disabled and enabled again signals only the new eventfd")
{
	return disabled(dut, IRQ_MSIX);
}

/* "An eventfd of -1 de-assigns". */
static enum greatest_test_res redirected(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int other = event_open();

	ASSERT_OK(irqs_enable(dut, kind, 0, 2, &irqs));
	ASSERT_OK(irqs_redirect(irqs, 1, other));
	ASSERT_OK(irqs_loopback(irqs, 1));
	ASSERT_THAT(event_wait(other, dut->wait_ms), "the new eventfd received no event in %u ms",
		    dut->wait_ms);
	ASSERT_NUMBER(1, event_read(other));
	ASSERT_OK(irqs_redirect(irqs, 1, -1));
	ASSERT_OK(irqs_loopback(irqs, 1));
	ASSERT_OK(irqs_loopback(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_NUMBER(0, event_read(other));
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

SCENARIO(msi_eventfd_replaced, "irq=msi:2",
	 "a vector's eventfd can be replaced and removed while MSI is enabled")
{
	return redirected(dut, IRQ_MSI);
}

SCENARIO(msix_eventfd_replaced, "irq=msix:2",
	 "a vector's eventfd can be replaced and removed while MSI-X is enabled")
{
	return redirected(dut, IRQ_MSIX);
}
