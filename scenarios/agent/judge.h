/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges whether a case failed: by what its children print, how they end, and what the kernel logs.
 */
#ifndef SCENARIOS_AGENT_JUDGE_H
#define SCENARIOS_AGENT_JUDGE_H

#include "scenarios/agent/case.h"
#include "scenarios/agent/worker.h"

#include <stdbool.h>

/* The value of /proc/sys/kernel/tainted; 0 if it cannot be read. */
unsigned long kernel_taint(void);

/* Whether the taint bits ADDED mean that the kernel had a bug to report. */
bool taint_reports(unsigned long added);

/* The line in place of a report that was not logged. */
#define TAINTED_SILENTLY "(no report was logged, but the kernel is tainted now)"

/* A worker_line: forward a line printed by a child of the struct case_run RUN to the stream. */
void case_pass_on(void *run, const char *line);

/*
 * Judge how a child of RUN ended. MS is its deadline in ms; DOING names its task in the message.
 * Returns true if it succeeded.
 */
bool case_judge(struct case_run *run, struct worker_result result, const char *doing,
		unsigned int ms);

/* Fail RUN if the kernel has logged a report since the last call. */
void case_check_kernel(struct case_run *run);

#endif
