/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A DUT that is bound to vfio-pci and open, for one case or several in a row.
 *
 * A child, the holder, binds and opens it and keeps it, since what may block in
 * the kernel must have a deadline. The agent and its cases share the open files;
 * the holder's close is the last one, so it is the one that disables the device.
 */
#ifndef SCENARIOS_AGENT_SUBJECT_H
#define SCENARIOS_AGENT_SUBJECT_H

#include "scenarios/agent/baseline.h"
#include "scenarios/agent/work.h"
#include "scenarios/agent/worker.h"
#include "scenarios/lib/dut/dut.h"

#include <stdbool.h>

/* A DUT of the plan, as it was found in this guest. */
struct subject {
	const struct work_dut *plan;
	int err;		 /* -errno where there is no such device; the rest is then unset */
	const char *vfio_driver; /* the kernel driver that serves it to VFIO */
	char *missing;		 /* why there is no such driver; NULL: there is */
	char address[PCI_ADDRESS];
	struct baseline baseline;
	char *fixed;	  /* properties_fixed */
	char *properties; /* those and properties_probed; NULL until it was opened once */
	char *dispute;	  /* what is wrong with them, until that is reported; NULL: nothing */
};

struct dut_session {
	struct subject *subject; /* NULL: no session */
	struct worker holder;
	int socket;
	struct vfio vfio;
};

/*
 * Bind and open SUBJECT, at most MS milliseconds, and note its properties. What went wrong is
 * handed to LINE. WORKER_RUNS where it is open; else how the attempt ended, and there is no
 * session.
 */
struct worker_result dut_session_open(struct dut_session *session, struct subject *subject,
				      unsigned int ms, worker_line *line, void *context);

/*
 * Close it and restore the group as it was found; LINE gets what cannot be restored. Returns how
 * the worker ended: WORKER_EXITED with 0 also if there was no session.
 */
struct worker_result dut_session_close(struct dut_session *session, unsigned int ms,
				       worker_line *line, void *context);

/* Look SUBJECT up, the FIRST of its machine or not, and note the state that it is in. */
void subject_find(struct subject *subject, const struct work_dut *plan, bool first);

/* Report and undo what a case left behind on SUBJECT. How that ended. */
struct worker_result subject_restore(struct subject *subject, unsigned int ms, worker_line *line,
				     void *context);

#endif
