// SPDX-License-Identifier: GPL-2.0-only
/* BARs and ROM of a dump. */
#include "lab/lspci/chains.h"
#include "lab/lspci/lspci-text.h"
#include "lab/lspci/parts.h"

#include <inttypes.h>
#include <linux/pci_regs.h>
#include <stdio.h>

#define GUESSED_MEMORY 0x10000ull /* of a BAR whose size nobody tells */
#define GUESSED_IO     0x20ull
#define GUESSED_ROM    0x10000ull
#define SMALLEST_ROM   0x800ull
#define SMALLEST_BAR   16ull
#define SMALLEST_IO    4ull
#define LARGEST_IO     0x10000ull
#define REBAR_SIZE     0x3f00u /* log2 of MiB */

static bool is_io(uint32_t flags)
{
	return flags & PCI_BASE_ADDRESS_SPACE_IO;
}

static void format_size(uint64_t size, char text[16])
{
	static const char units[] = " KMGTPE";
	unsigned int unit = 0;

	while (size >= 1024 && !(size % 1024) && unit < 6) {
		size /= 1024;
		unit++;
	}
	snprintf(text, 16, "%" PRIu64 "%.*s", size, unit ? 1 : 0, units + unit);
}

/* The smallest BAR INDEX that the MSI-X table and PBA lie in; 0 if they do not. */
static uint64_t msix_needs(const uint8_t *bytes, unsigned int index)
{
	const unsigned int at = lspci_find_cap(bytes, PCI_CAP_ID_MSIX);
	uint64_t needed = 0, size = 1;

	if (!at || at + PCI_CAP_MSIX_SIZEOF > PCI_CONFIG_ORDINARY)
		return 0;
	for (unsigned int i = 0; i < 2; i++) {
		const uint32_t place = pci_get32(bytes, at + (i ? PCI_MSIX_PBA : PCI_MSIX_TABLE));
		const unsigned int vectors =
			(pci_get16(bytes, at + PCI_MSIX_FLAGS) & PCI_MSIX_FLAGS_QSIZE) + 1u;
		const uint64_t end = (uint64_t)(place & PCI_MSIX_TABLE_OFFSET) +
				     (i ? (vectors + 63) / 64 * 8 : vectors * 16);

		if ((place & PCI_MSIX_TABLE_BIR) == index && end > needed)
			needed = end;
	}
	while (size < needed)
		size *= 2;
	return needed ? size : 0;
}

/* The offset of the control register of a resizable BAR; 0 if it is not one. */
static unsigned int rebar_control(const struct pci_image *image, unsigned int index)
{
	unsigned int at = PCI_CONFIG_ORDINARY;

	for (unsigned int n = 0; image->size == PCI_CONFIG_MAX && at && n < 960; n++) {
		const uint32_t header = pci_get32(image->bytes, at);

		for (unsigned int i = 0; (header & 0xffff) == PCI_EXT_CAP_ID_REBAR &&
					 i < PCI_BARS && at + 12 + 8 * i <= PCI_CONFIG_MAX;
		     i++) {
			const uint32_t control = pci_get32(image->bytes, at + 8 + 8 * i);

			if ((control & PCI_REBAR_CTRL_BAR_IDX) == index && control & REBAR_SIZE)
				return at + 8 + 8 * i;
		}
		at = header >> 20 & 0xffc;
	}
	return 0;
}

/* The current size of a resizable BAR; 0 if it is not one. */
static uint64_t rebar_size(const struct pci_image *image, unsigned int index)
{
	const unsigned int at = rebar_control(image, index);

	return at ? 1ull << (20 + ((pci_get32(image->bytes, at) & REBAR_SIZE) >> 8)) : 0;
}

static void set_rebar_size(struct pci_image *image, unsigned int index, uint64_t size)
{
	const unsigned int at = rebar_control(image, index);
	const uint32_t log2 = (uint32_t)__builtin_ctzll(size >> 20);

	if (at)
		pci_set32(image->bytes, at,
			  (pci_get32(image->bytes, at) & ~REBAR_SIZE) | log2 << 8);
}

/* An address is a multiple of the size. */
static uint64_t guess_size(const struct lspci_device *device, unsigned int index,
			   const struct text_bar *bar)
{
	const uint64_t guess = is_io(bar->flags) ? GUESSED_IO : GUESSED_MEMORY;
	const uint64_t aligned = bar->address & -bar->address;
	const uint64_t needed = msix_needs(device->image.bytes, index);
	uint64_t size = aligned && aligned < guess ? aligned : guess;

	if (rebar_size(&device->image, index))
		return rebar_size(&device->image, index);
	return needed > size ? needed : size;
}

static struct text_bar hex_bar(const uint8_t *bytes, unsigned int index)
{
	const uint32_t low = pci_get32(bytes, PCI_BASE_ADDRESS_0 + 4 * index);
	struct text_bar bar = {.there = low};

	if (is_io(low)) {
		bar.flags = PCI_BASE_ADDRESS_SPACE_IO;
		bar.address = low & (uint32_t)PCI_BASE_ADDRESS_IO_MASK;
		return bar;
	}
	bar.flags = low & (PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH);
	bar.address = low & (uint32_t)PCI_BASE_ADDRESS_MEM_MASK;
	if (bar.flags & PCI_BASE_ADDRESS_MEM_TYPE_64 && index + 1 < PCI_BARS)
		bar.address |= (uint64_t)pci_get32(bytes, PCI_BASE_ADDRESS_0 + 4 * index + 4) << 32;
	return bar;
}

