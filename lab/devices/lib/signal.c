// SPDX-License-Identifier: GPL-2.0-only
/* What a device sends (interrupts and DMA), and its resets. */
#include "lab/devices/lib/device.h"

#include "lab/devices/lib/faults.h"
#include "lab/devices/lib/trace.h"

#include <errno.h>

_Static_assert((int)PCI_IRQ_INTX == VFIO_PCI_INTX_IRQ_INDEX &&
		       (int)PCI_IRQ_MSI == VFIO_PCI_MSI_IRQ_INDEX &&
		       (int)PCI_IRQ_MSIX == VFIO_PCI_MSIX_IRQ_INDEX,
	       "kinds of interrupts are VFIO's indexes");

/* As on real hardware, a message for a vector that the client has not set up is lost. */
static void send_message(void *owner, enum pci_irq kind, unsigned int vector)
{
	vfu_irq_raise(((struct device *)owner)->vfu, kind, vector);
}

static void send_intx(void *owner, bool asserted)
{
	vfu_irq_level(((struct device *)owner)->vfu, VFIO_PCI_INTX_IRQ_INDEX, 0, asserted);
}

static bool is_held(void *owner, enum pci_irq kind, unsigned int vector)
{
	return vfu_irq_pending(((struct device *)owner)->vfu, kind, vector);
}

static void reset_asked(void *owner, enum pci_reset reset)
{
	device_begin_reset(owner, reset);
}

const struct pci_wire device_wire = {
	.message = send_message, .intx = send_intx, .held = is_held, .reset = reset_asked};

static void clear_held(struct device *device, enum pci_irq kind)
{
	const unsigned int vectors = pci_function_vectors(&device->function, kind);

	for (unsigned int i = 0; i < vectors; i++)
		vfu_irq_clear(device->vfu, kind, i);
}

void device_finish_reset(struct device *device, enum pci_reset reset)
{
	trace_event(device->trace, "reset", "%s", pci_reset_name(reset));
	pci_function_reset(&device->function, reset);
	clear_held(device, PCI_IRQ_MSI);
	clear_held(device, PCI_IRQ_MSIX);
	device->resets[reset]++;
	if (device->model->reset)
		device->model->reset(device, reset);
	faults_reset_done(device->faults, reset);
}

void device_begin_reset(struct device *device, enum pci_reset reset)
{
	if (!faults_take_reset(device->faults, reset))
		device_finish_reset(device, reset);
	else
		trace_event(device->trace, "reset", "%s held", pci_reset_name(reset));
}

void *device_state(struct device *device)
{
	return device->state;
}

const void *device_params(const struct device *device)
{
	return device->params;
}

void *device_data(struct device *device)
{
	return device->shape.data;
}

struct pci_config *device_config(struct device *device)
{
	return &device->function.config;
}

void *device_memory(struct device *device, unsigned int bar, uint64_t *size)
{
	*size = device->memory[bar].size;
	return device->memory[bar].at;
}

unsigned int device_vectors(const struct device *device, enum pci_irq kind)
{
	return pci_function_vectors(&device->function, kind);
}

int device_message(struct device *device, enum pci_irq kind, unsigned int vector)
{
	return pci_function_message(&device->function, kind, vector);
}

void device_intx(struct device *device, bool asserted)
{
	if (pci_function_vectors(&device->function, PCI_IRQ_INTX))
		pci_function_intx(&device->function, asserted);
}

int device_dma_read(struct device *device, uint64_t iova, void *data, size_t len)
{
	if (!pci_function_is_master(&device->function))
		return -EIO;
	return vfu_dma_read(device->vfu, iova, data, len);
}

int device_dma_write(struct device *device, uint64_t iova, const void *data, size_t len)
{
	if (!pci_function_is_master(&device->function))
		return -EIO;
	return vfu_dma_write(device->vfu, iova, data, len);
}

unsigned int device_resets(const struct device *device, enum pci_reset reset)
{
	return device->resets[reset];
}

void device_note(struct device *device, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	trace_vevent(device->trace, "note", format, args);
	va_end(args);
}
