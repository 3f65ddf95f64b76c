// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/machine-place.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "runner/plan/xml.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOT_BUS "pcie.0"

/* A port or bridge: the bus behind it, and its own place. */
struct bridge {
	unsigned int index;
	unsigned int bus, slot, function;
};

struct placing {
	xmlDoc *doc;
	struct bridge bridges[256];
	size_t count;
	bool complete; /* every bridge has an address in the file */
	struct list buses;
	struct buf *why;
};

static int complain_at(const struct placing *places, const xmlNode *node)
{
	buf_printf(places->why, "%s:%ld: ", (const char *)places->doc->URL, xmlGetLineNo(node));
	return -EINVAL;
}

/* The number in attribute NAME of NODE, decimal or 0x; 0 if it is missing. */
static unsigned int number_of(xmlNode *node, const char *name)
{
	cleanup_free char *value = node ? xml_attribute(node, name) : NULL;

	return (unsigned int)strtoul(value ?: "0", NULL, 0);
}

static void add_controller(struct placing *places, xmlNode *controller)
{
	xmlNode *address = xml_child(controller, "address");
	struct bridge *bridge = &places->bridges[places->count];

	if (places->count == ARRAY_SIZE(places->bridges))
		return;
	*bridge = (struct bridge){
		.index = number_of(controller, "index"),
		.bus = number_of(address, "bus"),
		.slot = number_of(address, "slot"),
		.function = number_of(address, "function"),
	};
	places->complete = places->complete && address;
	places->count++;
	list_addf(&places->buses, "pci.%u", bridge->index);
}

/* Add the buses below the -device VALUE with an id=, which QEMU names "ID" or "ID.0". */
static void add_device_bus(struct placing *places, const char *value)
{
	const char *id = strstr(value, ",id=");

	if (!id)
		return;
	id += strlen(",id=");
	list_addf(&places->buses, "%.*s", (int)strcspn(id, ","), id);
	list_addf(&places->buses, "%.*s.0", (int)strcspn(id, ","), id);
	places->complete = false;
}

static void find_buses(struct placing *places)
{
	xmlNode *root = xmlDocGetRootElement(places->doc);
	xmlNode *devices = xml_child(root, "devices");
	xmlNode *commandline = xml_child(root, "commandline");

	list_add(&places->buses, ROOT_BUS);
	for (xmlNode *node = devices ? devices->children : NULL; node; node = node->next) {
		cleanup_free char *type =
			xml_is(node, "controller") ? xml_attribute(node, "type") : NULL;

		if (type && !strcmp(type, "pci"))
			add_controller(places, node);
	}
	for (xmlNode *node = commandline ? commandline->children : NULL; node; node = node->next) {
		cleanup_free char *value =
			xml_is(node, "arg") ? xml_attribute(node, "value") : NULL;

		add_device_bus(places, value ?: "");
	}
}

/* Check the bus of a <lab:device>, or of a PCI device on QEMU's command line. */
static int check_bus(const struct placing *places, const xmlNode *node, const char *bus)
{
	cleanup_free char *all = NULL;
	int err;

	if (list_has(&places->buses, bus))
		return 0;
	all = list_join(&places->buses, ", ");
	err = complain_at(places, node);
	buf_printf(places->why, "bus=%s: the machine has no such bus, only %s", bus, all);
	return err;
}

/* Other buses than "pci.N" may be those of a USB or SCSI controller: leave these to QEMU. */
static int check_argument(const struct placing *places, xmlNode *arg)
{
	cleanup_free char *value = xml_attribute(arg, "value");
	const char *at = strstr(value ?: "", ",bus=pci.");
	cleanup_free char *bus = NULL;

	if (!at)
		return 0;
	at += strlen(",bus=");
	bus = text("%.*s", (int)strcspn(at, ","), at);
	return check_bus(places, arg, bus);
}

/* Parse "SLOT.FUNCTION" at *AT, hexadecimal, and move *AT behind it. */
static bool take_address(const char **at, unsigned int *slot, unsigned int *function)
{
	int len = 0;

	if (!isxdigit((unsigned char)**at) || sscanf(*at, "%2x.%1x%n", slot, function, &len) != 2 ||
	    !len)
		return false;
	*at += len;
	return *slot < 32 && *function < 8 && (!**at || **at == '/');
}

static const struct bridge *bridge_at(const struct placing *places, unsigned int bus,
				      unsigned int slot, unsigned int function)
{
	for (size_t i = 0; i < places->count; i++) {
		const struct bridge *bridge = &places->bridges[i];

		if (bridge->bus == bus && bridge->slot == slot && bridge->function == function)
			return bridge;
	}
	return NULL;
}

static int check_path(const struct placing *places, const xmlNode *dut, const char *path)
{
	unsigned int slot, function, bus = 0;
	const struct bridge *bridge;
	const char *at = path;
	int err;

	while (take_address(&at, &slot, &function)) {
		if (!*at)
			return 0;
		bridge = bridge_at(places, bus, slot, function);
		if (!bridge && !places->complete)
			return 0;
		if (!bridge) {
			err = complain_at(places, dut);
			buf_printf(places->why,
				   "path=\"%s\": the machine has no port or bridge at %.*s", path,
				   (int)(at - path), path);
			return err;
		}
		bus = bridge->index;
		at++;
	}
	err = complain_at(places, dut);
	buf_printf(places->why,
		   "path=\"%s\": expected SLOT.FUNCTION, bridge by bridge, such as 02.0/00.0",
		   path);
	return err;
}

static int check_metadata(const struct placing *places)
{
	xmlNode *machine = xml_find(xmlDocGetRootElement(places->doc), "metadata/machine");
	int err = 0;

	for (xmlNode *node = machine->children; node && !err; node = node->next) {
		if (xml_is(node, "dut")) {
			cleanup_free char *path = xml_attribute(node, "path");

			err = check_path(places, node, path);
		} else if (xml_is(node, "device")) {
			cleanup_free char *bus = xml_attribute(node, "bus");

			err = check_bus(places, node, bus);
		}
	}
	return err;
}

int machine_check_places(xmlDoc *doc, struct buf *why)
{
	struct placing places = {.doc = doc, .complete = true, .why = why};
	xmlNode *commandline = xml_child(xmlDocGetRootElement(doc), "commandline");
	int err;

	find_buses(&places);
	err = check_metadata(&places);
	for (xmlNode *node = commandline ? commandline->children : NULL; node && !err;
	     node = node->next)
		if (xml_is(node, "arg"))
			err = check_argument(&places, node);
	list_free(&places.buses);
	return err;
}
