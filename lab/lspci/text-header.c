// SPDX-License-Identifier: GPL-2.0-only
/* IDs, class, COMMAND and STATUS from text. */
#include "lab/lspci/lspci-text.h"

#include "lab/lspci/fields.h"

#include <ctype.h>
#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VENDOR_NONE 0x1234 /* what the lab's models have: docs/device-model.md */
#define DEVICE_NONE 0x7eff
#define CLASS_NONE  0xff00

static const struct field header_fields[] = {
	FLAG("Control", "I/O", 4, 0),
	FLAG("Control", "Mem", 4, 1),
	FLAG("Control", "BusMaster", 4, 2),
	FLAG("Control", "MemWINV", 4, 4),
	FLAG("Control", "VGASnoop", 4, 5),
	FLAG("Control", "ParErr", 4, 6),
	FLAG("Control", "SERR", 4, 8),
	FLAG("Control", "DisINTx", 4, 10),
	FLAG("Status", "Cap", 6, 4),
	FLAG("Status", "66MHz", 6, 5),
	FLAG("Status", "UDF", 6, 6),
	FLAG("Status", "FastB2B", 6, 7),
	FLAG("Status", "ParErr", 6, 8),
	CHOICE("Status", "DEVSEL=", 6, 9, 2, "0=fast|1=medium|2=slow"),
	FLAG("Status", ">TAbort", 6, 11),
	FLAG("Status", "<TAbort", 6, 12),
	FLAG("Status", "<MAbort", 6, 13),
	FLAG("Status", ">SERR", 6, 14),
	FLAG("Status", "<PERR", 6, 15),
	PRESENT("Flags", "66MHz", 6, 5),
	CHOICE("Flags", "bus master, ", 6, 9, 2, "0=fast|1=medium|2=slow"),
	CHOICE("Flags", "", 6, 9, 2, "0=fast|1=medium|2=slow"),
	NUMBER("Latency", "", 13, 0, 8),
	NUMBER("Flags", "latency", 13, 0, 8),
	CHOICE("Interrupt", "pin", 0x3d, 0, 8, "1=A|2=B|3=C|4=D"),
	FIELDS_END,
};

const char *text_line(const struct lspci_function *f, const char *label)
{
	const size_t len = strlen(label);

	for (size_t i = 0; i < f->text.count; i++) {
		const char *line = f->text.items[i];

		if (!strncmp(line, label, len) && line[len] == ':')
			return line + len + 1 + strspn(line + len + 1, " ");
	}
	return NULL;
}

/* Two numbers of four digits with a colon between, somewhere in TEXT: the last ones. */
static bool find_pair(const char *text, uint16_t *first, uint16_t *second)
{
	bool found = false;

	for (const char *at = text; *at; at++) {
		unsigned int a, b;
		int len = 0;

		if (at != text && isxdigit((unsigned char)at[-1]))
			continue;
		if (sscanf(at, "%4x:%4x%n", &a, &b, &len) != 2 || len != 9 ||
		    isxdigit((unsigned char)at[9]))
			continue;
		*first = (uint16_t)a;
		*second = (uint16_t)b;
		found = true;
	}
	return found;
}

/* "Class name: ", "Class name [0200]: ", "0200: ", "Class 0200: ". */
static bool find_class(const struct lspci_function *f, const struct lspci_ids *ids, uint16_t *class)
{
	const char *title = f->title;
	const size_t len = strcspn(title, ":");
	unsigned int number;
	int end = 0;

	if (!strncmp(title, "Class ", 6))
		title += 6;
	if (sscanf(title, "%4x:%n", &number, &end) == 1 && end == 5) {
		*class = (uint16_t)number;
		return true;
	}
	if (len > 7 && f->title[len - 1] == ']' && f->title[len - 6] == '[') {
		*class = (uint16_t)strtoul(f->title + len - 5, NULL, 16);
		return true;
	}
	return lspci_ids_class(ids, f->title, len, class);
}

/* The part of TEXT before what lspci adds in brackets: "(rev 01)", "(prog-if 02)". */
static size_t name_length(const char *text)
{
	const char *rev = strstr(text, " (rev ");
	const char *interface = strstr(text, " (prog-if ");
	size_t len = strlen(text);

	if (rev && (size_t)(rev - text) < len)
		len = (size_t)(rev - text);
	if (interface && (size_t)(interface - text) < len)
		len = (size_t)(interface - text);
	return len;
}

static bool unnamed_device(const char *name, size_t len, uint16_t *device)
{
	if (len != 11 || strncmp(name, "Device ", 7))
		return false;
	*device = (uint16_t)strtoul(name + 7, NULL, 16);
	return true;
}

static void find_ids(const struct lspci_function *f, const struct lspci_ids *ids,
		     struct pci_ids *into, struct list *invented)
{
	const char *name = strchr(f->title, ':');
	size_t used, len;

