/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults of a DUT that is one of the lab's own device models (docs/device-model.md), armed over the
 * request port. Those that return text return NULL where all is well, else what is not, for a
 * message; that the host refuses is an error of the lab's, and said to be one.
 */
#ifndef SCENARIOS_LIB_DUT_MODEL_FAULT_H
#define SCENARIOS_LIB_DUT_MODEL_FAULT_H

#include "scenarios/lib/dut/dut.h"

/* What a fault that is armed has done. */
struct fault_state {
	unsigned long fired;
	long result; /* 0 or -errno of what it did by itself */
};

/* Arm FAULT, "NAME [ARGUMENT=VALUE]...", a format. Blocks until the model has it. */
const char *fault_arm(struct dut *dut, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Disarm all faults, which repairs the device. Blocks until the model has done it. */
const char *fault_repair(struct dut *dut);

/* What the fault NAME has done so far. */
const char *fault_ask(struct dut *dut, const char *name, struct fault_state *state);

/* Ask until the fault NAME has struck, at most the DUT's wait_ms. */
const char *fault_await(struct dut *dut, const char *name, struct fault_state *state);

/* For a variable that holds the DUT: repair it at the end of the scope. */
void fault_cleanup(struct dut **dut);
#define cleanup_faults __attribute__((cleanup(fault_cleanup)))

#endif
