// SPDX-License-Identifier: GPL-2.0-only
/* Chooses places for the devices of a dump. */
#include "runner/plan/lspci-layout.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>

#define FIRST_SLOT 0x02u /* of the root bus: see docs/machine.md */
#define LAST_SLOT  0x1du
#define LAST_INNER 0x1fu /* of a conventional bridge */

static bool same_slot(const struct lspci_function *a, const struct lspci_function *b)
{
	return a->domain == b->domain && a->bus == b->bus && a->slot == b->slot;
}

static bool same_bus(const struct layout *layout, const struct group *a, const struct group *b)
{
	const struct lspci_function *one = layout->members[a->first].function;
	const struct lspci_function *other = layout->members[b->first].function;

	return one->domain == other->domain && one->bus == other->bus;
}

static enum place place_of(const struct layout *layout, const struct group *group)
{
	const unsigned int bus = layout->members[group->first].function->bus;
	bool endpoint = false, express = false;

	for (size_t i = group->first; i < group->first + group->count; i++) {
		const struct lspci_device *device = &layout->members[i].device;

		express = express || device->pcie;
		endpoint = endpoint || (device->pcie && device->type != PCI_EXP_TYPE_RC_END);
	}
	if (endpoint)
		return PLACE_PORT;
	return express || !bus ? PLACE_ROOT : PLACE_BRIDGE;
}

/*
 * Number the functions of a slot. It must have a function 0, or the guest does not find the others.
 */
static void number_members(struct layout *layout, const struct group *group, struct buf *notes)
{
	for (size_t i = group->first; i < group->first + group->count; i++)
		layout->members[i].number = layout->members[i].function->function;
	if (!layout->members[group->first].number)
		return;
	layout->members[group->first].number = 0;
	buf_printf(notes, "moved: %s is function 0, which the dump lacks\n",
		   layout->members[group->first].function->address);
}

static void make_groups(struct layout *layout, struct buf *notes)
{
	layout->groups = calloc(layout->member_count, sizeof(*layout->groups));
	if (!layout->groups)
		abort();
	for (size_t i = 0; i < layout->member_count; i++) {
		struct group *group = &layout->groups[layout->group_count];

		if (i && same_slot(layout->members[i].function, layout->members[i - 1].function)) {
			group[-1].count++;
			continue;
		}
		*group = (struct group){.first = i, .count = 1};
		layout->group_count++;
	}
	for (size_t g = 0; g < layout->group_count; g++) {
		layout->groups[g].place = place_of(layout, &layout->groups[g]);
		number_members(layout, &layout->groups[g], notes);
	}
}

/* Take slot WANTED if it is free, or else the first free one. Returns 0 if there is none. */
static unsigned int take_slot(struct layout *layout, unsigned int wanted)
{
	unsigned int slot = wanted;

	if (slot < FIRST_SLOT || slot > LAST_SLOT || layout->taken[slot])
		for (slot = FIRST_SLOT; slot <= LAST_SLOT && layout->taken[slot]; slot++)
			;
	if (slot > LAST_SLOT)
		return 0;
	layout->taken[slot] = true;
	return slot;
}

const struct group *lspci_layout_shared(const struct layout *layout, const struct group *group)
{
	for (const struct group *at = layout->groups; at < group; at++)
		if (at->place == PLACE_BRIDGE && same_bus(layout, at, group))
			return at;
	return NULL;
}

/* Whether another group of the bus was in SLOT, and can stay there. */
static bool keeps_slot(const struct layout *layout, const struct group *group, unsigned int slot)
{
	for (size_t g = 0; g < layout->group_count; g++) {
		const struct group *other = &layout->groups[g];

		if (other != group && same_bus(layout, other, group) &&
		    (other->inner == slot || layout->members[other->first].function->slot == slot))
			return true;
	}
	return false;
}

/*
 * Choose the slot behind a conventional bridge. Slot 0 is that of its hot-plug controller. Returns
 * false if no other slot is free.
 */
static bool take_inner_slot(const struct layout *layout, struct group *group, struct buf *notes)
{
	const struct lspci_function *function = layout->members[group->first].function;

	group->inner = function->slot;
	if (group->inner)
		return true;
	for (group->inner = 1; group->inner <= LAST_INNER; group->inner++)
		if (!keeps_slot(layout, group, group->inner))
			break;
	if (group->inner > LAST_INNER)
		return false;
	buf_printf(notes,
		   "moved: %s is in slot %02x behind a bridge of QEMU, which reserves slot 00\n",
		   function->address, group->inner);
	return true;
}

static bool place_group(struct layout *layout, struct group *group, struct buf *notes)
{
	const struct group *shared = lspci_layout_shared(layout, group);

	if (group->place == PLACE_BRIDGE && !take_inner_slot(layout, group, notes))
		return false;
	if (group->place == PLACE_BRIDGE && shared) {
		group->slot = shared->slot;
		group->index = shared->index;
		return true;
	}
	group->slot = take_slot(layout, group->place == PLACE_ROOT
						? layout->members[group->first].function->slot
						: 0);
	if (group->place != PLACE_ROOT)
		layout->index += group->place == PLACE_BRIDGE ? 2 : 1;
	group->index = group->place == PLACE_ROOT ? 0 : layout->index;
	return group->slot;
}

/* Place the groups, first those that keep their slot. */
static int place_groups(struct layout *layout, struct buf *notes, struct buf *why)
{
	for (unsigned int root = 1; root < 2; root--)
		for (size_t g = 0; g < layout->group_count; g++) {
			struct group *group = &layout->groups[g];

			if ((group->place == PLACE_ROOT) != root ||
			    place_group(layout, group, notes))
				continue;
			buf_printf(
				why,
				"%zu slots of it have devices, and a machine has %u: choose some "
				"with --lspci FILE@ADDRESS,ADDRESS...",
				layout->group_count, LAST_SLOT - FIRST_SLOT + 1);
			return -EINVAL;
		}
	return 0;
}

int lspci_layout_place(struct layout *layout, struct buf *notes, struct buf *why)
{
	make_groups(layout, notes);
	return place_groups(layout, notes, why);
}
