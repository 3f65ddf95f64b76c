// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/domain.h"

#include "lab/base/cleanup.h"
#include "lab/base/json.h"
#include "runner/guest/acpi-properties.h"
#include "runner/guest/domain-image.h"
#include "runner/plan/xml.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static void cleanup_doc_p(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}
#define cleanup_doc __attribute__((cleanup(cleanup_doc_p)))

/*
 * Whether the children of NODE are added to those of the common element. Any other element of the
 * machine replaces the common one.
 */
static bool is_merged(const xmlNode *node)
{
	return xml_is(node, "devices") || xml_is(node, "commandline");
}

/* A machine has one IOMMU: its own replaces the common one. */
static void remove_common_iommu(xmlNode *into, const xmlNode *node)
{
	xmlNode *common = xml_is(node, "iommu") ? xml_child(into, "iommu") : NULL;

	if (!common)
		return;
	xmlUnlinkNode(common);
	xmlFreeNode(common);
}

static void copy_children(xmlDoc *to, xmlNode *into, const xmlNode *from)
{
	for (xmlNode *node = from->children; node; node = node->next) {
		remove_common_iommu(into, node);
		xmlAddChild(into, xmlDocCopyNode(node, to, 1));
	}
}

static void merge(xmlDoc *into, xmlNode *machine)
{
	xmlNode *root = xmlDocGetRootElement(into);

	for (xmlNode *node = machine->children; node; node = node->next) {
		xmlNode *common =
			node->type == XML_ELEMENT_NODE ? xml_child(root, (char *)node->name) : NULL;

		if (common && is_merged(node)) {
			copy_children(into, common, node);
			continue;
		}
		if (common) {
			xmlUnlinkNode(common);
			xmlFreeNode(common);
		}
		xmlAddChild(root, xmlDocCopyNode(node, into, 1));
	}
}

/* Raise the machine's memory to WANTED. Both are in MiB. */
static void set_memory(xmlNode *memory, unsigned int wanted)
{
	xmlChar *has = xmlNodeGetContent(memory);
	cleanup_free char *content = text("%u", wanted);

	if (strtoul((const char *)has, NULL, 10) < wanted)
		xmlNodeSetContent(memory, BAD_CAST content);
	xmlFree(has);
}

static void set_cpus(xmlNode *vcpu, unsigned int cpus)
{
	cleanup_free char *content = text("%u", cpus);

	if (cpus)
		xmlNodeSetContent(vcpu, BAD_CAST content);
}

static void add_to_cmdline(xmlNode *cmdline, const char *more)
{
	if (!*more)
		return;
	xmlNodeAddContent(cmdline, BAD_CAST " ");
	xmlNodeAddContent(cmdline, BAD_CAST more);
}

static void set_own(xmlNode *root, const struct domain_files *files)
{
	xmlNode *os = xml_child(root, "os");

	xmlSetProp(root, BAD_CAST "type", BAD_CAST(!strcmp(files->accel, "kvm") ? "kvm" : "qemu"));
	xmlNodeSetContent(xml_child(root, "name"), BAD_CAST files->name);
	set_memory(xml_child(root, "memory"), files->memory);
	set_cpus(xml_child(root, "vcpu"), files->cpus);
	add_to_cmdline(xml_child(os, "cmdline"), files->cmdline);
	add_to_cmdline(xml_child(os, "cmdline"), files->image ? IMAGE_PARAMETERS : "");
	xmlNewTextChild(os, NULL, BAD_CAST "kernel", BAD_CAST files->vmlinux);
	xmlNewTextChild(os, NULL, BAD_CAST "initrd", BAD_CAST files->initrd);
}

/* Replace the placeholders of common.xml in paths: @RUN@ (a folder) and @CONSOLE@. */
static void fill_paths(xmlNode *node, const struct domain_files *files)
{
	for (; node; node = node->next) {
		cleanup_free char *path =
			xml_is(node, "source") ? xml_attribute(node, "path") : NULL;
		cleanup_free char *filled = NULL;

		if (path && !strcmp(path, "@CONSOLE@"))
			filled = strdup(files->console);
		else if (path && !strncmp(path, "@RUN@", 5))
			filled = text("%s%s", files->run, path + 5);
		if (filled)
			xmlSetProp(node, BAD_CAST "path", BAD_CAST filled);
		fill_paths(node->children, files);
	}
}

void domain_argument(xmlNode *commandline, const char *value)
{
	xmlNode *arg = xmlNewChild(commandline, commandline->ns, BAD_CAST "arg", NULL);

	xmlSetProp(arg, BAD_CAST "value", BAD_CAST value);
}

/* QEMU takes the socket of a vfio-user device only in the JSON notation of -device. */
struct qemu_socket {
	char *type;
	char *path;
};

