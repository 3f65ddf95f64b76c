// SPDX-License-Identifier: GPL-2.0-only
#include "lab/lspci/device.h"

#include "lab/lspci/chains.h"
#include "lab/lspci/text.h"
#include "lab/pci/registers.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER	       64u
#define TYPE_MASK      0x7f
#define GUESSED_MEMORY 0x10000ull /* of a BAR whose size nobody tells */
#define GUESSED_IO     0x20ull
#define GUESSED_ROM    0x10000ull
#define ROM_LARGEST    (16ull << 20)
#define SMALLEST_BAR   16ull
#define SMALLEST_IO    4ull
#define LARGEST_IO     0x10000ull

#define PCI_VENDOR_INTEL 0x8086
#define PCI_CLASS_VGA	 0x0300
#define INTEL_ASLS	 0xfcu

void lspci_device_free(struct lspci_device *device)
{
	list_free(&device->invented);
}

static bool all_ones(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] != 0xff)
			return false;
	return true;
}

static unsigned int rid_of(const struct lspci_function *f)
{
	return f->bus << 8 | f->slot << 3 | f->function;
}

static unsigned int number_behind(const struct lspci_function *pf, const char *key)
{
	for (size_t i = 0; i < pf->text.count; i++) {
		const char *at = strstr(pf->text.items[i], key);

		if (at)
			return (unsigned int)strtoul(at + strlen(key), NULL, 10);
	}
	return 0;
}

/* Whether the SR-IOV capability of PF has F among its virtual functions. */
static bool owns(const struct lspci_function *pf, const struct lspci_function *f)
{
	const unsigned int count = number_behind(pf, "Number of VFs: ");
	const unsigned int offset = number_behind(pf, "VF offset: ");
	const unsigned int stride = number_behind(pf, "stride: ");
	const unsigned int rid = rid_of(f);

	if (pf->domain != f->domain || !count || !offset || rid < rid_of(pf) + offset)
		return false;
	if (!stride)
		return rid == rid_of(pf) + offset;
	return (rid - rid_of(pf) - offset) % stride == 0 &&
	       (rid - rid_of(pf) - offset) / stride < count;
}

static bool is_vf(const struct lspci_dump *dump, const struct lspci_function *f)
{
	if (f->hex)
		return pci_get32(f->bytes, PCI_VENDOR_ID) == UINT32_MAX;
	for (size_t i = 0; i < dump->count; i++)
		if (owns(&dump->functions[i], f))
			return true;
	return strstr(f->title, "Virtual Function");
}

static enum lspci_kind kind_of_text(const struct lspci_function *f)
{
	if (text_line(f, "Bus") || strstr(f->title, "[0604]") || strstr(f->title, "[0607]") ||
	    !strncmp(f->title, "PCI bridge", 10) || !strncmp(f->title, "CardBus bridge", 14) ||
	    !strncmp(f->title, "0604:", 5) || !strncmp(f->title, "Class 0604:", 11))
		return LSPCI_BRIDGE;
	for (size_t i = 0; i < f->text.count; i++)
		if (strstr(f->text.items[i], "!!! Unknown header type 7f"))
			return LSPCI_LOST;
	return LSPCI_ENDPOINT;
}

enum lspci_kind lspci_kind(const struct lspci_dump *dump, const struct lspci_function *f)
{
	enum lspci_kind kind;

	if (f->hex && all_ones(f->bytes, HEADER))
		return LSPCI_LOST;
	if (f->hex) {
		const unsigned int type = f->bytes[PCI_HEADER_TYPE] & TYPE_MASK;

		if (type)
			return type <= 2 ? LSPCI_BRIDGE : LSPCI_STRANGE;
		return is_vf(dump, f) ? LSPCI_VF : LSPCI_ENDPOINT;
	}
	kind = kind_of_text(f);
	return kind == LSPCI_ENDPOINT && is_vf(dump, f) ? LSPCI_VF : kind;
}

static int refuse(const struct lspci_function *f, enum lspci_kind kind, struct buf *why)
{
	switch (kind) {
	case LSPCI_ENDPOINT:
		return 0;
	case LSPCI_BRIDGE:
		buf_printf(why,
			   "%s is a bridge, and models are endpoints: choose a device behind it",
			   f->address);
		break;
	case LSPCI_VF:
		buf_printf(why,
			   "%s is a virtual function, and a model has none: choose its physical "
			   "function, or take the dump inside a guest that has it",
			   f->address);
		break;
	case LSPCI_LOST:
		buf_printf(why,
			   "%s reads all ones, as a device that is gone or asleep does: take the "
			   "dump again while it works",
			   f->address);
		break;
	case LSPCI_STRANGE:
		buf_printf(why,
			   "%s has a header of type 0x%02x, which PCI does not have: take the "
			   "dump again",
			   f->address, f->bytes[PCI_HEADER_TYPE] & TYPE_MASK);
		break;
	}
	return -EINVAL;
}

static bool is_denied(const struct lspci_function *f)
{
	for (size_t i = 0; i < f->text.count; i++)
		if (!strncmp(f->text.items[i], "Capabilities: <access denied>", 29))
			return true;
	return false;
}

/* The list points beyond the bytes that there are, and no text says what is there. */
static void drop_caps(const struct lspci_function *f, struct lspci_device *device)
{
	uint8_t *bytes = device->image.bytes;

	bytes[PCI_CAPABILITY_LIST] = 0;
	bytes[PCI_STATUS] &= (uint8_t)~PCI_STATUS_CAP_LIST;
	list_addf(&device->invented, "no capabilities (%s: take it again as root, with -xxxx)",
		  is_denied(f) ? "the dump was taken without privilege"
			       : "the dump has 64 bytes of hex");
}

