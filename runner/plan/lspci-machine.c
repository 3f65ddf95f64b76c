// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/lspci-machine.h"

#include "lab/base/cleanup.h"
#include "lab/lspci/replay.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SLOT 0x02u /* of the root bus: see docs/machine.md */
#define LAST_SLOT  0x1du

/* The devices of one slot, which stay together. */
struct group {
	size_t first, count; /* of the members, which are adjacent */
	enum place {
		PLACE_ROOT,   /* on the root bus */
		PLACE_PORT,   /* behind its own root port */
		PLACE_BRIDGE, /* behind a bridge, with the other groups of its bus */
	} place;
	unsigned int slot;  /* on the root bus: its own slot, or that of its port */
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

static void free_layout(struct layout *layout)
{
	for (size_t i = 0; i < layout->member_count; i++)
		lspci_device_free(&layout->members[i].device);
	free(layout->members);
	free(layout->groups);
}
#define cleanup_layout __attribute__((cleanup(free_layout)))

static int compare_members(const void *a, const void *b)
{
	const struct lspci_function *one = ((const struct member *)a)->function;
	const struct lspci_function *other = ((const struct member *)b)->function;

	if (one->domain != other->domain)
		return one->domain < other->domain ? -1 : 1;
	if (one->bus != other->bus)
		return one->bus < other->bus ? -1 : 1;
	if (one->slot != other->slot)
		return one->slot < other->slot ? -1 : 1;
	return one->function < other->function ? -1 : 1;
}

/* Whether ONLY, a list of addresses, has F. NULL has all functions. */
static bool is_wanted(const struct lspci_dump *dump, const struct lspci_function *f,
		      const struct list *only)
{
	cleanup_buf struct buf why = BUF_INIT;

	for (size_t i = 0; i < only->count; i++)
		if (lspci_find(dump, only->items[i], &why) == f)
			return true;
	return !only->count;
}

static int check_only(const struct lspci_dump *dump, const struct list *only, struct buf *why)
{
	for (size_t i = 0; i < only->count; i++)
		if (!lspci_find(dump, only->items[i], why))
			return -EINVAL;
	return 0;
}

static void note_device(const struct member *member, struct buf *notes)
{
	const struct lspci_function *f = member->function;
	const uint8_t *bytes = member->device.image.bytes;
	cleanup_free char *invented = list_join(&member->device.invented, "; ");
	size_t title = strcspn(f->title, "[:");

	while (title && f->title[title - 1] == ' ')
		title--;
	buf_printf(notes, "device  %s %04x:%04x %.*s, %u of %u bytes of config space in hex\n",
		   f->address, pci_get16(bytes, PCI_VENDOR_ID), pci_get16(bytes, PCI_DEVICE_ID),
		   (int)title, f->title, f->hex, member->device.image.size);
	if (member->device.invented.count)
		buf_printf(notes, "        invented: %s\n", invented);
}

/*
 * Take the devices of DUMP that can be models. It is an error if one that was selected by its
 * address cannot.
 */
static int take_members(const struct lspci_dump *dump, const struct lspci_ids *ids,
			const struct list *only, struct layout *layout, struct buf *notes,
			struct buf *why)
{
	cleanup_buf struct buf first = BUF_INIT;