/* Above 4 GiB a bridge has a window for these only (PCI-to-PCI Bridge 1.2, 3.2.5.10). */
static bool is_high(uint32_t flags)
{
	return flags & PCI_BASE_ADDRESS_MEM_TYPE_64 && flags & PCI_BASE_ADDRESS_MEM_PREFETCH;
}

/* Memory BARs below 4 GiB of DEVICE, in bytes. */
static uint64_t low_memory(const struct lspci_device *device)
{
	uint64_t sum = 0;

	for (unsigned int i = 0; i < PCI_BARS; i++)
		if (!is_io(device->bars[i].flags) && !is_high(device->bars[i].flags))
			sum += device->bars[i].size;
	return sum;
}

static bool has_room(const struct lspci_device *device, const struct text_bar *bar)
{
	if (is_io(bar->flags))
		return bar->size <= LARGEST_IO;
	return is_high(bar->flags) || (bar->size <= LSPCI_BAR_LARGEST &&
				       low_memory(device) + bar->size <= LSPCI_BAR_LARGEST);
}

/* BAR as it becomes the device's. */
static void add_bar(struct lspci_device *device, unsigned int index, struct text_bar bar)
{
	const uint64_t smallest = is_io(bar.flags) ? SMALLEST_IO : SMALLEST_BAR;
	char size[16];

	if (index == PCI_BARS - 1)
		bar.flags &= ~(uint32_t)PCI_BASE_ADDRESS_MEM_TYPE_64;
	if (!bar.size) {
		bar.size = guess_size(device, index, &bar);
		format_size(bar.size, size);
		list_addf(&device->invented, "size of BAR%u: %s", index, size);
	}
	if (bar.size < smallest)
		bar.size = smallest;
	format_size(bar.size, size);
	if (!has_room(device, &bar)) {
		list_addf(&device->invented, "BAR%u of %s is left out: a guest has no place for it",
			  index, size);
		return;
	}
	if (!is_io(bar.flags) && bar.size > LSPCI_BAR_LARGEST) {
		bar.size = LSPCI_BAR_LARGEST;
		set_rebar_size(&device->image, index, bar.size);
		list_addf(&device->invented,
			  "BAR%u of %s is cut to 512M: a guest takes minutes to "
			  "map more, or runs out of memory",
			  index, size);
		format_size(bar.size, size);
	}
	device->bars[index] = (struct lspci_bar){bar.size, bar.flags, bar.address};
	list_addf(&device->invented, "contents of BAR%u (%s)", index, size);
}

static void add_bars(const struct lspci_function *f, const struct text_bars *text,
		     struct lspci_device *device)
{
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		struct text_bar bar = text->bar[i];

		if (!bar.there && !text->any && f->hex)
			bar = hex_bar(f->bytes, i);
		if (!bar.there)
			continue;
		add_bar(device, i, bar);
		if (bar.flags & PCI_BASE_ADDRESS_MEM_TYPE_64)
			i++;
	}
}

static void add_rom(const struct lspci_function *f, const struct text_bar *rom,
		    struct lspci_device *device)
{
	const uint32_t address = pci_get32(f->bytes, PCI_ROM_ADDRESS) & PCI_ROM_ADDRESS_MASK;
	char size[16];

	if (!rom->there && !(f->hex && address && !f->text.count))
		return;
	device->rom = rom->size;
	if (device->rom > LSPCI_ROM_LARGEST) {
		format_size(device->rom, size);
		list_addf(&device->invented, "the ROM of %s is limited to 1M", size);
		device->rom = LSPCI_ROM_LARGEST;
	} else if (device->rom < SMALLEST_ROM) {
		device->rom = GUESSED_ROM;
		format_size(device->rom, size);
		list_addf(&device->invented, "size of the ROM: %s", size);
	}
	list_add(&device->invented, "contents of the ROM");
}

/* Whether the MSI-X table and PBA are in BARs that DEVICE has. */
static bool has_msix_bars(const struct lspci_device *device, unsigned int at)
{
	for (unsigned int i = 0; i < 2; i++) {
		const uint32_t place =
			pci_get32(device->image.bytes, at + (i ? PCI_MSIX_PBA : PCI_MSIX_TABLE));
		const unsigned int bar = place & PCI_MSIX_TABLE_BIR;

		if (bar >= PCI_BARS || !device->bars[bar].size || is_io(device->bars[bar].flags) ||
		    msix_needs(device->image.bytes, bar) > device->bars[bar].size)
			return false;
	}
	return true;
}

static void drop_misplaced_msix(struct lspci_device *device)
{
	unsigned int at;

	while ((at = lspci_find_cap(device->image.bytes, PCI_CAP_ID_MSIX)) &&
	       at + PCI_CAP_MSIX_SIZEOF <= PCI_CONFIG_ORDINARY && !has_msix_bars(device, at)) {
		lspci_unlink_cap(device->image.bytes, at);
		list_addf(&device->invented,
			  "no MSI-X (its table or PBA, at %x, is not within a BAR of memory)", at);
	}
}

void lspci_add_bars(const struct lspci_function *f, struct lspci_device *device)
{
	struct text_bars text;

	text_bars(f, &text);
	add_bars(f, &text, device);
	add_rom(f, &text.rom, device);
	drop_misplaced_msix(device);
}
