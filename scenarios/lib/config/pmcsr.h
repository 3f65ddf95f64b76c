/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The power state of a function as it has it itself: PMCSR of its power management capability (PCI
 * Bus Power Management Interface, 3.2.4). Reading it through sysfs wakes nothing but D3cold.
 */
#ifndef SCENARIOS_LIB_CONFIG_PMCSR_H
#define SCENARIOS_LIB_CONFIG_PMCSR_H

enum pmcsr_state {
	PMCSR_D0 = 0,
	PMCSR_D1 = 1,
	PMCSR_D2 = 2,
	PMCSR_D3HOT = 3,
};

/* The state now: enum pmcsr_state, or -ENOENT where there is no such capability. */
int pmcsr_state(const char *address);

/*
 * NULL once the device has the power STATE, else what it has instead after MS milliseconds. A
 * kernel may suspend a device in its own time and announces it to no one, so it is asked again and
 * again.
 */
const char *await_power_state(const char *address, enum pmcsr_state state, unsigned int ms);

#endif
