/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host and a lane send each other: jobs one way, events the other, each as one line of
 * JSON. This is the only place that knows the encoding.
 */
#ifndef RUNNER_GUEST_WIRE_H
#define RUNNER_GUEST_WIRE_H

#include "reports/model/record.h"
#include "runner/plan/job.h"

enum event_kind {
	EVENT_GUEST,  /* a guest was started */
	EVENT_BOOT,   /* it ended: ms, end */
	EVENT_CASE,   /* a case begins: number */
	EVENT_RESULT, /* it has its result: number, result */
	EVENT_NOTE,   /* the guest reports something (docs/protocol.md): key, text */
	EVENT_DONE,   /* the job is over: error, and by the job's mode status, console, xml, argv */
	EVENT_KINDS
};

/* What a lane reports. Only the members of its kind are sent. */
struct event {
	enum event_kind kind;
	unsigned int number; /* of the case */
	struct result result;
	unsigned int ms; /* from the guest's start to its first request; 0: none came */
	char *end;	 /* how the guest ended */
	char *key;	 /* "guest", "dut", "leak" */
	char *text;
	char *error;	     /* a line, if the lab failed */
	unsigned int status; /* exit status of the command */
	struct list console; /* the end of the guest's console, with an error */
	char *xml;	     /* of the domain */
	char *argv;	     /* QEMU's command line */
};

/* The lane's end of its link to the host, by whose closing it learns that it is to end. */
struct lane_link {
	int fd;
	int err; /* where the standard error of a command in a guest goes */
};

/* Send EVENT, which stays the caller's. A closed link is noticed where it is waited for. Blocks. */
void link_send(const struct lane_link *link, const struct event *event);

/* Send JOB to the lane at the other end of FD. Blocks. Returns 0 or -errno. */
int wire_send_job(int fd, const struct job *job);

/* Send the size of the terminal to the lane whose command runs in one. Blocks. 0 or -errno. */
int wire_send_size(int fd, unsigned int rows, unsigned int columns);

/*
 * Read LINE, without its newline, into JOB, EVENT, or ROWS and COLUMNS; JOB and EVENT are zeroed,
 * and freed by the caller in any case. Returns 0, or -EPROTO if it is no such message.
 */
int wire_read_job(const char *line, struct job *job);
int wire_read_event(const char *line, struct event *event);
int wire_read_size(const char *line, unsigned int *rows, unsigned int *columns);

/* Free what EVENT holds. */
void event_free(struct event *event);
#define cleanup_event __attribute__((cleanup(event_free)))

#endif
