// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt: what VFIO_DEVICE_GET_IRQ_INFO and VFIO_DEVICE_SET_IRQS promise (include/uapi/linux/vfio.h).
 *
 * Where an event must not come, the proof is one that is raised later and did come: delivery keeps the order.
 */
#include "scenarios/lib/scenario.h"

#define TRIGGER(data) (VFIO_IRQ_SET_ACTION_TRIGGER | VFIO_IRQ_SET_DATA_##data)

static const enum irq_kind kinds[] = {IRQ_INTX, IRQ_MSI, IRQ_MSIX};

static unsigned int intx_promised(struct dut *dut)
{
	return config_read8(dut, PCI_INTERRUPT_PIN) ? 1 : 0;
}

static unsigned int msi_promised(struct dut *dut)
{
	unsigned int cap = config_capability(dut, PCI_CAP_ID_MSI);

	return cap ? 1u << ((config_read16(dut, cap + PCI_MSI_FLAGS) & PCI_MSI_FLAGS_QMASK) >> 1) : 0;
}

static unsigned int msix_promised(struct dut *dut)
{
	unsigned int cap = config_capability(dut, PCI_CAP_ID_MSIX);

	return cap ? (config_read16(dut, cap + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1u : 0;
}

SCENARIO(info_agrees_with_config, "", "the number of interrupts of each kind is what config space says")
{
	ASSERT_NUMBER(intx_promised(dut), irq_count(dut, IRQ_INTX));
	ASSERT_NUMBER(msi_promised(dut), irq_count(dut, IRQ_MSI));
	ASSERT_NUMBER(msix_promised(dut), irq_count(dut, IRQ_MSIX));
	PASS();
}

/* "INTx is MASKABLE and AUTOMASKED"; whether vectors can be added one by one (not NORESIZE) may differ. */
SCENARIO(info_flags, "irq",
	 "each kind can signal an eventfd; INTx can be masked and masks itself, as the flags say")
{
	const uint32_t masks = VFIO_IRQ_INFO_MASKABLE | VFIO_IRQ_INFO_AUTOMASKED;
	struct vfio_irq_info info;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!irq_count(dut, kinds[i]))
			continue;
		ASSERT_OK(irq_info(dut, kinds[i], &info));
		fact("irq[%s].count=%u", irq_name(kinds[i]), info.count);
		fact("irq[%s].flags=0x%x", irq_name(kinds[i]), info.flags);
		ASSERT_HEX(VFIO_IRQ_INFO_EVENTFD, info.flags & VFIO_IRQ_INFO_EVENTFD);
		ASSERT_HEX(kinds[i] == IRQ_INTX ? masks : 0, info.flags & masks);
	}
	PASS();
}

SCENARIO(info_unknown_index, "", "an interrupt index that PCI devices do not have is refused with EINVAL")
{
	struct vfio_irq_info info;

	ASSERT_ERRNO(EINVAL, irq_info(dut, IRQ_KINDS, &info));
	PASS();
}

/* "INTx ... is automatically masked by VFIO and the user needs to unmask". */
SCENARIO(intx_masks_itself, "irq=intx trigger=intx",
	 "INTx signals once while it is asserted, and again after unmask")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_HEX(PCI_COMMAND_INTX_DISABLE,
		   pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE);
	ASSERT_OK(dut_ack(dut));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE);
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

SCENARIO(intx_unmask_resends, "irq=intx trigger=intx",
	 "INTx that is still asserted at unmask is signalled again, once")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(dut_ack(dut));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 3); /* had unmask sent one without cause, there would be more */
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* Had the mask not held, it would have been signalled at once and, still asserted, again at unmask. */
SCENARIO(intx_masked_is_held_back, "irq=intx trigger=intx",
	 "INTx raised while masked is signalled at unmask, once")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irqs_mask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_HEX(PCI_STATUS_INTERRUPT, config_read16(dut, PCI_STATUS) & PCI_STATUS_INTERRUPT);
	ASSERT_NUMBER(0, irqs_events(irqs, 0));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* "... unmask ... an eventfd": what KVM's resample does. */