/* The offset of a capability; 0 if there is none. Lists of any shape end. */
static unsigned int find_cap(const uint8_t *bytes, uint8_t id)
{
	unsigned int at = bytes[PCI_CAPABILITY_LIST] & ~3u;

	if (!(bytes[PCI_STATUS] & PCI_STATUS_CAP_LIST))
		return 0;
	for (unsigned int n = 0; at >= HEADER && n < 48; n++) {
		if (bytes[at] == id)
			return at;
		at = bytes[at + PCI_CAP_LIST_NEXT] & ~3u;
	}
	return 0;
}

/*
 * The firmware writes the address of the OpRegion, a table in the host's memory, to a register of
 * Intel graphics. The guest has no such table. vfio-pci refuses a device whose address is wrong.
 */
static void drop_opregion(struct lspci_device *device)
{
	uint8_t *bytes = device->image.bytes;

	if (pci_get16(bytes, PCI_VENDOR_ID) != PCI_VENDOR_INTEL ||
	    pci_get16(bytes, PCI_CLASS_DEVICE) != PCI_CLASS_VGA || !pci_get32(bytes, INTEL_ASLS))
		return;
	pci_set32(bytes, INTEL_ASLS, 0);
	list_add(&device->invented, "no OpRegion (its address, at 0xfc, is that of a table in the "
				    "memory of the dump's machine)");
}

static void build_bytes(const struct lspci_function *f, const struct lspci_ids *ids,
			struct lspci_device *device)
{
	uint8_t *bytes = device->image.bytes;
	struct list caps = {0}, header = {0};
	bool extended = false;
	unsigned int at;

	text_header(f, ids, bytes, f->hex ? &header : &device->invented);
	text_caps(f, bytes, &extended, f->hex >= PCI_CONFIG_ORDINARY ? &caps : &device->invented);
	memcpy(bytes, f->bytes, f->hex);
	if (f->hex && f->hex < PCI_CONFIG_ORDINARY && bytes[PCI_STATUS] & PCI_STATUS_CAP_LIST &&
	    !bytes[bytes[PCI_CAPABILITY_LIST] & ~3u])
		drop_caps(f, device);
	else if (!f->hex && is_denied(f))
		drop_caps(f, device);
	drop_opregion(device);
	at = find_cap(bytes, PCI_CAP_ID_EXP);
	device->pcie = at;
	device->type = (pci_get16(bytes, at + PCI_EXP_FLAGS) & PCI_EXP_FLAGS_TYPE) >> 4;
	device->image.size =
		f->hex == LSPCI_CONFIG_MAX || extended || at ? PCI_CONFIG_MAX : PCI_CONFIG_ORDINARY;
	if (at && f->hex && f->hex < LSPCI_CONFIG_MAX && !extended)
		list_addf(&device->invented,
			  "no extended capabilities (%u of 4096 bytes of config space are in the "
			  "dump)",
			  f->hex);
	lspci_cut_loops(device);
	list_free(&caps);
	list_free(&header);
}

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
	const unsigned int at = find_cap(bytes, PCI_CAP_ID_MSIX);
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

/* The current size of a resizable BAR; 0 if it is not one. */
static uint64_t rebar_size(const struct pci_image *image, unsigned int index)
{
	unsigned int at = PCI_CONFIG_ORDINARY;

	for (unsigned int n = 0; image->size == PCI_CONFIG_MAX && at && n < 960; n++) {
		const uint32_t header = pci_get32(image->bytes, at);

		for (unsigned int i = 0; (header & 0xffff) == PCI_EXT_CAP_ID_REBAR &&
					 i < PCI_BARS && at + 12 + 8 * i <= PCI_CONFIG_MAX;
		     i++) {
			const uint32_t control = pci_get32(image->bytes, at + 8 + 8 * i);

			if ((control & 7) == index && control >> 8 & 0x3f)
				return 1ull << (20 + (control >> 8 & 0x3f));
		}
		at = header >> 20 & 0xffc;
	}
	return 0;
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

static uint64_t largest(uint32_t flags)
{
	if (is_io(flags))
		return LARGEST_IO;
	return flags & PCI_BASE_ADDRESS_MEM_TYPE_64 ? LSPCI_BAR_LARGEST : 1ull << 31;
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
	if (bar.size > largest(bar.flags)) {
		list_addf(&device->invented, "BAR%u of %s is left out: a guest has no place for it",
			  index, size);
		return;
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
	if (rom->size < 2048 || rom->size > ROM_LARGEST) {
		device->rom = GUESSED_ROM;
		format_size(device->rom, size);
		list_addf(&device->invented, "size of the ROM: %s", size);
	}
	list_add(&device->invented, "contents of the ROM");
}

int lspci_device(const struct lspci_dump *dump, const struct lspci_function *f,
		 const struct lspci_ids *ids, struct lspci_device *device, struct buf *why)
{
	struct text_bars bars;
	int err = refuse(f, lspci_kind(dump, f), why);

	*device = (struct lspci_device){0};
	if (err)
		return err;
	build_bytes(f, ids, device);
	text_bars(f, &bars);
	add_bars(f, &bars, device);
	add_rom(f, &bars.rom, device);
	return 0;
}
