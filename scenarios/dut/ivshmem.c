// SPDX-License-Identifier: GPL-2.0-only
/* ivshmem: QEMU's shared-memory device; BAR2 is plain memory. QEMU's docs/specs/ivshmem-spec.rst */
#include "scenarios/lib/dut/dut.h"

DUT_DRIVER(ivshmem, .vendor = 0x1af4, .device = 0x1110,
	   .scratch = {.bar = 2, .len = DUT_WHOLE_BAR});
