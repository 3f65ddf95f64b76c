// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/layout.h"

#include "scenarios/lib/config/capability.h"
#include "scenarios/lib/vfio/region.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONVENTIONAL 256 /* where extended config space begins */

/* Capabilities by ID. A length of 0: the length is in the capability itself. */
struct known_capability {
	uint16_t id;
	const char *name;
	unsigned int len;
};

static const struct known_capability conventional[] = {
	{PCI_CAP_ID_PM, "PM", 8},	{PCI_CAP_ID_AGP, "AGP", 12},  {PCI_CAP_ID_VPD, "VPD", 8},
	{PCI_CAP_ID_MSI, "MSI", 0},	{PCI_CAP_ID_PCIX, "PCIX", 8}, {PCI_CAP_ID_VNDR, "VNDR", 0},
	{PCI_CAP_ID_SSVID, "SSVID", 8}, {PCI_CAP_ID_EXP, "EXP", 0},   {PCI_CAP_ID_MSIX, "MSIX", 12},
	{PCI_CAP_ID_SATA, "SATA", 8},	{PCI_CAP_ID_AF, "AF", 8},
};

static const struct known_capability extended[] = {
	{PCI_EXT_CAP_ID_ERR, "AER", 0x2c},     {PCI_EXT_CAP_ID_VC, "VC", 0x1c},
	{PCI_EXT_CAP_ID_DSN, "DSN", 12},       {PCI_EXT_CAP_ID_PWR, "PWR", 16},
	{PCI_EXT_CAP_ID_VNDR, "VSEC", 0},      {PCI_EXT_CAP_ID_ACS, "ACS", 8},
	{PCI_EXT_CAP_ID_ARI, "ARI", 8},	       {PCI_EXT_CAP_ID_ATS, "ATS", 8},
	{PCI_EXT_CAP_ID_SRIOV, "SRIOV", 0x40}, {PCI_EXT_CAP_ID_PRI, "PRI", 16},
	{PCI_EXT_CAP_ID_LTR, "LTR", 8},	       {PCI_EXT_CAP_ID_PASID, "PASID", 8},
	{PCI_EXT_CAP_ID_L1SS, "L1SS", 16},     {PCI_EXT_CAP_ID_PTM, "PTM", 12},
};

static unsigned int msi_len(uint16_t flags)
{
	unsigned int len = flags & PCI_MSI_FLAGS_64BIT ? 16 : 12;

	return flags & PCI_MSI_FLAGS_MASKBIT ? len + 8 : len;
}

/*
 * Returns the length of a capability that declares it itself. HEADER is its first dword, NEXT the
 * one after that.
 */
static unsigned int declared_len(const struct known_capability *known, uint32_t header,
				 uint32_t next)
{
	uint16_t flags = (uint16_t)(header >> 16);

	if (!strcmp(known->name, "MSI"))
		return msi_len(flags);
	if (!strcmp(known->name, "VNDR"))
		return flags & 0xff;
	if (!strcmp(known->name,
		    "EXP")) /* an endpoint's first version ends before the slot's registers */
		return (flags & PCI_EXP_FLAGS_VERS) > 1 ? 0x3c : 0x14;
	return next >> 20; /* vendor-specific extended capability */
}

static const struct known_capability *look_up(const struct known_capability *table, size_t count,
					      uint16_t id)
{
	for (size_t i = 0; i < count; i++)
		if (table[i].id == id)
			return &table[i];
	return NULL;
}

static bool is_claimed(const struct layout *layout, unsigned int at)
{
	for (size_t i = 0; i < layout->count; i++)
		if (at >= layout->parts[i].start &&
		    at < layout->parts[i].start + layout->parts[i].len)
			return true;
	return false;
}

/* The first is called NAME, the next NAME.2. */
static void name_part(const struct layout *layout, struct layout_part *part, const char *name)
{
	unsigned int before = 0;
	size_t len = strlen(name);

	for (size_t i = 0; i < layout->count; i++)
		before += !strncmp(layout->parts[i].name, name, len) &&
			  (!layout->parts[i].name[len] || layout->parts[i].name[len] == '.');
	if (before)
		snprintf(part->name, sizeof(part->name), "%s.%u", name, before + 1);
	else
		snprintf(part->name, sizeof(part->name), "%s", name);
}

