// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt: INTx that is raised, masked and given another eventfd at the wrong moment. Three such
 * races were security bugs in 2024: the interrupt line was enabled before VFIO recorded it as
 * masked (CVE-2024-27437), one thread wrote DisINTx while another enabled INTx (CVE-2024-26810),
 * and an INTx was triggered without its eventfd (CVE-2024-26812).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/module.h"

#include <pthread.h>
#include <stdatomic.h>

/* The bit is in the upper byte of COMMAND, which nothing else writes meanwhile. */
static int set_disintx(struct dut *dut, bool on)
{
	const unsigned int at = PCI_COMMAND + 1;
	const uint8_t bit = PCI_COMMAND_INTX_DISABLE >> 8, now = config_read8(dut, at);

	return config_write8(dut, at, on ? now | bit : now & ~bit);
}

/* Check that INTx works: an interrupt, and after unmask another one. SEEN is the count before. */
static const char *check_intx_delivered(struct dut *dut, struct irqs *irqs, uint64_t seen)
{
	for (unsigned int i = 1; i <= 2; i++) {
		int err = dut_trigger(dut, IRQ_INTX, 0);
		const char *why = err ? "INTx cannot be raised" : irqs_await(irqs, 0, seen + i);

		if (!err)
			err = dut_ack(dut);
		if (!err)
			err = irqs_unmask(irqs, 0);
		if (why || err)
			return why ? why : text("INTx cannot be unmasked: %s", error_name(err));
	}
	return NULL;
}

/*
 * QEMU needs DisINTx for this: its I/O APIC drops an asserted line whose interrupt it did not
 * deliver.
 */
SCENARIO(intx_asserted_before_enable, "irq=intx trigger=intx",
	 "an INTx asserted before it is enabled with DisINTx set signals when the bit is cleared")
{
	ASSERT_OK(dut_start(dut));
	for (unsigned int round = 0; round < 2; round++) {
		cleanup_irqs struct irqs *irqs = NULL;

		ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
		ASSERT_OK(set_disintx(dut, true));
		ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
		ASSERT_OK(set_disintx(dut, false));
		ASSERT_EVENTS(irqs, 0, 1);
		ASSERT_OK(dut_ack(dut));
		ASSERT_OK(irqs_unmask(irqs, 0));
		ASSERT_CHECK(check_intx_delivered(dut, irqs, 1));
	}
	PASS();
}

/* Try everything that can send an event while there is no eventfd. INTx is asserted. */
static enum greatest_test_res trigger_without_eventfd(struct dut *dut, struct irqs *irqs,
						      int unmask)
{
	const uint8_t yes = 1;
	const int none = -1;

	ASSERT_OK(irqs_loopback(irqs, 0));
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(BOOL), IRQ_INTX, 0, 1, &yes, sizeof(yes)));
	ASSERT_OK(dut_trigger(dut, IRQ_INTX, 0));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_OK(irq_set(dut, IRQ_UNMASK(EVENTFD), IRQ_INTX, 0, 1, &unmask, sizeof(unmask)));
	ASSERT_OK(event_signal(unmask));
	/*
	 * A work item sends the event later, and removing the eventfd waits for it: no event
	 * arrives for the new eventfd.
	 */
	ASSERT_OK(irq_set(dut, IRQ_UNMASK(EVENTFD), IRQ_INTX, 0, 1, &none, sizeof(none)));
	ASSERT_OK(irqs_mask(irqs, 0));
	ASSERT_OK(set_disintx(dut, true));
	ASSERT_OK(set_disintx(dut, false));
	PASS();
}

/* CVE-2024-26812: each of these signalled a released eventfd. */
static enum greatest_test_res eventfd_removed(struct dut *dut)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int unmask = event_open();

	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irqs_redirect(irqs, 0, -1));
	CHECK_CALL(trigger_without_eventfd(dut, irqs, unmask));
	ASSERT_OK(irqs_assign(irqs, 0, 1, IRQS_ALL));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(dut_ack(dut));
	ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_CHECK(check_intx_delivered(dut, irqs, 1));
	PASS();
}

SCENARIO(intx_without_eventfd_is_inert, "irq=intx trigger=intx",
	 "INTx without an eventfd can be triggered, masked and unmasked, and works with a new "
	 "eventfd")
{
	ASSERT_OK(dut_start(dut));
	return eventfd_removed(dut);
}

SCENARIO(intx_enabled_without_eventfd, "irq=intx trigger=intx",
	 "an INTx enabled without an eventfd can be given one later")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_prepare(dut, IRQ_INTX, 1, &irqs));
	ASSERT_OK(irqs_assign(irqs, 0, 1, IRQS_NONE));
	ASSERT_OK(irqs_loopback(irqs, 0));
	ASSERT_OK(irqs_assign(irqs, 0, 1, IRQS_ALL));
	ASSERT_CHECK(check_intx_delivered(dut, irqs, 0));
	PASS();
}

