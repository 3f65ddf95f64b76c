// SPDX-License-Identifier: GPL-2.0-only
#include "reports/traces/parting.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/traces/sequence.h"

#include <string.h>

/*
 * How many steps of two threads may be in another order: the handler of an interrupt, for one, runs
 * between any two accesses of the thread that it interrupts.
 */
#define WINDOW 10

/* Steps of a sequence. */
struct window {
	const struct step *steps;
	size_t count;
};

static size_t count_of(const struct window *window, const char *what)
{
	size_t count = 0;

	for (size_t i = 0; i < window->count; i++)
		count += !strcmp(window->steps[i].what, what);
	return count;
}

/* Whether B has each step of A: as often, but for reads, which may be polls. */
static bool covers(const struct window *a, const struct window *b)
{
	for (size_t i = 0; i < a->count; i++) {
		const char *what = a->steps[i].what;
		const size_t in_b = count_of(b, what);

		if (!in_b || (!step_reads(what) && in_b != count_of(a, what)))
			return false;
	}
	return true;
}

static const char *next_write(const struct window *window, size_t *at)
{
	while (*at < window->count) {
		const char *what = window->steps[(*at)++].what;

		if (step_writes(what))
			return what;
	}
	return NULL;
}

static bool same_writes(const struct window *a, const struct window *b)
{
	size_t in_a = 0, in_b = 0;

	for (;;) {
		const char *one = next_write(a, &in_a), *other = next_write(b, &in_b);

		if (!one || !other)
			return one == other;
		if (strcmp(one, other) != 0)
			return false;
	}
}

/* Whether something intrudes into LEN steps of SEQUENCE from AT on, or into those before. */
static bool is_disturbed(const struct sequence *sequence, size_t at, size_t len)
{
	for (size_t i = at > WINDOW ? at - WINDOW : 0; i < at + len; i++)
		if (step_intrudes(sequence->steps[i].what))
			return true;
	return false;
}

/* Whether the steps AT of A and B are the same, or both have ended. */
static bool meet(const struct sequence *a, size_t at_a, const struct sequence *b, size_t at_b)
{
	if (at_a >= a->count || at_b >= b->count)
		return at_a == a->count && at_b == b->count;
	return !strcmp(a->steps[at_a].what, b->steps[at_b].what);
}

/*
 * Whether A and B go on alike after LEN_A and LEN_B steps that differ only in an order that two
 * threads do not fix. Writes must have the same order.
 */
static bool is_shuffle(const struct sequence *a, size_t at_a, size_t len_a,
		       const struct sequence *b, size_t at_b, size_t len_b)
{
	const struct window one = {a->steps + at_a, len_a}, other = {b->steps + at_b, len_b};

	return meet(a, at_a + len_a, b, at_b + len_b) &&
	       (is_disturbed(a, at_a, len_a) || is_disturbed(b, at_b, len_b)) &&
	       covers(&one, &other) && covers(&other, &one) && same_writes(&one, &other);
}

/* Skip the shortest shuffle at *AT_A and *AT_B. Returns false if there is none. */
static bool skip_shuffle(const struct sequence *a, size_t *at_a, const struct sequence *b,
			 size_t *at_b)
{
	for (size_t total = 1; total <= 2 * WINDOW; total++) {
		for (size_t len = total > WINDOW ? total - WINDOW : 0;
		     len <= total && len <= WINDOW; len++) {
			if (*at_a + len > a->count || *at_b + total - len > b->count ||
			    !is_shuffle(a, *at_a, len, b, *at_b, total - len))
				continue;
			*at_a += len;
			*at_b += total - len;
			return true;
		}
	}
	return false;
}

static size_t index_of(const struct sequence *sequence, size_t at, const struct trace *trace)
{
	return at < sequence->count ? sequence->steps[at].index : trace->count;
}

/* Compare the events of DEVICE. Stores where they part in PARTING if that is earlier. */
static void compare_device(const struct trace *a, const struct trace *b, const char *device,
			   struct parting *parting)
{
	cleanup_sequence struct sequence one = {0}, other = {0};
	size_t at_a = 0, at_b = 0;

	sequence_make(a, device, &one);
	sequence_make(b, device, &other);
	for (;;) {
		while (at_a < one.count && at_b < other.count && meet(&one, at_a, &other, at_b)) {
			at_a++;
			at_b++;
		}
		if (at_a == one.count && at_b == other.count)
			return;
		if (!skip_shuffle(&one, &at_a, &other, &at_b))
			break;
	}
	if (parting->device && parting->a <= index_of(&one, at_a, a))
		return;
	free(parting->device);
	*parting = (struct parting){text("%s", device), index_of(&one, at_a, a),
				    index_of(&other, at_b, b)};
}

static void list_devices(const struct trace *trace, struct list *devices)
{
	for (size_t i = 0; i < trace->count; i++)
		list_add_once(devices, trace->events[i].device);
}

bool traces_part(const struct trace *a, const struct trace *b, struct parting *parting)
{
	cleanup_list struct list devices = {0};

	*parting = (struct parting){0};
	list_devices(a, &devices);
	list_devices(b, &devices);
	for (size_t i = 0; i < devices.count; i++)
		compare_device(a, b, devices.items[i], parting);
	return parting->device;
}

void parting_free(struct parting *parting)
{
	free(parting->device);
	*parting = (struct parting){0};
}
