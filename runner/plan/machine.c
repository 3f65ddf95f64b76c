// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/machine.h"

#include "lab/base/cleanup.h"
#include "lab/base/declared.h"
#include "runner/plan/guest-image.h"
#include "runner/plan/machine-place.h"
#include "runner/plan/xml.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The file with the definitions that all machines share; it is no machine itself. */
#define COMMON "common.xml"

#define SUFFIX ".xml"

static void free_model(struct machine_model *model)
{
	free(model->name);
	free(model->model);
	free(model->params);
	free(model->bus);
	free(model->addr);
	free(model->fault);
	free(model->timeout);
}

void machine_free(struct machine *machine)
{
	if (!machine)
		return;
	for (size_t i = 0; i < machine->dut_count; i++) {
		free(machine->duts[i].name);
		free(machine->duts[i].path);
		free(machine->duts[i].has);
		free(machine->duts[i].only);
		free(machine->duts[i].driver);
		free(machine->duts[i].module);
		free(machine->duts[i].purpose);
		free(machine->duts[i].properties);
	}
	free(machine->duts);
	for (size_t i = 0; i < machine->model_count; i++)
		free_model(&machine->models[i]);
	free(machine->models);
	free(machine->name);
	free(machine->path);
	free(machine->about);
	free(machine->image);
	xmlFreeDoc(machine->doc);
	free(machine);
}

static bool has_dut(const struct machine *machine, const char *name)
{
	for (size_t i = 0; i < machine->dut_count; i++)
		if (!strcmp(machine->duts[i].name, name))
			return true;
	return false;
}

/* The attribute vf= of NODE: -1 if it is missing, -EINVAL if it is no number. */
static int vf_number(xmlNode *node)
{
	cleanup_free char *vf = xml_attribute(node, "vf");
	char *end;
	unsigned long number;

	if (!vf)
		return -1;
	number = strtoul(vf, &end, 10);
	return end == vf || *end || *vf == '-' || number > 0xffff ? -EINVAL : (int)number;
}

void machine_complain(const struct machine *machine, long line, struct buf *why)
{
	buf_printf(why, "%s:%ld: ", machine->path, line);
}

/*
 * Reject attributes of NODE that are not in KNOWN, names separated by blanks: a misspelt attribute
 * must not be ignored silently.
 */
static int check_attributes(const struct machine *machine, xmlNode *node, const char *known,
			    struct buf *why)
{
	cleanup_list struct list names = {0};

	list_add_words(&names, known);
	for (xmlAttr *attribute = node->properties; attribute; attribute = attribute->next) {
		if (list_has(&names, (const char *)attribute->name))
			continue;
		machine_complain(machine, xmlGetLineNo(node), why);
		buf_printf(why, "<lab:%s> has no attribute %s=: expected one of %s", node->name,
			   attribute->name, known);
		return -EINVAL;
	}
	return 0;
}

/*
 * Whether PROPERTIES is NULL or has only words NAME=NUMBER. In the tables of QEMU's q35, a number
 * has 32 bits.
 */
static bool are_properties(const char *properties)
{
	cleanup_list struct list words = {0};
	bool valid = true;

	list_add_split(&words, properties ?: "", " ");
	for (size_t i = 0; i < words.count && valid; i++) {
		const char *equals = strrchr(words.items[i], '=');
		char *end = NULL;

		valid = equals && equals > words.items[i] && equals[1] >= '0' && equals[1] <= '9' &&
			strtoull(equals + 1, &end, 0) <= UINT32_MAX && !*end;
	}
	return valid;
}

static int check_properties(const struct machine *machine, xmlNode *node, struct buf *why)
{
	cleanup_free char *properties = xml_attribute(node, "properties");

	if (are_properties(properties))
		return 0;
	machine_complain(machine, xmlGetLineNo(node), why);
	buf_printf(why, "properties=\"%s\": expected words NAME=NUMBER, with numbers of 32 bits",
		   properties);
	return -EINVAL;
}