	into->vendor = VENDOR_NONE;
	into->device = DEVICE_NONE;
	name = name ? name + 1 + strspn(name + 1, " ") : f->title;
	if (find_pair(name, &into->vendor, &into->device))
		return;
	len = name_length(name);
	if (!lspci_ids_vendor(ids, name, len, &into->vendor, &used)) {
		list_addf(invented,
			  "vendor and device %04x:%04x (the dump has names only: lspci "
			  "-nn prints numbers)",
			  into->vendor, into->device);
		return;
	}
	if (!unnamed_device(name + used, len - used, &into->device) &&
	    !lspci_ids_device(ids, into->vendor, name + used, len - used, &into->device))
		list_addf(invented, "device ID %04x (pci.ids does not have '%.*s')", into->device,
			  (int)(len - used), name + used);
}

static void find_subsystem(const struct lspci_function *f, const struct lspci_ids *ids,
			   struct pci_ids *into, struct list *invented)
{
	const char *name = text_line(f, "Subsystem");
	size_t used, len;

	if (!name || find_pair(name, &into->subvendor, &into->subdevice))
		return;
	len = strlen(name);
	if (!lspci_ids_vendor(ids, name, len, &into->subvendor, &used)) {
		list_addf(invented, "subsystem 0000:0000 (pci.ids does not have '%s')", name);
		return;
	}
	name += used;
	len -= used;
	/* lspci prints the name of the device if the subsystem has the same IDs. */
	if (unnamed_device(name, len, &into->subdevice) ||
	    lspci_ids_subsystem(ids, into->vendor, into->device, into->subvendor, name, len,
				&into->subdevice) ||
	    lspci_ids_device(ids, into->subvendor, name, len, &into->subdevice))
		return;
	list_addf(invented, "subsystem device 0000 (pci.ids does not have '%s')", name);
}

static unsigned int hex_behind(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? (unsigned int)strtoul(at + strlen(key), NULL, 16) & 0xff : 0;
}

static void find_identity(const struct lspci_function *f, const struct lspci_ids *ids,
			  uint8_t *bytes, struct list *invented)
{
	struct pci_ids found = {0};
	uint16_t class = CLASS_NONE;

	if (!find_class(f, ids, &class))
		list_addf(invented, "class %04x (pci.ids does not have '%.*s')", class,
			  (int)strcspn(f->title, ":"), f->title);
	find_ids(f, ids, &found, invented);
	find_subsystem(f, ids, &found, invented);
	pci_set16(bytes, PCI_VENDOR_ID, found.vendor);
	pci_set16(bytes, PCI_DEVICE_ID, found.device);
	pci_set32(bytes, PCI_CLASS_REVISION,
		  (uint32_t)class << 16 | hex_behind(f->title, "(prog-if ") << 8 |
			  hex_behind(f->title, "(rev "));
	pci_set16(bytes, PCI_SUBSYSTEM_VENDOR_ID, found.subvendor);
	pci_set16(bytes, PCI_SUBSYSTEM_ID, found.subdevice);
}

/* "64 (2500ns min, 10000ns max), Cache Line Size: 32 bytes": units of 250 ns and 4 bytes. */
static void find_timing(const struct lspci_function *f, uint8_t *bytes)
{
	const char *latency = text_line(f, "Latency") ?: "";
	const char *bracket = strchr(latency, '(');
	const char *line = strstr(latency, "Cache Line Size: ");
	unsigned int number;

	if (line)
		bytes[PCI_CACHE_LINE_SIZE] = (uint8_t)(strtoul(line + 17, NULL, 10) / 4);
	if (bracket && sscanf(bracket, "(%uns min", &number) == 1)
		bytes[PCI_MIN_GNT] = (uint8_t)(number / 250);
	bracket = bracket ? strstr(bracket, "ns max") : NULL;
	while (bracket && bracket > latency && isdigit((unsigned char)bracket[-1]))
		bracket--;
	if (bracket && sscanf(bracket, "%uns max", &number) == 1)
		bytes[PCI_MAX_LAT] = (uint8_t)(number / 250);
}

void text_header(const struct lspci_function *f, const struct lspci_ids *ids, uint8_t *bytes,
		 struct list *invented)
{
	find_identity(f, ids, bytes, invented);
	for (size_t i = 0; i < f->text.count; i++) {
		const char *line = f->text.items[i];
		const size_t len = strcspn(line, ":");

		if (!strncmp(line, "Capabilities", len))
			break;
		if (!line[len])
			continue;
		fields_take(header_fields, line, len, line + len + 1, bytes, PCI_STD_HEADER_SIZEOF);
	}
	find_timing(f, bytes);
	if (!text_line(f, "Interrupt") && text_line(f, "Flags") &&
	    strstr(text_line(f, "Flags"), "IRQ"))
		bytes[PCI_INTERRUPT_PIN] = 1;
}
