/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which bits of config space a user of VFIO may write. What is not in the table
 * is read-only, within the header and the capabilities whose layout is known;
 * what no capability describes is left to the device (the kernel lets writes through).
 */
#ifndef SCENARIOS_LIB_CONFIG_PERMISSIONS_H
#define SCENARIOS_LIB_CONFIG_PERMISSIONS_H

#include "scenarios/lib/config/config-space.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum permission_space {
	IN_HEADER,
	IN_CAP,
	IN_EXTENDED,
};

/* A register that can be written, in whole or in part. */
struct permission {
	const char *name;
	enum permission_space space;
	uint16_t id; /* of the capability; 0 in the header */
	uint8_t at;  /* offset in the header or capability */
	uint8_t size;
	/* Where not 0: the capability has one of these in the word behind its header. */
	uint16_t flags;
	uint32_t writable; /* bits that the user may change, on this kernel or another */
	/* ... of which these are kept by VFIO, and the device never sees them. */
	uint32_t is_virtual;
	/* Bits that do something when written with another value: never tried. */
	uint32_t acts;
	uint32_t clears; /* bits that a write of 1 clears: written as 0 */
};

extern const struct permission permissions[];
extern const size_t permissions_count;

/*
 * Where the register of PERMISSION is in the device's config space; 0 where the device does not
 * have it.
 */
unsigned int permission_offset(struct dut *dut, const struct config_caps *caps,
			       const struct permission *permission);

/* A part of config space whose layout is known: the header, or a capability. */
struct known_area {
	enum permission_space space;
	uint16_t id;
	unsigned int at;
	unsigned int len; /* in bytes; the last double word may be in part another's */
};

/* Area number INDEX: false where there are no more. Areas of unknown layout have length 0. */
bool known_area(struct dut *dut, const struct config_caps *caps, size_t index,
		struct known_area *area);

/*
 * What to write to the double word at AT, which is WAS, to try all its read-only bits, which are
 * *FIXED.
 */
uint32_t permission_probe(struct dut *dut, const struct config_caps *caps, unsigned int at,
			  uint32_t was, uint32_t *fixed);

#endif
