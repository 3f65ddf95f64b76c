// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt: ranges of vectors: "start/count: the range of interrupts"; "DATA_EVENTFD ... -1
 * de-assigns" (struct vfio_irq_set in include/uapi/linux/vfio.h). Vectors outside of a request's
 * range are unchanged.
 */
#include "scenarios/lib/scenario.h"

#include <fcntl.h>

/*
 * Signal COUNT vectors from 0 on, in one request; those with a bit in WHICH must get one event more
 * than TOTAL.
 */
static enum greatest_test_res signal_all(struct dut *dut, enum irq_kind kind, struct irqs *irqs,
					 unsigned int count, uint64_t which, uint64_t totals[])
{
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(NONE), kind, 0, count, NULL, 0));
	for (unsigned int vector = 0; vector < count; vector++) {
		totals[vector] += which >> vector & 1;
		ASSERT_EVENTS(irqs, vector, totals[vector]);
	}
	PASS();
}

#define VECTORS_MAX 64u

static unsigned int some_of(struct dut *dut, enum irq_kind kind)
{
	const unsigned int count = irq_count(dut, kind);

	return count < VECTORS_MAX ? count : VECTORS_MAX;
}

/* In turn: a range with holes, a hole filled, a range removed and added again. */
static enum greatest_test_res holes(struct dut *dut, enum irq_kind kind)
{
	const struct {
		unsigned int start, count;
		uint64_t which;
		uint64_t now; /* the vectors that have an eventfd then */
	} requests[] = {
		{0, some_of(dut, kind), IRQS_EVEN, IRQS_EVEN},
		{1, 1, IRQS_ALL, IRQS_EVEN | 2},
		{0, 2, IRQS_NONE, IRQS_EVEN & ~3ull},
		{1, 3, IRQS_EVEN, IRQS_EVEN & ~3ull},
		{0, some_of(dut, kind), ~IRQS_EVEN, ~IRQS_EVEN},
		{0, some_of(dut, kind), IRQS_NONE, IRQS_NONE},
		{0, some_of(dut, kind), IRQS_ALL, IRQS_ALL},
	};
	const unsigned int count = some_of(dut, kind);
	cleanup_irqs struct irqs *irqs = NULL;
	uint64_t totals[VECTORS_MAX] = {0};

	ASSERT_OK(irqs_prepare(dut, kind, count, &irqs));
	for (size_t i = 0; i < ARRAY_SIZE(requests); i++) {
		ASSERT_OK(
			irqs_assign(irqs, requests[i].start, requests[i].count, requests[i].which));
		CHECK_CALL(signal_all(dut, kind, irqs, count, requests[i].now, totals));
	}
	PASS();
}

SCENARIO_VARIANT(msi_vectors_without_eventfd_silent, "irq=msi:4",
		 "MSI vectors enabled with eventfd -1 are silent and can be given an eventfd later",
		 holes, IRQ_MSI)

SCENARIO_VARIANT(
	msix_vectors_without_eventfd_silent, "irq=msix:4",
	"MSI-X vectors enabled with eventfd -1 are silent and can be given an eventfd later", holes,
	IRQ_MSIX)

