/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest that was started before its cases are known. It waits with its first request until a job
 * takes it over. Files of its image that have changed since are replaced before it uses them.
 */
#ifndef RUNNER_GUEST_STANDBY_H
#define RUNNER_GUEST_STANDBY_H

#include "runner/guest/guest.h"

struct standby {
	struct job job; /* for which it was started; its initrd is the base of others */
	char *run;	/* the folder of its sockets; the last component is its domain's name */
	struct machine *machine;
	struct guest *guest; /* NULL: no guest stands by */
	bool announced;	     /* the runner knows that it has booted */
};

/*
 * Start a guest for JOB, of kind JOB_STAND_BY. Blocks until QEMU runs. Returns 0, or -errno with a
 * message in WHY. The caller ends STANDBY, which is zeroed, with standby_end() in any case.
 */
int standby_start(struct hypervisor *hypervisor, const struct job *job, struct standby *standby,
		  struct buf *why);

/*
 * Take the guest of STANDBY, which may be NULL, if it is one for JOB, and make its console that of
 * JOB; otherwise kill it. The caller ends the guest before STANDBY. Returns NULL if there is none.
 */
struct guest *standby_take(struct standby *standby, const struct job *job);

/* Add the files that the guest is to replace to its PLAN (docs/protocol.md). */
void standby_plan(const struct job *job, struct buf *plan);

/* Answer the request for FILE, one of those. Returns 0 or -errno. */
int standby_answer(const struct job *job, struct guest *guest, const char *file);

/* Kill its guest, if it still has one, and free what STANDBY holds. */
void standby_end(struct standby *standby);

#endif