	layout->members = calloc(dump->count, sizeof(*layout->members));
	if (!layout->members)
		abort();
	for (size_t i = 0; i < dump->count; i++) {
		struct member *member = &layout->members[layout->member_count];
		cleanup_buf struct buf reason = BUF_INIT;

		if (!is_wanted(dump, &dump->functions[i], only))
			continue;
		member->function = &dump->functions[i];
		if (!lspci_device(dump, member->function, ids, &member->device, &reason)) {
			layout->member_count++;
			continue;
		}
		buf_printf(notes, "left out: %s\n", reason.data);
		if (!first.len)
			buf_puts(&first, reason.data);
		if (only->count || dump->count == 1)
			break;
	}
	if (layout->member_count && !(only->count && first.len))
		return 0;
	if (dump->count > 1 && !only->count)
		buf_puts(why, "none of its devices can be a model; the first: ");
	buf_puts(why, first.data ?: "");
	return -EINVAL;
}

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

/* An earlier group of the same bus, whose bridge this group shares; NULL if there is none. */
static const struct group *shared_bridge(const struct layout *layout, const struct group *group)
{
	for (const struct group *at = layout->groups; at < group; at++)
		if (at->place == PLACE_BRIDGE && same_bus(layout, at, group))
			return at;
	return NULL;
}

static bool place_group(struct layout *layout, struct group *group)
{
	const struct group *shared = shared_bridge(layout, group);

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
static int place_groups(struct layout *layout, struct buf *why)
{
	for (unsigned int root = 1; root < 2; root--)
		for (size_t g = 0; g < layout->group_count; g++) {
			struct group *group = &layout->groups[g];

			if ((group->place == PLACE_ROOT) != root || place_group(layout, group))
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

static void add_controller(struct buf *xml, const char *model, unsigned int index, unsigned int bus,
			   unsigned int slot)
{
	buf_printf(xml,
		   "    <controller type=\"pci\" model=\"%s\" index=\"%u\">%s<address "
		   "type=\"pci\" bus=\"%u\" slot=\"%u\"/></controller>\n",
		   model, index, bus ? "" : "<target hotplug=\"off\"/>", bus, slot);
}

static void add_controllers(const struct layout *layout, struct buf *xml)
{
	for (size_t g = 0; g < layout->group_count; g++) {
		const struct group *group = &layout->groups[g];

		if (group->place == PLACE_PORT)
			add_controller(xml, "pcie-root-port", group->index, 0, group->slot);
		if (group->place != PLACE_BRIDGE || shared_bridge(layout, group))
			continue;
		add_controller(xml, "pcie-root-port", group->index - 1, 0, group->slot);
		add_controller(xml, "pcie-to-pci-bridge", group->index, group->index - 1, 0);
	}
}

/* The slot behind a bridge. Slot 0 of a conventional bridge is that of its hot-plug controller. */
static unsigned int bus_slot(const struct layout *layout, const struct group *group)
{
	const unsigned int slot = layout->members[group->first].function->slot;

	if (group->place == PLACE_PORT)
		return 0;
	if (group->place == PLACE_ROOT)
		return group->slot;
	return slot ? slot : 31;
}

static void add_dut(const struct layout *layout, const struct group *group,
		    const struct member *member, struct buf *xml)
{
	const char *name = member->function->address;

	buf_printf(xml, "      <lab:dut name=\"%s\" path=\"", name);
	if (group->place != PLACE_ROOT)
		buf_printf(xml, "%02x.0/", group->slot);
	if (group->place == PLACE_BRIDGE)
		buf_puts(xml, "00.0/");
	buf_printf(xml, "%02x.%u\"/>\n", bus_slot(layout, group), member->number);
}

static void add_model(const struct layout *layout, const struct group *group,
		      const struct member *member, const struct lspci_request *request,
		      struct buf *xml)
{
	const char *name = member->function->address;

	buf_printf(xml, "      <lab:device name=\"%s\" model=\"lspci\" bus=\"", name);
	if (group->index)
		buf_printf(xml, "pci.%u", group->index);
	else
		buf_puts(xml, "pcie.0");
	buf_printf(xml, "\" addr=\"%x.%u\" params=\"file=%s function=%s", bus_slot(layout, group),
		   member->number, request->file, name);
	if (member->replayed)
		buf_printf(xml, " replay=%s", request->replay_file);
	buf_puts(xml, "\"/>\n");
}

static void write_xml(const struct layout *layout, const struct lspci_request *request,
		      struct buf *xml)
{
	buf_puts(xml, "<domain xmlns:qemu=\"http://libvirt.org/schemas/domain/qemu/1.0\">\n"
		      "  <name>" LSPCI_MACHINE "</name>\n  <metadata>\n"
		      "    <lab:machine xmlns:lab=\"urn:vfiolab:machine\">\n"
		      "      <lab:about>The devices of an lspci dump</lab:about>\n");
	for (size_t g = 0; g < layout->group_count; g++)
		for (size_t i = 0; i < layout->groups[g].count; i++)
			add_dut(layout, &layout->groups[g],
				&layout->members[layout->groups[g].first + i], xml);
	for (size_t g = 0; g < layout->group_count; g++)
		for (size_t i = 0; i < layout->groups[g].count; i++)
			add_model(layout, &layout->groups[g],
				  &layout->members[layout->groups[g].first + i], request, xml);
	buf_puts(xml, "    </lab:machine>\n  </metadata>\n  <devices>\n");
	add_controllers(layout, xml);
	buf_puts(xml, "  </devices>\n</domain>\n");
}

/* Find the devices that the log has accesses to. It is an error if there is none. */
static int find_replayed(struct layout *layout, const struct lspci_request *request,
			 struct buf *notes, struct buf *why)
{
	cleanup_buf struct buf first = BUF_INIT;
	bool any = false;

	for (size_t i = 0; request->replay && i < layout->member_count; i++) {
		struct member *member = &layout->members[i];
		cleanup_replay_script struct replay_script script = {0};
		cleanup_buf struct buf reason = BUF_INIT;
		const int err = lspci_replay(request->replay, member->function, &member->device,
					     layout->member_count == 1, &script, &reason);

		if (err == -ENOENT && !first.len)
			buf_puts(&first, reason.data);
		if (err && err != -ENOENT) {
			replay_blame(request->replay_path, reason.data, why);
			return -ESRCH;
		}
		if (err)
			continue;
		member->replayed = any = true;
		buf_printf(notes, "replay  %s ", member->function->address);
		replay_describe(&script, notes);
		buf_puts(notes, "\n");
	}
	if (any || !request->replay)
		return 0;
	replay_blame(request->replay_path, first.data, why);
	return -ESRCH;
}

int lspci_machine_xml(const struct lspci_request *request, struct buf *xml, struct buf *notes,
		      struct buf *why)
{
	cleanup_layout struct layout layout = {0};
	cleanup_list struct list addresses = {0};
	int err;

	list_add_words(&addresses, request->only ?: "");
	err = check_only(request->dump, &addresses, why);
	if (!err)
		err = take_members(request->dump, request->ids, &addresses, &layout, notes, why);
	if (err)
		return err;
	qsort(layout.members, layout.member_count, sizeof(*layout.members), compare_members);
	for (size_t i = 0; i < layout.member_count; i++)
		note_device(&layout.members[i], notes);
	err = find_replayed(&layout, request, notes, why);
	if (err)
		return err;
	make_groups(&layout, notes);
	err = place_groups(&layout, why);
	if (!err)
		write_xml(&layout, request, xml);
	return err;
}
