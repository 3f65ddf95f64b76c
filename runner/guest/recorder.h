/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From the KTAP stream to records: which case runs, until when it may, and
 * what each came to. Knows the cases that are due, in order; a stream that
 * tells another story is garbage.
 */
#ifndef RUNNER_GUEST_RECORDER_H
#define RUNNER_GUEST_RECORDER_H

#include "lab/base/buf.h"
#include "reports/model/record.h"

#include <stddef.h>

/* No line of a guest is longer. */
#define RECORDER_LINE_MAX 65536

struct recorder {
	json_object **cases; /* records without a verdict yet: the work, in the order of the plan */
	size_t count;
	size_t next;		  /* of those, the first that has no verdict */
	bool running;		  /* cases[next] was opened */
	bool failed;		  /* one of the cases did, not as it is known to */
	bool searching;		  /* no case is running: the guest looks for leaks */
	bool ended;		  /* the guest has said all that it had to say */
	unsigned int deadline_ms; /* of the running case, or of the search */
	void (*opened)(void *context, json_object *record);
	void (*finished)(void *context, json_object *record);
	void (*note)(void *context, const char *key, const char *text); /* "guest", "dut", "leak" */
	void *context;
	struct buf input;
};

/*
 * Take LEN more bytes of the stream. 0, or -EPROTO and one line in WHY where
 * they are not what a guest may say: the guest is of no use any more.
 */
int recorder_feed(struct recorder *recorder, const char *data, size_t len, struct buf *why);

/*
 * The guest is gone: the running case, or where none was running the next
 * one, gets VERDICT and REASON. Nothing where all cases have theirs.
 */
void recorder_lose(struct recorder *recorder, enum verdict verdict, const char *reason);

/* The next guest begins: what is left of a line belonged to the last one. */
void recorder_reset(struct recorder *recorder);

#endif
