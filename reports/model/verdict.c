// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/verdict.h"

#include <stddef.h>

const char *const verdict_names[VERDICT_COUNT] = {
	[VERDICT_MISS] = "MISS", [VERDICT_PASS] = "PASS",   [VERDICT_FAIL] = "FAIL",
	[VERDICT_SKIP] = "SKIP", [VERDICT_ERROR] = "ERROR",
};

const enum verdict verdict_order[VERDICT_COUNT] = {VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP,
						   VERDICT_ERROR, VERDICT_MISS};

/*
 * A fault of the kernel under test is a FAIL, a fault of the lab an ERROR. The kernel is
 * responsible for a panic, a reset and a hang. The lab is responsible for QEMU, and for a guest
 * that never starts a case, because the same kernel booted for the probe.
 */
const struct verdict_rule verdict_rules[CAUSE_COUNT] = {
	/* The guest reported the end of the case. */
	[CAUSE_PASSED] = {VERDICT_PASS, NULL},
	[CAUSE_SKIPPED] = {VERDICT_SKIP, NULL},
	[CAUSE_FAILED] = {VERDICT_FAIL, NULL},
	[CAUSE_KERNEL_REPORT] = {VERDICT_FAIL, "the kernel reported a bug during the case"},
	[CAUSE_LEFTOVERS] = {VERDICT_FAIL, "the case did not leave things as it found them"},
	[CAUSE_UNEXPLAINED] = {VERDICT_FAIL, "no reason was given"},
	[CAUSE_LAB_FAILED] = {VERDICT_ERROR, NULL},
	/* The guest was lost during the case. */
	[CAUSE_PANIC] = {VERDICT_FAIL, "the guest's kernel panicked"},
	[CAUSE_GUEST_RESET] = {VERDICT_FAIL, "the guest reset itself"},
	[CAUSE_HANG] = {VERDICT_FAIL, NULL},
	[CAUSE_POWER_OFF] = {VERDICT_ERROR, "the guest powered off"},
	[CAUSE_QEMU_DIED] = {VERDICT_ERROR, "QEMU died"},
	[CAUSE_DISK_FULL] = {VERDICT_ERROR,
			     "no space left for what the guest wrote to its disk: its overlay "
			     "may have half of the host's memory"},
	[CAUSE_NO_START] = {VERDICT_ERROR, NULL},
	[CAUSE_GARBAGE] = {VERDICT_ERROR, NULL},
	[CAUSE_BAD_REQUEST] = {VERDICT_ERROR, "malformed message on the request port"},
	[CAUSE_PORT_CLOSED] = {VERDICT_ERROR, "the request port was closed"},
	[CAUSE_LEFT_OUT] = {VERDICT_ERROR, "the guest left the case out"},
	/* Times in the case are not reliable. It runs again, at most twice. */
	[CAUSE_CLOCK] = {VERDICT_ERROR, NULL},
	[CAUSE_STARVED] = {VERDICT_ERROR, NULL},
	/* The case did not run. */
	[CAUSE_STOPPED] = {VERDICT_MISS, "a case failed before"},
	[CAUSE_JOB_ENDED] = {VERDICT_MISS, NULL},
	[CAUSE_LANE_LOST] = {VERDICT_MISS, "the lane was lost (see its log in the run's folder)"},
	[CAUSE_NOT_STARTED] = {VERDICT_MISS, "no lane could be started"},
	[CAUSE_INTERRUPTED] = {VERDICT_MISS, "interrupted"},
	[CAUSE_SHARD_ABSENT] = {VERDICT_MISS, NULL},
};
