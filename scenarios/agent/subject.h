/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A DUT that is bound to vfio-pci and open, for one case or several in a row.
 *
 * A child, the holder, binds and opens it and keeps it open, because calls that may block in the
 * kernel need a deadline. The agent and its cases share the open files. The holder's close is the
 * last one and so disables the device.
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
	bool none;		 /* it stands for no device: only PLAN and properties are set */
	int err;		 /* -errno if there is no such device; the rest is unset then */
	const char *vfio_driver; /* the kernel driver that serves it to VFIO */
	/* Why there is no such driver, or no module that it needs; or NULL. */
	char *missing;
	char address[PCI_ADDRESS];
	struct baseline baseline;
	char *fixed;	  /* properties_fixed */
	char *properties; /* those and properties_probed; NULL until its first open */
	char *dispute;	  /* an error in them not reported yet, or NULL */
};

struct dut_session {
	struct subject *subject; /* NULL: no session */
	enum mode mode;		 /* in which it is open */
	struct worker holder;
	int socket;
	struct vfio vfio;
};

/*
 * Bind and open SUBJECT in MODE within MS milliseconds, and record its properties. LINE gets error
 * lines. Returns WORKER_RUNS if it is open; otherwise how the attempt ended, and there is no
 * session.
 */
struct worker_result dut_session_open(struct dut_session *session, struct subject *subject,
				      enum mode mode, unsigned int ms, worker_line *line,
				      void *context);

/*
 * Close it and restore the group as it was found; LINE gets what cannot be restored. Returns how
 * the worker ended: WORKER_EXITED with 0 also if there was no session.
 */
struct worker_result dut_session_close(struct dut_session *session, unsigned int ms,
				       worker_line *line, void *context);

/* Look up SUBJECT and record its state. FIRST: it is the first of its machine. */
void subject_find(struct subject *subject, const struct work_dut *plan, bool first);

/* Report and undo what a case left behind on SUBJECT. Returns how that ended. */
struct worker_result subject_restore(struct subject *subject, unsigned int ms, worker_line *line,
				     void *context);

#endif
