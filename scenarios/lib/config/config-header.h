/* SPDX-License-Identifier: GPL-2.0-only */
/* The header of config space, which VFIO keeps a copy of. */
#ifndef SCENARIOS_LIB_CONFIG_CONFIG_HEADER_H
#define SCENARIOS_LIB_CONFIG_CONFIG_HEADER_H

#include "scenarios/lib/dut/dut.h"

/*
 * Returns NULL if VFIO shows the header of the device, or a message with the difference. COMMAND
 * and BARs, which VFIO virtualises, are not compared.
 */
const char *check_header(struct dut *dut);

#endif
