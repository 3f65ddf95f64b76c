// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/cleanup.h"
#include "runner/cli/explain.h"
#include "runner/plan/guest-image.h"
#include "runner/plan/xml.h"

#include <stdlib.h>
#include <string.h>

static void cleanup_doc_p(xmlDoc **doc)
{
	xmlFreeDoc(*doc);
}
#define cleanup_doc __attribute__((cleanup(cleanup_doc_p)))

/* The element at PATH of the domain: the machine's own, or else that of common.xml. */
static xmlNode *element(const struct machine *machine, xmlDoc *common, const char *path)
{
	return xml_find(xmlDocGetRootElement(machine->doc), path)
		       ?: xml_find(xmlDocGetRootElement(common), path);
}

static void print_iommu(const struct explain *explain, xmlNode *iommu, xmlNode *cmdline)
{
	cleanup_free char *model = xml_attribute(iommu, "model");
	cleanup_free char *intremap = xml_attribute(xml_child(iommu, "driver"), "intremap");
	cleanup_free char *words = xml_text(cmdline);

	if (words && strstr(words, "iommu=off"))
		explain_line(explain, "IOMMU", "none: disabled on the kernel command line");
	else
		explain_line(explain, "IOMMU", "%s, %s", model ?: "unknown model",
			     intremap && !strcmp(intremap, "on") ? "remaps interrupts"
								 : "does not remap interrupts");
}

/* AMOUNT of UNIT, or what the image of the machine needs, if that is more. */
static void print_memory(const struct explain *explain, const struct machine *machine,
			 const char *amount, const char *unit)
{
	bool mib = amount && unit && !strcmp(unit, "MiB");

	if (mib && image_is_cloud(machine->image) && strtoul(amount, NULL, 10) < IMAGE_CLOUD_MEMORY)
		explain_line(explain, "memory", "%d MiB, for its image", IMAGE_CLOUD_MEMORY);
	else
		explain_line(explain, "memory", "%s %s", amount ?: "?", unit ?: "KiB");
}

static void print_hardware(const struct explain *explain, const struct machine *machine)
{
	cleanup_free char *path = machine_common(explain->settings->top);
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_doc xmlDoc *common = NULL;
	cleanup_free char *processors = NULL, *memory = NULL, *unit = NULL;
	xmlNode *iommu;

	if (xml_read(path, &common, &why)) {
		explain_line(explain, "hardware", "%s", why.data);
		return;
	}
	processors = xml_text(element(machine, common, "vcpu"));
	memory = xml_text(element(machine, common, "memory"));
	unit = xml_attribute(element(machine, common, "memory"), "unit");
	iommu = element(machine, common, "devices/iommu");
	explain_line(explain, "CPUs", "%s", processors ?: "?");
	print_memory(explain, machine, memory, unit);
	if (iommu)
		print_iommu(explain, iommu, element(machine, common, "os/cmdline"));
}

static void print_duts(const struct explain *explain, const struct machine *machine)
{
	for (size_t i = 0; i < machine->dut_count; i++) {
		const struct machine_dut *dut = &machine->duts[i];
		size_t all, planned = explain_planned(explain, machine, dut, &all);
		cleanup_free char *line = text("at %s, %s%zu of %zu scenarios", dut->path,
					       dut->has ? "" : "at most ", planned, all);

		explain_word(explain, i ? "" : "DUTs", dut->name, line);
	}
}

static void print_models(const struct explain *explain, const struct machine *machine)
{
	for (size_t i = 0; i < machine->model_count; i++) {
		const struct machine_model *model = &machine->models[i];
		cleanup_free char *line =
			text("%s%s%s", model->model, *model->params ? ", " : "", model->params);

		explain_word(explain, i ? "" : "models", model->name, line);
	}
}

/* A kernel that boots MACHINE: of those that are built, if one is known to. */
static const char *bootable(const struct explain *explain, const struct machine *machine)
{
	const struct list *kernels = &explain->inventory.kernels;

	if (image_is_cloud(machine->image))
		return list_has(kernels, "distro") ? "distro" : "base+cloud";
	return !kernels->count || list_has(kernels, "base") ? "base" : kernels->items[0];
}

void explain_machine(const struct explain *explain, const char *name)
{
	const struct machine *machine = inventory_machine(&explain->inventory, name);

	explain_title(explain, "machine", name);
	explain_line(explain, "about", "%s", machine->about);
	explain_line(explain, "source", "%s", explain_path(explain, machine->path));
	if (machine->image)
		explain_line(explain, "image", "%s (docs/cloud.md)", machine->image);
	print_hardware(explain, machine);
	print_duts(explain, machine);
	print_models(explain, machine);
	explain_line(explain, "try", "vfiolab shell -k %s -m %s", bootable(explain, machine), name);
}
