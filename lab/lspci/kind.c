// SPDX-License-Identifier: GPL-2.0-only
/* Which functions of a dump can be a model. */
#include "lab/lspci/lspci-text.h"
#include "lab/lspci/parts.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#define HEADER	  64u
#define TYPE_MASK 0x7f

/* Transitional and modern devices (virtio 1.2, 4.1.2). */
#define VIRTIO_VENDOR 0x1af4
#define VIRTIO_FIRST  0x1000
#define VIRTIO_LAST   0x107f

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

int lspci_refuse(const struct lspci_function *f, enum lspci_kind kind, struct buf *why)
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

int lspci_refuse_virtio(const struct lspci_function *f, const struct lspci_device *device,
			struct buf *why)
{
	const uint8_t *bytes = device->image.bytes;
	const uint16_t id = pci_get16(bytes, PCI_DEVICE_ID);

	if (pci_get16(bytes, PCI_VENDOR_ID) != VIRTIO_VENDOR || id < VIRTIO_FIRST ||
	    id > VIRTIO_LAST)
		return 0;
	buf_printf(
		why,
		"%s is a virtio device, and the guest's virtio driver would wait for answers that "
		"a model of a dump does not give: choose another device",
		f->address);
	return -EINVAL;
}