struct qemu_device {
	char *driver;
	char *id;
	char *bus;
	char *addr;
	bool multifunction;
	bool waits;	      /* for the answer to each write */
	unsigned int timeout; /* ms; 0: QEMU's default */
	struct qemu_socket socket;
};

static const struct json_member socket_members[] = {
	JSON_STRING(struct qemu_socket, type),
	JSON_STRING(struct qemu_socket, path),
};
static const struct json_table socket_type = JSON_TYPE(struct qemu_socket, socket_members);

static const struct json_member device_members[] = {
	JSON_STRING(struct qemu_device, driver),
	JSON_STRING(struct qemu_device, id),
	JSON_STRING(struct qemu_device, bus),
	JSON_STRING(struct qemu_device, addr),
	JSON_BOOLEAN(struct qemu_device, multifunction),
	JSON_FLAG_AS(struct qemu_device, waits, "x-no-posted-writes"),
	JSON_NUMBER_AS(struct qemu_device, timeout, "x-msg-timeout"),
	JSON_OBJECT(struct qemu_device, socket, &socket_type),
};
static const struct json_table device_type = JSON_TYPE(struct qemu_device, device_members);

/* QEMU's names begin with a letter and have no colon, but a DUT's name may be an address. */
static char *id_of(const char *name)
{
	char *id = text("%s%s", isalpha((unsigned char)*name) ? "" : "dut-", name);

	for (char *at = id; *at; at++)
		if (*at == ':')
			*at = '-';
	return id;
}

/* Whether another model of MACHINE is in the same slot. */
static bool shares_slot(const struct machine *machine, const struct machine_model *model)
{
	const size_t len = model->addr ? strcspn(model->addr, ".") + 1 : 0;

	for (size_t i = 0; len && i < machine->model_count; i++) {
		const struct machine_model *other = &machine->models[i];

		if (other != model && other->addr && !strcmp(other->bus, model->bus) &&
		    !strncmp(other->addr, model->addr, len))
			return true;
	}
	return false;
}

char *domain_model(const struct machine *machine, const struct machine_model *model,
		   const char *run, bool trace)
{
	cleanup_free char *path = text("%s/%s.sock", run, model->name);
	cleanup_free char *id = id_of(model->name);
	const struct qemu_device device = {
		.driver = (char *)"vfio-user-pci",
		.id = id,
		.bus = model->bus,
		.addr = model->addr,
		.multifunction = shares_slot(machine, model),
		/* A posted write could arrive after the mark that ends its case. */
		.waits = trace,
		.timeout = model->timeout ? (unsigned int)atoi(model->timeout) : 0,
		.socket = {.type = (char *)"unix", .path = path},
	};

	return json_write(&device_type, &device, false);
}

static void add_model(xmlNode *commandline, const struct machine *machine,
		      const struct machine_model *model, const struct domain_files *files)
{
	cleanup_free char *argument = domain_model(machine, model, files->run, files->trace);

	domain_argument(commandline, "-device");
	domain_argument(commandline, argument);
}

/* The guest stays as it was created until gdb continues it. */
static void add_gdb(xmlNode *commandline, const char *socket)
{
	cleanup_free char *device = text("unix:%s,server=on,wait=off", socket);

	domain_argument(commandline, "-gdb");
	domain_argument(commandline, device);
}

static void add_acpi(xmlNode *commandline, const struct machine *machine,
		     const struct domain_files *files)
{
	cleanup_buf struct buf table = BUF_INIT;
	cleanup_free char *file = text("file=%s/" ACPI_FILE, files->run);

	acpi_table(machine, &table);
	if (!table.len)
		return;
	domain_argument(commandline, "-acpitable");
	domain_argument(commandline, file);
}

int domain_xml(const struct machine *machine, const struct domain_files *files, char **xml,
	       struct buf *why)
{
	cleanup_doc xmlDoc *doc = NULL;
	xmlNode *commandline;
	xmlChar *dump = NULL;
	int err = xml_read(files->common, &doc, why);

	if (err)
		return err;
	merge(doc, xmlDocGetRootElement(machine->doc));
	set_own(xmlDocGetRootElement(doc), files);
	fill_paths(xmlDocGetRootElement(doc), files);
	commandline = xml_child(xmlDocGetRootElement(doc), "commandline");
	for (size_t i = 0; i < machine->model_count; i++)
		add_model(commandline, machine, &machine->models[i], files);
	add_acpi(commandline, machine, files);
	if (files->image)
		domain_add_image(commandline, files);
	if (files->gdb)
		add_gdb(commandline, files->gdb);
	xmlDocDumpFormatMemory(doc, &dump, NULL, 1);
	*xml = strdup((char *)dump);
	xmlFree(dump);
	return *xml ? 0 : -ENOMEM;
}
