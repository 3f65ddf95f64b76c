/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Checks that a testdev (lab/devices/testdev.c) works, for cases that broke it. All return NULL if
 * it does, or a message. The DUT is open, and started unless noted otherwise.
 */
#ifndef SCENARIOS_LIB_DUT_TESTDEV_H
#define SCENARIOS_LIB_DUT_TESTDEV_H

#include "scenarios/lib/dut/dut.h"

/* Read its ID register in BAR0. */
const char *check_testdev_answers(struct dut *dut);

/*
 * Trigger an MSI, which needs config space, BARs and the interrupt's path. Blocks at most for the
 * DUT's wait_ms.
 */
const char *check_testdev_msi(struct dut *dut);

/* VFIO_DEVICE_RESET, start, then both checks above. */
const char *check_testdev_usable(struct dut *dut);

/* The same, after disarming all faults. */
const char *check_testdev_recovers(struct dut *dut);

#endif