/* Vector n signals its own eventfd, wherever the range began. */
static enum greatest_test_res later_range(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	if (dut_vectors(dut, kind) < 4)
		SKIPm("the device cannot raise 4 vectors");
	ASSERT_OK(irqs_prepare(dut, kind, 4, &irqs));
	ASSERT_OK(irqs_assign(irqs, 2, 2, IRQS_ALL));
	for (unsigned int vector = 3; vector >= 2; vector--) {
		ASSERT_OK(dut_trigger(dut, kind, vector));
		ASSERT_EVENTS(irqs, vector, 1);
	}
	ASSERT_NO_OTHER_EVENT(irqs);
	ASSERT_OK(irqs_assign(irqs, 0, 2, IRQS_ALL));
	for (unsigned int vector = 0; vector < 2; vector++) {
		ASSERT_OK(dut_trigger(dut, kind, vector));
		ASSERT_EVENTS(irqs, vector, 1);
	}
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

SCENARIO_VARIANT(msi_range_not_from_0, "irq=msi:4 trigger=msi",
		 "MSI can be enabled from a vector above 0, and the lower vectors later",
		 later_range, IRQ_MSI)

SCENARIO_VARIANT(msix_range_not_from_0, "irq=msix:4 trigger=msix",
		 "MSI-X can be enabled from a vector above 0, and the lower vectors later",
		 later_range, IRQ_MSIX)

/*
 * "NORESIZE: the number of interrupts cannot be changed while enabled"; without the flag it can
 * (MSI-X on Linux 6.5 and later). In both cases the enabled vectors keep working.
 */
static enum greatest_test_res extended(struct dut *dut, enum irq_kind kind)
{
	const unsigned int count = some_of(dut, kind);
	cleanup_irqs struct irqs *irqs = NULL;
	uint64_t totals[VECTORS_MAX] = {0};
	struct vfio_irq_info info;
	int err;

	ASSERT_OK(irq_info(dut, kind, &info));
	ASSERT_OK(irqs_prepare(dut, kind, count, &irqs));
	ASSERT_OK(irqs_assign(irqs, 0, 2, IRQS_ALL));
	CHECK_CALL(signal_all(dut, kind, irqs, 2, IRQS_ALL, totals));
	err = irqs_assign(irqs, 2, count - 2, IRQS_ALL);
	fact("extended=%s", error_name(err));
	ASSERT_RESULT(info.flags & VFIO_IRQ_INFO_NORESIZE ? EINVAL : 0, err);
	CHECK_CALL(signal_all(dut, kind, irqs, err ? 2 : count, IRQS_ALL, totals));
	ASSERT_ERRNO(EINVAL, irqs_assign(irqs, count - 1, irq_count(dut, kind), IRQS_NONE));
	CHECK_CALL(signal_all(dut, kind, irqs, err ? 2 : count, IRQS_ALL, totals));
	PASS();
}

SCENARIO_VARIANT(
	msi_vectors_added_as_noresize_says, "irq=msi:4",
	"more MSI vectors can be added only if NORESIZE is clear, and the first keep working",
	extended, IRQ_MSI)

SCENARIO_VARIANT(
	msix_vectors_added_as_noresize_says, "irq=msix:4",
	"more MSI-X vectors can be added only if NORESIZE is clear, and the first keep working",
	extended, IRQ_MSIX)

/* An invalid eventfd at the end of a range; the two before it are valid. */
static const struct bad_eventfd {
	const char *name;
	const char *path; /* to open; NULL: a descriptor that is not open */
	int error;
} bad_eventfds[] = {
	{"a file that is not open", NULL, EBADF},
	{"a file that is no eventfd", "/dev/null", EINVAL},
};

#define NOT_OPEN 1000000

static enum greatest_test_res bad_eventfd(struct dut *dut, enum irq_kind kind,
					  const struct bad_eventfd *bad)
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int file = bad->path ? open(bad->path, O_RDWR | O_CLOEXEC) : -1;
	cleanup_close int good = event_open();
	const int32_t fds[] = {good, bad->path ? file : NOT_OPEN};

	ASSERT_ERRNO(bad->error, irq_set(dut, IRQ_TRIGGER(EVENTFD), kind, 0, 2, fds, sizeof(fds)));
	ASSERT_ERRNO(EINVAL, irq_set(dut, IRQ_TRIGGER(NONE), kind, 0, 1, NULL, 0));
	ASSERT_OK(irqs_enable(dut, kind, 0, 4, &irqs));
	ASSERT_ERRNO(bad->error, irq_set(dut, IRQ_TRIGGER(EVENTFD), kind, 1, 2, fds, sizeof(fds)));
	ASSERT_OK(irqs_loopback(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(irqs_loopback(irqs, 3));
	ASSERT_EVENTS(irqs, 3, 1);
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(NONE), kind, 1, 2, NULL, 0));
	ASSERT_NUMBER(0, event_read(good));
	ASSERT_OK(irqs_assign(irqs, 1, 2, IRQS_ALL));
	ASSERT_OK(irqs_loopback(irqs, 1));
	ASSERT_EVENTS(irqs, 1, 1);
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

SCENARIO_TABLE(
	msi_bad_eventfd_enables_nothing, bad_eventfds, "irq=msi:4",
	"an MSI range with a bad eventfd enables nothing, and vectors outside it stay enabled")
{
	return bad_eventfd(dut, IRQ_MSI, row);
}

SCENARIO_TABLE(
	msix_bad_eventfd_enables_nothing, bad_eventfds, "irq=msix:4",
	"an MSI-X range with a bad eventfd enables nothing, and vectors outside it stay enabled")
{
	return bad_eventfd(dut, IRQ_MSIX, row);
}

/*
 * Each round assigns new eventfds to the vectors, and closes those of the round before, which
 * nothing may use any more. Vector 0 keeps its own: without it Linux clears the message of all MSI
 * vectors (unfixed/msi_goes_on_without_first_eventfd).
 */
static enum greatest_test_res rearmed(struct dut *dut, enum irq_kind kind)
{
	const unsigned int raised = dut_vectors(dut, kind) < 4 ? dut_vectors(dut, kind) : 4;

	for (unsigned int round = 0; round < 8; round++) {
		cleanup_irqs struct irqs *irqs = NULL;

		ASSERT_OK(irqs_enable(dut, kind, 0, raised, &irqs));
		for (unsigned int vector = 0; vector < raised; vector++) {
			ASSERT_OK(dut_trigger(dut, kind, vector));
			ASSERT_EVENTS(irqs, vector, 1);
			ASSERT_OK(irqs_assign(irqs, vector, 1,
					      round & 1 || !vector ? IRQS_ALL : IRQS_NONE));
		}
		ASSERT_OK(irqs_assign(irqs, 0, raised, IRQS_ALL));
		for (unsigned int vector = 0; vector < raised; vector++) {
			ASSERT_OK(dut_trigger(dut, kind, vector));
			ASSERT_EVENTS(irqs, vector, 2);
		}
		ASSERT_NO_OTHER_EVENT(irqs);
	}
	PASS();
}

SCENARIO(msi_enabled_again, "irq=msi trigger=msi",
	 "MSI keeps working when a vector is given its eventfd again or MSI is enabled again")
{
	ASSERT_OK(dut_start(dut));
	return rearmed(dut, IRQ_MSI);
}

SCENARIO(msix_enabled_again, "irq=msix trigger=msix",
	 "MSI-X keeps working when a vector is given its eventfd again or MSI-X is enabled again")
{
	ASSERT_OK(dut_start(dut));
	return rearmed(dut, IRQ_MSIX);
}

/* The first byte of DATA_BOOL belongs to the first vector of the range. */
static enum greatest_test_res bools_of_range(struct dut *dut, enum irq_kind kind)
{
	static const uint8_t second_of_three[] = {0, 1, 0};
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(irqs_enable(dut, kind, 0, 4, &irqs));
	ASSERT_OK(irq_set(dut, IRQ_TRIGGER(BOOL), kind, 1, 3, second_of_three,
			  sizeof(second_of_three)));
	ASSERT_EVENTS(irqs, 2, 1);
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

SCENARIO_VARIANT(msi_loopback_bool_of_range, "irq=msi:4",
		 "DATA_BOOL for a range signals only those MSI vectors whose byte is 1",
		 bools_of_range, IRQ_MSI)
SCENARIO_VARIANT(msix_loopback_bool_of_range, "irq=msix:4",
		 "DATA_BOOL for a range signals only those MSI-X vectors whose byte is 1",
		 bools_of_range, IRQ_MSIX)
