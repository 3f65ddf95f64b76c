/* SPDX-License-Identifier: GPL-2.0-only */
/* The state that a DUT is found in and must be left in. */
#ifndef SCENARIOS_AGENT_BASELINE_H
#define SCENARIOS_AGENT_BASELINE_H

#include "scenarios/lib/pci/pci.h"

#include <stddef.h>

#define BASELINE_WORDS                                                                             \
	3 /* config space registers that only firmware or the kernel's enumeration writes */

struct baseline {
	struct baseline_function {
		char address[PCI_ADDRESS];
		char *driver;	/* "" for none */
		char *override; /* "" for none */
		char *control;	/* power/control: "auto" or "on" */
		uint16_t command;
		uint16_t decode; /* bits of it for which there is a BAR */
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
 * Bind everything in the group that has a native driver to vfio-pci. Returns 0 or -errno. Blocks.
 */
int baseline_lend_siblings(const struct baseline *baseline, const char *address);

/*
 * Restore memory and I/O decoding of functions without a driver. The VGA arbiter disables decoding
 * of other devices while a graphics card is in use. Does not block.
 */
void baseline_decode(const struct baseline *baseline);

/* Undo the lab's own changes to the group: unbind from vfio-pci, restore overrides. Blocks. */
void baseline_undo(const struct baseline *baseline);

/* Report (report_leftover) and restore everything that has changed. Blocks. */
void baseline_restore(const struct baseline *baseline);

#endif
