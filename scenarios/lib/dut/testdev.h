/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a testdev (lab/devices/testdev.c) works, for cases that broke it. All return NULL where
 * it does, else what does not, for a message. The DUT is open, and started where nothing else is
 * said.
 */
#ifndef SCENARIOS_LIB_DUT_TESTDEV_H
#define SCENARIOS_LIB_DUT_TESTDEV_H

#include "scenarios/lib/dut/dut.h"

/* Its ID register, of BAR0. */
const char *check_testdev_answers(struct dut *dut);

/*
 * One MSI, which needs config space, BARs and the interrupt's path. Blocks for at most the DUT's
 * wait_ms.
 */
const char *check_testdev_msi(struct dut *dut);

/* All of it: VFIO_DEVICE_RESET, then starts it, then the two above. */
const char *check_testdev_usable(struct dut *dut);

/* The same once all faults are disarmed. */
const char *check_testdev_recovers(struct dut *dut);

#endif
