// SPDX-License-Identifier: GPL-2.0-only
/* Capabilities from text: where each is, what it is, and its bits by the tables of fields.h. */
#include "lab/lspci/lspci-text.h"

#include "lab/lspci/fields.h"

#include <linux/pci_regs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAPABILITY "Capabilities: ["
#define HEADER_LOG 0x1c
#define MIB_LOG2   20u

/* The capability that lines are of, by now. */
struct current {
	const struct cap_text *cap; /* NULL: none */
	unsigned int at;
	bool extended;
	const char *label; /* of the last line that had one */
	size_t label_len;
	unsigned int entry; /* of several alike: BARs of Resizable BAR */
};

/* Where the pointers of the two lists are: 0 for none yet. */
struct lists {
	unsigned int cap, ecap;
};

static const struct cap_text unknown = {"", 0, 4, 1, NULL};

static const struct cap_text *find_cap(const struct cap_text *caps, const char *name)
{
	for (; caps->name; caps++)
		if (!strncmp(name, caps->name, strlen(caps->name)))
			return caps;
	return NULL;
}

static void link_cap(uint8_t *bytes, struct lists *lists, unsigned int at, uint16_t id)
{
	bytes[lists->cap ? lists->cap + PCI_CAP_LIST_NEXT : PCI_CAPABILITY_LIST] = (uint8_t)at;
	bytes[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	bytes[at + PCI_CAP_LIST_ID] = (uint8_t)id;
	lists->cap = at;
}

static void link_ecap(uint8_t *bytes, struct lists *lists, unsigned int at, uint32_t header)
{
	if (lists->ecap)
		pci_set32(bytes, lists->ecap, (pci_get32(bytes, lists->ecap) & 0xfffff) | at << 20);
	pci_set32(bytes, at, header);
	lists->ecap = at;
}

/* "#19", "Extended Capability ID 0x2f": lspci prints the number of what it does not know. */
static uint16_t id_of(const struct cap_text *cap, const char *name)
{
	static const char number[] = "Extended Capability ID 0x";

	if (cap != &unknown)
		return cap->id;
	if (!strncmp(name, number, strlen(number)))
		return (uint16_t)strtoul(name + strlen(number), NULL, 16);
	return *name == '#' ? (uint16_t)strtoul(name + 1, NULL, 16) : 0;
}

/* What is in every capability of its kind, even if lspci does not print it. */
static void set_defaults(const struct current *now, uint8_t *cap)
{
	if (now->extended)
		return;
	switch (now->cap->id) {
	case PCI_CAP_ID_EXP:
		cap[PCI_EXP_FLAGS] = 2;
		break;
	case PCI_CAP_ID_AF:
		cap[PCI_AF_LENGTH] = PCI_CAP_AF_SIZEOF;
		break;
	case PCI_CAP_ID_VNDR:
		cap[2] = 3; /* its length */
		break;
	}
}

/* What lspci prints as one line only has contents that nobody can know. */
static void note_contents(const struct current *now, const char *name, struct list *invented)
{
	const char *known = now->cap->id == PCI_CAP_ID_VNDR && !now->extended
				    ? NULL
				    : (const char *)now->cap->fields;

	if (known && !strstr(name, "<?>"))
		return;
	list_addf(invented, "contents of capability [%x] %.*s", now->at, (int)strcspn(name, ":<"),
		  name);
}

/* LINE: "Capabilities: [100 v2] Name..." */
static void begin_cap(const char *line, struct current *now, struct lists *lists, uint8_t *bytes,
		      struct list *invented)
{
	char *rest;
	const unsigned int at = (unsigned int)strtoul(line + strlen(CAPABILITY), &rest, 16) & ~3u;
	unsigned int version = 0;
	const char *name;

	*now = (struct current){.at = at, .extended = at >= PCI_CONFIG_ORDINARY, .label = ""};
	if (*rest == ' ' && rest[1] == 'v')
		version = (unsigned int)strtoul(rest + 2, &rest, 10) & 0xf;
	if (rest[0] != ']' || rest[1] != ' ' || at < PCI_STD_HEADER_SIZEOF ||
	    at >= LSPCI_CONFIG_MAX)
		return;
	name = rest + 2;
	now->cap = find_cap(now->extended ? ecap_texts : cap_texts, name) ?: &unknown;
	if (now->extended)
		link_ecap(bytes, lists, at,
			  id_of(now->cap, name) | (version ?: now->cap->version) << 16);
	else
		link_cap(bytes, lists, at, id_of(now->cap, name));
	set_defaults(now, bytes + at);
	note_contents(now, name, invented);
	fields_take(now->cap->fields, "", 0, name, bytes + at, LSPCI_CONFIG_MAX - at);
}

/* PCI 3.0, 6.8.1: where the data is depends on the size of the address. */
static void take_msi(const char *line, uint8_t *cap)
{
	const bool wide = pci_get16(cap, PCI_MSI_FLAGS) & PCI_MSI_FLAGS_64BIT;
	const unsigned int mask = wide ? PCI_MSI_MASK_64 : PCI_MSI_MASK_32;
	unsigned long long address;
	unsigned int first, second;

	if (sscanf(line, "Address: %llx Data: %x", &address, &first) == 2) {
		pci_set32(cap, PCI_MSI_ADDRESS_LO, (uint32_t)address);
		if (wide)
			pci_set32(cap, PCI_MSI_ADDRESS_HI, (uint32_t)(address >> 32));
		pci_set16(cap, wide ? PCI_MSI_DATA_64 : PCI_MSI_DATA_32, (uint16_t)first);
	}
	if (sscanf(line, "Masking: %x Pending: %x", &first, &second) == 2) {
		pci_set32(cap, mask, first);
		pci_set32(cap, mask + 4, second);
	}
}

/* "BAR 1: current size: 256MB, supported: 256MB 512MB 1GB" */
static void take_rebar(struct current *now, const char *line, uint8_t *cap)
{
	static const struct field current_size[] = {SIZE("", "current size:", 8, 8, 6), FIELDS_END};
	const char *supported = strstr(line, "supported:");
	const unsigned int entry = 8 * now->entry;
	unsigned int bar;

	if (sscanf(line, "BAR %u:", &bar) != 1 || bar > 5 || now->entry >= PCI_BARS)
		return;
	fields_take(current_size, "", 0, line, cap + entry, 16);
	cap[entry + 8] = (uint8_t)bar;
	cap[8] = (uint8_t)((cap[8] & 0x1f) | (now->entry + 1) << 5);
	for (supported = supported ? supported + 10 : NULL; supported && *supported;) {
		static const struct field one[] = {SIZE("", "", 0, 0, 8), FIELDS_END};
		uint8_t log2 = 0;

		fields_take(one, "", 0, supported, &log2, 1);
		if (log2 < 28)
			pci_set32(cap, entry + 4, pci_get32(cap, entry + 4) | 1u << (4 + log2));
		supported += strspn(supported, " ");
		supported += strcspn(supported, " ");
		supported += strspn(supported, " ");
	}
	now->entry++;
}

static void take_serial(const char *line, uint8_t *cap)
{
	const char *at = strstr(line, "Number ");
	unsigned int b[8];

	if (!at || sscanf(at, "Number %2x-%2x-%2x-%2x-%2x-%2x-%2x-%2x", &b[0], &b[1], &b[2], &b[3],
			  &b[4], &b[5], &b[6], &b[7]) != 8)
		return;
	for (unsigned int i = 0; i < 8; i++)
		cap[4 + i] = (uint8_t)b[7 - i];
}

static void take_log(const char *line, uint8_t *cap)
{
	unsigned int words[4];

	if (sscanf(line, "HeaderLog: %8x %8x %8x %8x", &words[0], &words[1], &words[2],
		   &words[3]) != 4)
		return;
	for (unsigned int i = 0; i < 4; i++)
		pci_set32(cap, HEADER_LOG + 4 * i, words[i]);
}

/* Lines of virtual channels repeat their labels: the ID tells which one it is. */
static void take_vc(const char *line, uint8_t *cap)
{
	static const struct field control[] = {HEX("", "TC/VC=", 0, 0, 8),
					       NUMBER("", "ID=", 0, 24, 3),
					       FLAG("", "Enable", 0, 31), FIELDS_END};
	const char *id = strstr(line, " ID=");
	const unsigned int vc = id ? (unsigned int)strtoul(id + 4, NULL, 10) : 8;

	if (strncmp(line, "Ctrl:", 5) || !strstr(line, "TC/VC=") || vc > 7)
		return;
	fields_take(control, "", 0, line, cap + PCI_VC_RES_CTRL + vc * 12, 4);
	if (vc > (cap[PCI_VC_PORT_CAP1] & 7u))
		cap[PCI_VC_PORT_CAP1] = (uint8_t)((cap[PCI_VC_PORT_CAP1] & ~7u) | vc);
}

static void take_special(struct current *now, const char *line, uint8_t *cap)
{
	if (!now->extended) {
		if (now->cap->id == PCI_CAP_ID_MSI)
			take_msi(line, cap);
		return;
	}
	if (now->cap->id == PCI_EXT_CAP_ID_REBAR)
		take_rebar(now, line, cap);
	else if (now->cap->id == PCI_EXT_CAP_ID_DSN)
		take_serial(line, cap);
	else if (now->cap->id == PCI_EXT_CAP_ID_ERR)
		take_log(line, cap);
	else if (now->cap->id == PCI_EXT_CAP_ID_VC)
		take_vc(line, cap);
}

/* Room behind a capability's offset for the largest register that take_special() sets. */
#define SPECIAL_ROOM 0x80u

static void take_line(struct current *now, const char *line, uint8_t *bytes)
{
	const size_t len = strcspn(line, ":");
	const char *rest = line;

	if (line[len] && fields_have(now->cap->fields, line, len)) {
		now->label = line;
		now->label_len = len;
		rest = line + len + 1;
	}
	fields_take(now->cap->fields, now->label, now->label_len, rest, bytes + now->at,
		    LSPCI_CONFIG_MAX - now->at);
	if (now->at + SPECIAL_ROOM <= LSPCI_CONFIG_MAX)
		take_special(now, line, bytes + now->at);
}

/* Old versions of lspci do not print the vector of speeds: it follows from the largest one. */
static void derive_speeds(uint8_t *cap)
{
	const unsigned int speed = cap[PCI_EXP_LNKCAP] & PCI_EXP_LNKCAP_SLS;

	if ((cap[PCI_EXP_FLAGS] & PCI_EXP_FLAGS_VERS) >= 2 && speed && speed < 8 &&
	    !pci_get32(cap, PCI_EXP_LNKCAP2))
		pci_set32(cap, PCI_EXP_LNKCAP2, ((1u << speed) - 1) << 1);
}

void text_caps(const struct lspci_function *f, uint8_t *bytes, bool *extended,
	       struct list *invented)
{
	struct current now = {0};
	struct lists lists = {0};
	unsigned int express = 0;

	for (size_t i = 0; i < f->text.count; i++) {
		const char *line = f->text.items[i];

		if (!strncmp(line, CAPABILITY, strlen(CAPABILITY)))
			begin_cap(line, &now, &lists, bytes, invented);
		if (now.cap && !now.extended && now.cap->id == PCI_CAP_ID_EXP)
			express = now.at;
		if (now.cap)
			take_line(&now, line, bytes);
	}
	if (express)
		derive_speeds(bytes + express);
	*extended = lists.ecap;
}
