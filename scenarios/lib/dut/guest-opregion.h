/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The OpRegion of an IGD, which the guest itself provides in the place of firmware. Intel IGD
 * OpRegion Specification.
 */
#ifndef SCENARIOS_LIB_DUT_GUEST_OPREGION_H
#define SCENARIOS_LIB_DUT_GUEST_OPREGION_H

#include "scenarios/lib/pci/pci.h"

#include "lab/devices/lib/opregion.h"

#define OPREGION_ASLS 0xfc /* config: its physical address, 32 bits */

/*
 * An OpRegion at the beginning of the aperture (BAR2) of the device at ADDRESS; taken away by
 * cleanup_opregion.
 */
struct opregion {
	const char *address;
	uint32_t at; /* physical */
	size_t size; /* the VBT behind it included */
	uint8_t data[OPREGION_MAX];
};

/*
 * Put one of KIND there and have config 0xfc point to it. The device must have no driver. 0, or
 * -errno: -ERANGE where the aperture is beyond what 0xfc can tell.
 */
int opregion_place(const char *address, enum opregion_kind kind, struct opregion *opregion);

/* Have config 0xfc say that there is none. OPREGION may be all zeroes. */
void opregion_remove(struct opregion *opregion);

#define cleanup_opregion __attribute__((cleanup(opregion_remove)))

/* Write 0xfc of the device itself. 0 or -errno. */
int opregion_point(const char *address, uint32_t at);

/*
 * What VFIO is to show of it in a region of SIZE bytes: what is there, or, where the kernel shows a
 * VBT from outside of the OpRegion behind it, as version 2.1 has that. VIEW has room for
 * OPREGION_MAX bytes. 0, or -EINVAL where no kernel makes a region of that SIZE.
 */
int opregion_view(const struct opregion *opregion, size_t size, uint8_t *view);

#endif
