/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The config space of a PCI function as data: what it holds, which bits of it can be written, which
 * survive a reset. Nothing here acts; lab/pci/function.h does. PCI Local Bus 3.0, 6.1 and 6.2; PCI
 * Express Base, 7.5.
 */
#ifndef LAB_PCI_CONFIG_H
#define LAB_PCI_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PCI_CONFIG_MOST	    4096u
#define PCI_CONFIG_ORDINARY 256u

/* A bit that is in none of the masks is read-only. */
struct pci_config {
	unsigned int size; /* in bytes: PCI_CONFIG_ORDINARY or PCI_CONFIG_MOST */
	uint8_t data[PCI_CONFIG_MOST];
	uint8_t writable[PCI_CONFIG_MOST]; /* RW */
	uint8_t clears[PCI_CONFIG_MOST];   /* RW1C: writing 1 clears it */
	uint8_t sticky[PCI_CONFIG_MOST];   /* RWS, ROS: a reset of the function leaves it */
	uint8_t initial[PCI_CONFIG_MOST];  /* what a reset restores, once sealed */
	unsigned int caps_end, ecaps_end;  /* where the next capability may begin */
	unsigned int caps_limit;	   /* and must have ended */
};

/* Start empty: no header, no capabilities. EXTENDED: 4096 bytes of it, else 256. */
void pci_config_init(struct pci_config *config, bool extended);

/* Little-endian words of one of the arrays of a config space; the offset need not be aligned. */
uint16_t pci_get16(const uint8_t *bytes, unsigned int offset);
uint32_t pci_get32(const uint8_t *bytes, unsigned int offset);
void pci_set16(uint8_t *bytes, unsigned int offset, uint16_t value);
void pci_set32(uint8_t *bytes, unsigned int offset, uint32_t value);

/* Whether LEN bytes from OFFSET on lie within the config space. */
bool pci_config_within(const struct pci_config *config, uint64_t offset, size_t len);

/*
 * As software does it, any length at any offset; the caller has seen to it that it lies within. A
 * write changes what the masks allow.
 */
void pci_config_read(const struct pci_config *config, unsigned int offset, void *data, size_t len);
void pci_config_write(struct pci_config *config, unsigned int offset, const void *data, size_t len);

/* Keep what is there now as what pci_config_reset restores. */
void pci_config_seal(struct pci_config *config);

/* A reset of the function: all is as sealed, but for sticky bits. */
void pci_config_reset(struct pci_config *config);

/*
 * Add an empty capability of SIZE bytes (its two-byte header included) at the end of the list,
 * aligned to 4. Its offset, or -ENOSPC where the space up to caps_limit is used up.
 */
int pci_config_add_cap(struct pci_config *config, uint8_t id, unsigned int size);

/*
 * The same for an extended capability (four-byte header). -EINVAL where config space is the
 * ordinary one.
 */
int pci_config_add_ecap(struct pci_config *config, uint16_t id, unsigned int version,
			unsigned int size);

/* The offset of the first capability ID; 0 where there is none, also where the list is damaged. */
unsigned int pci_config_find_cap(const struct pci_config *config, uint8_t id);
unsigned int pci_config_find_ecap(const struct pci_config *config, uint16_t id);

#endif
