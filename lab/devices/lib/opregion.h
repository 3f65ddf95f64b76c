/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes IGD OpRegions, valid and invalid. Intel IGD OpRegion Specification 1.0 and 1.2; VBT as
 * graphics drivers look for it.
 */
#ifndef LAB_DEVICES_LIB_OPREGION_H
#define LAB_DEVICES_LIB_OPREGION_H

#include <stddef.h>
#include <stdint.h>

#define OPREGION_SIZE 8192u
#define OPREGION_VBT  8192u /* size of a VBT outside mailbox 4 */
#define OPREGION_MAX  (OPREGION_SIZE + 4096u + OPREGION_VBT)

enum opregion_kind {
	OPREGION_1_0,	   /* version 1.0, VBT in mailbox 4 */
	OPREGION_2_0,	   /* version 2.0, VBT in mailbox 4 */
	OPREGION_2_0_RVDA, /* version 2.0, VBT after it at an absolute RVDA */
	OPREGION_2_1,	   /* version 2.1, VBT directly after it at a relative RVDA */
	OPREGION_2_1_GAP,  /* version 2.1, one page between it and its VBT */
	OPREGION_BAD_SIGNATURE,
	OPREGION_NO_SIZE,  /* claims a size of 0 KiB */
	OPREGION_OVERSIZE, /* claims a size of 4 GiB minus 1 KiB */
	OPREGION_KINDS,
};

/* "1.0", "2.0", "2.0-rvda", "2.1", "2.1-gap", "bad-signature", "no-size", "oversize" */
extern const char *const opregion_kinds[OPREGION_KINDS + 1];

/*
 * Writes an OpRegion of KIND for guest-physical ADDRESS to DATA. Returns its length in bytes,
 * including a VBT after it.
 */
size_t opregion_make(enum opregion_kind kind, uint64_t address, uint8_t data[OPREGION_MAX]);

#endif
