// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt: an administrator moves an interrupt between processors
 * (Documentation/core-api/irq/irq-affinity.rst) while it arrives. VFIO does not notice, so its user
 * must not either.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/clock.h"
#include "lab/base/file.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define PROCESSORS 2
#define RAISED	   100u

/* A line of /proc/interrupts. */
struct irq_line {
	unsigned int number;
	unsigned long handled[PROCESSORS];
};

/* Read the line of the interrupt of the device at ADDRESS that is enabled. */
static int irq_line_read(const char *address, struct irq_line *line)
{
	cleanup_free char *all = NULL, *name = text("(%s)", address);
	int err = file_read("/proc/interrupts", &all, NULL);
	char *rest = all;

	if (err)
		return err;
	for (char *at; (at = strsep(&rest, "\n"));) {
		if (!strstr(at, name))
			continue;
		line->number = (unsigned int)strtoul(at, &at, 10);
		for (unsigned int i = 0; i < PROCESSORS; i++)
			line->handled[i] = strtoul(at + (*at == ':'), &at, 10);
		return 0;
	}
	return -ENOENT;
}

/* The file that takes the mask of the processors for IRQ. The caller frees it. */
static char *affinity_file(unsigned int irq)
{
	return text("/proc/irq/%u/smp_affinity", irq);
}

/* A thread that moves an interrupt to and fro. */
struct mover {
	pthread_t thread;
	char *path;
	atomic_bool stop;
	unsigned int moves;
	int error; /* of the first move that was refused */
	bool started;
};

static const char *const masks[PROCESSORS] = {"1", "2"};

static void *move_to_and_fro(void *arg)
{
	struct mover *mover = arg;

	while (!atomic_load(&mover->stop) && !mover->error) {
		mover->error = value_write(mover->path, masks[mover->moves % PROCESSORS]);
		mover->moves += !mover->error;
	}
	return NULL;
}

static int mover_start(struct mover *mover, unsigned int irq)
{
	int err;

	mover->path = affinity_file(irq);
	err = -pthread_create(&mover->thread, NULL, move_to_and_fro, mover);
	mover->started = !err;
	return err;
}

static void mover_stop(struct mover *mover)
{
	atomic_store(&mover->stop, true);
	if (mover->started)
		pthread_join(mover->thread, NULL);
	mover->started = false;
	free(mover->path);
	mover->path = NULL;
}

#define cleanup_mover __attribute__((cleanup(mover_stop)))

/* Have the device raise one more interrupt, and wait for it: EVENTS in total. */
static enum greatest_test_res raise_once(struct dut *dut, enum irq_kind kind, struct irqs *irqs,
					 unsigned int events)
{
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, events);
	ASSERT_OK(dut_ack(dut));
	if (kind == IRQ_INTX)
		ASSERT_OK(irqs_unmask(irqs, 0));
	PASS();
}

/*
 * Move the interrupt to PROCESSOR, and raise it until it arrives there. EVENTS counts all that were
 * raised. Without remapping, an interrupt that arrives carries out the move, and not before a
 * timer has released the vector of the last move (arch/x86/kernel/apic/vector.c): that is a matter
 * of time, not of how many interrupts are raised.
 */
static enum greatest_test_res arrives_at(struct dut *dut, enum irq_kind kind, struct irqs *irqs,
					 unsigned int processor, unsigned int *events)
{
	cleanup_free char *path = NULL;
	const int64_t began = now_ms();
	struct irq_line before, now;

	ASSERT_OK(irq_line_read(dut->address, &before));
	path = affinity_file(before.number);
	ASSERT_OK(value_write(path, masks[processor]));
	do {
		CHECK_CALL(raise_once(dut, kind, irqs, ++*events));
		ASSERT_OK(irq_line_read(dut->address, &now));
		if (now.handled[processor] > before.handled[processor])
			PASS();
	} while (now_ms() - began < dut->wait_ms);
	FAILF("processor %u handled none in %u ms", processor, dut->wait_ms);
}

static enum greatest_test_res moved_while_raised(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_mover struct mover mover = {0};
	unsigned int events = RAISED;
	struct irq_line line;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	CHECK_CALL(raise_once(dut, kind, irqs, 1));
	ASSERT_OK(irq_line_read(dut->address, &line));
	ASSERT_OK(mover_start(&mover, line.number));
	for (unsigned int i = 2; i <= RAISED; i++)
		CHECK_CALL(raise_once(dut, kind, irqs, i));
	mover_stop(&mover);
	ASSERT_OK(mover.error);
	for (unsigned int i = 0; i < PROCESSORS; i++)
		CHECK_CALL(arrives_at(dut, kind, irqs, i, &events));
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

/* A hundred interrupts of a model take seconds on a busy host. */
#define MOVED_DEADLINE_MS 30000

SCENARIO(intx_moved_between_processors, "cpu:2 irq=intx trigger=intx once",
	 "INTx that an administrator moves between processors arrives each time once",
	 .deadline_ms = MOVED_DEADLINE_MS)
{
	return moved_while_raised(dut, IRQ_INTX);
}

SCENARIO(msi_moved_between_processors, "cpu:2 irq=msi trigger=msi once", "the same for MSI",
	 .deadline_ms = MOVED_DEADLINE_MS)
{
	return moved_while_raised(dut, IRQ_MSI);
}

SCENARIO(msix_moved_between_processors, "cpu:2 irq=msix trigger=msix once", "the same for MSI-X",
	 .deadline_ms = MOVED_DEADLINE_MS)
{
	return moved_while_raised(dut, IRQ_MSIX);
}
