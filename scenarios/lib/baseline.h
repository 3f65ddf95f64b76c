/* SPDX-License-Identifier: GPL-2.0-only */
/* The state that a DUT is found in and must be left in. */
#ifndef LAB_BASELINE_H
#define LAB_BASELINE_H

#include "scenarios/lib/pci.h"

#include <stddef.h>

#define BASELINE_WORDS 2 /* of the header, that firmware wrote */

struct baseline {
	struct baseline_function {
		char address[PCI_ADDRESS];
		char *driver;	/* "" for none */
		char *override; /* "" for none */
		uint16_t command, words[BASELINE_WORDS];
		unsigned int bars; /* how many have an address */
	} *functions;		   /* the DUT, and the other endpoints of its group */
	size_t count;
	char *modules; /* those that are loaded */
};

/* Note the state of the device at ADDRESS and of its IOMMU group. Does not block. */
void baseline_take(const char *address, struct baseline *baseline);

/* Give everything in the group that a kernel driver of its own holds to vfio-pci. 0 or -errno. Blocks. */
int baseline_lend_siblings(const struct baseline *baseline, const char *address);

/* Undo what the lab itself did to the group: back from vfio-pci, overrides as they were. Blocks. */
void baseline_undo(const struct baseline *baseline);

/* Report what is not as it was (report_mess) and put it back. Blocks. */
void baseline_restore(const struct baseline *baseline);

#endif
