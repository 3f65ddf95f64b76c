/* SPDX-License-Identifier: GPL-2.0-only */
/* The drivers that the kernel itself has for the devices under test. */
#ifndef SCENARIOS_LIB_PCI_NATIVE_H
#define SCENARIOS_LIB_PCI_NATIVE_H

/* The module that claims the device at ADDRESS, NULL where there is none. The caller frees it. */
char *native_module(const char *address);

/*
 * The name of the PCI driver that the loaded MODULE has ("xhci_hcd" of xhci_pci), NULL without one.
 * The caller frees it.
 */
char *native_driver(const char *module);

/*
 * Have the loaded DRIVER take the device, and wait, at most MS, until it is done with it. nvme goes
 * on after its probe, and one that is unbound meanwhile may take the device away from whatever
 * driver has it next (seen with 5.10). NULL, or what went wrong.
 */
const char *bind_native_driver(const char *address, const char *driver, unsigned int ms);

/*
 * NULL where the driver that is bound to the device works: a network card has an
 * interface that comes up and sees interrupts, an NVMe controller is live. Else what does not.
 * Waits at most MS. A device of any other kind is taken to work.
 */
const char *check_native_driver_works(const char *address, unsigned int ms);

#endif
