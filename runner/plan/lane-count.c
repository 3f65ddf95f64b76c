// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/lane-count.h"

static unsigned long largest_guest(const struct plan *plan)
{
	unsigned long largest = LANE_GUEST_MIB;

	for (size_t j = 0; j < plan->count; j++)
		if (plan->jobs[j].memory > largest)
			largest = plan->jobs[j].memory;
	return largest;
}

/*
 * Guests spend half of their time waiting: a function-level reset alone takes 100 ms. Two lanes a
 * processor left two processors idle for a quarter of a run, three for a tenth; with four, it took
 * no less.
 */
unsigned int lane_count(const struct plan *plan, unsigned int cpus, unsigned long mib)
{
	const unsigned long fit = mib / (largest_guest(plan) + LANE_OWN_MIB);
	const unsigned int wanted = 3 * cpus;

	if (!mib || fit >= wanted)
		return wanted;
	return fit ? (unsigned int)fit : 1;
}
