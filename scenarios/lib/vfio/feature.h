/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device features: VFIO_DEVICE_FEATURE (include/uapi/linux/vfio.h). All functions return 0 or
 * -errno unless noted otherwise.
 */
#ifndef SCENARIOS_LIB_VFIO_FEATURE_H
#define SCENARIOS_LIB_VFIO_FEATURE_H

#include "scenarios/lib/dut/dut.h"

#include <stdbool.h>
#include <stdint.h>

#define FEATURE_GET   VFIO_DEVICE_FEATURE_GET
#define FEATURE_SET   VFIO_DEVICE_FEATURE_SET
#define FEATURE_PROBE VFIO_DEVICE_FEATURE_PROBE

/* Their numbers; the newest are later than the headers that the lab is compiled with. */
enum feature {
	FEATURE_LOW_POWER_ENTRY = 3,
	FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP = 4,
	FEATURE_LOW_POWER_EXIT = 5,
	FEATURE_DMA_BUF = 11,
};

/*
 * VFIO_DEVICE_FEATURE with any arguments, valid or not. FLAGS are FEATURE_* and the feature's
 * number. ARGSZ need not fit: the header is followed by LEN bytes of DATA, at most 64. Returns the
 * ioctl's result or -errno.
 */
int feature_call(struct dut *dut, uint32_t flags, uint32_t argsz, const void *data, size_t len);

/* Returns true if feature NUMBER has ACCESS: FEATURE_GET, FEATURE_SET, or both. */
bool feature_offered(struct dut *dut, unsigned int number, uint32_t access);

/*
 * VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY and _EXIT. The kernel suspends the device some time after the
 * first returns. With an eventfd WAKEUP the first is _ENTRY_WITH_WAKEUP; -1: without.
 */
int low_power_enter(struct dut *dut, int wakeup);
int low_power_exit(struct dut *dut);

/*
 * Enter that state, and wait until the kernel has suspended the device, at most the DUT's wait_ms.
 * Returns NULL or a message.
 */
const char *low_power_suspend(struct dut *dut, int wakeup);

/* At the end of the scope the device is out of that state, even if the case fails. */
void low_power_end(struct dut **dut);

#define cleanup_low_power __attribute__((cleanup(low_power_end)))

#endif