/* A thread that waits for a start signal, then writes DisINTx once. */
struct disable_writer {
	struct dut *dut;
	pthread_barrier_t together;
	bool on;
	int err;
};

static void *writes_disintx(void *arg)
{
	struct disable_writer *writer = arg;

	pthread_barrier_wait(&writer->together);
	writer->err = set_disintx(writer->dut, writer->on);
	return NULL;
}

/*
 * DisINTx is written while INTx is disabled and enabled. Then it is cleared, and so INTx is not
 * masked.
 */
static enum greatest_test_res meet(struct dut *dut, struct irqs *irqs, bool on)
{
	struct disable_writer writer = {.dut = dut, .on = on};
	pthread_t thread;
	int err;

	ASSERT_OK(set_disintx(dut, !on));
	pthread_barrier_init(&writer.together, NULL, 2);
	ASSERT_OK(-pthread_create(&thread, NULL, writes_disintx, &writer));
	pthread_barrier_wait(&writer.together);
	err = irqs_disable(irqs);
	if (!err)
		err = irqs_assign(irqs, 0, 1, IRQS_ALL);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&writer.together);
	ASSERT_OK(err);
	ASSERT_OK(writer.err);
	ASSERT_OK(set_disintx(dut, false));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_INTX_DISABLE);
	PASS();
}

#define MEETINGS 100

/*
 * CVE-2024-26810. It takes two processors, and the one that enables INTx must be between reading
 * DisINTx and publishing that INTx is enabled: a hundred attempts hit that many times.
 */
SCENARIO(intx_enabled_while_disintx_is_written, "cpu:2 irq=intx trigger=intx",
	 "INTx enabled while another thread writes DisINTx follows that bit and works")
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	for (unsigned int i = 0; i < MEETINGS; i++)
		CHECK_CALL(meet(dut, irqs, i & 1));
	ASSERT_CHECK(check_intx_delivered(dut, irqs, 0));
	PASS();
}

/* A device of a separate user whose line is masked at the interrupt controller (nointxmask). */
struct exclusive {
	struct user user;
};

static void exclusive_end(struct exclusive *exclusive)
{
	user_end(&exclusive->user);
	module_set("vfio_pci", "nointxmask", "0");
}

#define cleanup_exclusive __attribute__((cleanup(exclusive_end)))

static enum greatest_test_res exclusive_begin(struct exclusive *exclusive, const struct dut *dut)
{

	ASSERT_OK(module_set("vfio_pci", "nointxmask", "1"));
	ASSERT_OK(user_bind_and_open(&exclusive->user, dut, "vfio-pci"));
	ASSERT_OK(dut_start(&exclusive->user.dut));
	PASS();
}

/* A thread that raises and lowers INTx until it is stopped. */
struct raiser {
	struct dut *dut;
	atomic_bool stop;
	int err;
};

static void *raises_intx(void *arg)
{
	struct raiser *raiser = arg;

	while (!raiser->stop && !raiser->err) {
		raiser->err = dut_trigger(raiser->dut, IRQ_INTX, 0);
		if (!raiser->err)
			raiser->err = dut_ack(raiser->dut);
	}
	return NULL;
}

/* INTx is raised repeatedly while it is enabled with DisINTx set; then DisINTx is cleared. */
static enum greatest_test_res enabled_while_raised(struct dut *dut)
{
	struct raiser raiser = {.dut = dut};
	cleanup_irqs struct irqs *irqs = NULL;
	pthread_t thread;
	int err;

	ASSERT_OK(set_disintx(dut, true));
	ASSERT_OK(-pthread_create(&thread, NULL, raises_intx, &raiser));
	err = irqs_enable(dut, IRQ_INTX, 0, 1, &irqs);
	raiser.stop = true;
	pthread_join(thread, NULL);
	ASSERT_OK(err);
	ASSERT_OK(raiser.err);
	ASSERT_OK(set_disintx(dut, false));
	ASSERT_CHECK(check_intx_delivered(dut, irqs, irqs_events(irqs, 0)));
	PASS();
}

/*
 * CVE-2024-27437: requesting the handler enabled the line, the first interrupt masked it, and then
 * it was masked once more.
 */
SCENARIO_UNBOUND(intx_exclusive_enabled_while_raised, "cpu:2 trigger=intx !model !variant",
		 "an exclusive INTx raised while it is enabled masked works after unmask")
{
	cleanup_exclusive struct exclusive exclusive = {USER_NONE};

	CHECK_CALL(exclusive_begin(&exclusive, dut));
	for (unsigned int i = 0; i < MEETINGS; i++)
		CHECK_CALL(enabled_while_raised(&exclusive.user.dut));
	PASS();
}
