/* SPDX-License-Identifier: GPL-2.0-only */
/* QEMU's monitor (QMP): commands, and events in a thread of their own. */
#ifndef RUNNER_REPLAY_QMP_H
#define RUNNER_REPLAY_QMP_H

#include "lab/base/buf.h"

#include <stdbool.h>

struct qmp;

/* The members of an event's data that matter here. */
struct qmp_data {
	char *device; /* DEVICE_DELETED; NULL if the device has no id */
	char *reason; /* SHUTDOWN, RESET */
	bool guest;   /* the guest caused it */
};

struct qmp_handler {
	/* Called in the thread of events; NAME is NULL when the monitor was closed. */
	void (*event)(void *context, const char *name, const struct qmp_data *data);
	void *context;
};

/*
 * Speak QMP on FD, a connected socket, which QMP closes in the end. Blocks until QEMU has sent its
 * greeting, which it does once the machine is complete. The caller closes *QMP in any case. Returns
 * 0, or -errno with a message in WHY.
 */
int qmp_open(int fd, const struct qmp_handler *handler, struct qmp **qmp, struct buf *why);

/*
 * Execute COMMAND, which has no arguments. Blocks until QEMU answers, for a limited time. Returns
 * 0, or -errno with a message in WHY.
 */
int qmp_execute(struct qmp *qmp, const char *command, struct buf *why);

/* The same for LINE, a command of the human monitor, whose output is added to REPLY. */
int qmp_human(struct qmp *qmp, const char *line, struct buf *reply);

/*
 * Wait for the end of the thread of events, and free QMP, which may be NULL. QEMU must have ended.
 */
void qmp_close(struct qmp *qmp);

#endif
