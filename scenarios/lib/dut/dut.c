// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/dut.h"

#include "scenarios/lib/vfio/irqs.h"
#include "scenarios/lib/vfio/region.h"

#include <errno.h>
#include <string.h>

/*
 * The linker defines these for the section that DUT_DRIVER() puts its pointers into. Weak, because
 * a unit test may have none.
 */
extern const struct dut_driver *const __start_dut_drivers[] __attribute__((weak));
extern const struct dut_driver *const __stop_dut_drivers[] __attribute__((weak));

static const struct dut_driver generic = {.name = "generic"};

const struct dut_driver *dut_driver_for(const char *address, const char *model)
{
	const long vendor = pci_number(address, "vendor", -1);
	const long device = pci_number(address, "device", -1);
	const bool vf = pci_has(address, "physfn");

	if (model && !strcmp(model, "lspci"))
		return &generic;
	for (const struct dut_driver *const *at = __start_dut_drivers; at != &__stop_dut_drivers[0];
	     at++) {
		if ((*at)->vendor == vendor && (*at)->device == device &&
		    ((*at)->vf == vf || model))
			return *at;
	}
	return &generic;
}

static bool same_driver(const struct dut_driver *one, const struct dut_driver *other)
{
	return !strcmp(one->name, other->name) ||
	       (one->vendor == other->vendor && one->device == other->device &&
		one->vf == other->vf);
}

char *dut_driver_error(void)
{
	for (const struct dut_driver *const *at = __start_dut_drivers; at != &__stop_dut_drivers[0];
	     at++)
		for (const struct dut_driver *const *before = __start_dut_drivers; before != at;
		     before++)
			if (same_driver(*at, *before))
				return text("%s:%u: error: DUT driver %s: %s:%u has the same name "
					    "or the same IDs",
					    (*at)->file, (*at)->line, (*at)->name, (*before)->file,
					    (*before)->line);
	return NULL;
}

void dut_driver_names(struct list *names)
{
	list_add(names, generic.name);
	for (const struct dut_driver *const *at = __start_dut_drivers; at != &__stop_dut_drivers[0];
	     at++)
		list_add(names, (*at)->name);
}

int dut_start(struct dut *dut)
{
	const uint16_t on = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	int err;

	if (!dut->started) {
		dut->command = config_read16(dut, PCI_COMMAND);
		dut->started = true;
	}
	err = config_write16(dut, PCI_COMMAND, dut->command | on);
	if (err || !dut->driver->start)
		return err;
	return dut->driver->start(dut);
}

void dut_stop(struct dut *dut)
{
	if (!dut->started)
		return;
	if (dut->driver->stop)
		dut->driver->stop(dut);
	config_write16(dut, PCI_COMMAND, dut->command);
	dut->started = false;
}

int dut_trigger(struct dut *dut, enum irq_kind kind, unsigned int vector)
{
	if (!(dut->driver->triggers & IRQ_BIT(kind)))
		return -EOPNOTSUPP;
	return dut->driver->trigger(dut, kind, vector);
}

unsigned int dut_vectors(struct dut *dut, enum irq_kind kind)
{
	unsigned int count = irq_count(dut, kind);
	unsigned int most = dut->driver->vectors ? dut->driver->vectors(dut, kind) : count;

	return most < count ? most : count;
}

int dut_ack(struct dut *dut)
{
	return dut->driver->ack ? dut->driver->ack(dut) : 0;
}

int dut_dma(struct dut *dut, uint64_t to, uint64_t from, size_t len)
{
	const struct dut_driver *driver = dut->driver;

	if (!driver->dma)
		return -EOPNOTSUPP;
	if (len > driver->dma_max || (to + len - 1) & ~driver->dma_mask ||
	    (from + len - 1) & ~driver->dma_mask)
		return -ERANGE;
	return driver->dma(dut, to, from, len);
}

int dut_mark(struct dut *dut)
{
	return dut->driver->mark ? dut->driver->mark(dut) : -EOPNOTSUPP;
}

int dut_marked(struct dut *dut)
{
	return dut->driver->marked ? dut->driver->marked(dut) : -EOPNOTSUPP;
}

int dut_reset(struct dut *dut)
{
	return vfio_ioctl(dut->vfio.device, VFIO_DEVICE_RESET, NULL);
}

int dut_info(struct dut *dut, struct vfio_device_info *info)
{
	*info = (struct vfio_device_info){.argsz = sizeof(*info)};
	return vfio_ioctl(dut->vfio.device, VFIO_DEVICE_GET_INFO, info);
}
