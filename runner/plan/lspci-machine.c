// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/lspci-layout.h"

#include "lab/base/cleanup.h"
#include "lab/lspci/replay.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

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
	err = lspci_layout_place(&layout, notes, why) ?: lspci_layout_check_room(&layout, why);
	if (!err)
		lspci_layout_write(&layout, request, xml);
	return err;
}
