// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/pci/quirk.h"

#include "scenarios/lib/config/capability.h"
#include "scenarios/lib/pci/pci.h"

#include "lab/base/cleanup.h"

#include <linux/pci_regs.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#define VFIO_PCI "vfio-pci"
#define ANY	 0xffff

/* Base class and subclass. */
#define CLASS_HOST_BRIDGE 0x0600
#define CLASS_PIC	  0x0800

struct id {
	uint16_t vendor, device;
};

static bool is_among(const char *address, const struct id *ids, size_t count)
{
	const uint16_t vendor = pci_config16(address, PCI_VENDOR_ID);
	const uint16_t device = pci_config16(address, PCI_DEVICE_ID);

	for (size_t i = 0; i < count; i++)
		if (ids[i].vendor == vendor && (ids[i].device == device || ids[i].device == ANY))
			return true;
	return false;
}

/* Returns true if vfio-pci refuses the device, which has no driver. */
static bool is_refused(const char *address)
{
	const char *left = address;
	const bool refused = pci_bind(address, VFIO_PCI);

	pci_release(&left);
	return refused;
}

bool pci_is_denylisted(const char *address)
{
	/* Intel QAT: DH895xCC, C3xxx, C62x, each with its virtual functions */
	static const struct id always[] = {{0x8086, 0x0435}, {0x8086, 0x0443}, {0x8086, 0x19e2},
					   {0x8086, 0x19e3}, {0x8086, 0x37c8}, {0x8086, 0x37c9}};
	/* Intel DSA and IAX: since 6.9 and in stable kernels (CVE-2024-21823) */
	static const struct id since[] = {{0x8086, 0x0b25}, {0x8086, 0x0cfe}};

	if (is_among(address, always, ARRAY_SIZE(always)))
		return true;
	return is_among(address, since, ARRAY_SIZE(since)) && is_refused(address);
}

bool pci_has_own_reset(const char *address)
{
	/* The VFs of Intel 82599, graphics of Ivy Bridge, NVMe drives, Chelsio cards */
	static const struct id ids[] = {{0x8086, 0x10ed}, {0x8086, 0x0156}, {0x8086, 0x0166},
					{0x144d, 0xa804}, {0x8086, 0x0953}, {0x8086, 0x0a54},
					{0x1425, ANY}};

	return is_among(address, ids, ARRAY_SIZE(ids));
}

bool pci_keeps_boot_bars(const char *address)
{
	const uint16_t class = pci_config16(address, PCI_CLASS_DEVICE);

	return class == 0x0000 || class == CLASS_HOST_BRIDGE || class == CLASS_PIC;
}

static unsigned int msi_length(uint16_t flags)
{
	return (flags & PCI_MSI_FLAGS_64BIT ? 14 : 10) + (flags & PCI_MSI_FLAGS_MASKBIT ? 10 : 0);
}

/* The length of a capability as vfio-pci has it; 0 for those that it hides. */
static unsigned int length_for_vfio(const struct config_chain *cap)
{
	const struct config_reader *reader = &cap->reader;
	const uint32_t flags = reader->read(reader, cap->at + PCI_CAP_FLAGS, 2);

	switch (cap->id) {
	case PCI_CAP_ID_PM:
	case PCI_CAP_ID_AGP:
	case PCI_CAP_ID_VPD:
		return 8;
	case PCI_CAP_ID_MSI:
		return msi_length(flags);
	case PCI_CAP_ID_PCIX:
		return flags & 0x3000 ? 24 : 8;
	case PCI_CAP_ID_HT:
		return flags >> 8 & HT_3BIT_CAP_MASK ? HT_CAP_SIZEOF_SHORT : HT_CAP_SIZEOF_LONG;
	case PCI_CAP_ID_VNDR:
		return flags & 0xff;
	case PCI_CAP_ID_MSIX:
		return PCI_CAP_MSIX_SIZEOF;
	case PCI_CAP_ID_AF:
		return PCI_CAP_AF_SIZEOF;
	default:
		return 0;
	}
}

bool pci_overruns_config(const char *address)
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s/config", address);
	struct config_chain cap = config_chain_begin(config_of_device(address), false);
	struct stat config;

	if (stat(path, &config))
		return false;
	while (config_chain_next(&cap))
		if (cap.at + length_for_vfio(&cap) > (size_t)config.st_size)
			return true;
	return false;
}
