// SPDX-License-Identifier: GPL-2.0-only
/* vendor-vfio-pci: the registers of migration in BAR 1. */
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/pci.h>
#include <linux/pm_runtime.h>

#include "vendor-vfio-pci.h"

#define VENDOR_POLL_US		20
#define VENDOR_TIMEOUT_US	(100 * USEC_PER_MSEC)

/* What reads return if the device is gone. */
#define VENDOR_GONE		0xffffffffu

/*
 * The user may have disabled the device's memory; on the target of a migration it still is when the
 * state arrives. With memory_lock held for writing nothing else uses the BARs meanwhile.
 */
int vendor_access_begin(struct vendor_vfio *vendor, struct vendor_access *access)
{
	struct vfio_pci_core_device *core = &vendor->core;
	struct pci_dev *pdev = core->pdev;
	int ret = pm_runtime_resume_and_get(&pdev->dev);

	if (ret)
		return ret;
	down_write(&core->memory_lock);
	pci_read_config_word(pdev, PCI_COMMAND, &access->command);
	if (!(access->command & PCI_COMMAND_MEMORY))
		pci_write_config_word(pdev, PCI_COMMAND, access->command | PCI_COMMAND_MEMORY);
	if (pdev->current_state >= PCI_D3hot)
		ret = -EIO;
	else if (vendor_read(vendor, VENDOR_STATUS) == VENDOR_GONE)
		ret = -ENODEV;
	if (ret)
		vendor_access_end(vendor, access);
	return ret;
}

void vendor_access_end(struct vendor_vfio *vendor, struct vendor_access *access)
{
	struct pci_dev *pdev = vendor->core.pdev;

	if (!(access->command & PCI_COMMAND_MEMORY))
		pci_write_config_word(pdev, PCI_COMMAND, access->command);
	up_write(&vendor->core.memory_lock);
	pm_runtime_put(&pdev->dev);
}

u32 vendor_read(struct vendor_vfio *vendor, u32 reg)
{
	return readl(vendor->control + reg);
}

void vendor_write(struct vendor_vfio *vendor, u32 reg, u32 value)
{
	writel(value, vendor->control + reg);
}

void vendor_write64(struct vendor_vfio *vendor, u32 reg, u64 value)
{
	vendor_write(vendor, reg, lower_32_bits(value));
	vendor_write(vendor, reg + 4, upper_32_bits(value));
}

int vendor_command(struct vendor_vfio *vendor, enum vendor_command command)
{
	u32 status, error;
	int ret;

	vendor_write(vendor, VENDOR_COMMAND, command);
	ret = readl_poll_timeout(vendor->control + VENDOR_STATUS, status,
				 !(status & VENDOR_BUSY) || status == VENDOR_GONE,
				 VENDOR_POLL_US, VENDOR_TIMEOUT_US);
	if (ret)
		return ret;
	error = vendor_read(vendor, VENDOR_RESULT);
	if (error == VENDOR_GONE)
		return -ENODEV;
	return error > MAX_ERRNO ? -EIO : -(int)error;
}

int vendor_single_command(struct vendor_vfio *vendor, enum vendor_command command)
{
	struct vendor_access access;
	int ret = vendor_access_begin(vendor, &access);

	if (ret)
		return ret;
	ret = vendor_command(vendor, command);
	vendor_access_end(vendor, &access);
	return ret;
}

/* The device has registers of 32 bits; a window of other sizes ends with a part of one. */
void vendor_window_read(struct vendor_vfio *vendor, void *to, u32 len)
{
	u32 at;

	for (at = 0; at < len; at += 4)
		put_unaligned_le32(vendor_read(vendor, VENDOR_WINDOW + at), to + at);
}

void vendor_window_write(struct vendor_vfio *vendor, const void *from, u32 len)
{
	u32 at;

	for (at = 0; at < len; at += 4)
		vendor_write(vendor, VENDOR_WINDOW + at, get_unaligned_le32(from + at));
}

int vendor_device_state(struct vendor_vfio *vendor, enum vendor_state from, enum vendor_state to)
{
	struct vendor_access access;
	int ret = vendor_access_begin(vendor, &access);

	if (ret)
		return ret;
	if (vendor_read(vendor, VENDOR_STATE) != from) {
		ret = -EIO;
	} else if (from != to) {
		vendor_write(vendor, VENDOR_STATE, to);
		if (vendor_read(vendor, VENDOR_STATE) != to)
			ret = -EIO;
	}
	vendor_access_end(vendor, &access);
	return ret;
}
