/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a case failed: by what its children print, how they end, and what the kernel reports. */
#ifndef SCENARIOS_AGENT_JUDGE_H
#define SCENARIOS_AGENT_JUDGE_H

#include "scenarios/agent/case.h"
#include "scenarios/agent/worker.h"

#include <stdbool.h>

/* The value of /proc/sys/kernel/tainted; 0 if it cannot be read. */
unsigned long kernel_taint(void);

/* A worker_line: a line that a child of the struct case_run RUN printed goes to the stream. */
void case_pass_on(void *run, const char *line);

/*
 * Judge how a child of RUN, which had MS milliseconds, ended; DOING names what it did, for the
 * message. Whether it ended well.
 */
bool case_judge(struct case_run *run, struct worker_result result, const char *doing,
		unsigned int ms);

/* Fail RUN for what the kernel has reported since the last call. */
void case_check_kernel(struct case_run *run);

#endif
