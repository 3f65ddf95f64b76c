/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults of a DUT that is one of the lab's own device models (docs/device-model.md), armed over the
 * request port. Functions that return text return NULL on success, or a message. A refusal by the
 * host is reported as an error of the lab.
 */
#ifndef SCENARIOS_LIB_DUT_MODEL_FAULT_H
#define SCENARIOS_LIB_DUT_MODEL_FAULT_H

#include "scenarios/lib/dut/dut.h"

/* The state of an armed fault. */
struct fault_state {
	unsigned long fired;
	long result; /* 0 or -errno of its own action */
};

/* Arm FAULT, a format: "NAME [ARGUMENT=VALUE]...". Blocks until the model has armed it. */
const char *fault_arm(struct dut *dut, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Disarm all faults, which repairs the device. Blocks until the model has done it. */
const char *fault_repair(struct dut *dut);

/* Get the state of the fault NAME. */
const char *fault_ask(struct dut *dut, const char *name, struct fault_state *state);

/* Poll until the fault NAME has fired, at most for the DUT's wait_ms. */
const char *fault_await(struct dut *dut, const char *name, struct fault_state *state);

/* For a variable with the DUT: repair it at the end of the scope. */
void fault_cleanup(struct dut **dut);
#define cleanup_faults __attribute__((cleanup(fault_cleanup)))

#endif
