/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The power state of a function in the device itself: PMCSR of its power management capability (PCI
 * Bus Power Management Interface, 3.2.4). Reading it through sysfs wakes a device only from D3cold.
 */
#ifndef SCENARIOS_LIB_CONFIG_PMCSR_H
#define SCENARIOS_LIB_CONFIG_PMCSR_H

enum pmcsr_state {
	PMCSR_D0 = 0,
	PMCSR_D1 = 1,
	PMCSR_D2 = 2,
	PMCSR_D3HOT = 3,
};

struct dut;

/* Returns its state: enum pmcsr_state, or -ENOENT if the capability is missing. */
int pmcsr_state(const char *address);

/*
 * Write STATE, and zeros for the other bits, as the device's user. Returns 0, -ENOENT if the
 * capability is missing, or another -errno.
 */
int pmcsr_set(struct dut *dut, enum pmcsr_state state);

/*
 * Returns NULL once the device is in power STATE, or a message with its state after MS
 * milliseconds. Polls, because the kernel suspends a device without any event.
 */
const char *await_power_state(const char *address, enum pmcsr_state state, unsigned int ms);

#endif
