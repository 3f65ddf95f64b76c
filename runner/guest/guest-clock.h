/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Check a guest's clock against the runner's.
 *
 * A guest measures its deadlines, and how long it waits for events, by its own CLOCK_MONOTONIC.
 * QEMU derives that clock from the time-stamp counter of the host, and the counter may jump: a
 * deadline then passes, or a wait times out, in no time at all. So every result comes with a
 * reading of the guest's clock, and counts only if the runner's clock does not contradict it. The
 * runner compares two intervals, one of which encloses the other:
 *
 *   runner  reads its clock (H1), sends it             receives the line, reads its clock (H2)
 *   guest               receives it, reads its clock (G1) ... reads its clock (G2), writes the line
 *
 * H1 precedes G1 and G2 precedes H2, however late messages arrive and processes run. So a correct
 * clock never counts more from G1 to G2 than passes from H1 to H2, apart from drift. A busy host
 * makes the outer interval longer, which hides small jumps, but never makes a correct clock look
 * fast. Timing the lines as the runner reads them would prove less: if it reads the opening of a
 * case late, the case looks shorter than it was.
 *
 * One limit covers everything that a case judges by time: deadlines, "N events in M ms" and "no
 * event in M ms". A jump that spoils one of these is most of its length. A clock that is slow or
 * stopped is no contradiction, as the runner reads every line late. It makes waits longer, not
 * shorter, and the runner kills a guest whose deadlines never pass.
 */
#ifndef RUNNER_GUEST_GUEST_CLOCK_H
#define RUNNER_GUEST_GUEST_CLOCK_H

#include "lab/base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * How much a correct clock may gain: a constant, and a fraction 1/CLOCK_GAIN_DIVISOR of the time
 * that passed. The kernel calibrates its clock to 0.3 % under load. The shortest wait of a case is
 * 2000 ms (CHILD_WAIT_MS), forty times the constant.
 */
#define CLOCK_GAIN_MS	   50
#define CLOCK_GAIN_DIVISOR 100

/* The readings G1 and H1 of the picture above. The caller zeroes it for each guest. */
struct guest_clock {
	bool known;
	int64_t guest_ms;
	int64_t host_ms;
};

/*
 * Check the reading LINE, "G2 G1 H1" in milliseconds, which the runner had read by READ_MS on its
 * own clock. Returns 0, -EPROTO if LINE is malformed, or -ETIME with a message in WHY if the
 * guest's clock is wrong.
 */
int clock_take(struct guest_clock *clock, const char *line, int64_t read_ms, struct buf *why);

#endif
