// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault: devices that misbehave. What the kernel promises is that it survives, that its caller gets an answer in
 * bounded time, and that a device which is repaired can be used again; `device --faults' says it fault by fault.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/fault.h"
#include "scenarios/lib/resetting.h"
#include "scenarios/lib/worker.h"

#include "lab/devices/testdev-regs.h"

#include <string.h>

/* Long enough for a reset of a device that comes back at once, which is to be told from one that does not. */
#define STILL_MS 400

/* Of a reset that ends by itself, or of one that was repaired: the kernel doubles its pauses. */
#define ENDS_MS 2500

static const char *reads_id(struct dut *dut)
{
	uint32_t id;
	int err = bar_read32(dut, 0, TESTDEV_ID, &id);

	if (err || id != TESTDEV_ID_VALUE)
		return text("the device's ID register reads as 0x%x (%s)", id, error_name(err));
	return NULL;
}

/* An interrupt by MSI, which needs config space, BARs and the interrupt's path. */
static const char *interrupts(struct dut *dut)
{
	cleanup_irqs struct irqs *irqs = NULL;
	int err = irqs_enable(dut, IRQ_MSI, 0, 1, &irqs);

	if (!err)
		err = dut_trigger(dut, IRQ_MSI, 0);
	if (err)
		return text("MSI cannot be enabled and triggered: %s", error_name(err));
	return irqs_await(irqs, 0, 1);
}

/* Whether the device, repaired, is one that can be used: reset, registers, an interrupt. */
static const char *does_not_work(struct dut *dut)
{
	const char *why;
	int err = dut_reset(dut);

	if (!err)
		err = dut_start(dut);
	if (err)
		return text("a repaired device cannot be reset and started: %s", error_name(err));
	why = reads_id(dut);
	return why ? why : interrupts(dut);
}

static const char *is_still_broken(struct dut *dut)
{
	const char *why = fault_repair(dut);

	return why ? why : does_not_work(dut);
}

/* Resets */

static const char *is_not_reset(struct resetting *reset)
{
	if (!resetting_ends(reset, ENDS_MS))
		return text("the reset has not ended %u ms after the device came back", ENDS_MS);
	return reset->result ? text("the reset failed: %s", error_name(reset->result)) : NULL;
}

static enum greatest_test_res reset_hangs(struct dut *dut, const char *method)
{
	cleanup_resetting struct resetting reset = RESETTING_NONE;
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_NONE(fault_arm(faulty, "reset-never of=%s", method));
	ASSERT_OK(resetting_begin(&reset, dut, dut_reset));
	ASSERT_THAT(!resetting_ends(&reset, STILL_MS), "the reset ended (%s) while the device was not back",
		    error_name(reset.result));
	ASSERT_NONE(fault_ask(dut, "reset-never", &state));
	ASSERT_NUMBER(1, state.fired);
	ASSERT_NONE(fault_repair(dut));
	ASSERT_NONE(is_not_reset(&reset));
	ASSERT_NONE(does_not_work(dut));
	PASS();
}

SCENARIO(flr_hangs, "for=faults reset=flr",
	 "VFIO_DEVICE_RESET waits for a device that FLR does not bring back")
{
	return reset_hangs(dut, "flr");
}

SCENARIO(pm_reset_hangs, "for=faults reset=pm !reset=flr",
	 "VFIO_DEVICE_RESET waits for a device that D3hot does not bring back")
{
	return reset_hangs(dut, "pm");
}

#define LATE_MS 300

static enum greatest_test_res reset_is_late(struct dut *dut, const char *method)
{
	cleanup_resetting struct resetting reset = RESETTING_NONE;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_NONE(fault_arm(faulty, "reset-late of=%s ms=%u count=1", method, LATE_MS));
	ASSERT_OK(resetting_begin(&reset, dut, dut_reset));
	ASSERT_NONE(is_not_reset(&reset));
	ASSERT_THAT(reset.ended - reset.began >= LATE_MS,
		    "the reset ended after %lld ms, the device's takes %u",
		    (long long)(reset.ended - reset.began), LATE_MS);
	ASSERT_NONE(does_not_work(dut));
	PASS();
}

SCENARIO(flr_is_late, "for=faults reset=flr",
	 "a reset by a slow FLR succeeds, and not before the device is back")
{
	return reset_is_late(dut, "flr");
}

SCENARIO(pm_reset_is_late, "for=faults reset=pm !reset=flr",
	 "a reset by D3hot of a slow device succeeds, and not before the device is back")
{
	return reset_is_late(dut, "pm");
}

/* Of the device's own config space COMMAND takes no writes: no BAR answers, whatever the kernel restores. */
static enum greatest_test_res reset_loses_config(struct dut *dut, const char *method)
{
	cleanup_faults struct dut *faulty = dut;
	uint32_t id;

	ASSERT_OK(dut_start(dut));
	ASSERT_NONE(fault_arm(faulty, "reset-loses-config of=%s", method));
	ASSERT_OK(dut_reset(dut));
	ASSERT_HEX(TESTDEV_VENDOR, config_read16(dut, PCI_VENDOR_ID));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND));
	bar_read32(dut, 0, TESTDEV_ID, &id);
	ASSERT_HEX(UINT32_MAX, id);
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

SCENARIO(flr_loses_config, "for=faults reset=flr",
	 "a device that forgets its config space in FLR is mute, and can be reset when it is repaired")
{
	return reset_loses_config(dut, "flr");
}

SCENARIO(pm_reset_loses_config, "for=faults reset=pm !reset=flr",
	 "a device that forgets its config space in D3hot is mute, and can be reset when it is repaired")
{
	return reset_loses_config(dut, "pm");
}

static enum greatest_test_res reset_changes_ids(struct dut *dut, const char *method)
{
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_NONE(fault_arm(faulty, "reset-other-ids of=%s vendor=0xdead device=0xbeef", method));
	ASSERT_OK(dut_reset(dut));
	ASSERT_HEX(0xdead, pci_config16(dut->address, PCI_VENDOR_ID));
	ASSERT_HEX(TESTDEV_VENDOR, config_read16(dut, PCI_VENDOR_ID));
	ASSERT_HEX(TESTDEV_VENDOR, pci_number(dut->address, "vendor", -1));
	ASSERT_NONE(reads_id(dut));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

SCENARIO(flr_changes_ids, "for=faults reset=flr",
	 "a device with other IDs after FLR remains the one that it was to its user")
{
	return reset_changes_ids(dut, "flr");
}

SCENARIO(pm_reset_changes_ids, "for=faults reset=pm !reset=flr",
	 "a device with other IDs after D3hot remains the one that it was to its user")
{
	return reset_changes_ids(dut, "pm");
}

/* Closing the last file resets the device. */
static int close_device(struct dut *dut)
{
	vfio_close(&dut->vfio);
	return 0;
}

static const char *open_device(struct dut *dut)
{
	const char *step = "cannot be bound";
	int err = pci_bind(dut->address, dut->vfio_driver);

	if (!err)
		err = vfio_open(dut->address, &dut->vfio, &step);
	return err ? text("%s: %s: %s", dut->address, step, error_name(err)) : NULL;
}

static void close_user(struct dut *user)
{
	dut_stop(user);
	vfio_close(&user->vfio);
}

#define cleanup_user __attribute__((cleanup(close_user)))

static const char *cannot_be_used_again(struct dut *user)
{
	const char *why = open_device(user);

	return why ? why : does_not_work(user);
}

SCENARIO_UNBOUND(
	close_in_hanging_flr, "for=faults",
	"closing a device that FLR does not bring back waits, and it can be opened when it is repaired")
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct dut user = *dut;
	cleanup_resetting struct resetting closing = RESETTING_NONE;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_NONE(open_device(&user));
	ASSERT_NONE(fault_arm(faulty, "reset-never of=any"));
	ASSERT_OK(resetting_begin(&closing, &user, close_device));
	ASSERT_THAT(!resetting_ends(&closing, STILL_MS), "%s was closed before it was back", address);
	ASSERT_NONE(fault_repair(dut));
	ASSERT_THAT(resetting_ends(&closing, ENDS_MS), "%s is not closed %u ms after it came back", address,
		    ENDS_MS);
	ASSERT_NONE(cannot_be_used_again(&user));
	PASS();
}

SCENARIO_UNBOUND(open_in_late_flr, "for=faults",
		 "opening a device whose reset is slow waits until it is back")
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct dut user = *dut;
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_NONE(fault_arm(faulty, "reset-late of=any ms=%u count=1", LATE_MS));
	ASSERT_NONE(open_device(&user));
	ASSERT_NONE(fault_ask(dut, "reset-late", &state));
	ASSERT_NUMBER(1, state.fired);
	ASSERT_NONE(does_not_work(&user));
	PASS();
}

/* Config space and BARs */

/* What a device that is not there gives to every read that reaches it. */
static const char *is_not_gone(struct dut *dut)
{
	uint32_t bar;
	const int err = bar_read32(dut, 0, TESTDEV_ID, &bar);

	if (pci_config16(dut->address, PCI_COMMAND) != 0xffff)
		return "COMMAND of the device does not read as ones";
	if (err || bar != UINT32_MAX)
		return text("a BAR of a device that is gone reads as 0x%x (%s)", bar, error_name(err));
	return NULL;
}

SCENARIO(gone, "for=faults", "a device that is gone reads as ones, in config space and BARs, with no error")
{
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_NONE(fault_arm(faulty, "config-gone"));
	ASSERT_NONE(is_not_gone(dut));
	ASSERT_HEX(TESTDEV_VENDOR, config_read16(dut, PCI_VENDOR_ID));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

/* Which access of an operation is the one that finds it gone: each must be survived. */
SCENARIO(gone_at_nth_access, "for=faults",
	 "a device may go at any access to config space while interrupts are enabled")
{
	for (unsigned int after = 0; after < 6; after++) {
		cleanup_irqs struct irqs *irqs = NULL;
		cleanup_faults struct dut *faulty = dut;

		ASSERT_OK(dut_start(dut));
		ASSERT_NONE(fault_arm(faulty, "config-gone after=%u", after));
		irqs_enable(dut, IRQ_MSI, 0, 4, &irqs); /* what it returns is the device's affair */
		irqs_free(steal(irqs));
		ASSERT_NONE(is_still_broken(dut));
	}
	PASS();
}

static enum greatest_test_res gone_with_irqs(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_NONE(fault_arm(faulty, "config-gone"));
	ASSERT_NONE(is_not_gone(dut));
	ASSERT_OK(irqs_disable(irqs));
	ASSERT_NO_OTHER_EVENT(irqs);
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

SCENARIO(gone_with_intx, "for=faults irq=intx", "INTx of a device that is gone can be disabled")
{
	return gone_with_irqs(dut, IRQ_INTX);
}

SCENARIO(gone_with_msi, "for=faults irq=msi", "MSI of a device that is gone can be disabled")
{
	return gone_with_irqs(dut, IRQ_MSI);
}

SCENARIO(gone_with_msix, "for=faults irq=msix", "MSI-X of a device that is gone can be disabled")
{
	return gone_with_irqs(dut, IRQ_MSIX);
}

SCENARIO_UNBOUND(close_when_gone, "for=faults reset=flr",
		 "closing a device that is gone waits for it, and it can be opened when it is back")
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct dut user = *dut;
	cleanup_resetting struct resetting closing = RESETTING_NONE;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_NONE(open_device(&user));
	ASSERT_NONE(fault_arm(faulty, "config-gone"));
	ASSERT_OK(resetting_begin(&closing, &user, close_device));
	ASSERT_THAT(!resetting_ends(&closing, STILL_MS), "%s was closed before it was back", address);
	ASSERT_NONE(fault_repair(dut));
	ASSERT_THAT(resetting_ends(&closing, ENDS_MS), "%s is not closed %u ms after it came back", address,
		    ENDS_MS);
	ASSERT_NONE(cannot_be_used_again(&user));
	PASS();
}

SCENARIO(bar_ones, "for=faults",
	 "a BAR that reads as ones is handed to the user as it is; config space is not affected")
{
	cleanup_faults struct dut *faulty = dut;
	uint32_t value;

	ASSERT_OK(dut_start(dut));
	ASSERT_NONE(fault_arm(faulty, "bar-ones"));
	ASSERT_OK(bar_read32(dut, 0, TESTDEV_ID, &value));
	ASSERT_HEX(UINT32_MAX, value);
	ASSERT_OK(bar_read32(dut, 2, 0, &value));
	ASSERT_HEX(UINT32_MAX, value);
	ASSERT_HEX(TESTDEV_VENDOR, pci_config16(dut->address, PCI_VENDOR_ID));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

SCENARIO(bar_ones_once, "for=faults", "a single read of ones is not remembered")
{
	cleanup_faults struct dut *faulty = dut;
	uint32_t value;

	ASSERT_OK(dut_start(dut));
	ASSERT_NONE(fault_arm(faulty, "bar-ones bar=0 after=1 count=1"));
	ASSERT_NONE(reads_id(dut));
	ASSERT_OK(bar_read32(dut, 0, TESTDEV_ID, &value));
	ASSERT_HEX(UINT32_MAX, value);
	ASSERT_NONE(reads_id(dut));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

/* Interrupts */

static enum greatest_test_res irq_is_lost(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_NONE(fault_arm(faulty, "irq-lost irq=%s count=1", irq_name(kind)));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_OK(dut_ack(dut));
	ASSERT_NONE(fault_ask(dut, "irq-lost", &state));
	ASSERT_NUMBER(1, state.fired);
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(dut_ack(dut));
	irqs_free(steal(irqs));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

SCENARIO(intx_lost, "for=faults irq=intx", "after an INTx that was lost the next one comes, once")
{
	return irq_is_lost(dut, IRQ_INTX);
}

SCENARIO(msi_lost, "for=faults irq=msi", "after an MSI that was lost the next one comes, once")
{
	return irq_is_lost(dut, IRQ_MSI);
}

SCENARIO(msix_lost, "for=faults irq=msix", "after an MSI-X message that was lost the next one comes, once")
{
	return irq_is_lost(dut, IRQ_MSIX);
}

/* Messages arrive in order: that of vector 1 after both of vector 0, which may have become one on their way. */
static enum greatest_test_res irq_is_doubled(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;
	uint64_t events;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 2, &irqs));
	ASSERT_NONE(fault_arm(faulty, "irq-doubled irq=%s vector=0 count=1", irq_name(kind)));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_OK(dut_trigger(dut, kind, 1));
	ASSERT_EVENTS(irqs, 1, 1);
	events = irqs_events(irqs, 0);
	ASSERT_THAT(events == 1 || events == 2, "a doubled interrupt made %llu events",
		    (unsigned long long)events);
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, events + 1);
	irqs_free(steal(irqs));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

SCENARIO(msi_doubled, "for=faults irq=msi:2", "an MSI sent twice is one event or two, and the next one comes")
{
	return irq_is_doubled(dut, IRQ_MSI);
}

SCENARIO(msix_doubled, "for=faults irq=msix:2",
	 "an MSI-X message sent twice is one event or two, and the next one comes")
{
	return irq_is_doubled(dut, IRQ_MSIX);
}

/* EVENTS: how many a spurious interrupt makes. */
static enum greatest_test_res irq_is_spurious(struct dut *dut, enum irq_kind kind, uint64_t events)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_NONE(fault_arm(faulty, "irq-spurious irq=%s", irq_name(kind)));
	ASSERT_EVENTS(irqs, 0, events);
	if (kind == IRQ_INTX && events)
		ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, events + 1);
	ASSERT_OK(dut_ack(dut));
	irqs_free(steal(irqs));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

/* The device's INTx cannot be disabled (a DUT without FLR): the line is its own, and nobody asks STATUS. */
SCENARIO(intx_spurious_exclusive, "for=faults irq=intx !reset=flr",
	 "INTx of a line that is not shared is an event, whatever STATUS says")
{
	return irq_is_spurious(dut, IRQ_INTX, 1);
}

SCENARIO(intx_spurious_shared, "for=faults irq=intx reset=flr",
	 "INTx that the device's STATUS disowns is no event")
{
	return irq_is_spurious(dut, IRQ_INTX, 0);
}

SCENARIO(msi_spurious, "for=faults irq=msi",
	 "an MSI that the device did not mean is an event, and the next one comes")
{
	return irq_is_spurious(dut, IRQ_MSI, 1);
}

SCENARIO(msix_spurious, "for=faults irq=msix",
	 "an MSI-X message that the device did not mean is an event, and the next one comes")
{
	return irq_is_spurious(dut, IRQ_MSIX, 1);
}

SCENARIO(intx_stuck, "for=faults irq=intx",
	 "INTx that stays asserted is one event for each unmask, and no storm")
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_faults struct dut *faulty = dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_NONE(fault_arm(faulty, "intx-stuck"));
	for (uint64_t events = 1; events <= 3; events++) {
		ASSERT_EVENTS(irqs, 0, events);
		ASSERT_OK(dut_ack(dut));
		ASSERT_NO_OTHER_EVENT(irqs);
		ASSERT_OK(irqs_unmask(irqs, 0));
	}
	ASSERT_EVENTS(irqs, 0, 4);
	ASSERT_NONE(fault_repair(dut));
	ASSERT_OK(dut_ack(dut));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_EVENTS(irqs, 0, 5);
	ASSERT_OK(dut_ack(dut));
	irqs_free(steal(irqs));
	ASSERT_NONE(does_not_work(dut));
	PASS();
}

static enum greatest_test_res message_after_disable(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *before = NULL, *after = NULL;
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &before));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(before, 0, 1);
	ASSERT_NONE(fault_arm(faulty, "msi-after-disable irq=%s count=1", irq_name(kind)));
	ASSERT_OK(irqs_disable(before));
	ASSERT_NONE(fault_ask(dut, "msi-after-disable", &state));
	ASSERT_NUMBER(1, state.fired);
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &after));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(after, 0, 1);
	ASSERT_NO_OTHER_EVENT(before);
	irqs_free(steal(after));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

SCENARIO(msi_after_disable, "for=faults irq=msi", "an MSI sent after it was disabled is dropped")
{
	return message_after_disable(dut, IRQ_MSI);
}

SCENARIO(msix_after_disable, "for=faults irq=msix", "an MSI-X message sent after it was disabled is dropped")
{
	return message_after_disable(dut, IRQ_MSIX);
}

/* DMA */

static const char *is_written(const struct dma *dma)
{
	const unsigned char *bytes = dma->at;

	for (size_t i = 0; i < dma->len; i++)
		if (bytes[i])
			return text("byte %zu of memory that is not for the device is 0x%x", i, bytes[i]);
	return NULL;
}

SCENARIO(dma_outside, "for=faults dma",
	 "DMA to where nothing is mapped is stopped, beside what is mapped too")
{
	cleanup_dma struct dma dma = {0};
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, 4096, &dma));
	ASSERT_NONE(fault_arm(faulty, "dma-outside iova=0x%llx", (unsigned long long)dma.iova + 4096));
	ASSERT_NONE(fault_ask(dut, "dma-outside", &state));
	ASSERT_NUMBER(-EFAULT, state.result);
	ASSERT_NONE(is_written(&dma));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

SCENARIO(dma_after_unmap, "for=faults dma",
	 "DMA to what was unmapped is stopped from the moment that unmapping returns")
{
	cleanup_dma struct dma dma = {0};
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, 4096, &dma));
	ASSERT_OK(dut_dma(dut, dma.iova + 2048, dma.iova, 64));
	ASSERT_NONE(fault_arm(faulty, "dma-after-unmap"));
	ASSERT_NUMBER(4096, dma_unmap_all(dut));
	ASSERT_NONE(fault_await(dut, "dma-after-unmap", &state));
	ASSERT_NUMBER(-EFAULT, state.result);
	ASSERT_NONE(is_written(&dma));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}

SCENARIO(dma_during_reset, "for=faults dma reset",
	 "DMA during a reset reaches what is mapped and nothing else, and ends with it")
{
	cleanup_dma struct dma other = {0}, dma = {0};
	cleanup_faults struct dut *faulty = dut;
	struct fault_state state;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, 4096, &dma));
	ASSERT_OK(dma_alloc(dut, 4096, &other));
	ASSERT_OK(dut_dma(dut, dma.iova + 2048, dma.iova, 64));
	ASSERT_NONE(fault_arm(faulty, "dma-during-reset"));
	ASSERT_OK(dut_reset(dut));
	ASSERT_NONE(fault_ask(dut, "dma-during-reset", &state));
	ASSERT_NUMBER(1, state.fired);
	memset((char *)dma.at + 2048, 0, 64);
	ASSERT_NONE(is_written(&dma));
	ASSERT_NONE(is_written(&other));
	ASSERT_NONE(is_still_broken(dut));
	PASS();
}
