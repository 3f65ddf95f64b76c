/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens with one guest that runs cases: from its first request to its end, whichever way
 * that comes.
 */
#ifndef RUNNER_GUEST_SESSION_H
#define RUNNER_GUEST_SESSION_H

#include "runner/guest/guest.h"
#include "runner/guest/keep.h"
#include "runner/guest/recorder.h"

enum session_end {
	SESSION_DONE,  /* the guest has done all of its plan */
	SESSION_FRESH, /* it asks to be replaced; the recorder is in order */
	SESSION_LOST,  /* it was lost: CAUSE and REASON are for the case that it was at */
	/* For CAUSE and REASON its times are not believed, and the running case does not count. */
	SESSION_CLOCK,
};

struct session {
	struct guest *guest;
	struct recorder *recorder;
	const char *plan;     /* answer to the plan request */
	struct keeper keeper; /* takes what the guest leaves behind */
	double scale;	      /* factor on the session's own deadlines */
	int stream;	      /* file that keeps the guest's KTAP stream as it comes */
	/* Readable (or closed) when the session is to be left at once: -ECANCELED. */
	int leave;
	int64_t progress_ms; /* when the guest last got somewhere: on the clock of now_ms() */
	/* results: */
	unsigned int boot_ms; /* from start to the plan request; 0 where that never came */
	enum session_end end;
	enum cause cause;
	struct buf reason;
};

/*
 * Serve the guest until it is done or lost. Blocks, but never without a
 * deadline. 0, -ECANCELED, or the -errno of the stream file (a full disk).
 */
int session_run(struct session *session);

#endif
