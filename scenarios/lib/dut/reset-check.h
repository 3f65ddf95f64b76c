/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a reset has done what it is for: the device is in its first state, and its header is as
 * it was.
 */
#ifndef SCENARIOS_LIB_DUT_RESET_CHECK_H
#define SCENARIOS_LIB_DUT_RESET_CHECK_H

#include "scenarios/lib/dut/dut.h"

#include <stdint.h>

/*
 * Put the device into a state that a reset undoes, where the lab knows one; BEFORE is its header
 * then, without STATUS. 0 or -errno.
 */
int reset_prepare(struct dut *dut, uint8_t before[64]);

/* NULL where the header is as in BEFORE, else where it is not. */
const char *check_header_restored(struct dut *dut, const uint8_t before[64]);

/* NULL where the device came out of a reset as it must, else what it did not. */
const char *check_reset_done(struct dut *dut, const uint8_t before[64]);

#endif
