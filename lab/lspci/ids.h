/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of classes, vendors and devices to their numbers, by the file pci.ids. */
#ifndef LAB_LSPCI_IDS_H
#define LAB_LSPCI_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LSPCI_IDS_PATH "/usr/share/misc/pci.ids"

struct lspci_ids {
	char *data; /* the file; NULL: there is none, and no name is known */
};

/* Read PATH. A file that cannot be read leaves IDS without names. */
void lspci_ids_read(const char *path, struct lspci_ids *ids);
void lspci_ids_free(struct lspci_ids *ids);

#define cleanup_lspci_ids __attribute__((cleanup(lspci_ids_free)))

/* The class and subclass called NAME (LEN bytes of it). Returns whether there is one. */
bool lspci_ids_class(const struct lspci_ids *ids, const char *name, size_t len, uint16_t *class);

/*
 * The vendor whose name NAME (LEN bytes) begins with, the longest one. *USED is how much of NAME
 * that is, with the blank behind. Returns whether there is one.
 */
bool lspci_ids_vendor(const struct lspci_ids *ids, const char *name, size_t len, uint16_t *vendor,
		      size_t *used);

/* The device of VENDOR called NAME (LEN bytes). Returns whether there is one. */
bool lspci_ids_device(const struct lspci_ids *ids, uint16_t vendor, const char *name, size_t len,
		      uint16_t *device);

/* The subsystem of a device, by its vendor and its name. Returns whether there is one. */
bool lspci_ids_subsystem(const struct lspci_ids *ids, uint16_t vendor, uint16_t device,
			 uint16_t subvendor, const char *name, size_t len, uint16_t *subdevice);

#endif
