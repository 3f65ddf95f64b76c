/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The layout of a DUT's config space as VFIO shows it: the header, the capabilities, and the gaps
 * between them.
 */
#ifndef SCENARIOS_LIB_CONFIG_LAYOUT_H
#define SCENARIOS_LIB_CONFIG_LAYOUT_H

#include "scenarios/lib/dut/dut.h"

#include <stddef.h>
#include <stdint.h>

#define CONFIG_DWORDS 1024 /* the maximum: 4096 bytes */

/* A range of config space, in whole dwords. */
struct layout_part {
	char name[16]; /* "header", "PM", "AER", "VNDR.2" for the second; "" for a gap */
	unsigned int start, len;
};

struct layout {
	struct layout_part
		/* In the order of their offsets; together they cover all of it. */
		parts[CONFIG_DWORDS];
	size_t count;
	unsigned int size;		/* of the config region, in bytes */
	uint32_t dwords[CONFIG_DWORDS]; /* the raw content */
};

/*
 * Parse LAYOUT's dwords, SIZE bytes of them: PCI Local Bus 3.0, 6.7, and for the extended
 * capabilities PCI Express Base 3.0, 7.9. A list of capabilities that loops or leads outside of
 * config space is followed up to there. An unknown capability has a length of one dword.
 */
void layout_make(struct layout *layout);

/* Read the DUT's config space through VFIO and parse it. Returns 0 or -errno. */
int layout_read(struct dut *dut, struct layout *layout);

/* Returns the part at OFFSET, which is less than the layout's size. */
const struct layout_part *layout_at(const struct layout *layout, unsigned int offset);

#endif
