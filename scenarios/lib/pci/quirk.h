/* SPDX-License-Identifier: GPL-2.0-only */
/* Devices that Linux treats in another way than most, by their IDs, class or config space. */
#ifndef SCENARIOS_LIB_PCI_QUIRK_H
#define SCENARIOS_LIB_PCI_QUIRK_H

#include <stdbool.h>

/*
 * Returns true if the device is on vfio-pci's denylist (drivers/vfio/pci/vfio_pci.c). Blocks while
 * it tries to bind a device that only some kernels have on it.
 */
bool pci_is_denylisted(const char *address);

/* Returns true if Linux 5.10 has a reset for this device alone (drivers/pci/quirks.c). */
bool pci_has_own_reset(const char *address);

/*
 * Returns true if Linux uses the BARs of the device as firmware left them, and only if they were
 * there at boot: devices without a class, bridges to the host, and interrupt controllers
 * (__dev_sort_resources in drivers/pci/setup-bus.c).
 */
bool pci_keeps_boot_bars(const char *address);

/*
 * Returns true if a capability of the device, with the length that vfio-pci takes it to have, goes
 * beyond the end of config space. vfio-pci then writes beyond its map of it when it opens the
 * device (vfio_cap_init in drivers/vfio/pci/vfio_pci_config.c).
 */
bool pci_overruns_config(const char *address);

#endif
