/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Turn a guest's KTAP stream into results: which case runs, its deadline, and its outcome. The
 * recorder knows the order of the cases; it rejects a stream that does not follow it.
 */
#ifndef RUNNER_GUEST_RECORDER_H
#define RUNNER_GUEST_RECORDER_H

#include "lab/base/buf.h"
#include "reports/model/record.h"
#include "runner/guest/guest-clock.h"
#include "runner/guest/run-delay.h"
#include "runner/plan/job.h"

#include <stddef.h>

/* Maximum length of a line, in bytes. */
#define RECORDER_LINE_MAX 65536

/* Limits: subtests of a case, and the length of their names. The agent has lower ones. */
#define SUBTESTS_MAX	 10000
#define SUBTEST_NAME_MAX 200

struct recorder {
	const struct job_case *cases; /* in the order of the plan */
	size_t count;
	size_t next;		  /* index of the first case without a result */
	struct result result;	  /* of that case, as far as it is known */
	char *lab_failed;	  /* the error that the guest reported in that case */
	bool running;		  /* cases[next] was opened */
	bool searching;		  /* no case is running: the guest searches for leaks */
	bool ended;		  /* the guest has sent its whole stream */
	unsigned int deadline_ms; /* of the running case, or of the search */
	int64_t read_ms;	  /* time of the last read, on the runner's clock */
	int64_t opened_ms;	  /* the same for the line that opened the running case */
	struct guest_clock clock;
	/* A failure counts only if these processes got enough CPU time; empty: it always does. */
	struct processes processes;
	bool last_attempt; /* the next result counts in any case */
	bool debugged;	   /* gdb stops the guest: neither its clock nor its CPU time matters */
	struct run_delay delay; /* of the processes, since the running case was opened */
	void (*opened)(void *context, const struct job_case *of);
	void (*finished)(void *context, const struct job_case *of, const struct result *result);
	void (*note)(void *context, const char *key, const char *text); /* "guest", "dut", "leak" */
	void *context;
	struct buf input;
};

/*
 * Process LEN more bytes of the stream, which the runner had read by READ_MS on its clock. Returns
 * 0; -EPROTO with a message in WHY if the stream is malformed; or -ETIME with a message in WHY if
 * the guest's clock is wrong, or if the case failed while QEMU waited for a host CPU. On -ETIME the
 * running case's result stays unread in the recorder's input. After an error the caller must end
 * the guest.
 */
int recorder_feed(struct recorder *recorder, const char *data, size_t len, int64_t read_ms,
		  struct buf *why);

/*
 * Note that the guest is lost: the running case or, if none is running, the next one gets the
 * verdict of CAUSE and REASON (result_judge). Does nothing if all cases have results. AT_MS is the
 * time on the runner's clock.
 */
void recorder_lose(struct recorder *recorder, enum cause cause, const char *reason, int64_t at_ms);

/*
 * Whether the guest has waited for a host CPU for so much of the running case that a missed
 * deadline proves nothing about its kernel. If so, WHY has a message. AT_MS is the time on the
 * runner's clock.
 */
bool recorder_starved(const struct recorder *recorder, int64_t at_ms, struct buf *why);

/* Discard the running case's attempt, for REASON. Only the reason is kept in the result. */
void recorder_discard(struct recorder *recorder, const char *reason);

/* The running case runs again from its beginning: drop what is known of this attempt. */
void recorder_again(struct recorder *recorder);

/* Prepare for the next guest: drop an incomplete line of the last one. */
void recorder_reset(struct recorder *recorder);

/* Free what RECORDER holds. */
void recorder_free(struct recorder *recorder);

#endif
