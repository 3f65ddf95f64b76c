/* SPDX-License-Identifier: GPL-2.0-only */
/* Checks that a reset worked: the device is in its initial state, and its header is unchanged. */
#ifndef SCENARIOS_LIB_DUT_RESET_CHECK_H
#define SCENARIOS_LIB_DUT_RESET_CHECK_H

#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include <stdint.h>

/*
 * Put the device into a state that a reset clears, if its DUT driver has one. BEFORE receives its
 * header, without STATUS. Returns 0 or -errno.
 */
int reset_prepare(struct dut *dut, uint8_t before[64]);

/*
 * Reset by Initiate Function Level Reset (PCI Express, 7.5.3.4) in config space. Returns 0, -ENOENT
 * for a device without PCI Express, or another -errno.
 */
int reset_by_flr_bit(struct dut *dut);

/*
 * Map the first BAR that can be mapped, and read its first register. Returns 0 if that has a
 * constant value, such as an ID or a version: neither what an access gets that no device answers,
 * nor changed by RESET, which this performs once, or twice if the value was not yet what RESET
 * leaves. Otherwise returns -ENOENT, with the BAR mapped, too, or the -errno of RESET.
 */
int reset_map_constant(struct dut *dut, int (*reset)(struct dut *dut), struct mapping *map,
		       uint32_t *value);

/* Returns NULL if the header is as in BEFORE, or a message with the first difference. */
const char *check_header_restored(struct dut *dut, const uint8_t before[64]);

/* Returns NULL if the reset cleared the state and restored the header, or a message. */
const char *check_reset_done(struct dut *dut, const uint8_t before[64]);

#endif
