/* SPDX-License-Identifier: GPL-2.0-only */
/* The state that a DUT is found in and must be left in. */
#ifndef SCENARIOS_AGENT_BASELINE_H
#define SCENARIOS_AGENT_BASELINE_H

#include "scenarios/lib/pci/pci.h"

#include <stddef.h>

#define BASELINE_WORDS 3 /* of config space, that firmware or the kernel wrote once and for all */

struct baseline {
	struct baseline_function {
		char address[PCI_ADDRESS];
		char *driver;	/* "" for none */
		char *override; /* "" for none */
		uint16_t command;
		struct baseline_word {
			uint16_t at, value; /* at 0: the function lacks it */
		} words[BASELINE_WORDS];
		unsigned int bars; /* how many have an address */
	} *functions;		   /* the DUT, and the other endpoints of its group */
	size_t count;
	char *modules; /* those that are loaded */
};

/* Note the state of the device at ADDRESS and of its IOMMU group. Does not block. */
void baseline_take(const char *address, struct baseline *baseline);

/*
 * Give everything in the group that a kernel driver of its own holds to vfio-pci. 0 or -errno.
 * Blocks.
 */
int baseline_lend_siblings(const struct baseline *baseline, const char *address);

/*
 * Put back decoding that functions without a driver have lost since: that a graphics card is in use
 * takes it from the others, by way of the VGA arbiter. Does not block.
 */
void baseline_decode(const struct baseline *baseline);

/* Undo what the lab itself did to the group: back from vfio-pci, overrides as they were. Blocks. */
void baseline_undo(const struct baseline *baseline);

/* Report what is not as it was (report_mess) and put it back. Blocks. */
void baseline_restore(const struct baseline *baseline);

#endif
