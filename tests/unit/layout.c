// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/layout.h"

#include "lab/base/cleanup.h"

#include <greatest.h>
#include <linux/pci_regs.h>
#include <string.h>

/* A function with SIZE bytes of config space and a list of capabilities that begins at FIRST. */
static struct layout *function(unsigned int size, unsigned int first)
{
	struct layout *layout = calloc(1, sizeof(*layout));

	if (!layout)
		abort();
	layout->size = size;
	layout->dwords[PCI_COMMAND / 4] = (uint32_t)PCI_STATUS_CAP_LIST << 16;
	layout->dwords[PCI_CAPABILITY_LIST / 4] = first;
	return layout;
}

static void put(struct layout *layout, unsigned int at, uint32_t header)
{
	layout->dwords[at / 4] = header;
}

static bool part_is(const struct layout *layout, unsigned int at, const char *name,
		    unsigned int start, unsigned int len)
{
	const struct layout_part *part = layout_at(layout, at);

	return !strcmp(part->name, name) && part->start == start && part->len == len;
}

/* Returns true if the parts cover config space exactly, whatever the device reports. */
static bool is_whole(const struct layout *layout)
{
	unsigned int at = 0;

	for (size_t i = 0; i < layout->count; i++) {
		if (layout->parts[i].start != at || !layout->parts[i].len)
			return false;
		at += layout->parts[i].len;
	}
	return at == layout->size;
}

TEST capabilities_and_gaps_are_all_of_it(void)
{
	cleanup_free struct layout *layout = function(256, 0x40);

	put(layout, 0x40, 0x00005001); /* PM */
	put(layout, 0x50, 0x01800005); /* MSI, 64 bits, mask bits */
	layout_make(layout);
	ASSERT(is_whole(layout));
	ASSERT(part_is(layout, 0x3c, "header", 0, 0x40));
	ASSERT(part_is(layout, 0x44, "PM", 0x40, 8));
	ASSERT(part_is(layout, 0x48, "", 0x48, 8));
	ASSERT(part_is(layout, 0x50, "MSI", 0x50, 24));
	ASSERT(part_is(layout, 0xfc, "", 0x68, 0x98));
	PASS();
}

TEST extended_ones_have_a_list_of_their_own(void)
{
	cleanup_free struct layout *layout = function(4096, 0);

	put(layout, 0x100, 0x14010001); /* AER, then 0x140 */
	put(layout, 0x140, 0x2000000b); /* vendor-specific, then 0x200 */
	put(layout, 0x144, 0x01000000); /* ... of 16 bytes */
	put(layout, 0x200, 0x00010077);
	layout_make(layout);
	ASSERT(is_whole(layout));
	ASSERT(part_is(layout, 0x100, "AER", 0x100, 0x2c));
	ASSERT(part_is(layout, 0x14c, "VSEC", 0x140, 16));
	ASSERT(part_is(layout, 0x200, "ECAP-77", 0x200, 4));
	ASSERT(part_is(layout, 0xffc, "", 0x204, 0xdfc));
	PASS();
}

TEST the_second_of_a_kind_has_a_number(void)
{
	cleanup_free struct layout *layout = function(256, 0x40);

	put(layout, 0x40, 0x00085009); /* vendor-specific, of 8 bytes */
	put(layout, 0x50, 0x00086009);
	put(layout, 0x60, 0x00080009);
	layout_make(layout);
	ASSERT(part_is(layout, 0x40, "VNDR", 0x40, 8));
	ASSERT(part_is(layout, 0x50, "VNDR.2", 0x50, 8));
	ASSERT(part_is(layout, 0x60, "VNDR.3", 0x60, 8));
	PASS();
}

TEST hidden_capability_is_a_placeholder(void)
{
	cleanup_free struct layout *layout = function(4096, 0);

	put(layout, 0x100, 0x14000000);
	put(layout, 0x140, 0x00010003); /* device serial number */
	layout_make(layout);
	ASSERT(part_is(layout, 0x100, "ECAP-00", 0x100, 4));
	ASSERT(part_is(layout, 0x140, "DSN", 0x140, 12));
	PASS();
}

TEST hostile_lists_end(void)
{
	static const struct {
		unsigned int first;
		uint32_t headers[2]; /* at 0x40, and at 0xfc */
		uint32_t extended;
	} lists[] = {
		{0x40, {0x00004001, 0}, 0x10010001},	      /* loops */
		{0x04, {0, 0}, 0x0ff10001},		      /* leads into the header */
		{0xff, {0, 0xfffffc09}, 0xffffffff},	      /* longer than there is room */
		{0x40, {0x00ff4409, 0}, 0xfff0000b},	      /* leads into itself */
		{0x40, {0x0000fc10, 0xffffffff}, 0xffc10019}, /* cut off at the end */
	};

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		for (unsigned int size = 256; size <= 4096; size *= 16) {
			cleanup_free struct layout *layout = function(size, lists[i].first);

			put(layout, 0x40, lists[i].headers[0]);
			put(layout, 0xfc, lists[i].headers[1]);
			put(layout, 0x100, lists[i].extended);
			layout_make(layout);
			ASSERT(is_whole(layout));
		}
	}
	PASS();
}

TEST there_is_room_for_a_capability_in_each_dword(void)
{
	cleanup_free struct layout *layout = function(4096, 0);

	for (unsigned int at = 0x100; at < 0x1000; at += 4)
		put(layout, at, (at + 4) << 20 | 0x00010077);
	layout_make(layout);
	ASSERT(is_whole(layout));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(capabilities_and_gaps_are_all_of_it);
	RUN_TEST(extended_ones_have_a_list_of_their_own);
	RUN_TEST(the_second_of_a_kind_has_a_number);
	RUN_TEST(hidden_capability_is_a_placeholder);
	RUN_TEST(hostile_lists_end);
	RUN_TEST(there_is_room_for_a_capability_in_each_dword);
	GREATEST_MAIN_END();
}
