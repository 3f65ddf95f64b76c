// SPDX-License-Identifier: GPL-2.0-only
/* interrupt: INTx, which is level triggered, and which VFIO masks until the user unmasks it. */
#include "scenarios/lib/scenario.h"

/* "INTx ... is automatically masked by VFIO and the user needs to unmask". */
SCENARIO(intx_masks_itself, "irq=intx trigger=intx",
	 "an asserted INTx signals once, and again only after unmask")
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
	 "an INTx still asserted at unmask signals once more")
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
	ASSERT_EVENTS(irqs, 0, 3); /* a spurious one from unmask would make it 4 */
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* If the mask did not work, there would be one event at once and, still asserted, one at unmask. */
SCENARIO(intx_raised_while_masked_signals_at_unmask, "irq=intx trigger=intx",
	 "an INTx raised while masked signals once at unmask")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irqs_mask(irqs, 0));
	ASSERT_CHECK(check_intx_waits_for_unmask(irqs));
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* "... unmask ... an eventfd": how KVM resamples. */
SCENARIO(intx_unmask_eventfd_unmasks, "irq=intx trigger=intx",
	 "signalling the unmask eventfd unmasks INTx")
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int unmask = event_open();

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irq_set(dut, IRQ_UNMASK(EVENTFD), IRQ_INTX, 0, 1, &unmask, sizeof(unmask)));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(event_signal(unmask));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* The virtual DisINTx bit masks like ACTION_MASK, and VFIO must not unmask on its own. */
SCENARIO(intx_held_while_disintx_set, "irq=intx trigger=intx",
	 "an INTx raised while COMMAND.DisINTx is set signals when the bit is cleared")
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

static bool intx_is_masked(struct dut *dut)
{
	return pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE;
}

/* Two masks, of which the user has cleared one. */
SCENARIO(
	intx_unmask_waits_for_disintx, "irq=intx trigger=intx",
	"an unmask while COMMAND.DisINTx is set does not signal an asserted INTx, but the clearing "
	"of the bit does")
{
	cleanup_irqs struct irqs *irqs = NULL;
	uint16_t command;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	command = config_read16(dut, PCI_COMMAND);
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command | PCI_COMMAND_INTX_DISABLE));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_NUMBER(true, intx_is_masked(dut));
	ASSERT_NUMBER(1, irqs_events(irqs, 0));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* An eventfd that takes the place of another needs no "-1" before it. */
SCENARIO(intx_eventfd_replaced, "irq=intx trigger=intx",
	 "INTx signals the eventfd that replaced its first one, and then the first one again")
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int other = event_open();

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irqs_redirect(irqs, 0, other));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_THAT(event_wait(other, dut->wait_ms), "the new eventfd was not signalled");
	ASSERT_NUMBER(1, event_read(other));
	ASSERT_OK(dut_ack(dut));
	ASSERT_OK(irqs_assign(irqs, 0, 1, IRQS_ALL));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_NUMBER(0, event_read(other));
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* "DATA_NONE: all of the range; DATA_BOOL: those whose byte is not 0", for mask and unmask, too. */
static const struct {
	const char *name;
	uint32_t mask, unmask;
	uint8_t mask_byte, unmask_byte;
	bool masks, unmasks;
} intx_actions[] = {
	{"DATA_NONE for both", IRQ_MASK(NONE), IRQ_UNMASK(NONE), 0, 0, true, true},
	{"DATA_BOOL of 1 for both", IRQ_MASK(BOOL), IRQ_UNMASK(BOOL), 1, 1, true, true},
	{"DATA_BOOL of 0 for the mask", IRQ_MASK(BOOL), IRQ_UNMASK(BOOL), 0, 1, false, true},
	{"DATA_BOOL of 0 for the unmask", IRQ_MASK(NONE), IRQ_UNMASK(BOOL), 0, 0, true, false},
};

SCENARIO_TABLE(intx_mask_by_none_and_bool, intx_actions, "irq=intx trigger=intx",
	       "DATA_NONE and a nonzero byte of DATA_BOOL mask and unmask INTx")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irq_set(dut, row->mask, IRQ_INTX, 0, 1, &row->mask_byte, sizeof(row->mask_byte)));
	ASSERT_NUMBER(row->masks, intx_is_masked(dut));
	ASSERT_OK(irq_set(dut, row->unmask, IRQ_INTX, 0, 1, &row->unmask_byte,
			  sizeof(row->unmask_byte)));
	ASSERT_NUMBER(row->masks && !row->unmasks, intx_is_masked(dut));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* Masks do not nest: one unmask undoes any number of them, and another one has no effect. */
