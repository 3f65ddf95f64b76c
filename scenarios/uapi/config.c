// SPDX-License-Identifier: GPL-2.0-only
/*
 * uapi: config space as VFIO shows it (drivers/vfio/pci/vfio_pci_config.c of the kernel), as facts.
 */
#include "scenarios/lib/scenario.h"

#include "lab/base/alloc.h"
#include "scenarios/lib/config/layout.h"
#include "scenarios/lib/config/writable.h"

#include <string.h>

/* Print a dword in hexadecimal; a digit with any bit in UNSTEADY becomes a tilde. */
static void print_dword(struct buf *line, uint32_t value, uint32_t unsteady)
{
	for (int shift = 28; shift >= 0; shift -= 4)
		buf_printf(line, unsteady >> shift & 0xf ? "~" : "%x", value >> shift & 0xf);
}

/* Each dword of config space as text. */
struct dwords {
	char text[CONFIG_DWORDS][12];
};

static void set_dword(struct dwords *dwords, unsigned int offset, uint32_t value, uint32_t unsteady)
{
	cleanup_buf struct buf line = BUF_INIT;

	print_dword(&line, value, unsteady);
	memcpy(dwords->text[offset / 4], line.data, line.len + 1);
}

/* Print a gap in one line: "00000000*12 ffffffff". */
static void gap_fact(const struct layout_part *part, const struct dwords *dwords,
		     const char *aspect)
{
	unsigned int first = part->start / 4, end = first + part->len / 4;
	cleanup_buf struct buf line = BUF_INIT;

	for (unsigned int i = first, same; i < end; i += same) {
		for (same = 1; i + same < end && !strcmp(dwords->text[i], dwords->text[i + same]);
		     same++)
			;
		buf_printf(&line, "%s%s", i > first ? " " : "", dwords->text[i]);
		if (same > 1)
			buf_printf(&line, "*%u", same);
	}
	fact("config[0x%03x..0x%03x]%s=%s", part->start, part->start + part->len - 1, aspect,
	     line.data);
}

/* A fact for each dword of the header and of each capability, and one for each gap. */
static void config_facts(const struct layout *layout, const struct dwords *dwords,
			 const char *aspect)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct layout_part *part = &layout->parts[i];

		if (!*part->name) {
			gap_fact(part, dwords, aspect);
			continue;
		}
		for (unsigned int at = 0; at < part->len; at += 4)
			fact("config[%s+0x%02x]%s=0x%s", part->name, at, aspect,
			     dwords->text[(part->start + at) / 4]);
	}
}

/* The number of reads of config space to detect bits that change by themselves. */
#define READINGS 4

SCENARIO(config_dwords, "",
	 "facts: the value of each dword of config space, with ~ for digits that vary")
{
	cleanup_free struct layout *layout = zalloc(1, sizeof(*layout));
	cleanup_free struct layout *again = zalloc(1, sizeof(*again));
	cleanup_free struct dwords *dwords = zalloc(1, sizeof(*dwords));
	uint32_t changed[CONFIG_DWORDS] = {0};

	ASSERT_OK(layout_read(dut, layout));
	for (unsigned int n = 1; n < READINGS; n++) {
		ASSERT_OK(layout_read(dut, again));
		for (unsigned int i = 0; i < layout->size / 4; i++)
			changed[i] |= layout->dwords[i] ^ again->dwords[i];
	}
	for (unsigned int at = 0; at < layout->size; at += 4)
		set_dword(dwords, at, layout->dwords[at / 4],
			  changed[at / 4] | volatile_bits(layout, at));
	for (size_t i = 0; i < layout->count; i++)
		if (*layout->parts[i].name)
			fact("capability[%s]=0x%03x", layout->parts[i].name,
			     layout->parts[i].start);
	config_facts(layout, dwords, "");
	PASS();
}

SCENARIO(config_writable_bits, "",
	 "facts: which bits of config space are writable; restoring them leaves all as before",
	 .deadline_ms = 20000)
{
	cleanup_free struct layout *layout = zalloc(1, sizeof(*layout));
	cleanup_free struct dwords *dwords = zalloc(1, sizeof(*dwords));
	cleanup_free char *broken = NULL;
	struct region config;

	ASSERT_OK(region_info(dut, VFIO_PCI_CONFIG_REGION_INDEX, &config));
	ASSERT_OK(layout_read(dut, layout));
	for (unsigned int at = 0; at < layout->size; at += 4) {
		uint32_t bits = 0, after = 0;
		int err = writable_bits(dut, &config, layout, at, &bits, &after);

		set_dword(dwords, at, bits, 0);
		if (!err || broken)
			continue;
		broken = err == -ESTALE ? text("dword 0x%03x was 0x%08x and is 0x%08x after "
					       "writing that back",
					       at, layout->dwords[at / 4], after)
					: text("dword 0x%03x: %s", at, error_name(err));
	}
	config_facts(layout, dwords, ".writable");
	ASSERT_THAT(!broken, "%s", broken);
	PASS();
}
