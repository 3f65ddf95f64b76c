/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The config space of a PCI function as data: content, writable bits, and bits that survive a
 * reset. lab/pci/function.h implements the side effects of accesses. Nothing here blocks or
 * allocates. PCI Local Bus 3.0, 6.1 and 6.2; PCI Express Base, 7.5.
 */
#ifndef LAB_PCI_CONFIG_H
#define LAB_PCI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_CONFIG_MAX	    4096u
#define PCI_CONFIG_ORDINARY 256u

/* A bit that is not in any of the masks is read-only. */
struct pci_config {
	unsigned int size; /* in bytes: PCI_CONFIG_ORDINARY or PCI_CONFIG_MAX */
	uint8_t data[PCI_CONFIG_MAX];
	uint8_t writable[PCI_CONFIG_MAX]; /* RW */
	uint8_t clears[PCI_CONFIG_MAX];	  /* RW1C: writing 1 clears it */
	uint8_t sticky[PCI_CONFIG_MAX];	  /* RWS, ROS: kept by a reset of the function */
	uint8_t initial[PCI_CONFIG_MAX];  /* values restored by a reset, set by pci_config_seal() */
	unsigned int caps_end, ecaps_end; /* where the next capability can begin */
	unsigned int caps_limit;	  /* maximum end of the next capability */
};

/*
 * Initialises CONFIG without header and capabilities. Its size is 4096 bytes if EXTENDED, else 256.
 */
void pci_config_init(struct pci_config *config, bool extended);

/*
 * Read or write little-endian words of an array of struct pci_config. OFFSET need not be aligned.
 */
uint16_t pci_get16(const uint8_t *bytes, unsigned int offset);
uint32_t pci_get32(const uint8_t *bytes, unsigned int offset);
void pci_set16(uint8_t *bytes, unsigned int offset, uint16_t value);
void pci_set32(uint8_t *bytes, unsigned int offset, uint32_t value);

/* Returns true if LEN bytes at OFFSET are within the config space. */
bool pci_config_within(const struct pci_config *config, uint64_t offset, size_t len);

/*
 * Read or write LEN bytes at OFFSET as software does. The range must be within the config space. A
 * write changes only bits that the masks allow.
 */
void pci_config_read(const struct pci_config *config, unsigned int offset, void *data, size_t len);
void pci_config_write(struct pci_config *config, unsigned int offset, const void *data, size_t len);

/* Saves the present content, which pci_config_reset() restores. RW1C bits are 0 after a reset. */
void pci_config_seal(struct pci_config *config);

/* Resets the function: restores the sealed content except sticky bits. */
void pci_config_reset(struct pci_config *config);

/*
 * Adds an empty capability of SIZE bytes, including its two-byte header, at the end of the list,
 * aligned to 4 bytes. Returns its offset, or -ENOSPC if there is no room below caps_limit.
 */
int pci_config_add_cap(struct pci_config *config, uint8_t id, unsigned int size);

/*
 * As pci_config_add_cap(), for an extended capability (four-byte header). Returns -EINVAL if the
 * config space has only 256 bytes.
 */
int pci_config_add_ecap(struct pci_config *config, uint16_t id, unsigned int version,
			unsigned int size);

/* Return the offset of the first capability ID, or 0 if there is none or the list is damaged. */
unsigned int pci_config_find_cap(const struct pci_config *config, uint8_t id);
unsigned int pci_config_find_ecap(const struct pci_config *config, uint16_t id);

#endif
