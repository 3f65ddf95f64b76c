/* SPDX-License-Identifier: GPL-2.0-only */
/* The header of config space, of which VFIO keeps a copy. */
#ifndef SCENARIOS_LIB_CONFIG_CONFIG_HEADER_H
#define SCENARIOS_LIB_CONFIG_CONFIG_HEADER_H

#include "scenarios/lib/dut/dut.h"

/*
 * NULL where VFIO shows the header as the device has it, COMMAND and BARs, which it virtualises,
 * left out; else where they differ, for a message.
 */
const char *check_header(struct dut *dut);

#endif
