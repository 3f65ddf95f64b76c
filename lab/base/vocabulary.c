// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/vocabulary.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "lab/base/nearest.h"

#include <string.h>

#define MODES  "type1 compat cdev"
#define RESETS "flr pm bus af_flr device_specific acpi cxl_bus"

const struct vocabulary vocabulary[] = {
	{"first", NULL, false, ORIGIN_PLACE,
	 "the first DUT of its machine, used for checks of the guest as a whole"},
	{"for", ANY_VALUE, false, ORIGIN_PLACE,
	 "the DUT exists for this purpose and runs only scenarios with this need"},
	{"variant", ANY_VALUE, false, ORIGIN_PLACE,
	 "this kernel driver, not vfio-pci, serves it to VFIO"},
	{"model", ANY_VALUE, false, ORIGIN_PLACE,
	 "a device model of the lab's own, of this name; its INTx can come once more after it was "
	 "acknowledged, and messages in quick succession can merge"},
	{"vf", NULL, false, ORIGIN_PLACE, "a virtual function"},

	{"driver", ANY_VALUE, false, ORIGIN_DEVICE,
	 "the lab's DUT driver for it; driver=generic has no operations"},
	{"trigger", "intx msi msix", false, ORIGIN_DEVICE,
	 "the DUT driver can raise interrupts of this kind, if the device has them (irq=KIND)"},
	{"dma", NULL, false, ORIGIN_DEVICE,
	 "the DUT driver can make the device copy memory, and there is an IOMMU"},
	{"scratch", NULL, false, ORIGIN_DEVICE, "the DUT driver knows a scratch range in a BAR"},
	{"mark", NULL, false, ORIGIN_DEVICE,
	 "the DUT driver can set a state that only a reset clears"},

	{"cpu", NULL, true, ORIGIN_DEVICE, "processors of the guest"},
	{"iommu", NULL, false, ORIGIN_DEVICE, "behind an IOMMU"},
	{"intremap", NULL, false, ORIGIN_DEVICE,
	 "the IOMMU remaps interrupts, which VFIO requires"},
	{"group", NULL, true, ORIGIN_DEVICE, "endpoints in its IOMMU group, itself included"},
	{"hot", NULL, true, ORIGIN_DEVICE,
	 "functions that a hot reset of it affects, itself included"},
	{"hotplug", NULL, false, ORIGIN_OFFERED, "in a hot-plug slot, and alone there"},

	{"vga", NULL, false, ORIGIN_DEVICE, "a VGA card"},
	{"pcie", NULL, false, ORIGIN_DEVICE, "a PCI Express function"},
	{"cap", "af vpd", false, ORIGIN_DEVICE,
	 "has this capability of conventional PCI; VPD only if Linux reads it"},
	{"pm", NULL, false, ORIGIN_DEVICE, "has a PCI power management capability"},
	{"pf", "sriov", true, ORIGIN_DEVICE, "virtual functions that it can have"},
	{"denylisted", NULL, false, ORIGIN_DEVICE,
	 "vfio-pci refuses devices with its IDs; it runs only scenarios that mention this"},
	{"overrun", NULL, false, ORIGIN_DEVICE,
	 "a capability goes beyond the end of config space, and vfio-pci beyond its map of it; it "
	 "runs only scenarios that mention this"},
	{"bootbars", NULL, false, ORIGIN_DEVICE,
	 "of a class whose BARs Linux takes from firmware only: lost if it is added later"},

	{"native", ANY_VALUE, false, ORIGIN_OFFERED,
	 "the kernel has a native driver for it, as a module; not for VFs, whose drivers need the "
	 "PF's"},
	{"sibling", "native", false, ORIGIN_OFFERED,
	 "another function of its group has a native kernel driver"},
	{"alias", ANY_VALUE, false, ORIGIN_KERNEL,
	 "modules.alias has this module for the device's use with VFIO (\"vfio_pci:\" entries)"},
	{"reset_choice", NULL, false, ORIGIN_KERNEL,
	 "user space can choose the reset method (Linux 5.15 and later)"},
	{"failslab", NULL, false, ORIGIN_KERNEL,
	 "the kernel can make allocations fail (flavour debug)"},
	{"feature", "low-power dma-buf", false, ORIGIN_KERNEL,
	 "the open device has this feature (VFIO_DEVICE_FEATURE)"},
	{"nocore", NULL, false, ORIGIN_KERNEL,
	 "the initialisation of vfio-pci-core, which is built in, was skipped (flavour no-core)"},

	{"mode", MODES, false, ORIGIN_MODE, "the case has this mode (docs/modes.md)"},
	{"container", NULL, false, ORIGIN_MODE,
	 "the device is opened through a group and its container: modes type1 and compat"},
	{"once", NULL, false, ORIGIN_MODE,
	 "the mode is the first of its kernel, used for scenarios that do the same in each mode"},

	/* What VFIO reports for the open device. */
	{"irq", "intx msi msix err req", true, ORIGIN_OFFERED, "interrupts of this kind"},
	{"bar", "mmap", true, ORIGIN_OFFERED, "BARs that can be mapped"},
	{"bar", "subpage", false, ORIGIN_OFFERED,
	 "each BAR that can be mapped is smaller than a page"},
	{"bar", "mem io", true, ORIGIN_DEVICE, "BARs of this kind"},
	{"bar", "large small", false, ORIGIN_DEVICE,
	 "a BAR of 1 GiB or more, or in memory and smaller than a page"},
	{"bar", "tiny", false, ORIGIN_DEVICE, "a BAR of 4 bytes of I/O, before another BAR"},
	{"reset", RESETS, false, ORIGIN_OFFERED,
	 "VFIO_DEVICE_RESET is offered, and the device can be reset this way"},
	{.key = NULL},
};