/* Add a part of LEN bytes at START, truncated if it would overlap an existing part. */
static void add(struct layout *layout, const char *name, unsigned int start, unsigned int len,
		unsigned int end)
{
	struct layout_part *part = &layout->parts[layout->count];
	unsigned int room = 0;

	while (room < ((len + 3) & ~3u) && start + room < end && !is_claimed(layout, start + room))
		room += 4;
	if (!room)
		return;
	*part = (struct layout_part){.start = start, .len = room};
	if (*name)
		name_part(layout, part, name);
	layout->count++;
}

static void add_capability(struct layout *layout, const struct known_capability *table,
			   size_t count, uint16_t id, unsigned int at, unsigned int end)
{
	const struct known_capability *known = look_up(table, count, id);
	uint32_t header = layout->dwords[at / 4];
	uint32_t next = at + 4 < end ? layout->dwords[at / 4 + 1] : 0;
	char unknown[16];

	snprintf(unknown, sizeof(unknown), "%sCAP-%02x", end > CONVENTIONAL ? "E" : "", id);
	add(layout, known ? known->name : unknown, at,
	    !known	 ? 4
	    : known->len ? known->len
			 : declared_len(known, header, next),
	    end);
}

/* Find the next capability between FIRST and END that is not in the layout yet. */
static bool next_capability(const struct layout *layout, struct config_chain *chain,
			    unsigned int first, unsigned int end)
{
	return config_chain_next(chain) && chain->at >= first && chain->at < end &&
	       !is_claimed(layout, chain->at);
}

static void add_conventional(struct layout *layout)
{
	const unsigned int end = layout->size < CONVENTIONAL ? layout->size : CONVENTIONAL;
	struct config_chain chain =
		config_chain_begin(config_copied(layout->dwords, layout->size / 4), false);

	if (!(layout->dwords[PCI_COMMAND / 4] >> 16 & PCI_STATUS_CAP_LIST))
		return;
	while (next_capability(layout, &chain, PCI_STD_HEADER_SIZEOF, end))
		add_capability(layout, conventional, ARRAY_SIZE(conventional), chain.id, chain.at,
			       end);
}

/* The first may be a placeholder without an ID, if the kernel hides a capability there. */
static void add_extended(struct layout *layout)
{
	struct config_chain chain =
		config_chain_begin(config_copied(layout->dwords, layout->size / 4), true);

	while (next_capability(layout, &chain, CONVENTIONAL, layout->size)) {
		if (!chain.header || chain.header == UINT32_MAX)
			return;
		add_capability(layout, extended, ARRAY_SIZE(extended), chain.id, chain.at,
			       layout->size);
	}
}

static int by_start(const void *a, const void *b)
{
	const struct layout_part *left = a, *right = b;

	return (left->start > right->start) - (left->start < right->start);
}

static void add_gaps(struct layout *layout)
{
	for (unsigned int at = 0; at < layout->size; at += 4) {
		unsigned int end = at < CONVENTIONAL ? CONVENTIONAL : layout->size;

		if (!is_claimed(layout, at))
			add(layout, "", at, layout->size, end < layout->size ? end : layout->size);
	}
	qsort(layout->parts, layout->count, sizeof(*layout->parts), by_start);
}

void layout_make(struct layout *layout)
{
	layout->count = 0;
	add(layout, "header", 0, PCI_STD_HEADER_SIZEOF, layout->size);
	add_conventional(layout);
	add_extended(layout);
	add_gaps(layout);
}

const struct layout_part *layout_at(const struct layout *layout, unsigned int offset)
{
	const struct layout_part *part = layout->parts;

	while (offset >= part->start + part->len)
		part++;
	return part;
}

int layout_read(struct dut *dut, struct layout *layout)
{
	struct region config;
	ssize_t got;
	int err = region_info(dut, VFIO_PCI_CONFIG_REGION_INDEX, &config);

	if (err)
		return err;
	*layout = (struct layout){0};
	layout->size = config.size < sizeof(layout->dwords) ? (unsigned int)config.size
							    : sizeof(layout->dwords);
	got = region_read(dut, &config, 0, layout->dwords, layout->size);
	if (got != (ssize_t)layout->size)
		return got < 0 ? (int)got : -EIO;
	layout_make(layout);
	return 0;
}
