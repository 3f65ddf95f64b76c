/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bits of config space that a user of VFIO may write. Within the header and the capabilities of
 * known layout, everything not in the table is read-only. Accesses outside of any capability go to
 * the device (the kernel passes writes through).
 */
#ifndef SCENARIOS_LIB_CONFIG_PERMISSIONS_H
#define SCENARIOS_LIB_CONFIG_PERMISSIONS_H

#include "scenarios/lib/config/config-space.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bits of PCI_STATUS that a write of 1 clears (PCI 3.0, 6.2.3). */
#define PCI_STATUS_ERRORS                                                                          \
	(PCI_STATUS_PARITY | PCI_STATUS_SIG_TARGET_ABORT | PCI_STATUS_REC_TARGET_ABORT |           \
	 PCI_STATUS_REC_MASTER_ABORT | PCI_STATUS_SIG_SYSTEM_ERROR | PCI_STATUS_DETECTED_PARITY)

enum permission_space {
	IN_HEADER,
	IN_CAP,
	IN_EXTENDED,
};

/* A register that is writable, or clears bits on a write of 1, as a whole or in part. */
struct permission {
	const char *name;
	enum permission_space space;
	uint16_t id; /* of the capability; 0 in the header */
	uint8_t at;  /* offset in the header or capability */
	uint8_t size;
	/* If not 0: the word behind the capability's header must have one of these flags. */
	uint16_t flags;
	uint32_t writable; /* bits that the user may change, on this kernel or another */
	/* ... the subset of these that VFIO emulates; the device never sees them. */
	uint32_t is_virtual;
	/* Bits with a side effect when changed: never tried. */
	uint32_t acts;
	uint32_t clears; /* bits that a write of 1 clears: written as 0 */
};

extern const struct permission permissions[];
extern const size_t permissions_count;

/*
 * Returns the offset of PERMISSION's register in the device's config space, or 0 if the device
 * lacks it.
 */
unsigned int permission_offset(struct dut *dut, const struct config_caps *caps,
			       const struct permission *permission);

/* A part of config space whose layout is known: the header, or a capability. */
struct known_area {
	enum permission_space space;
	uint16_t id;
	unsigned int at;
	unsigned int len; /* in bytes; the last dword may partly belong to another area */
};

/* Get area number INDEX. Returns false at the end. Areas of unknown layout have length 0. */
bool known_area(struct dut *dut, const struct config_caps *caps, size_t index,
		struct known_area *area);

/*
 * Returns the value to write to the dword at AT, which is WAS, to test all its read-only bits;
 * *FIXED gets those bits.
 */
uint32_t permission_probe(struct dut *dut, const struct config_caps *caps, unsigned int at,
			  uint32_t was, uint32_t *fixed);

#endif