SCENARIO(intx_unmask_eventfd, "irq=intx trigger=intx",
	 "an eventfd given for unmask unmasks when it is signalled")
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int unmask = event_open();
	const uint64_t one = 1;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irq_set(dut, VFIO_IRQ_SET_ACTION_UNMASK | VFIO_IRQ_SET_DATA_EVENTFD, IRQ_INTX, 0, 1,
			  &unmask, sizeof(unmask)));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_NUMBER(sizeof(one), write(unmask, &one, sizeof(one)));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* The virtual DisINTx bit masks as ACTION_MASK does, without VFIO unmasking behind the user's back. */
SCENARIO(intx_disable_bit_masks, "irq=intx trigger=intx",
	 "INTx raised while COMMAND.DisINTx is set comes when it is cleared")
{
	cleanup_irqs struct irqs *irqs = NULL;
	uint16_t command;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	command = config_read16(dut, PCI_COMMAND);
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE);
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command | PCI_COMMAND_INTX_DISABLE));
	ASSERT_HEX(PCI_COMMAND_INTX_DISABLE,
		   pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE);
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_HEX(PCI_STATUS_INTERRUPT, config_read16(dut, PCI_STATUS) & PCI_STATUS_INTERRUPT);
	ASSERT_NUMBER(0, irqs_events(irqs, 0));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

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

SCENARIO(msi_signals_once, "irq=msi trigger=msi",
	 "each MSI vector signals its own eventfd, once for each time it is raised")
{
	return each_vector(dut, IRQ_MSI);
}

SCENARIO(msix_each_vector_its_eventfd, "irq=msix:2 trigger=msix",
	 "each MSI-X vector signals its own eventfd, once for each time it is raised, and no other")
{
	return each_vector(dut, IRQ_MSIX);
}

/* "start/count: the range of interrupts"; beyond what GET_IRQ_INFO counts there is none. */
static enum greatest_test_res too_many(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL, *more = NULL;
	unsigned int count = irq_count(dut, kind);

	ASSERT_ERRNO(EINVAL, irqs_enable(dut, kind, 0, count + 1, &more));
	ASSERT_ERRNO(EINVAL, irqs_enable(dut, kind, count, 1, &more));
	ASSERT_OK(irqs_enable(dut, kind, 0, count, &irqs));
	ASSERT_ERRNO(EINVAL, irqs_enable(dut, kind, count, 1, &more));
	ASSERT_OK(irqs_loopback(irqs, count - 1));
	ASSERT_EVENTS(irqs, count - 1, 1);
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

SCENARIO(intx_one_too_many, "irq=intx", "a second INTx is refused with EINVAL, and the first goes on")
{
	return too_many(dut, IRQ_INTX);
}

SCENARIO(msi_one_too_many, "irq=msi", "one MSI vector too many is refused with EINVAL, and the others go on")
{
	return too_many(dut, IRQ_MSI);
}

SCENARIO(msix_one_too_many, "irq=msix",
	 "one MSI-X vector too many is refused with EINVAL, and the others go on")
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
	ASSERT_OK(irq_set(dut, TRIGGER(NONE), kind, 0, count, NULL, 0));
	for (unsigned int vector = 0; vector < count; vector++)
		ASSERT_EVENTS(irqs, vector, 1);
	ASSERT_OK(irq_set(dut, TRIGGER(BOOL), kind, 0, count, last_only, count));
	ASSERT_EVENTS(irqs, count - 1, 2);
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

SCENARIO(intx_loopback, "irq=intx", "INTx can be signalled from user space, with DATA_NONE and DATA_BOOL")
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

/* "DATA_NONE, count 0: disable all". The event that must not come would be older than the one that does. */
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

SCENARIO(intx_disabled_is_silent, "irq=intx trigger=intx",
	 "INTx that was disabled and enabled anew signals the new eventfd alone")
{
	return disabled(dut, IRQ_INTX);
}

SCENARIO(msi_disabled_is_silent, "irq=msi trigger=msi",
	 "MSI that was disabled and enabled anew signals the new eventfd alone")
{
	return disabled(dut, IRQ_MSI);
}

SCENARIO(msix_disabled_is_silent, "irq=msix trigger=msix",
	 "MSI-X that was disabled and enabled anew signals the new eventfd alone")
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
	ASSERT_THAT(event_wait(other, dut->wait_ms), "the new eventfd saw no event in %u ms", dut->wait_ms);
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
	 "a vector's eventfd can be replaced and taken away while MSI is enabled")
{
	return redirected(dut, IRQ_MSI);
}

