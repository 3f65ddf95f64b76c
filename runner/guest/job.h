/* SPDX-License-Identifier: GPL-2.0-only */
/* One job in the lane that carries it out: as many guests as its cases take. */
#ifndef RUNNER_GUEST_JOB_H
#define RUNNER_GUEST_JOB_H

#include "runner/guest/hypervisor.h"
#include "runner/guest/wire.h"

/*
 * Do JOB, of mode JOB_CASES or JOB_PROBE, to its end: as many guests as it takes for each case to
 * have its result. What happens is sent to LINK as it happens, at last the event "done"; a case
 * without a result did not run. Blocks, but not for ever. Returns 0, or -ECANCELED if LINK was
 * closed.
 */
int job_run(struct hypervisor *hypervisor, const struct lane_link *link, const struct job *job);

#endif
