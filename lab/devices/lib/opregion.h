/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An IGD OpRegion, right or wrong. Intel IGD OpRegion Specification 1.0 and 1.2; VBT as graphics
 * drivers look for it.
 */
#ifndef LAB_DEVICES_LIB_OPREGION_H
#define LAB_DEVICES_LIB_OPREGION_H

#include <stddef.h>
#include <stdint.h>

#define OPREGION_SIZE 8192u
#define OPREGION_VBT  8192u /* of a VBT that is outside of mailbox 4 */
#define OPREGION_MOST (OPREGION_SIZE + 4096u + OPREGION_VBT)

enum opregion_kind {
	OPREGION_1_0,	   /* version 1.0, VBT in mailbox 4 */
	OPREGION_2_0,	   /* version 2.0, VBT in mailbox 4 */
	OPREGION_2_0_RVDA, /* version 2.0, VBT behind it at an absolute RVDA */
	OPREGION_2_1,	   /* version 2.1, VBT right behind it at a relative RVDA */
	OPREGION_2_1_GAP,  /* version 2.1, a page between it and its VBT */
	OPREGION_BAD_SIGNATURE,
	OPREGION_NO_SIZE,  /* says that it has 0 KiB */
	OPREGION_OVERSIZE, /* says that it has 4 GiB less a KiB */
	OPREGION_KINDS,
};

/* "1.0", "2.0", "2.0-rvda", "2.1", "2.1-gap", "bad-signature", "no-size", "oversize" */
extern const char *const opregion_kinds[OPREGION_KINDS + 1];

/* Make one of KIND, to lie at ADDRESS, in DATA. Its length in bytes, the VBT behind it included. */
size_t opregion_make(enum opregion_kind kind, uint64_t address, uint8_t data[OPREGION_MOST]);

#endif
