/* SPDX-License-Identifier: GPL-2.0-only */
/* Runtime power management of a device (Documentation/power/runtime_pm.rst). */
#ifndef SCENARIOS_LIB_PCI_RUNTIME_PM_H
#define SCENARIOS_LIB_PCI_RUNTIME_PM_H

/*
 * Returns NULL once power/runtime_status of the device at ADDRESS is STATUS ("active",
 * "suspended"), or a message after MS milliseconds. Polls, because the kernel suspends a device
 * without any event. Does not wake the device.
 */
const char *await_runtime_status(const char *address, const char *status, unsigned int ms);

/*
 * Returns NULL if the device at ADDRESS is active and is still so after it could have been
 * suspended, or a message. Blocks for 60 ms.
 */
const char *check_stays_active(const char *address);

/*
 * Returns the runtime PM status and control of the device, and its usage count if the kernel shows
 * it (CONFIG_PM_ADVANCED_DEBUG), for comparisons. The caller frees it.
 */
char *runtime_pm_text(const char *address);

#endif
