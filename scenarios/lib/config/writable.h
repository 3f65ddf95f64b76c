/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds the bits of a DUT's config space that are writable, and those that a comparison must
 * ignore.
 */
#ifndef SCENARIOS_LIB_CONFIG_WRITABLE_H
#define SCENARIOS_LIB_CONFIG_WRITABLE_H

#include "scenarios/lib/config/layout.h"
#include "scenarios/lib/vfio/region.h"

/*
 * Write the dword of CONFIG at OFFSET with ones, then with zeros, and restore it. *BITS gets the
 * bits that took both values. Bits with a side effect keep their value and are not among them; nor
 * are bits that only a one clears. Returns 0; -errno of an access; or -ESTALE with the new value in
 * *AFTER if the dword was not restored.
 */
int writable_bits(struct dut *dut, const struct region *config, const struct layout *layout,
		  unsigned int offset, uint32_t *bits, uint32_t *after);

/*
 * Returns the bits of the dword at OFFSET whose value is irrelevant: assigned addresses, leftovers
 * of an earlier use of the device, bits known to change by themselves.
 */
uint32_t volatile_bits(const struct layout *layout, unsigned int offset);

#endif
