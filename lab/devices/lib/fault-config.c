// SPDX-License-Identifier: GPL-2.0-only
/* Faults that change what reads return: config space, capability lists, BARs. */
#include "lab/devices/lib/fault.h"

#include <errno.h>
#include <string.h>

static bool is_config_read(const struct vfu_access *access)
{
	return access->region == VFIO_PCI_CONFIG_REGION_INDEX && !access->write;
}

static bool is_bar_read(const struct vfu_access *access)
{
	return access->region < PCI_BARS && !access->write;
}

/* Makes a config read return BYTE at OFFSET. */
static void patch8(struct vfu_access *access, unsigned int offset, uint8_t byte)
{
	if (offset >= access->offset && offset - access->offset < access->len)
		access->data[offset - access->offset] = byte;
}

static void patch32(struct vfu_access *access, unsigned int offset, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		patch8(access, offset + i, (uint8_t)(value >> 8 * i));
}

/* The device is absent from the access at which the fault fires until it is disarmed. */
static bool go(struct armed *armed, struct vfu_access *access)
{
	if (access->region == VFIO_PCI_CONFIG_REGION_INDEX && fault_due(armed))
		armed->faults->absent = true;
	return false;
}

static void come_back(struct armed *armed)
{
	armed->faults->absent = false;
}

/* Changes nothing: it counts the accesses at one offset that have one length. */
static bool watch(struct armed *armed, struct vfu_access *access)
{
	if (access->region == VFIO_PCI_CONFIG_REGION_INDEX && access->offset == armed->args.at &&
	    access->len == armed->args.len)
		fault_fires(armed);
	return false;
}

static bool read_ones(struct armed *armed, struct vfu_access *access)
{
	if (!is_bar_read(access) ||
	    (armed->args.bar != FAULT_ANY_BAR && armed->args.bar != access->region))
		return false;
	if (!fault_due(armed))
		return false;
	memset(access->data, 0xff, access->len);
	return true;
}

static unsigned int last_cap(const struct pci_config *config)
{
	unsigned int at = config->data[PCI_CAPABILITY_LIST];

	while (config->data[at + PCI_CAP_LIST_NEXT])
		at = config->data[at + PCI_CAP_LIST_NEXT];
	return at;
}

static unsigned int last_ecap(const struct pci_config *config)
{
	unsigned int at = PCI_CONFIG_ORDINARY;

	while (PCI_EXT_CAP_NEXT(pci_get32(config->data, at)))
		at = PCI_EXT_CAP_NEXT(pci_get32(config->data, at));
	return at;
}

/* Makes the last entries of both lists point to CAP and ECAP. */
static void redirect(struct armed *armed, struct vfu_access *access, uint8_t cap, uint32_t ecap)
{
	const struct pci_config *config = device_config(armed->device);
	uint32_t header;

	if (!is_config_read(access))
		return;
	fault_fires(armed);
	patch8(access, last_cap(config) + PCI_CAP_LIST_NEXT, cap);
	if (config->size != PCI_CONFIG_MAX || !pci_get32(config->data, PCI_CONFIG_ORDINARY))
		return;
	header = pci_get32(config->data, last_ecap(config));
	patch32(access, last_ecap(config), (header & 0xfffff) | ecap << 20);
}

static int need_caps(struct armed *armed)
{
	return device_config(armed->device)->data[PCI_CAPABILITY_LIST] ? 0 : -ENODEV;
}

static void loop(struct armed *armed, struct vfu_access *access)
{
	redirect(armed, access, device_config(armed->device)->data[PCI_CAPABILITY_LIST],
		 PCI_CONFIG_ORDINARY);
}

/* Capabilities: into the header. Extended ones: into conventional config space. */
static void outside(struct armed *armed, struct vfu_access *access)
{
	redirect(armed, access, PCI_COMMAND, PCI_STD_HEADER_SIZEOF);
}

/*
 * The last double words of both spaces: all but the first bytes of a capability lie beyond the end.
 */
static void cut_off(struct armed *armed, struct vfu_access *access)
{
	redirect(armed, access, PCI_CONFIG_ORDINARY - 4, PCI_CONFIG_MAX - 4);
	if (!is_config_read(access))
		return;
	patch32(access, PCI_CONFIG_ORDINARY - 4, PCI_CAP_ID_MSI);
	patch32(access, PCI_CONFIG_MAX - 4, PCI_EXT_CAP_ID_ERR | 1 << 16);
}

static int need_msix(struct armed *armed)
{
	return armed->device->function.msix_cap ? 0 : -ENODEV;
}

static void move_table(struct armed *armed, struct vfu_access *access)
{
	const struct device *device = armed->device;
	const unsigned int bar = device->function.msix.table.bar;

	if (!is_config_read(access))
		return;
	fault_fires(armed);
	patch32(access, device->function.msix_cap + PCI_MSIX_TABLE,
		(uint32_t)device->shape.bars[bar].size | bar);
}

static const struct param gone_params[] = {FAULT_AFTER, PARAM_END};
static const struct param watch_params[] = {FAULT_NUMBER(at, 0, PCI_CONFIG_MAX - 1, "the offset"),
					    FAULT_NUMBER(len, 4, 8, "bytes"), PARAM_END};
static const struct param ones_params[] = {
	FAULT_NUMBER(bar, FAULT_ANY_BAR, FAULT_ANY_BAR, "which BAR; 6: any"), FAULT_AFTER,
	FAULT_COUNT, PARAM_END};

#define AT_START "; QEMU reads the list when it connects: arm it before"

const struct fault config_faults[] = {
	{.name = "config-gone",
	 .help = "surprise removal: after `after' accesses to config space, everything "
		 "reads as all ones and the device sends nothing",
	 .expect = "reads give all ones, a reset fails in bounded time, the device can be closed "
		   "and unbound",
	 .params = gone_params,
	 .access = go,
	 .disarm = come_back},
	{.name = "config-watch",
	 .help = "no fault: counts the accesses to config space of `len' bytes at `at'",
	 .expect = "passes an access to the device as it is, not in pieces",
	 .params = watch_params,
	 .access = watch},
	{.name = "bar-ones",
	 .help = "reads of a BAR return all ones (if the client has not mapped it: mmap=off)",
	 .expect = "passes the ones to the user without an error or a message",
	 .params = ones_params,
	 .access = read_ones},
	{.name = "caps-loop",
	 .help = "the last capability of each list points back to the first" AT_START,
	 .expect = "walks the list in bounded time; QEMU does not, and its guest never sees "
		   "the device",
	 .arm = need_caps,
	 .accessed = loop},
	{.name = "caps-outside",
	 .help = "the last capability of each list points into the header, or into ordinary config "
		 "space" AT_START,
	 .expect = "shows the capabilities before it and does not modify the header",
	 .arm = need_caps,
	 .accessed = outside},
	{.name = "caps-cut",
	 .help = "the last capability of each list begins where config space ends" AT_START,
	 .expect = "reads and writes nothing beyond the end: the capability is hidden or the "
		   "device refused",
	 .arm = need_caps,
	 .accessed = cut_off},
	{.name = "msix-outside",
	 .help = "the MSI-X table is declared beyond the end of its BAR" AT_START,
	 .expect = "enabling MSI-X fails with an error; mapping the BAR is not affected; QEMU "
		   "refuses the "
		   "device",
	 .arm = need_msix,
	 .accessed = move_table},
	{0},
};
