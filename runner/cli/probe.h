/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the job of one case outside of a run: nothing is stored, and no history is kept. One lane
 * serves all jobs of a prober, as its start takes as long as that of a guest.
 */
#ifndef RUNNER_CLI_PROBE_H
#define RUNNER_CLI_PROBE_H

#include "runner/cli/one-case.h"
#include "runner/lane/lane.h"

struct prober {
	char *folder; /* of the lane, temporary */
	struct lane lane;
	int signals;
};

/*
 * Start a lane for jobs of ONE. Returns 0, or -errno with a message in WHY. The caller ends PROBER
 * with prober_stop() in any case.
 */
int prober_start(struct prober *prober, const struct one_case *one, struct buf *why);

/* Kill the lane and remove its files. */
void prober_stop(struct prober *prober);
#define cleanup_prober __attribute__((cleanup(prober_stop)))

/*
 * Run the cases of ONE's job in a guest, or in several if one is lost, and store the result of its
 * last case in RESULT, which the caller frees. If the lab failed on that case, which a busy host
 * may cause, run them again, a few times. Blocks. Returns 0, or -errno with a message in WHY:
 * -EINTR after a signal.
 */
int probe_run(struct prober *prober, const struct one_case *one, struct result *result,
	      struct buf *why);

/*
 * Store the domain XML and QEMU's command line of ONE's job in *XML and *ARGV, which the caller
 * frees. Blocks. Starts no guest. Returns 0, or -errno with a message in WHY.
 */
int probe_describe(struct prober *prober, const struct one_case *one, char **xml, char **argv,
		   struct buf *why);

#endif
