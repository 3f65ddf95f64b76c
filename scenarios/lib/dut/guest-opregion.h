/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An IGD's OpRegion, provided by the guest instead of firmware (Intel IGD OpRegion Specification).
 */
#ifndef SCENARIOS_LIB_DUT_GUEST_OPREGION_H
#define SCENARIOS_LIB_DUT_GUEST_OPREGION_H

#include "scenarios/lib/pci/pci.h"

#include "lab/devices/lib/opregion.h"

#define OPREGION_ASLS 0xfc /* config: its physical address, 32 bits */

/*
 * An OpRegion at the beginning of the aperture (BAR2) of the device at ADDRESS; cleanup_opregion
 * removes it.
 */
struct opregion {
	const char *address;
	uint32_t at; /* physical */
	size_t size; /* including the VBT behind it */
	uint8_t data[OPREGION_MAX];
};

/*
 * Write an OpRegion of KIND there and set config 0xfc to its address. The device must have no
 * driver. Returns 0 or -errno; -ERANGE if the aperture is not addressable with the 32 bits of 0xfc.
 */
int opregion_place(const char *address, enum opregion_kind kind, struct opregion *opregion);

/* Set config 0xfc to "no OpRegion". OPREGION may be all zero. */
void opregion_remove(struct opregion *opregion);

#define cleanup_opregion __attribute__((cleanup(opregion_remove)))

/* Write 0xfc of the device itself. Returns 0 or -errno. */
int opregion_point(const char *address, uint32_t at);

/*
 * The contents that VFIO must show in a region of SIZE bytes: the OpRegion as it is, or, if the
 * kernel includes a VBT from outside of the OpRegion, in the layout of version 2.1. VIEW has room
 * for OPREGION_MAX bytes. Returns 0, or -EINVAL if no kernel creates a region of that SIZE.
 */
int opregion_view(const struct opregion *opregion, size_t size, uint8_t *view);

#endif
