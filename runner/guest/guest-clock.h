/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether the clock of a guest can be believed.
 *
 * A guest's deadlines, and its waits for events or for none, go by its own CLOCK_MONOTONIC. QEMU
 * derives that from the time-stamp counter of the host, and the counter may jump: a case then
 * misses a deadline, or waits in vain, in no time at all. So every result comes with a reading of
 * the guest's clock, and counts only if the runner's own clock does not contradict it. The two
 * are compared by intervals, one of which encloses the other:
 *
 *   runner  reads its clock (H1), sends it             receives the line, reads its clock (H2)
 *   guest               receives it, reads its clock (G1) ... reads its clock (G2), writes the line
 *
 * However late messages arrive and processes run, H1 comes before G1 and G2 before H2. A right
 * clock therefore never counts more from G1 to G2 than passes from H1 to H2, except for what it
 * drifts: a busy host makes the outer interval longer, which hides small jumps, but cannot make a
 * right clock look fast. Lines that the runner times when it reads them prove less: if it reads
 * the opening of a case late, the case looks shorter than it was.
 *
 * One bound covers all that a case judges by time, deadlines, "N events in M ms" and "no event in
 * M ms" alike: to spoil one, a jump must eat up most of it. A clock that is slow, or stands
 * still, is no contradiction, as the runner sees every line late. It makes waits longer, not
 * shorter, and the runner ends a guest whose deadlines never come.
 */
#ifndef RUNNER_GUEST_GUEST_CLOCK_H
#define RUNNER_GUEST_GUEST_CLOCK_H

#include "lab/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * What a right clock may gain: so much always, and one part in so many of the time that passed.
 * The kernel calibrates its clock to 0.3 % at load; what must happen at once has 2000 ms
 * (CHILD_WAIT_MS), forty times the first.
 */
#define CLOCK_GAIN_MS	   50
#define CLOCK_GAIN_DIVISOR 100

/* The pair of readings that G1 and H1 are above. Zeroed for each guest. */
struct guest_clock {
	bool known;
	int64_t guest_ms;
	int64_t host_ms;
};

/*
 * Take the reading SAID, "G2 G1 H1" in milliseconds, in a line that the runner had read by
 * READ_MS on the clock that it answers guests with. Returns 0, -EPROTO if it is no reading, or
 * -ETIME with a message in WHY if CLOCK is not to be believed.
 */
int clock_take(struct guest_clock *clock, const char *said, int64_t read_ms, struct buf *why);

#endif
