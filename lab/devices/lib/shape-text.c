// SPDX-License-Identifier: GPL-2.0-only
/* Parses shapes from text: the parameters that every model has. */
#include "lab/devices/lib/shape.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char shape_help[] =
	"  vendor= device= subvendor= subdevice= class= revision=\n"
	"      other identity; class is base class, subclass, interface (0x030000)\n"
	"  pin=0|1|2|3|4\n"
	"      the interrupt pin, 1 for INTA#; 0: no INTx\n"
	"  rom=SIZE\n"
	"      bytes of expansion ROM; 0: none\n"
	"  caps=LIST\n"
	"      these capabilities instead of the model's own, in this order: pm, pm:noreset,\n"
	"      msi:VECTORS, msi:VECTORS:mask, msix:VECTORS@BAR, pcie, pcie:flr, vendor:BYTES,\n"
	"      aer, ats, serial, af (with FLR), vpd, sriov:VFS:DEVICE (DEVICE is the ID of the "
	"VFs),\n"
	"      cap:ID:BYTES[:HEX], ecap:ID:BYTES[:HEX]\n"
	"      (any other, with BYTES read-only bytes after its header, which begin with HEX,\n"
	"      up to 16, and are 0 otherwise); or none\n"
	"  vfbar0= ... vfbar5=none|KIND:SIZE\n"
	"      BARs of each VF, for caps=sriov, with a KIND of mem mem64 pref pref64\n"
	"  vf=0|1\n"
	"      1: it is a VF, of a PF that is a model, too\n";

struct cap_word {
	const char *word; /* first part of the word */
	enum cap_kind kind;
	bool counted;
	const char *option;
};

static const struct cap_word cap_words[] = {
	{"pm", CAP_KIND_PM, false, "noreset"},
	{"msi", CAP_KIND_MSI, true, "mask"},
	{"msix", CAP_KIND_MSIX, true, NULL},
	{"pcie", CAP_KIND_PCIE, false, "flr"},
	{"vendor", CAP_KIND_VENDOR, true, NULL},
	{"aer", CAP_KIND_AER, false, NULL},
	{"ats", CAP_KIND_ATS, false, NULL},
	{"serial", CAP_KIND_SERIAL, false, NULL},
	{"af", CAP_KIND_AF, false, NULL},
	{"vpd", CAP_KIND_VPD, false, NULL},
	{"sriov", CAP_KIND_SRIOV, true, NULL},
	{"cap", CAP_KIND_OTHER, true, NULL},
	{"ecap", CAP_KIND_OTHER_EXTENDED, true, NULL},
};

/* Parses "4", or "4@2" with the number of a BAR. */
static int take_count(struct device_cap *cap, char *text)
{
	char *at = cap->kind == CAP_KIND_MSIX ? strchr(text, '@') : NULL;
	uint64_t number = 0;

	if (at) {
		*at = '\0';
		if (param_number(at + 1, PCI_BARS - 1, &number))
			return -EINVAL;
		cap->bar = (unsigned int)number;
	} else if (cap->kind == CAP_KIND_MSIX) {
		return -EINVAL;
	}
	if (param_number(text, PCI_MSIX_MAX, &number))
		return -EINVAL;
	cap->count = (unsigned int)number;
	return 0;
}

static bool is_other(const struct device_cap *cap)
{
	return cap->kind == CAP_KIND_OTHER || cap->kind == CAP_KIND_OTHER_EXTENDED;
}

static int take_hex(struct device_cap *cap, const char *hex)
{
	const size_t len = strlen(hex);

	if (len % 2 || len / 2 > sizeof(cap->content) || strspn(hex, "0123456789abcdef") != len)
		return -EINVAL;
	for (size_t i = 0; i < len / 2; i++)
		sscanf(hex + 2 * i, "%2hhx", &cap->content[i]);
	return len / 2 > cap->count ? -EINVAL : 0;
}

/* Parses "0x16:16:00ff": ID, number of bytes, and the first of these bytes in hex. */
static int take_other(struct device_cap *cap, char *rest)
{
	const char *number = strsep(&rest, ":");
	const char *bytes = strsep(&rest, ":");
	uint64_t id, count;

	if (!number ||
	    param_number(number, cap->kind == CAP_KIND_OTHER ? UINT8_MAX : UINT16_MAX, &id))
		return -EINVAL;
	if (!bytes || param_number(bytes, PCI_CONFIG_MAX, &count))
		return -EINVAL;
	cap->id = (uint16_t)id;
	cap->count = (unsigned int)count;
	return rest ? take_hex(cap, rest) : 0;
}

/* Parses "2:0x7e00": number of VFs, and their device ID. */
static int take_sriov(struct device_cap *cap, char *rest)
{
	const char *number = strsep(&rest, ":");
	uint64_t count, id;

	if (!number || !rest || param_number(number, UINT16_MAX, &count) ||
	    param_number(rest, UINT16_MAX, &id))
		return -EINVAL;
	cap->count = (unsigned int)count;
	cap->id = (uint16_t)id;
	return 0;
}

/*
 * Parses what follows the first part: a number if the capability has one, then an optional option.
 */
static int take_rest(const struct cap_word *word, struct device_cap *cap, char *rest)
{
	char *next;

	if (is_other(cap))
		return take_other(cap, rest);
	if (cap->kind == CAP_KIND_SRIOV)
		return take_sriov(cap, rest);
	if (word->counted) {
		char *number = strsep(&rest, ":");

		if (!number || take_count(cap, number))
			return -EINVAL;
	}
	next = strsep(&rest, ":");
	if (!next)
		return 0;
	if (!word->option || strcmp(next, word->option) || rest)
		return -EINVAL;
	cap->option = true;
	return 0;
}