static int add_dut(struct machine *machine, xmlNode *node, struct buf *why)
{
	cleanup_free char *name = xml_attribute(node, "name");
	cleanup_free char *path = xml_attribute(node, "path");
	int vf = vf_number(node);

	if (check_attributes(machine, node, "name path has only driver module vf for properties",
			     why) ||
	    check_properties(machine, node, why))
		return -EINVAL;
	if (!name || !path || vf < -1) {
		machine_complain(machine, xmlGetLineNo(node), why);
		buf_puts(why, "a <lab:dut> needs a name= and a path=, and its vf= must be a number "
			      "from 0 to 65535");
		return -EINVAL;
	}
	if (has_dut(machine, name)) {
		machine_complain(machine, xmlGetLineNo(node), why);
		buf_printf(why, "DUT '%s' is declared twice", name);
		return -EINVAL;
	}
	machine->duts = reallocarray(machine->duts, machine->dut_count + 1, sizeof(*machine->duts));
	if (!machine->duts)
		abort();
	machine->duts[machine->dut_count++] = (struct machine_dut){
		.name = steal(name),
		.path = steal(path),
		.has = xml_attribute(node, "has"),
		.only = xml_attribute(node, "only"),
		.driver = xml_attribute(node, "driver"),
		.module = xml_attribute(node, "module"),
		.vf = vf,
		.purpose = xml_attribute(node, "for"),
		.properties = xml_attribute(node, "properties"),
		.line = xmlGetLineNo(node),
	};
	return 0;
}

/* Whether TIMEOUT is a number of milliseconds, or NULL. */
static bool is_timeout(const char *timeout)
{
	return !timeout || (*timeout && strspn(timeout, "0123456789") == strlen(timeout) &&
			    strlen(timeout) < 7);
}

static int add_model(struct machine *machine, xmlNode *node, struct buf *why)
{
	struct machine_model *model;

	if (check_attributes(machine, node, "name model params bus addr fault timeout", why))
		return -EINVAL;
	machine->models =
		reallocarray(machine->models, machine->model_count + 1, sizeof(*machine->models));
	if (!machine->models)
		abort();
	model = &machine->models[machine->model_count++];
	*model = (struct machine_model){
		.name = xml_attribute(node, "name"),
		.model = xml_attribute(node, "model"),
		.params = xml_attribute(node, "params") ?: text("%s", ""),
		.bus = xml_attribute(node, "bus"),
		.addr = xml_attribute(node, "addr"),
		.fault = xml_attribute(node, "fault"),
		.timeout = xml_attribute(node, "timeout"),
		.line = xmlGetLineNo(node),
	};
	if (model->name && model->model && model->bus && is_timeout(model->timeout))
		return 0;
	machine_complain(machine, xmlGetLineNo(node), why);
	buf_puts(why, "a <lab:device> needs a name=, a model= and a bus=, and its timeout= must be "
		      "a number of milliseconds");
	return -EINVAL;
}

static void add_value(struct buf *words, const char *key, const char *value)
{
	if (value)
		buf_printf(words, " %s=%s", key, value);
}

/*
 * All properties that DUT has on every kernel: its own, those COMMON to all DUTs of the machine,
 * and those that follow from its other attributes.
 */
static char *all_properties(const struct machine *machine, const struct machine_dut *dut,
			    const char *common)
{
	struct buf words = BUF_INIT;

	buf_printf(&words, "%s %s", dut->has, common ?: "");
	if (dut == machine->duts)
		buf_puts(&words, " first");
	if (dut->vf >= 0)
		buf_puts(&words, " vf");
	add_value(&words, "variant", dut->driver);
	add_value(&words, "model", machine_model_of(machine, dut->name));
	add_value(&words, "for", dut->purpose);
	return buf_steal(&words);
}

