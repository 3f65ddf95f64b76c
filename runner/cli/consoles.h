/* SPDX-License-Identifier: GPL-2.0-only */
/* The consoles of guests, as they grow (CONSOLE=1). */
#ifndef RUNNER_CLI_CONSOLES_H
#define RUNNER_CLI_CONSOLES_H

#include "runner/plan/plan.h"

/* The console of one job: a file to which its guests append, one after the other. */
struct console_view {
	const struct job *job;
	size_t taken;	    /* bytes read */
	struct buf partial; /* a line without its end */
};

struct consoles {
	struct console_view *items;
	size_t count;
};

/* Watch the consoles of the jobs of PLAN, which must outlive the watch, instead of others. */
void consoles_watch(struct consoles *consoles, const struct plan *plan);

/* Add the complete lines that were added since the last call to LINES: "KERNEL/MACHINE| TEXT". */
void consoles_read(struct consoles *consoles, struct list *lines);

void consoles_free(struct consoles *consoles);

#endif
