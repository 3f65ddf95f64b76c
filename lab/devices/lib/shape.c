// SPDX-License-Identifier: GPL-2.0-only
/* Makes a PCI function from a shape. */
#include "lab/devices/lib/shape.h"

#include <errno.h>
#include <string.h>

#define PAGE		  0x1000u
#define MSIX_PBA(vectors) (((vectors) * PCI_MSIX_ENTRY_SIZE + PAGE - 1) & ~(PAGE - 1))
#define SERIAL		  0x0123456789abcdefull
#define VENDOR_CONTENT	  0xa5

bool shape_has(const struct device_shape *shape, enum cap_kind kind)
{
	for (unsigned int i = 0; i < DEVICE_CAPS; i++)
		if (shape->caps[i].kind == kind)
			return true;
	return false;
}

static const struct bar_ops msix_only; /* the PCI function serves all accesses */

/*
 * The table and the PBA have a separate BAR and are on different pages, because clients map or trap
 * whole pages.
 */
static int add_msix(struct device_shape *shape, struct pci_function *function,
		    const struct device_cap *cap)
{
	const uint32_t pba = MSIX_PBA(cap->count);
	struct device_bar *bar;
	uint64_t size = 2 * PAGE;

	if (cap->bar >= PCI_BARS || !cap->count || cap->count > PCI_MSIX_MAX)
		return -EINVAL;
	bar = &shape->bars[cap->bar];
	if (bar->size)
		return -EBUSY;
	while (size < pba + PAGE)
		size *= 2;
	*bar = (struct device_bar)BAR_MMIO(size, &msix_only);
	return pci_function_add_msix(function, cap->count, (struct pci_msix_place){cap->bar, 0},
				     (struct pci_msix_place){cap->bar, pba});
}

static int add_vendor(struct pci_config *config, unsigned int count)
{
	uint8_t content[UINT8_MAX];

	if (count > sizeof(content))
		return -EINVAL;
	memset(content, VENDOR_CONTENT, sizeof(content));
	return pci_add_vendor(config, content, (uint8_t)count);
}

static int add_other(struct pci_config *config, const struct device_cap *cap)
{
	const bool extended = cap->kind == CAP_KIND_OTHER_EXTENDED;
	const unsigned int header = extended ? PCI_CAP_SIZEOF : PCI_CAP_FLAGS;
	const unsigned int given =
		cap->count < sizeof(cap->content) ? cap->count : sizeof(cap->content);
	const int at = extended ? pci_config_add_ecap(config, cap->id, 1, header + cap->count)
				: pci_config_add_cap(config, (uint8_t)cap->id, header + cap->count);

	if (at >= 0)
		memcpy(config->data + at + header, cap->content, given);
	return at;
}

static int add_cap(struct device_shape *shape, struct pci_function *function,
		   const struct device_cap *cap)
{
	struct pci_config *config = &function->config;

	switch (cap->kind) {
	case CAP_KIND_NONE:
		return 0;
	case CAP_KIND_PM:
		return pci_add_pm(config, cap->option);
	case CAP_KIND_MSI:
		return pci_add_msi(config, cap->count, cap->option);
	case CAP_KIND_MSIX:
		return add_msix(shape, function, cap);
	case CAP_KIND_PCIE:
		return pci_add_pcie(config, cap->option);
	case CAP_KIND_VENDOR:
		return add_vendor(config, cap->count);
	case CAP_KIND_AER:
		return pci_add_aer(config);
	case CAP_KIND_ATS:
		return pci_add_ats(config);
	case CAP_KIND_SERIAL:
		return pci_add_serial(config, SERIAL);
	case CAP_KIND_AF:
		return pci_add_af(config);
	case CAP_KIND_VPD:
		return pci_add_vpd(config);
	case CAP_KIND_SRIOV:
		return pci_add_sriov(config, cap->count, cap->id, &shape->vf_bars);
	case CAP_KIND_OTHER:
	case CAP_KIND_OTHER_EXTENDED:
		return add_other(config, cap);
	}
	return -EINVAL;
}

static const char *cap_error(int err)
{
	switch (err) {
	case -EBUSY:
		return "its BAR is in use: choose a free one (msix:VECTORS@BAR)";
	case -ENOSPC:
		return "config space is full: leave one out";
	case -EINVAL:
		return "not possible: check its number of vectors, VFs or bytes; extended "
		       "capabilities need pcie";
	default:
		return strerror(-err);
	}
}

