// SPDX-License-Identifier: GPL-2.0-only
/* Handles the accesses of the client. */
#include "lab/devices/lib/device.h"

#include "lab/devices/lib/faults.h"
#include "lab/devices/lib/trace.h"

#include <string.h>

static void access_config(struct device *device, const struct vfu_access *access)
{
	struct pci_function *function = &device->function;
	const unsigned int offset = (unsigned int)access->offset;

	if (!access->write) {
		pci_function_config_read(function, offset, access->data, access->len);
		if (device->model->config_read)
			device->model->config_read(device, offset, access->data, access->len);
		return;
	}
	pci_function_config_write(function, offset, access->data, access->len);
	if (device->model->config_written)
		device->model->config_written(device, offset, access->len);
}

static void access_memory(const struct device_memory *memory, const struct vfu_access *access)
{
	unsigned char *at = (unsigned char *)memory->at + access->offset;

	if (access->write)
		memcpy(at, access->data, access->len);
	else
		memcpy(access->data, at, access->len);
}

/*
 * Returns the largest power of two up to MOST that OFFSET is a multiple of and that does not exceed
 * LEFT.
 */
static unsigned int piece(unsigned int most, uint64_t offset, size_t left)
{
	while (most > left || offset % most)
		most /= 2;
	return most;
}

static void read_registers(struct device *device, const struct bar_ops *ops, uint64_t offset,
			   unsigned char *data, unsigned int len)
{
	const uint64_t value = ops->read ? ops->read(device, offset, len) : 0;

	for (unsigned int i = 0; i < len; i++)
		data[i] = (unsigned char)(value >> 8 * i);
}

static void write_registers(struct device *device, const struct bar_ops *ops, uint64_t offset,
			    const unsigned char *data, unsigned int len)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < len; i++)
		value |= (uint64_t)data[i] << 8 * i;
	if (ops->write)
		ops->write(device, offset, value, len);
}

static void access_registers(struct device *device, const struct bar_ops *ops,
			     const struct vfu_access *access)
{
	unsigned int len;

	for (size_t done = 0; done < access->len; done += len) {
		const uint64_t offset = access->offset + done;

		len = piece(ops->wide ? 8 : 4, offset, access->len - done);
		if (access->write)
			write_registers(device, ops, offset, access->data + done, len);
		else
			read_registers(device, ops, offset, access->data + done, len);
	}
}

static bool access_msix(struct device *device, unsigned int bar, const struct vfu_access *access)
{
	struct pci_function *function = &device->function;

	if (access->write)
		return pci_msix_write(function, bar, access->offset, access->data, access->len);
	return pci_msix_read(function, bar, access->offset, access->data, access->len);
}

/*
 * A BAR that software has not enabled, or of a function in D3hot, does not respond: reads return
 * all ones.
 */
static void access_bar(struct device *device, unsigned int bar, const struct vfu_access *access)
{
	const struct device_bar *shape = &device->shape.bars[bar];

	if (!pci_function_answers(&device->function, shape->flags & PCI_BASE_ADDRESS_SPACE_IO)) {
		if (!access->write)
			memset(access->data, 0xff, access->len);
		return;
	}
	if (access_msix(device, bar, access))
		return;
	if (shape->ops)
		access_registers(device, shape->ops, access);
	else
		access_memory(&device->memory[bar], access);
}

static int device_access(void *arg, const struct vfu_access *access)
{
	struct device *device = arg;

	if (access->region == VFIO_PCI_CONFIG_REGION_INDEX)
		access_config(device, access);
	else if (access->region == VFIO_PCI_ROM_REGION_INDEX)
		access_memory(&device->memory[PCI_BAR_ROM], access);
	else
		access_bar(device, access->region - VFIO_PCI_BAR0_REGION_INDEX, access);
	return 0;
}

static int device_reset(void *arg)
{
	device_begin_reset(arg, PCI_RESET_BUS);
	return 0;
}

static void irqs_changed(void *arg, unsigned int index, unsigned int first, unsigned int count)
{
	trace_irqs(((struct device *)arg)->trace, index, first, count);
}

static void dma_mapped(void *arg, uint64_t iova, uint64_t size)
{
	trace_map(((struct device *)arg)->trace, iova, size);
}

/* Only faults need to know about an unmap; nothing else in the device depends on it. */
static void dma_unmapped(void *arg, uint64_t iova, uint64_t size)
{
	struct device *device = arg;

	trace_unmap(device->trace, iova, size);
	faults_unmapped(device->faults, iova, size);
}

static void connected(void *arg)
{
	trace_event(((struct device *)arg)->trace, "client", "connects");
}

static void disconnected(void *arg)
{
	trace_event(((struct device *)arg)->trace, "client", "leaves");
}

static void answered(void *arg)
{
	struct device *device = arg;

	if (device->model->answered)
		device->model->answered(device);
}

const struct vfu_ops device_ops = {.access = device_access,
				   .answered = answered,
				   .reset = device_reset,
				   .irqs_changed = irqs_changed,
				   .dma_mapped = dma_mapped,
				   .dma_unmapped = dma_unmapped,
				   .connected = connected,
				   .disconnected = disconnected};
