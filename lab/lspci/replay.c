// SPDX-License-Identifier: GPL-2.0-only
#include "lab/lspci/replay.h"

#include "lab/pci/names.h"

#include <linux/pci_regs.h>

/* What a write to config space depends on. */
struct context {
	const struct pci_image *image;
	unsigned int pm, pcie, af; /* offsets of capabilities; 0: none */
	bool asleep;		   /* software has put the device into D3hot */
};

static bool answers_config(void *context, unsigned int at)
{
	const struct pci_image *image = ((struct context *)context)->image;

	/* Without extended capabilities, the dump does not tell which registers are standard. */
	if (at >= PCI_CONFIG_ORDINARY && !pci_get32(image->bytes, PCI_CONFIG_ORDINARY))
		return false;
	return !pci_register_is_standard(image->bytes, image->size, at);
}

/* The 16 bits at AT of what ACCESS writes; false if it does not write them. */
static bool get_word(const struct replay_access *access, unsigned int at, uint16_t *word)
{
	if (access->at > at || access->at + access->len < at + 2u)
		return false;
	*word = (uint16_t)(access->value >> 8 * (at - access->at));
	return true;
}

/* From D3hot to D0: without No_Soft_Reset, that is a reset. */
static bool wakes_up(struct context *context, const struct replay_access *access)
{
	const uint8_t *bytes = context->image->bytes;
	const bool asleep = context->asleep;
	uint16_t word;

	if (!context->pm || !get_word(access, context->pm + PCI_PM_CTRL, &word))
		return false;
	context->asleep = (word & PCI_PM_CTRL_STATE_MASK) == 3;
	return asleep && !(word & PCI_PM_CTRL_STATE_MASK) &&
	       !(pci_get16(bytes, context->pm + PCI_PM_CTRL) & PCI_PM_CTRL_NO_SOFT_RESET);
}

static bool resets(void *arg, const struct replay_access *access)
{
	struct context *context = arg;
	uint16_t word;

	if (context->pcie && get_word(access, context->pcie + PCI_EXP_DEVCTL, &word) &&
	    word & PCI_EXP_DEVCTL_BCR_FLR)
		return true;
	if (context->af && access->at == context->af + PCI_AF_CTRL &&
	    access->value & PCI_AF_CTRL_FLR)
		return true;
	return wakes_up(context, access);
}

static unsigned int find_cap(const struct pci_image *image, uint8_t id)
{
	unsigned int at = image->bytes[PCI_CAPABILITY_LIST] & ~3u;

	for (unsigned int i = 0; i < PCI_CONFIG_ORDINARY / 4 && at >= PCI_STD_HEADER_SIZEOF; i++) {
		if (image->bytes[at] == id)
			return at;
		at = image->bytes[at + PCI_CAP_LIST_NEXT] & ~3u;
	}
	return 0;
}

int lspci_replay(const struct replay_log *log, const struct lspci_function *f,
		 const struct lspci_device *device, bool only, struct replay_script *script,
		 struct buf *why)
{
	struct context context = {
		.image = &device->image,
		.pm = find_cap(&device->image, PCI_CAP_ID_PM),
		.pcie = find_cap(&device->image, PCI_CAP_ID_EXP),
		.af = find_cap(&device->image, PCI_CAP_ID_AF),
	};
	struct replay_target target = {
		.name = f->address,
		.domain = f->domain,
		.bus = f->bus,
		.slot = f->slot,
		.function = f->function,
		.vendor = pci_get16(device->image.bytes, PCI_VENDOR_ID),
		.device = pci_get16(device->image.bytes, PCI_DEVICE_ID),
		.only = only,
		.answers_config = answers_config,
		.resets = resets,
		.context = &context,
	};

	for (unsigned int i = 0; i < PCI_BARS; i++) {
		target.address[i] = device->bars[i].address;
		target.size[i] = device->bars[i].size;
	}
	return replay_script(log, &target, script, why);
}
