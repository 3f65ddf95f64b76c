/* SPDX-License-Identifier: GPL-2.0-only */
/* PCI devices in sysfs. All functions return 0 or -errno unless noted otherwise. */
#ifndef SCENARIOS_LIB_PCI_PCI_H
#define SCENARIOS_LIB_PCI_PCI_H

#include "lab/base/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_ADDRESS 16 /* room for "0000:00:00.0" */

/*
 * Get the address of the device at PATH: SLOT.FUNCTION on the root bus, then behind each bridge
 * ("06.0/00.0"). VF selects a virtual function of it, unless negative. Returns -ENOENT if there is
 * none.
 */
int pci_find(const char *path, int vf, char address[PCI_ADDRESS]);

/* Read an attribute, without its last newline; the caller frees it. */
int pci_read(const char *address, const char *attribute, char **value);

/* Returns a number in decimal or with 0x; MISSING if it cannot be read. */
long pci_number(const char *address, const char *attribute, long missing);

int pci_write(const char *address, const char *attribute, const char *value);

/* Returns true if the device has the attribute (or folder, or link). */
bool pci_has(const char *address, const char *attribute);

/* Read LEN bytes of the device's physical config space, as opposed to what VFIO shows its user. */
int pci_config(const char *address, size_t offset, void *data, size_t len);

/* Read its header for a comparison: the volatile STATUS is set to 0. Returns 0 or -errno. */
int pci_header(const char *address, uint8_t header[64]);

/* Returns a 16-bit word of it, or 0xffff if it cannot be read. */
uint16_t pci_config16(const char *address, size_t offset);

/* Write a 16-bit word of it, bypassing the device's user. */
int pci_config_write16(const char *address, size_t offset, uint16_t value);

/* Get the address of the bridge above the device; -ENOENT if it is on a root bus. */
int pci_parent(const char *address, char parent[PCI_ADDRESS]);

/*
 * Returns the last component of the target of the device's link ATTRIBUTE, or NULL if there is
 * none. The caller frees it.
 */
char *pci_link(const char *address, const char *attribute);

/* Returns the name of the bound driver, or NULL. The caller frees it. */
char *pci_driver(const char *address);

/* Set driver_override; "" clears it. */
int pci_override(const char *address, const char *driver);

/*
 * Have the bus find a driver for the device (drivers_probe). Returns 0 even if none matches. Blocks
 * while a driver probes.
 */
int pci_probe(const char *address);

/* Unbind the device. Blocks until the driver has released it. Returns 0, also if it had none. */
int pci_unbind(const char *address);

/* Set the override, unbind any other driver, probe. -ENODEV if DRIVER did not bind. Blocks. */
int pci_bind(const char *address, const char *driver);

/* Bind the device to DRIVER through its file `bind'. Blocks while it probes. */
int pci_bind_directly(const char *address, const char *driver);

/*
 * Unbind the driver and clear driver_override; for cleanup_release, on a variable that holds the
 * address.
 */
void pci_release(const char **address);

#define cleanup_release __attribute__((cleanup(pci_release)))

/* Returns the number of the IOMMU group, or -ENOENT if there is none. */
int pci_group(const char *address);

/* Returns true if VFIO created that group for a device without an IOMMU ("no-IOMMU mode"). */
bool pci_group_is_noiommu(const char *address);

/*
 * Get the addresses of the endpoints (not the bridges) in the device's IOMMU group, itself
 * included.
 */
int pci_group_members(const char *address, struct list *members);

/*
 * Bind the other endpoints of the device's IOMMU group to DRIVER, or to none if it is "". OTHER
 * gets the address of one of them, or "" if there is none. Blocks.
 */
int pci_bind_siblings(const char *address, const char *driver, char other[PCI_ADDRESS]);

/* pci_release() for all endpoints of the group, on a variable that holds one's address. */
void pci_release_group(const char **address);

#define cleanup_siblings __attribute__((cleanup(pci_release_group)))

/* Returns NULL if the device is bound to DRIVER ("" for none), or a message with its driver. */
const char *check_driver(const char *address, const char *driver);

/* Enable or disable automatic probing when a device or driver is added (drivers_autoprobe). */
int pci_autoprobe(bool on);

/*
 * Rescan all buses. The rescan excludes hot plug, so pending additions and removals are complete on
 * return: a device appears in sysfs long before it has resources and may be probed. Blocks.
 */
int pci_rescan(void);

/*
 * Remove the function as hot-unplug does, and rescan it to the same address. It has no driver and
 * no driver_override then. Blocks. Returns -ENODEV if it did not come back.
 */
int pci_remove_and_rescan(const char *address);

/* Write to an attribute of DRIVER: new_id, remove_id. */
int pci_driver_write(const char *driver, const char *attribute, const char *value);

/* Get the addresses of all functions (bridges too), or of those bound to DRIVER. */
int pci_functions(struct list *functions);
int pci_driver_functions(const char *driver, struct list *functions);

/* Returns true if NAME has the form of an address, like the folder of a function. */
bool pci_is_address(const char *name);

/* Returns true if the PCI bus has this driver. */
bool pci_driver_exists(const char *driver);

#endif
