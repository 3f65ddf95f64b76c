/* SPDX-License-Identifier: GPL-2.0-only */
/* The regions of an IGD in addition to those of every PCI device. */
#ifndef SCENARIOS_IGD_IGD_REGIONS_H
#define SCENARIOS_IGD_IGD_REGIONS_H

#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include <stdint.h>

#define IGD_VENDOR_TYPE (VFIO_REGION_TYPE_PCI_VENDOR_TYPE | 0x8086u)

/* The number of regions of an IGD with an OpRegion beyond VFIO_PCI_NUM_REGIONS. */
#define IGD_REGIONS 3

/* Returns the device's number of regions, or -errno. */
int igd_region_count(struct dut *dut);

/* Returns NULL, or a message if the device does not have EXPECTED regions. */
const char *check_igd_region_count(struct dut *dut, int expected);

/* Get the region with the vendor's SUBTYPE into REGION. Returns 0 or -ENOENT. */
int igd_find_region(struct dut *dut, uint32_t subtype, struct region *region);

/*
 * Read REGION with every length up to 13 at every offset from 9 before AT to 9 after. Returns NULL,
 * or a message if a read does not return that part of CONTENT, or writes behind what it returns.
 */
const char *check_igd_reads(struct dut *dut, const struct region *region, const uint8_t *content,
			    uint64_t at);

#endif