SCENARIO(intx_mask_does_not_nest, "irq=intx trigger=intx",
	 "an INTx masked twice needs one unmask, and a second unmask signals nothing")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irqs_mask(irqs, 0));
	ASSERT_OK(irqs_mask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(dut_ack(dut));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

static const struct {
	const char *name;
	uint32_t flags;
	unsigned int start, count;
	int error;
} bad_intx[] = {
	{"mask of a second INTx", IRQ_MASK(NONE), 1, 1, EINVAL},
	{"unmask of a second INTx", IRQ_UNMASK(NONE), 1, 1, EINVAL},
	{"mask of none", IRQ_MASK(NONE), 0, 0, EINVAL},
	{"unmask of none", IRQ_UNMASK(NONE), 0, 0, EINVAL},
	{"mask by eventfd, which no kernel has", IRQ_MASK(EVENTFD), 0, 1, ENOTTY},
	{"an eventfd for none", IRQ_TRIGGER(EVENTFD), 0, 0, EINVAL},
	{"bytes for none", IRQ_TRIGGER(BOOL), 0, 0, EINVAL},
};

SCENARIO_TABLE(invalid_intx_request_refused, bad_intx, "irq=intx",
	       "invalid requests for INTx fail, and INTx keeps working")
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int event = event_open();

	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_ERRNO(row->error, irq_set(dut, row->flags, IRQ_INTX, row->start, row->count, &event,
					 sizeof(event)));
	ASSERT_OK(irqs_loopback(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_NUMBER(0, event_read(event));
	PASS();
}

/* Everything but an eventfd, which would enable it. */
static const struct {
	const char *name;
	uint32_t flags;
	unsigned int count;
} while_off[] = {
	{"mask", IRQ_MASK(NONE), 1},
	{"unmask", IRQ_UNMASK(NONE), 1},
	{"a signal", IRQ_TRIGGER(NONE), 1},
	{"a signal by a byte", IRQ_TRIGGER(BOOL), 1},
	{"to be disabled", IRQ_TRIGGER(NONE), 0},
};

SCENARIO_TABLE(intx_disabled_takes_only_eventfd, while_off, "irq=intx",
	       "a disabled INTx accepts only an eventfd; other requests fail with EINVAL")
{
	const uint8_t one = 1;

	ASSERT_ERRNO(EINVAL, irq_set(dut, row->flags, IRQ_INTX, 0, row->count, &one, sizeof(one)));
	PASS();
}

/*
 * Only one unmask eventfd is possible. A second is refused until -1 removes the first, which then
 * has no effect.
 */
SCENARIO(intx_unmask_eventfd_replaced, "irq=intx trigger=intx",
	 "a second unmask eventfd fails with EBUSY until -1 removes the first")
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int first = event_open(), second = event_open();
	const uint32_t flags = IRQ_UNMASK(EVENTFD);
	const int32_t none = -1;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irq_set(dut, flags, IRQ_INTX, 0, 1, &first, sizeof(first)));
	ASSERT_ERRNO(EBUSY, irq_set(dut, flags, IRQ_INTX, 0, 1, &second, sizeof(second)));
	ASSERT_OK(irq_set(dut, flags, IRQ_INTX, 0, 1, &none, sizeof(none)));
	ASSERT_OK(irq_set(dut, flags, IRQ_INTX, 0, 1, &second, sizeof(second)));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(event_signal(first));
	ASSERT_NUMBER(1, event_read(first));
	ASSERT_NO_OTHER_EVENT(irqs);
	ASSERT_OK(event_signal(second));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* "as if we didn't miss it": an event that precedes the request unmasks, too. */
SCENARIO(intx_unmask_eventfd_signalled_before, "irq=intx trigger=intx",
	 "an unmask eventfd that was signalled before it is set unmasks INTx at once")
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int unmask = event_open();

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(event_signal(unmask));
	ASSERT_OK(irq_set(dut, IRQ_UNMASK(EVENTFD), IRQ_INTX, 0, 1, &unmask, sizeof(unmask)));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(event_signal(unmask));
	ASSERT_EVENTS(irqs, 0, 3);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

SCENARIO(intx_unmask_eventfd_closed, "irq=intx trigger=intx",
	 "an unmask eventfd that its user closes makes room for another, and INTx keeps working")
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int first = event_open(), second = event_open();
	const uint32_t flags = IRQ_UNMASK(EVENTFD);

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irq_set(dut, flags, IRQ_INTX, 0, 1, &first, sizeof(first)));
	close(steal_fd(&first));
	ASSERT_OK(irq_set(dut, flags, IRQ_INTX, 0, 1, &second, sizeof(second)));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(event_signal(second));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

/* Loopback bypasses the device: it signals a masked INTx, too, and does not mask it. */
SCENARIO(intx_loopback_does_not_mask, "irq=intx trigger=intx",
	 "an INTx signalled from user space does not mask, and the device's own INTx still signals")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irqs_loopback(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_NUMBER(false, intx_is_masked(dut));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(irqs_loopback(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 3);
	ASSERT_NUMBER(true, intx_is_masked(dut));
	ASSERT_OK(dut_ack(dut));
	PASS();
}
