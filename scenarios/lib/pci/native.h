/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's own drivers for the devices under test. */
#ifndef SCENARIOS_LIB_PCI_NATIVE_H
#define SCENARIOS_LIB_PCI_NATIVE_H

/* Returns the module that claims the device at ADDRESS, or NULL. The caller frees it. */
char *native_module(const char *address);

/*
 * Returns the name of the PCI driver that the loaded MODULE registers ("xhci_hcd" for xhci_pci), or
 * NULL. The caller frees it.
 */
char *native_driver(const char *module);

/*
 * Bind the device to the loaded DRIVER, and wait at most MS ms until its set-up is complete. nvme
 * continues after its probe; if it is unbound meanwhile, it may disable the device under its next
 * driver (observed on 5.10). Returns NULL, or a message.
 */
const char *bind_native_driver(const char *address, const char *driver, unsigned int ms);

/*
 * Returns NULL if the driver bound to the device works, or a message: a network card has an
 * interface that comes up and receives interrupts, an NVMe controller is live. Waits at most MS ms.
 * Other devices are not checked.
 */
const char *check_native_driver_works(const char *address, unsigned int ms);

#endif
