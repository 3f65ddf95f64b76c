// SPDX-License-Identifier: GPL-2.0-only
/*
 * lspci: a device as lspci printed it. Its config space is that of the dump; its BARs are memory.
 */
#include "lab/devices/lib/model.h"

#include "lab/devices/lib/shape.h"
#include "lab/lspci/device.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct lspci_params {
	const char *file, *function, *ids;
	const char *bar[PCI_BARS];
};

/* Parameters of all models that say more than the dump does. */
static int override(const struct device_shape *shape, struct pci_image *image, struct buf *why)
{
	const struct pci_ids *ids = &shape->ids;
	uint8_t *bytes = image->bytes;

	if (shape->caps[0].kind != CAP_KIND_NONE) {
		buf_puts(why,
			 "caps=: the model lspci has the capabilities of its file: leave it out");
		return -EINVAL;
	}
	if (ids->vendor)
		pci_set16(bytes, PCI_VENDOR_ID, ids->vendor);
	if (ids->device)
		pci_set16(bytes, PCI_DEVICE_ID, ids->device);
	if (ids->subvendor)
		pci_set16(bytes, PCI_SUBSYSTEM_VENDOR_ID, ids->subvendor);
	if (ids->subdevice)
		pci_set16(bytes, PCI_SUBSYSTEM_ID, ids->subdevice);
	if (ids->class)
		pci_set32(bytes, PCI_CLASS_REVISION, ids->class << 8 | bytes[PCI_CLASS_REVISION]);
	if (ids->revision)
		bytes[PCI_CLASS_REVISION] = ids->revision;
	if (shape->pin)
		bytes[PCI_INTERRUPT_PIN] = shape->pin;
	return 0;
}

static struct pci_ids ids_of(const uint8_t *bytes)
{
	return (struct pci_ids){
		.vendor = pci_get16(bytes, PCI_VENDOR_ID),
		.device = pci_get16(bytes, PCI_DEVICE_ID),
		.class = pci_get32(bytes, PCI_CLASS_REVISION) >> 8,
	};
}

static int take_device(struct device_shape *shape, const struct lspci_device *device,
		       const struct lspci_params *given, struct buf *why)
{
	int err = 0;

	shape->image = malloc(sizeof(*shape->image));
	if (!shape->image)
		return -ENOMEM;
	*shape->image = device->image;
	if (!shape->rom)
		shape->rom = device->rom;
	for (unsigned int i = 0; i < PCI_BARS && !err; i++) {
		shape->bars[i] = (struct device_bar){.size = device->bars[i].size,
						     .flags = device->bars[i].flags};
		if (given->bar[i])
			err = shape_take_bar(shape, i, given->bar[i], why);
	}
	if (!err)
		err = override(shape, shape->image, why);
	shape->ids = ids_of(shape->image->bytes);
	return err;
}

static int lspci_setup(struct device_shape *shape, const void *params, struct buf *why)
{
	cleanup_lspci struct lspci_dump dump = {0};
	cleanup_lspci_ids struct lspci_ids ids = {0};
	cleanup_lspci_device struct lspci_device device = {0};
	const struct lspci_params *given = params;
	const struct lspci_function *function;
	cleanup_buf struct buf reason = BUF_INIT;
	int err;

	if (!given->file) {
		buf_puts(why, "no file=: name a file with the output of lspci -vvvxxxx");
		return -EINVAL;
	}
	err = lspci_read(given->file, &dump, why);
	if (err)
		return err;
	function = lspci_find(&dump, given->function, &reason);
	if (!function) {
		buf_printf(why, "%s: %s", given->file, reason.data);
		return -EINVAL;
	}
	lspci_ids_read(given->ids, &ids);
	err = lspci_device(&dump, function, &ids, &device, &reason);
	if (!err)
		err = take_device(shape, &device, given, &reason);
	if (err)
		buf_printf(why, "%s: %s", given->file, reason.data ?: strerror(-err));
	return err;
}

#define BAR_PARAM(n)                                                                               \
	{"bar" #n,                                                                                 \
	 offsetof(struct lspci_params, bar[n]),                                                    \
	 PARAM_KIND_TEXT,                                                                          \
	 0,                                                                                        \
	 0,                                                                                        \
	 NULL,                                                                                     \
	 NULL,                                                                                     \
	 "as in the dump; or none, or KIND:SIZE with a KIND of mem mem64 pref pref64 io"}

static const struct param lspci_params[] = {
	PARAM_TEXT(struct lspci_params, file, NULL, "the output of lspci -v, -vvv, -xxx or -xxxx"),
	PARAM_TEXT(struct lspci_params, function, NULL,
		   "which device of the file, as in 05:00.0; needed if there are several"),
	PARAM_TEXT(struct lspci_params, ids, LSPCI_IDS_PATH,
		   "a file pci.ids, for a dump with names instead of numbers"),
	BAR_PARAM(0),
	BAR_PARAM(1),
	BAR_PARAM(2),
	BAR_PARAM(3),
	BAR_PARAM(4),
	BAR_PARAM(5),
	PARAM_END,
};

DEVICE_MODEL(lspci, .summary = "a device as lspci printed it (file=); its BARs are memory",
	     .params = lspci_params, .params_size = sizeof(struct lspci_params),
	     .setup = lspci_setup);