static int take_cap(struct device_cap *cap, const char *words)
{
	cleanup_free char *copy = text("%s", words);
	char *rest = copy;
	const char *first;

	first = strsep(&rest, ":");
	for (size_t i = 0; i < ARRAY_SIZE(cap_words); i++) {
		if (strcmp(cap_words[i].word, first))
			continue;
		*cap = (struct device_cap){.kind = cap_words[i].kind};
		return take_rest(&cap_words[i], cap, rest);
	}
	return -EINVAL;
}

int shape_take_caps(struct device_shape *shape, const char *text, struct buf *why)
{
	struct device_cap caps[DEVICE_CAPS] = {0};
	cleanup_list struct list words = {0};

	list_add_words(&words, strcmp(text, "none") ? text : "");
	if (words.count > DEVICE_CAPS) {
		buf_printf(why, "caps=%s: at most %u capabilities are possible", text, DEVICE_CAPS);
		return -EINVAL;
	}
	for (size_t i = 0; i < words.count; i++) {
		if (!take_cap(&caps[i], words.items[i]))
			continue;
		buf_printf(why, "caps=: unknown capability '%s': --help lists them",
			   words.items[i]);
		return -EINVAL;
	}
	memcpy(shape->caps, caps, sizeof(caps));
	return 0;
}

struct bar_word {
	const char *word;
	uint32_t flags;
};

static const struct bar_word bar_words[] = {
	{"mem", 0},
	{"mem64", PCI_BASE_ADDRESS_MEM_TYPE_64},
	{"pref", PCI_BASE_ADDRESS_MEM_PREFETCH},
	{"pref64", PCI_BASE_ADDRESS_MEM_PREFETCH | PCI_BASE_ADDRESS_MEM_TYPE_64},
	{"io", PCI_BASE_ADDRESS_SPACE_IO},
};

/* NAME is that of the parameter, for messages. */
static int take_bar(struct device_bar *bar, const char *name, const char *text, struct buf *why)
{
	const size_t len = strcspn(text, ":");

	if (!strcmp(text, "none")) {
		*bar = (struct device_bar){0};
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(bar_words); i++) {
		const char *word = bar_words[i].word;
		uint64_t size;

		if (strlen(word) != len || strncmp(word, text, len) || !text[len])
			continue;
		if (param_number(text + len + 1, UINT64_MAX, &size) || !size)
			break;
		*bar = (struct device_bar){.size = size, .flags = bar_words[i].flags};
		return 0;
	}
	buf_printf(why,
		   "%s=%s: expected none or KIND:SIZE, with KIND one of mem mem64 pref pref64 io",
		   name, text);
	return -EINVAL;
}

int shape_take_bar(struct device_shape *shape, unsigned int index, const char *text,
		   struct buf *why)
{
	const char name[] = {'b', 'a', 'r', (char)('0' + index), '\0'};

	return take_bar(&shape->bars[index], name, text, why);
}

/* Parses "vfbar2=mem64:64K". Returns -ENOENT for another word. */
static int take_vf_bar(struct device_shape *shape, const char *word, struct buf *why)
{
	struct device_bar bar = {0};
	const char *value = strchr(word, '=');
	char name[] = "vfbarN";
	unsigned int index;
	int err;

	if (strncmp(word, name, 5) || value != word + 6 || word[5] < '0' ||
	    word[5] >= '0' + PCI_BARS)
		return -ENOENT;
	name[5] = word[5];
	index = (unsigned int)(word[5] - '0');
	err = take_bar(&bar, name, value + 1, why);
	shape->vf_bars.size[index] = bar.size;
	shape->vf_bars.flags[index] = bar.flags;
	return err;
}

struct numbers {
	uint64_t vendor, device, subvendor, subdevice, class, revision, pin, rom, vf;
};

static const struct param numbers_params[] = {
	PARAM_NUMBER(struct numbers, vendor, 0, 0xffff, ""),
	PARAM_NUMBER(struct numbers, device, 0, 0xffff, ""),
	PARAM_NUMBER(struct numbers, subvendor, 0, 0xffff, ""),
	PARAM_NUMBER(struct numbers, subdevice, 0, 0xffff, ""),
	PARAM_NUMBER(struct numbers, class, 0, 0xffffff, ""),
	PARAM_NUMBER(struct numbers, revision, 0, 0xff, ""),
	PARAM_NUMBER(struct numbers, pin, 0, 4, ""),
	PARAM_NUMBER(struct numbers, rom, 0, 16 << 20, ""),
	PARAM_NUMBER(struct numbers, vf, 0, 1, ""),
	PARAM_END,
};

int shape_take(struct device_shape *shape, const char *word, struct buf *why)
{
	struct pci_ids *ids = &shape->ids;
	struct numbers numbers = {ids->vendor,	  ids->device, ids->subvendor,
				  ids->subdevice, ids->class,  ids->revision,
				  shape->pin,	  shape->rom,  shape->vf};
	int err;

	if (!strncmp(word, "caps=", 5))
		return shape_take_caps(shape, word + 5, why);
	err = take_vf_bar(shape, word, why);
	if (err != -ENOENT)
		return err;
	err = params_take(numbers_params, &numbers, word, why);
	*ids = (struct pci_ids){
		.vendor = (uint16_t)numbers.vendor,
		.device = (uint16_t)numbers.device,
		.subvendor = (uint16_t)numbers.subvendor,
		.subdevice = (uint16_t)numbers.subdevice,
		.class = (uint32_t)numbers.class,
		.revision = (uint8_t)numbers.revision,
	};
	shape->pin = (uint8_t)numbers.pin;
	shape->rom = numbers.rom;
	shape->vf = numbers.vf;
	return err;
}