/* Complete and check the declared properties of DUT; COMMON: those of its machine, or NULL. */
static int complete(const struct machine *machine, struct machine_dut *dut, const char *common,
		    struct buf *why)
{
	cleanup_free char *own = dut->has;
	cleanup_free char *error = own ? declared_error(own) : NULL;

	if (!own)
		return 0;
	if (!error && common)
		error = declared_error(common);
	dut->has = all_properties(machine, dut, common);
	if (!error)
		return 0;
	machine_complain(machine, dut->line, why);
	buf_printf(why, "has= of DUT '%s': %s", dut->name, error);
	return -EINVAL;
}

/* The attributes of NODE, <lab:machine>, but for has=. */
static int read_image(struct machine *machine, xmlNode *node, struct buf *why)
{
	cleanup_buf struct buf error = BUF_INIT;

	if (check_attributes(machine, node, "has image", why))
		return -EINVAL;
	machine->image = xml_attribute(node, "image");
	if (!machine->image || !image_check("image", machine->image, &error))
		return 0;
	machine_complain(machine, xmlGetLineNo(node), why);
	buf_puts(why, error.data);
	return -EINVAL;
}

static int read_metadata(struct machine *machine, struct buf *why)
{
	xmlNode *root = xmlDocGetRootElement(machine->doc);
	xmlNode *about = xml_find(root, "metadata/machine/about");
	cleanup_free char *name = xml_text(xml_child(root, "name"));
	cleanup_free char *common = NULL;
	int err = 0;

	machine->about = xml_text(about);
	if (!machine->about || !name || strcmp(name, machine->name)) {
		machine_complain(machine, xmlGetLineNo(root), why);
		buf_printf(why,
			   "the <name> of the machine must be that of its file, '%s', and "
			   "<lab:about> must describe it",
			   machine->name);
		return -EINVAL;
	}
	for (xmlNode *node = about->parent->children; node; node = node->next) {
		if (xml_is(node, "dut"))
			err = add_dut(machine, node, why);
		else if (xml_is(node, "device"))
			err = add_model(machine, node, why);
		if (err)
			return err;
	}
	common = xml_attribute(about->parent, "has");
	err = read_image(machine, about->parent, why);
	for (size_t i = 0; i < machine->dut_count && !err; i++)
		err = complete(machine, &machine->duts[i], common, why);
	return err;
}

char *machine_name(const char *path)
{
	const char *file = strrchr(path, '/');
	char *name = text("%s", file ? file + 1 : path);
	char *suffix = strrchr(name, '.');

	if (suffix && !strcmp(suffix, SUFFIX))
		*suffix = '\0';
	return name;
}

char *machine_common(const char *top)
{
	return text("%s/lab/machines/" COMMON, top);
}

int machine_load(const char *path, struct machine **machine, struct buf *why)
{
	cleanup_machine struct machine *made = calloc(1, sizeof(*made));
	int err;

	if (!made)
		abort();
	made->name = machine_name(path);
	made->path = text("%s", path);
	err = xml_read(path, &made->doc, why);
	if (!err)
		err = read_metadata(made, why) ?: machine_check_places(made->doc, why);
	if (!err)
		*machine = steal(made);
	return err;
}

char *machine_device(const struct machine *machine, const char *id)
{
	xmlNode *commandline = xml_child(xmlDocGetRootElement(machine->doc), "commandline");
	bool device = false;

	for (xmlNode *node = commandline ? commandline->children : NULL; node; node = node->next) {
		cleanup_free char *value =
			xml_is(node, "arg") ? xml_attribute(node, "value") : NULL;

		if (value && device && machine_device_has_id(value, id))
			return steal(value);
		if (value)
			device = !strcmp(value, "-device");
	}
	return NULL;
}

static int is_machine(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && *entry->d_name != '.' && !strcmp(dot, SUFFIX) &&
	       strcmp(entry->d_name, COMMON);
}

void machine_files(const char *folder, struct list *paths)
{
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, is_machine, alphasort);

	for (int i = 0; i < count; i++) {
		list_addf(paths, "%s/%s", folder, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}
