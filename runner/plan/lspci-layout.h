/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices of a dump and their places in the machine: for lspci-*.c only. */
#ifndef RUNNER_PLAN_LSPCI_LAYOUT_H
#define RUNNER_PLAN_LSPCI_LAYOUT_H

#include "runner/plan/lspci-machine.h"

/* The devices of one slot, which stay together. */
struct group {
	size_t first, count; /* of the members, which are adjacent */
	enum place {
		PLACE_ROOT,   /* on the root bus */
		PLACE_PORT,   /* behind its own root port */
		PLACE_BRIDGE, /* behind a bridge, with the other groups of its bus */
	} place;
	unsigned int slot;  /* on the root bus: its own slot, or that of its port */
	unsigned int inner; /* behind a port or bridge */
	unsigned int index; /* of libvirt's controller; 0: the root bus */
};

struct member {
	const struct lspci_function *function;
	struct lspci_device device;
	unsigned int number; /* its function number in the machine */
	bool replayed;	     /* the log has accesses to it */
};

struct layout {
	struct member *members;
	size_t member_count;
	struct group *groups;
	size_t group_count;
	bool taken[32];	    /* slots of the root bus */
	unsigned int index; /* of the last controller */
};

/*
 * Group the members, which are sorted by their addresses, by slots, and choose a place for each
 * group. NOTES gets a line for each that is not where it was. Returns 0, or -EINVAL with a message
 * in WHY if a machine has too few slots.
 */
int lspci_layout_place(struct layout *layout, struct buf *notes, struct buf *why);

/*
 * Check that the firmware can place all BARs of the layout, which has places. Returns 0, or -EINVAL
 * with a message in WHY.
 */
int lspci_layout_check_room(const struct layout *layout, struct buf *why);

/* The first group that shares the bridge of GROUP; NULL if it is the first, or has none. */
const struct group *lspci_layout_shared(const struct layout *layout, const struct group *group);

/* Write the machine of REQUEST with this layout. */
void lspci_layout_write(const struct layout *layout, const struct lspci_request *request,
			struct buf *xml);

#endif
