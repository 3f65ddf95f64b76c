/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which bits of a DUT's config space keep what is written to them, and which mean nothing to a
 * comparison.
 */
#ifndef SCENARIOS_LIB_CONFIG_WRITABLE_H
#define SCENARIOS_LIB_CONFIG_WRITABLE_H

#include "scenarios/lib/config/layout.h"
#include "scenarios/lib/vfio/region.h"

/*
 * Write the dword of CONFIG at OFFSET with ones, then with zeros, and put back what it was. *BITS
 * are those that took both. Bits that do something when written keep their value throughout and are
 * not among them; nor are those that only a one clears. 0; -errno of an access; -ESTALE where the
 * dword is not what it was, which *AFTER then is.
 */
int writable_bits(struct dut *dut, const struct region *config, const struct layout *layout,
		  unsigned int offset, uint32_t *bits, uint32_t *after);

/*
 * The bits of the dword at OFFSET whose value is of no interest: addresses that were assigned, what
 * an earlier use of the device left, what changes by itself as far as that is known of a register.
 */
uint32_t volatile_bits(const struct layout *layout, unsigned int offset);

#endif
