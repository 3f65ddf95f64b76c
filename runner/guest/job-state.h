/* SPDX-License-Identifier: GPL-2.0-only */
/* A job as it runs, and what the end of a guest means for its cases. */
#ifndef RUNNER_GUEST_JOB_STATE_H
#define RUNNER_GUEST_JOB_STATE_H

#include "runner/guest/session.h"
#include "runner/guest/standby.h"
#include "runner/guest/wire.h"

/*
 * How many times a case is retried because the guest's clock was wrong or the host too busy. Each
 * retry doubles all deadlines. After the last retry a failure on a busy host counts; with a wrong
 * clock the case is an ERROR. After CLOCK_CASES such cases in a row the job ends, as guests do not
 * keep time on this host.
 */
#define CLOCK_RETRIES 2
#define CLOCK_CASES   2

struct job_state {
	const struct lane_link *link;
	const struct job *job;
	struct standby *standby; /* NULL: none */
	struct machine *machine;
	struct recorder recorder;
	struct buf plan;
	unsigned int guests;
	unsigned int lost_boots; /* consecutive guests that were lost before they started a case */
	char *last_reason;	 /* why the last of these was lost */
	unsigned int retries;	 /* of the next case, due to guests' clocks or a busy host */
	unsigned int untimed;	 /* consecutive cases for which all retries failed */
	/* The number of the case that the guest rebooted for, the first is 1; 0: none. */
	size_t rebooted;
	bool reboots; /* the guest reboots now */
};

/* Send a note about the run to the host, with control characters replaced. */
void job_note(const struct job_state *state, const char *key, const char *value);

/*
 * Save what a lost guest leaves: an excerpt of its console from offset FROM, the log of QEMU for
 * the machine NAME, and a dump of its memory if it panicked or hung.
 */
void job_keep_lost(struct job_state *state, struct hypervisor *hypervisor,
		   const struct session *session, const char *name, size_t from);

/*
 * Judge the case that ran at the end of SESSION, whose first case was AT_START. A guest that was
 * lost before it started a case costs no result: the case is retried. Returns 0, or -EIO with a
 * message in WHY if the job cannot go on.
 */
int job_after_session(struct job_state *state, struct session *session, size_t at_start,
		      struct buf *why);

#endif
