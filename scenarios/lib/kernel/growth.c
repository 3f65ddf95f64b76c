// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/growth.h"

#include "scenarios/lib/kernel/growth-judge.h"
#include "scenarios/lib/kernel/slab.h"

#include "lab/base/alloc.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <string.h>

/* The counts: first the slab caches, then the counters. */
struct meter {
	const struct growth_test *test;
	struct slab slab;
	size_t counters;
	long *last;		      /* of each counter */
	struct growth_tally *tallies; /* of each cache and counter */
};

static void meter_free(struct meter *meter)
{
	slab_close(&meter->slab);
	free(meter->last);
	free(meter->tallies);
}

#define cleanup_meter __attribute__((cleanup(meter_free)))

static size_t things(const struct meter *meter)
{
	return meter->slab.count + meter->counters;
}

/* Returns NULL, or why this kernel cannot be judged by counting. */
static const char *meter_init(struct meter *meter, const struct growth_test *test)
{
	const char *why = test->slabs ? slab_open(&meter->slab) : NULL;

	meter->test = test;
	while (test->counters && test->counters[meter->counters].name)
		meter->counters++;
	meter->last = zalloc(meter->counters, sizeof(*meter->last));
	meter->tallies = zalloc(things(meter), sizeof(*meter->tallies));
	return why;
}

static const char *name_of(const struct meter *meter, size_t thing)
{
	return thing < meter->slab.count ? slab_name(&meter->slab, thing)
					 : meter->test->counters[thing - meter->slab.count].name;
}

/* Returns the growth of THING since the last call. */
static long take_growth(struct meter *meter, size_t thing)
{
	const size_t i = thing - meter->slab.count;
	long before;

	if (thing < meter->slab.count)
		return slab_take_growth(&meter->slab, thing);
	before = meter->last[i];
	meter->last[i] = meter->test->counters[i].now(meter->test->counters[i].of);
	return meter->last[i] - before;
}

static void count_from_now(struct meter *meter)
{
	memset(meter->tallies, 0, things(meter) * sizeof(*meter->tallies));
	slab_count(&meter->slab);
	for (size_t i = 0; i < things(meter); i++)
		take_growth(meter, i);
}

/*
 * Run ROUNDS, without the test's own part if IDLE, and count. Returns NULL, or why a round failed.
 */
static const char *run_window(struct meter *meter, unsigned int rounds, bool idle)
{
	const char *why = NULL;

	while (rounds-- && !why) {
		if (idle)
			slab_free_late();
		else
			why = meter->test->round(meter->test->of);
		if (!rounds || meter->slab.modulo)
			slab_count(&meter->slab);
	}
	return why;
}

/* Judge a window of ROUNDS. If something leaks, *WHY names it. */
static enum growth_judgement judge_window(struct meter *meter, unsigned int rounds,
					  const char **why)
{
	enum growth_judgement all = GROWTH_STABLE;

	for (size_t i = 0; i < things(meter); i++) {
		const long more = take_growth(meter, i);
		const enum growth_judgement one = growth_judge(&meter->tallies[i], more, rounds);

		if (one == GROWTH_LEAKING)
			*why = text("%s: %ld more after %u round%s, each time", name_of(meter, i),
				    more, rounds, rounds == 1 ? "" : "s");
		if (one > all)
			all = one;
	}
	return all;
}

/* Run windows until there is a decision for everything. */
static enum growth measure(struct meter *meter, bool idle, const char **why)
{
	enum growth_judgement judgement = GROWTH_OPEN;

	count_from_now(meter);
	for (unsigned int window = 0; judgement == GROWTH_OPEN; window++) {
		const unsigned int rounds = growth_rounds(window, meter->test->rounds);

		*why = run_window(meter, rounds, idle);
		if (*why)
			return GROWTH_FAILED;
		judgement = judge_window(meter, rounds, why);
	}
	return judgement == GROWTH_LEAKING ? GROWTH_LEAK : GROWTH_NONE;
}

/*
 * Objects that are freed late are not leaked. If late frees cannot be forced, no decision is
 * possible.
 */
static enum growth confirm(struct meter *meter, const char **why)
{
	const char *idle;
	enum growth growth;

	if (!slab_force_frees(&meter->slab))
		return GROWTH_LEAK;
	growth = measure(meter, false, why);
	if (growth != GROWTH_LEAK || measure(meter, true, &idle) == GROWTH_NONE)
		return growth;
	*why = "the kernel frees objects late, which makes their counts unreliable";
	return GROWTH_UNKNOWN;
}

enum growth growth_run(const struct growth_test *test, const char **why)
{
	cleanup_meter struct meter meter = {0};
	enum growth growth;

	*why = meter_init(&meter, test);
	if (*why)
		return GROWTH_UNKNOWN;
	for (unsigned int round = 0; round < test->warm_up && !*why; round++)
		*why = test->round(test->of);
	if (*why)
		return GROWTH_FAILED;
	growth = measure(&meter, false, why);
	return growth == GROWTH_LEAK ? confirm(&meter, why) : growth;
}

long growth_files(const void *of __attribute__((unused)))
{
	cleanup_dir DIR *dir = opendir("/proc/self/fd");
	long count = 0;

	while (dir && readdir(dir))
		count++;
	return count;
}

long growth_locked(const void *of __attribute__((unused)))
{
	cleanup_free char *status = NULL;
	const char *line =
		file_read("/proc/self/status", &status, NULL) ? NULL : strstr(status, "\nVmLck:");

	return line ? strtol(line + strlen("\nVmLck:"), NULL, 10) : 0;
}

long growth_interrupts(const void *of __attribute__((unused)))
{
	cleanup_free char *lines = NULL;
	long count = 0;

	if (file_read("/proc/interrupts", &lines, NULL))
		return 0;
	for (const char *line = lines; (line = strchr(line, '\n')); line++)
		count++;
	return count;
}
