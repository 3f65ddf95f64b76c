// SPDX-License-Identifier: GPL-2.0-only
#include "reports/traces/sequence.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/traces/normal.h"

#include <string.h>

/* Reads of one round of a poll. */
#define ROUND_MAX 8

/* The letter of an access, R or W; 0 if WHAT is something else. */
static char access_of(const char *what)
{
	const char *how = strchr(what, ' ');

	return how && (how[1] == 'R' || how[1] == 'W') && how[2] >= '1' && how[2] <= '9' ? how[1]
											 : '\0';
}

bool step_reads(const char *what)
{
	return access_of(what) == 'R';
}

bool step_writes(const char *what)
{
	return access_of(what) == 'W';
}

bool step_intrudes(const char *what)
{
	static const char *const kinds[] = {"irq ", "irqs ", "map ", "unmap "};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (!strncmp(what, kinds[i], strlen(kinds[i])))
			return true;
	return false;
}

/* Whether the last LEN steps are reads, and the same as the LEN steps before. */
static bool repeats(const struct sequence *sequence, size_t len)
{
	const struct step *last = sequence->steps + sequence->count - len;

	for (size_t i = 0; i < len; i++)
		if (!step_reads(last[i].what) || strcmp(last[i].what, (last + i - len)->what) != 0)
			return false;
	return true;
}

/* How often a loop polls depends on time: keep the first round of equal ones. */
static void drop_round(struct sequence *sequence)
{
	for (size_t len = 1; len <= ROUND_MAX && 2 * len <= sequence->count; len++) {
		if (!repeats(sequence, len))
			continue;
		for (size_t i = 0; i < len; i++)
			free(sequence->steps[--sequence->count].what);
		return;
	}
}

/*
 * QEMU masks INTx when it has seen the interrupt, and unmasks it when the guest accesses a BAR. The
 * moment depends on how its threads are scheduled.
 */
static bool is_of_qemu(const char *what)
{
	return !strncmp(what, "irqs intx ", strlen("irqs intx "));
}

void sequence_make(const struct trace *trace, const char *device, struct sequence *sequence)
{
	cleanup_normaliser struct normaliser normaliser = {0};

	*sequence = (struct sequence){.steps = zalloc(trace->count + 1, sizeof(struct step))};
	for (size_t i = 0; i < trace->count; i++) {
		cleanup_buf struct buf what = BUF_INIT;

		if (strcmp(trace->events[i].device, device) != 0)
			continue;
		normalise(&normaliser, trace->events[i].what, &what);
		if (!what.len || is_of_qemu(what.data))
			continue;
		sequence->steps[sequence->count].index = i;
		sequence->steps[sequence->count++].what = buf_steal(&what);
		drop_round(sequence);
	}
}

void sequence_free(struct sequence *sequence)
{
	for (size_t i = 0; i < sequence->count; i++)
		free(sequence->steps[i].what);
	free(sequence->steps);
	*sequence = (struct sequence){0};
}