SCENARIO(msix_eventfd_replaced, "irq=msix:2",
	 "a vector's eventfd can be replaced and taken away while MSI-X is enabled")
{
	return redirected(dut, IRQ_MSIX);
}

/* The kinds exclude each other; the one that is on stays on. */
SCENARIO(kinds_exclude_each_other, "irq=intx irq=msi",
	 "while one kind is enabled another is refused with EINVAL, and after it is off it is not")
{
	cleanup_irqs struct irqs *intx = NULL, *msi = NULL;

	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &intx));
	ASSERT_ERRNO(EINVAL, irqs_enable(dut, IRQ_MSI, 0, 1, &msi));
	ASSERT_OK(irqs_loopback(intx, 0));
	ASSERT_EVENTS(intx, 0, 1);
	ASSERT_OK(irqs_disable(intx));
	ASSERT_OK(irqs_enable(dut, IRQ_MSI, 0, 1, &msi));
	ASSERT_OK(irqs_loopback(msi, 0));
	ASSERT_EVENTS(msi, 0, 1);
	ASSERT_NO_OTHER_EVENT(intx);
	PASS();
}

/* Round and round: each kind must leave the device fit for the next. */
SCENARIO(kinds_in_turn, "irq=intx irq=msi trigger=intx trigger=msi",
	 "INTx works after MSI, and MSI after INTx")
{
	static const enum irq_kind turns[] = {IRQ_MSI, IRQ_INTX, IRQ_MSI, IRQ_INTX};

	ASSERT_OK(dut_start(dut));
	for (size_t i = 0; i < ARRAY_SIZE(turns); i++) {
		cleanup_irqs struct irqs *irqs = NULL;

		ASSERT_OK(irqs_enable(dut, turns[i], 0, 1, &irqs));
		ASSERT_OK(dut_trigger(dut, turns[i], 0));
		ASSERT_EVENTS(irqs, 0, 1);
		ASSERT_OK(dut_ack(dut));
	}
	PASS();
}

SCENARIO(bad_requests, "irq", "SET_IRQS refuses what makes no sense, most of it with EINVAL")
{
	const uint32_t none = TRIGGER(NONE);
	cleanup_close int event = event_open();
	int two_actions = irq_set(dut, none | VFIO_IRQ_SET_ACTION_MASK, IRQ_INTX, 0, 1, NULL, 0);

	ASSERT_ERRNO(EINVAL, irq_set(dut, none, IRQ_KINDS, 0, 1, NULL, 0));
	ASSERT_ERRNO(EINVAL, irq_set(dut, VFIO_IRQ_SET_ACTION_TRIGGER, IRQ_REQ, 0, 1, NULL, 0));
	ASSERT_ERRNO(EINVAL, irq_set(dut, none, IRQ_REQ, UINT32_MAX, 2, NULL, 0));
	ASSERT_ERRNO(EINVAL, irq_set(dut, TRIGGER(EVENTFD), IRQ_REQ, 0, 1, &event, sizeof(event) - 1));
	ASSERT_THAT(two_actions < 0, "two actions at once are not refused");
	fact("two_actions=%s", error_name(two_actions));
	PASS();
}

/* The request interrupt asks the user to give the device back; it can be tried by loopback. */
SCENARIO(request_loopback, "irq=req",
	 "the request interrupt takes an eventfd and can be signalled from user space")
{
	cleanup_close int event = event_open();
	const int32_t none = -1;

	ASSERT_OK(irq_set(dut, TRIGGER(EVENTFD), IRQ_REQ, 0, 1, &event, sizeof(event)));
	ASSERT_OK(irq_set(dut, TRIGGER(NONE), IRQ_REQ, 0, 1, NULL, 0));
	ASSERT_NUMBER(1, event_read(event));
	ASSERT_OK(irq_set(dut, TRIGGER(EVENTFD), IRQ_REQ, 0, 1, &none, sizeof(none)));
	PASS();
}
