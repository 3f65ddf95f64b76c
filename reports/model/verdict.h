/* SPDX-License-Identifier: GPL-2.0-only */
/* The lab's rules for verdicts: one table. */
#ifndef REPORTS_MODEL_VERDICT_H
#define REPORTS_MODEL_VERDICT_H

enum verdict {
	VERDICT_MISS, /* the case did not run, or has no verdict yet */
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_SKIP,
	VERDICT_ERROR, /* the lab failed, not the kernel */
	VERDICT_COUNT
};

/* "PASS", "FAIL", ...; by value. */
extern const char *const verdict_names[VERDICT_COUNT];

/* What can happen to a case. */
enum cause {
	CAUSE_PASSED,
	CAUSE_SKIPPED,
	CAUSE_FAILED,
	CAUSE_KERNEL_REPORT,
	CAUSE_LEFTOVERS,
	CAUSE_UNEXPLAINED,
	CAUSE_LAB_FAILED,
	CAUSE_PANIC,
	CAUSE_GUEST_RESET,
	CAUSE_HANG,
	CAUSE_POWER_OFF,
	CAUSE_QEMU_DIED,
	CAUSE_DISK_FULL,
	CAUSE_NO_START,
	CAUSE_GARBAGE,
	CAUSE_BAD_REQUEST,
	CAUSE_PORT_CLOSED,
	CAUSE_LEFT_OUT,
	CAUSE_CLOCK,
	CAUSE_STARVED,
	CAUSE_STOPPED,
	CAUSE_JOB_ENDED,
	CAUSE_LANE_LOST,
	CAUSE_NOT_STARTED,
	CAUSE_INTERRUPTED,
	CAUSE_SHARD_ABSENT,
	CAUSE_COUNT
};

struct verdict_rule {
	enum verdict verdict;
	const char *reason; /* NULL: the reason depends on the case */
};

/* The rule for each cause (docs/schema.md quotes it). */
extern const struct verdict_rule verdict_rules[CAUSE_COUNT];

/* The verdicts in the order of reports: pass, fail, skip, ... */
extern const enum verdict verdict_order[VERDICT_COUNT];

#endif
