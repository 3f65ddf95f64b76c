/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the KTAP stream to results: which case runs, until when it may, and what each came to. The
 * recorder knows the cases that are due, in order; a stream that does not follow them is garbage.
 */
#ifndef RUNNER_GUEST_RECORDER_H
#define RUNNER_GUEST_RECORDER_H

#include "lab/base/buf.h"
#include "reports/model/record.h"
#include "runner/guest/guest-clock.h"
#include "runner/guest/run-delay.h"
#include "runner/plan/job.h"

#include <stddef.h>

/* No line of a guest is longer. */
#define RECORDER_LINE_MAX 65536

struct recorder {
	const struct job_case *cases; /* the work, in the order of the plan */
	size_t count;
	size_t next;		  /* of those, the first that has no result */
	struct result result;	  /* of that one, as far as it is known */
	char *lab_failed;	  /* what the guest called an error in it */
	bool running;		  /* cases[next] was opened */
	bool searching;		  /* no case is running: the guest looks for leaks */
	bool ended;		  /* the guest has sent all that it had to send */
	unsigned int deadline_ms; /* of the running case, or of the search */
	int64_t read_ms;	  /* the runner's clock when the last bytes had come, */
	int64_t opened_ms;	  /* and when those that opened the running case had */
	struct guest_clock clock;
	/* A failure is believed only if these had their turns; empty: any failure is. */
	struct processes processes;
	bool last_attempt;	/* the next result is believed even so */
	struct run_delay delay; /* of the processes, since the running case was opened */
	void (*opened)(void *context, const struct job_case *of);
	void (*finished)(void *context, const struct job_case *of, const struct result *result);
	void (*note)(void *context, const char *key, const char *text); /* "guest", "dut", "leak" */
	void *context;
	struct buf input;
};

/*
 * Take LEN more bytes of the stream, which the runner had read by READ_MS on its clock. Returns 0;
 * -EPROTO and a message in WHY if a guest may not write them; -ETIME and a message in WHY if the
 * guest's clock is wrong, or if the case failed while QEMU waited for a processor of the host: the
 * running case's result is then not read, but left in the recorder's input. After either the guest
 * is of no use any more.
 */
int recorder_feed(struct recorder *recorder, const char *data, size_t len, int64_t read_ms,
		  struct buf *why);

/*
 * The guest is gone: the running case, or if none is running the next one, gets the verdict of
 * CAUSE and REASON (result_judge). Nothing happens if all cases have theirs. AT_MS is the time on
 * the runner's clock.
 */
void recorder_lose(struct recorder *recorder, enum cause cause, const char *reason, int64_t at_ms);

/*
 * Whether the guest has waited for a processor of the host for so much of the running case that no
 * deadline says anything about its kernel. Then WHY has a message. AT_MS is the time on the
 * runner's clock.
 */
bool recorder_starved(const struct recorder *recorder, int64_t at_ms, struct buf *why);

/* The running case's attempt does not count, for REASON: of its result only that is kept. */
void recorder_discard(struct recorder *recorder, const char *reason);

/* The next guest begins: what is left of a line belonged to the last one. */
void recorder_reset(struct recorder *recorder);

/* Free what RECORDER holds. */
void recorder_free(struct recorder *recorder);

#endif
