// SPDX-License-Identifier: GPL-2.0-only
/* vga: QEMU's standard VGA display; its memory is also BAR0. */
#include "scenarios/lib/dut/dut.h"

DUT_DRIVER(vga, .vendor = 0x1234, .device = 0x1111, .scratch = {.bar = 0, .len = DUT_WHOLE_BAR});
