/* SPDX-License-Identifier: GPL-2.0-only */
/* Serve one guest that runs cases, from its start to its end. */
#ifndef RUNNER_GUEST_SESSION_H
#define RUNNER_GUEST_SESSION_H

#include "runner/guest/guest.h"
#include "runner/guest/keep.h"
#include "runner/guest/recorder.h"
#include "runner/guest/tracer.h"

enum session_end {
	SESSION_DONE,	/* the guest has completed its plan */
	SESSION_FRESH,	/* the guest asks to be replaced, between two cases */
	SESSION_REBOOT, /* the guest reboots, and its running case runs again */
	SESSION_LOST,	/* the guest was lost: CAUSE and REASON apply to the case that it ran */
	/* Its times are wrong, for CAUSE and REASON: the running case does not count. */
	SESSION_CLOCK,
};

struct session {
	struct guest *guest;
	struct recorder *recorder;
	const char *plan;      /* answer to the request "plan" */
	struct keeper keeper;  /* stores the files that the guest sends */
	struct tracer *tracer; /* NULL: the run is not traced */
	const struct job *job; /* if gdb debugs its guest, there are no time limits */
	double scale;	       /* factor on the session's own deadlines */
	int stream;	       /* file for the guest's KTAP stream */
	/* The session ends with -ECANCELED when this is readable or closed. */
	int leave;
	int64_t progress_ms; /* time of the guest's last progress, by now_ms() */
	bool begun;	     /* a case of this session was opened */
	/* results: */
	unsigned int boot_ms; /* from start to the request "plan"; 0 if there was none */
	enum session_end end;
	enum cause cause;
	struct buf reason;
};

/*
 * Serve the guest until it is done or lost. Blocks, with a deadline on every wait. Returns 0,
 * -ECANCELED, or -errno if the stream file cannot be written.
 */
int session_run(struct session *session);

#endif