static int add_caps(struct device_shape *shape, struct pci_function *function, struct buf *why)
{
	if (shape->caps_limit)
		function->config.caps_limit = shape->caps_limit;
	for (unsigned int i = 0; i < DEVICE_CAPS; i++) {
		const int err = add_cap(shape, function, &shape->caps[i]);

		if (err >= 0)
			continue;
		buf_printf(why, "capability %u: %s", i + 1, cap_error(err));
		return err == -ENOMEM ? err : -EINVAL;
	}
	return 0;
}

static int add_bars(const struct device_shape *shape, struct pci_function *function,
		    struct buf *why)
{
	int err = 0;

	for (unsigned int i = 0; i < PCI_BARS; i++) {
		const struct device_bar *bar = &shape->bars[i];

		if (bar->size)
			err = pci_header_add_bar(&function->config, i, bar->size, bar->flags);
		if (err) {
			buf_printf(
				why, "BAR %u of 0x%llx bytes: %s", i, (unsigned long long)bar->size,
				err == -EBUSY
					? "the 64-bit BAR before it occupies it"
					: "expected a power of two, at least 16 (I/O: 4 to 64K)");
			return err;
		}
	}
	if (shape->rom)
		err = pci_header_add_rom(&function->config, shape->rom);
	if (err)
		buf_printf(why, "rom=0x%llx: expected a power of two from 2K to 16M",
			   (unsigned long long)shape->rom);
	return err;
}

static int begin(const struct device_shape *shape, struct pci_function *function,
		 const struct pci_wire *wire, void *owner, struct buf *why)
{
	int err;

	if (!shape->image) {
		pci_function_init(function, &shape->ids, shape->pin,
				  shape_has(shape, CAP_KIND_PCIE), wire, owner);
		return 0;
	}
	err = pci_function_from_image(function, shape->image, wire, owner);
	if (err)
		buf_printf(why, "config space as bytes: %s",
			   err == -EINVAL ? "its header is not of type 0" : strerror(-err));
	return err;
}

/* PLACE is where SIZE bytes of WHAT are. */
static int check_place(const struct device_shape *shape, struct pci_msix_place place, uint32_t size,
		       const char *what, struct buf *why)
{
	const struct device_bar *bar = place.bar < PCI_BARS ? &shape->bars[place.bar] : NULL;

	if (bar && !(bar->flags & PCI_BASE_ADDRESS_SPACE_IO) && place.offset < bar->size &&
	    size <= bar->size - place.offset)
		return 0;
	buf_printf(why,
		   "the MSI-X %s is at 0x%x of BAR %u, which has 0x%llx bytes: choose a BAR and a "
		   "size that hold it (bar%u=mem:SIZE)",
		   what, place.offset, place.bar, bar ? (unsigned long long)bar->size : 0,
		   place.bar < PCI_BARS ? place.bar : 0);
	return -EINVAL;
}

static int check_msix(const struct device_shape *shape, const struct pci_msix *msix,
		      struct buf *why)
{
	int err;

	if (!msix->vectors)
		return 0;
	err = check_place(shape, msix->table, msix->vectors * PCI_MSIX_ENTRY_SIZE, "table", why);
	return err ?: check_place(shape, msix->pba, (msix->vectors + 63) / 64 * 8, "PBA", why);
}

/* VFs have no I/O space, no ROM, and no BAR of less than a page (PCIe 9.3.3.14, 9.3.4.1). */
static void leave_out_for_vf(struct device_shape *shape)
{
	shape->rom = 0;
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		struct device_bar *bar = &shape->bars[i];

		if (bar->flags & PCI_BASE_ADDRESS_SPACE_IO || bar->size < PAGE)
			*bar = (struct device_bar){0};
	}
}

int shape_build(struct device_shape *shape, struct pci_function *function,
		const struct pci_wire *wire, void *owner, struct buf *why)
{
	int err = begin(shape, function, wire, owner, why);

	if (shape->vf)
		leave_out_for_vf(shape);
	if (err)
		return err;
	err = add_caps(shape, function, why);
	if (!err)
		err = add_bars(shape, function, why);
	if (!err)
		err = check_msix(shape, &function->msix, why);
	if (err) {
		pci_function_free(function);
		return err;
	}
	function->vf = shape->vf;
	if (shape->vf)
		pci_header_make_vf(&function->config);
	pci_function_seal(function);
	return 0;
}
