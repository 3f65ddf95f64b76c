// SPDX-License-Identifier: GPL-2.0-only
/* igd: Intel graphics (lab/devices/igd.c). Its aperture, BAR2, is plain memory. */
#include "scenarios/lib/dut/dut.h"

DUT_DRIVER(igd, .vendor = 0x8086, .device = 0x5912, .scratch = {.bar = 2, .len = DUT_WHOLE_BAR});