static bool has_key(const struct vocabulary *row, const struct need *word)
{
	return strlen(row->key) == word->key_len && !strncmp(row->key, word->key, word->key_len);
}

static bool has_value(const struct vocabulary *row, const struct need *word)
{
	cleanup_free char *value = NULL;
	cleanup_list struct list values = {0};

	if (!word->value)
		return true;
	if (!row->values || !strcmp(row->values, ANY_VALUE))
		return row->values;
	value = strndup(word->value, word->value_len);
	list_add_words(&values, row->values);
	return list_has(&values, value);
}

const struct vocabulary *vocabulary_find(const struct need *word)
{
	for (const struct vocabulary *row = vocabulary; row->key; row++) {
		if (has_key(row, word) && has_value(row, word))
			return row;
	}
	return NULL;
}

/* Adds every key, and every KEY=VALUE of keys with a fixed set of values. */
static void list_words(struct list *words)
{
	for (const struct vocabulary *row = vocabulary; row->key; row++) {
		cleanup_list struct list values = {0};

		list_add_once(words, row->key);
		if (row->values && strcmp(row->values, ANY_VALUE))
			list_add_words(&values, row->values);
		for (size_t i = 0; i < values.count; i++)
			list_addf(words, "%s=%s", row->key, values.items[i]);
	}
}

const char *vocabulary_implied(const char *needs)
{
	if (needs_mention(needs, "denylisted") || needs_mention(needs, "overrun"))
		return "";
	return "!denylisted !overrun";
}

static char *not_there(const struct need *word, const char *whole)
{
	const char *end = word->value ? word->value + word->value_len : word->key + word->key_len;
	cleanup_free char *bare = strndup(word->key, (size_t)(end - word->key));
	cleanup_list struct list words = {0};

	list_words(&words);
	return text("'%s' is not in the vocabulary, '%s' is", whole, nearest(&words, bare));
}

static char *error_of(const struct need *word, bool needs)
{
	cleanup_free char *whole = strndup(word->start, word->len);
	const struct vocabulary *row;
	char *malformed = NULL;

	if (!needs_valid(whole, &malformed)) {
		free(malformed);
		return text("'%s' is not a word: write KEY[=VALUE][:COUNT]", whole);
	}
	if (word->negated && !needs)
		return text("'%s': only a need can be negated", whole);
	row = vocabulary_find(word);
	if (!row)
		return not_there(word, whole);
	if (word->counted && !row->counted)
		return text("'%s': %s is not counted", whole, row->key);
	return NULL;
}

char *vocabulary_error(const char *words, bool needs)
{
	struct need word;

	for_each_need(word, words)
	{
		char *error = error_of(&word, needs);

		if (error)
			return error;
	}
	return NULL;
}
