// SPDX-License-Identifier: GPL-2.0-only
/* BARs and ROM from text. */
#include "lab/lspci/lspci-text.h"

#include <ctype.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t size_of(const char *line)
{
	static const char units[] = "KMGTPE";
	const char *at = strstr(line, "[size=");
	const char *unit;
	uint64_t size;
	char *end;

	if (!at)
		return 0;
	size = strtoull(at + 6, &end, 10);
	unit = *end && *end != ']' ? strchr(units, *end) : NULL;
	if (unit && size < 1024)
		size <<= 10 * (unit - units + 1);
	return size & (size - 1) ? 0 : size;
}

static uint32_t memory_flags(const char *line)
{
	uint32_t flags = 0;

	if (strstr(line, "(64-bit"))
		flags |= PCI_BASE_ADDRESS_MEM_TYPE_64;
	if (strstr(line, ", prefetchable") || strstr(line, "prefetchable)"))
		flags |= strstr(line, "non-prefetchable") ? 0 : PCI_BASE_ADDRESS_MEM_PREFETCH;
	return flags;
}

/* "Memory at fa000000 (32-bit, non-prefetchable) [size=16M]", "I/O ports at e000 [size=4]". */
static bool parse_bar(const char *rest, struct text_bar *bar)
{
	const bool io = !strncmp(rest, "I/O ports at ", 13);
	char *end;

	if (!io && strncmp(rest, "Memory at ", 10))
		return false;
	*bar = (struct text_bar){
		.there = true,
		.size = size_of(rest),
		.flags = io ? PCI_BASE_ADDRESS_SPACE_IO : memory_flags(rest),
	};
	rest += io ? 13 : 10;
	bar->address = strtoull(rest, &end, 16);
	bar->placed = end != rest;
	return true;
}

/* Whether BAR is the one that the header has at INDEX. */
static bool is_at(const struct lspci_function *f, unsigned int index, const struct text_bar *bar)
{
	const uint32_t low = pci_get32(f->bytes, PCI_BASE_ADDRESS_0 + 4 * index);
	const bool io = low & PCI_BASE_ADDRESS_SPACE_IO;
	const uint32_t mask =
		io ? (uint32_t)PCI_BASE_ADDRESS_IO_MASK : (uint32_t)PCI_BASE_ADDRESS_MEM_MASK;

	return low && io == !!(bar->flags & PCI_BASE_ADDRESS_SPACE_IO) &&
	       (low & mask) == ((uint32_t)bar->address & mask);
}

/* lspci -v does not print the number: the address tells it, or else the order. */
static unsigned int index_of(const struct lspci_function *f, const struct text_bar *bar,
			     unsigned int next)
{
	for (unsigned int i = next; f->hex && i < PCI_BARS; i++)
		if (is_at(f, i, bar))
			return i;
	return next;
}

static const char *skip_virtual(const char *line)
{
	return strncmp(line, "[virtual] ", 10) ? line : line + 10;
}

static void take_line(const struct lspci_function *f, const char *line, struct text_bars *bars,
		      unsigned int *next)
{
	struct text_bar bar;
	unsigned int index;

	line = skip_virtual(line);
	if (!strncmp(line, "Expansion ROM at ", 17)) {
		bars->rom = (struct text_bar){.there = true, .size = size_of(line)};
		return;
	}
	if (!strncmp(line, "Region ", 7) && isdigit((unsigned char)line[7]) && line[8] == ':') {
		index = (unsigned int)(line[7] - '0');
		line += 9;
		if (!parse_bar(skip_virtual(line + strspn(line, " ")), &bar))
			return;
	} else if (parse_bar(line, &bar)) {
		index = index_of(f, &bar, *next);
	} else {
		return;
	}
	bars->any = true;
	if (index >= PCI_BARS)
		return;
	bars->bar[index] = bar;
	*next = index + (bar.flags & PCI_BASE_ADDRESS_MEM_TYPE_64 ? 2 : 1);
}

void text_bars(const struct lspci_function *f, struct text_bars *bars)
{
	unsigned int next = 0;

	*bars = (struct text_bars){0};
	for (size_t i = 0; i < f->text.count; i++) {
		/* A physical function's capability has lines of its virtual functions' BARs. */
		if (!strncmp(f->text.items[i], "Capabilities", 12))
			break;
		take_line(f, f->text.items[i], bars, &next);
	}
}
