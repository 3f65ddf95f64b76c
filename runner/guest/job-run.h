/* SPDX-License-Identifier: GPL-2.0-only */
/* Run one job in a lane, in as many guests as its cases need. */
#ifndef RUNNER_GUEST_JOB_RUN_H
#define RUNNER_GUEST_JOB_RUN_H

#include "runner/guest/hypervisor.h"
#include "runner/guest/standby.h"
#include "runner/guest/wire.h"

/*
 * Run JOB, of kind JOB_CASES or JOB_PROBE, starting guests until each case has its result. If
 * STANDBY, which may be NULL, has a guest for it, that is the first. Sends events to LINK as things
 * happen, and finally the event "done"; a case without a result did not run. Blocks until then,
 * with a deadline on every wait. Returns 0, or -ECANCELED if LINK was closed.
 */
int job_run(struct hypervisor *hypervisor, const struct lane_link *link, const struct job *job,
	    struct standby *standby);

#endif
