/* SPDX-License-Identifier: GPL-2.0-only */
/* PCI devices as sysfs has them. All functions return 0 or -errno unless said otherwise. */
#ifndef SCENARIOS_LIB_PCI_PCI_H
#define SCENARIOS_LIB_PCI_PCI_H

#include "lab/base/list.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_ADDRESS 16 /* room for "0000:00:00.0" */

/*
 * The address of the device at PATH: SLOT.FUNCTION on the root bus, then behind
 * each bridge ("06.0/00.0"); of its virtual function VF unless that is negative. -ENOENT where
 * there is none.
 */
int pci_find(const char *path, int vf, char address[PCI_ADDRESS]);

/* An attribute without its last newline; the caller frees it. */
int pci_read(const char *address, const char *attribute, char **value);

/* A number in decimal or with 0x; MISSING where it cannot be read. */
long pci_number(const char *address, const char *attribute, long missing);

int pci_write(const char *address, const char *attribute, const char *value);

/* Whether the device has the attribute (or folder, or link). */
bool pci_has(const char *address, const char *attribute);

/*
 * LEN bytes of the physical config space, as the device has it: not what a user of VFIO is shown.
 */
int pci_config(const char *address, size_t offset, void *data, size_t len);

/* The header of it, to be compared: STATUS, which is volatile, is 0. 0 or -errno. */
int pci_header(const char *address, uint8_t header[64]);

/* A 16-bit word of it; 0xffff where it cannot be read. */
uint16_t pci_config16(const char *address, size_t offset);

/* Write one, past whoever has the device. */
int pci_config_write16(const char *address, size_t offset, uint16_t value);

/* The address of the bridge above the device; -ENOENT where it is on a root bus. */
int pci_parent(const char *address, char parent[PCI_ADDRESS]);

/* Whether vfio-pci has the device on its denylist (drivers/vfio/pci/vfio_pci.c). */
bool pci_is_denylisted(const char *address);

/*
 * Where the link ATTRIBUTE of the device points: the last part of it. NULL where there is none. The
 * caller frees it.
 */
char *pci_link(const char *address, const char *attribute);

/* The bound driver's name, NULL where there is none. The caller frees it. */
char *pci_driver(const char *address);

/* Set driver_override; "" clears it. */
int pci_override(const char *address, const char *driver);

/*
 * Have the bus look for a driver (drivers_probe). That none is found is no error. Blocks while one
 * probes.
 */
int pci_probe(const char *address);

/* Unbind the device. Blocks until the driver has released it. Returns 0, also if it had none. */
int pci_unbind(const char *address);

/* Override, take away any other driver, probe; -ENODEV where DRIVER did not bind. Blocks. */
int pci_bind(const char *address, const char *driver);

/*
 * Ask DRIVER by name to take the device, override or not (its file `bind'). Blocks while it probes.
 */
int pci_bind_directly(const char *address, const char *driver);

/*
 * Take the driver away and clear driver_override; for cleanup_release, on a variable that holds the
 * address.
 */
void pci_release(const char **address);

#define cleanup_release __attribute__((cleanup(pci_release)))

/* The number of the IOMMU group, -ENOENT where there is none. */
int pci_group(const char *address);

/* Whether that group is one that VFIO has made up, as the device has no IOMMU ("no-IOMMU mode"). */
bool pci_group_is_made_up(const char *address);

/* The addresses of the endpoints (no bridges) in the device's IOMMU group, itself included. */
int pci_group_members(const char *address, struct list *members);

/*
 * NULL where the device has DRIVER ("" for none), else what it has instead, for a message.
 */
const char *check_driver(const char *address, const char *driver);

/*
 * Have the bus look for a driver by itself, or not, when a device or a driver comes
 * (drivers_autoprobe).
 */
int pci_autoprobe(bool on);

/*
 * Have all buses scanned anew. Hot-plug and this exclude each other, so what began to come or go
 * before is done with on return: a device is in sysfs long before it is given its resources and
 * drivers are let at it. Blocks.
 */
int pci_rescan(void);

/*
 * Take the function away from the kernel as hot-unplug does, and have it found again under the same
 * address. Its driver and its driver_override are gone then. Blocks. -ENODEV where it did not come
 * back.
 */
int pci_remove_and_rescan(const char *address);

/* Write to an attribute of DRIVER: new_id, remove_id. */
int pci_driver_write(const char *driver, const char *attribute, const char *value);

/* The addresses of all functions (bridges too), or of those that DRIVER is bound to. */
int pci_functions(struct list *functions);
int pci_driver_functions(const char *driver, struct list *functions);

/* Whether NAME has the form of an address, as the folders of functions have. */
bool pci_is_address(const char *name);

/* Whether a driver (of the PCI bus) is there. */
bool pci_driver_exists(const char *driver);

#endif
