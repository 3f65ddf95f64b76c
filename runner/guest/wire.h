/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages between the host and a lane: jobs to the lane, events to the host, each one line of
 * JSON. Only this file knows the encoding.
 */
#ifndef RUNNER_GUEST_WIRE_H
#define RUNNER_GUEST_WIRE_H

#include "reports/model/record.h"
#include "runner/plan/job.h"

enum event_kind {
	EVENT_GUEST,  /* a guest was started */
	EVENT_BOOT,   /* that guest ended: ms, end */
	EVENT_CASE,   /* a case begins: number */
	EVENT_RESULT, /* a case has its result: number, result */
	EVENT_NOTE,   /* a note of the guest (docs/protocol.md): key, text */
	EVENT_DONE,   /* the job is over: error; depending on its kind status, console, xml, argv */
	EVENT_KINDS
};

/* An event of a lane. Only the members of its kind are sent. */
struct event {
	enum event_kind kind;
	unsigned int number; /* of the case */
	struct result result;
	unsigned int ms; /* from the guest's start to its first request; 0: none came */
	char *end;	 /* how the guest ended */
	char *key;	 /* "guest", "dut", "leak" */
	char *text;
	char *error;	     /* a message, if the lab failed */
	unsigned int status; /* exit status of the command */
	struct list console; /* with an error: an excerpt of the guest's console */
	char *xml;	     /* of the domain */
	char *argv;	     /* QEMU's command line */
};

/* The lane's end of its link to the host. The host closes the link to end the lane. */
struct lane_link {
	int fd;
	int err; /* file descriptor for the standard error of a command in a guest */
};

/*
 * Send EVENT, which the caller keeps. Blocks. Ignores errors: waiting on a closed link reports it.
 */
void link_send(const struct lane_link *link, const struct event *event);

/* Send JOB to the lane at the other end of FD. Blocks. Returns 0 or -errno. */
int wire_send_job(int fd, const struct job *job);

/* Send a new size of the terminal to a lane of kind JOB_EXEC. Blocks. Returns 0 or -errno. */
int wire_send_size(int fd, unsigned int rows, unsigned int columns);

/*
 * Parse LINE, without its newline, into JOB, EVENT, or ROWS and COLUMNS. The caller zeroes JOB and
 * EVENT before and frees them in any case. Returns 0, or -EPROTO if LINE is no such message.
 */
int wire_read_job(const char *line, struct job *job);
int wire_read_event(const char *line, struct event *event);
int wire_read_size(const char *line, unsigned int *rows, unsigned int *columns);

/* Free what EVENT holds. */
void event_free(struct event *event);
#define cleanup_event __attribute__((cleanup(event_free)))

#endif
