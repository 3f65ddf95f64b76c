// SPDX-License-Identifier: GPL-2.0-only
/*
 * uapi: VFIO in the kernel as a whole, as facts: its modules and their parameters, aliases, the
 * driver, its configuration.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/folder.h"
#include "scenarios/lib/kernel/module.h"

#include <fnmatch.h>
#include <string.h>

#define MODULES "/sys/module"
#define DRIVER	"/sys/bus/pci/drivers/vfio-pci"

static bool is_vfio(const char *module)
{
	return !strncmp(module, "vfio", 4) || strstr(module, "_vfio_");
}

/* Values that differ between builds: only their presence is compared. */
static bool is_built(const char *attribute)
{
	static const char *const built[] = {"version", "srcversion"};

	for (size_t i = 0; i < ARRAY_SIZE(built); i++)
		if (!strcmp(attribute, built[i]))
			return true;
	return false;
}

/*
 * The module's version, and whether it has a source checksum, whose value differs between any two
 * kernels.
 */
static void version_facts(const char *module, const char *path)
{
	cleanup_free char *version = folder_read(path, "version");
	cleanup_free char *srcversion = folder_read(path, "srcversion");

	if (version)
		fact("module[%s].version=%s", module, version);
	if (srcversion)
		fact("module[%s].srcversion=yes", module);
}

static void attribute_facts(const char *module, const char *path)
{
	cleanup_list struct list names = {0};

	folder_names(path, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *entry = folder_entry(path, names.items[i]);

		if (!is_built(names.items[i]))
			fact("module[%s].sysfs[%s]=%s", module, names.items[i], entry);
	}
}

/* The drivers registered by the module: "pci:vfio-pci". */
static void driver_facts(const char *module, const char *path)
{
	cleanup_free char *drivers = text("%s/drivers", path);
	cleanup_list struct list names = {0};
	cleanup_free char *all = NULL;

	folder_names(drivers, &names);
	all = list_join(&names, " ");
	if (names.count)
		fact("module[%s].drivers=%s", module, all);
}

static void module_facts(const char *module)
{
	cleanup_free char *path = text(MODULES "/%s", module);
	cleanup_free char *users = module_users(module);
	cleanup_free char *needs = module_needs(module);

	fact("module[%s].users=%s", module, *users ? users : "-");
	fact("module[%s].needs=%s", module, *needs ? needs : "-");
	version_facts(module, path);
	if (!is_vfio(module))
		return;
	driver_facts(module, path);
	attribute_facts(module, path);
}

SCENARIO_UNBOUND(loaded_modules, "first",
		 "facts: the loaded modules with users, versions, drivers and attributes")
{
	cleanup_free char *all = modules_loaded();
	cleanup_list struct list loaded = {0};

	list_add_words(&loaded, all);
	for (size_t i = 0; i < loaded.count; i++)
		module_facts(loaded.items[i]);
	PASS();
}

/* For a parameter that sysfs does not show only its name and type are known. */
static void declared_facts(const char *module)
{
	cleanup_list struct list declared = {0};

	module_parameters(module, &declared);
	for (size_t i = 0; i < declared.count; i++) {
		size_t len = strcspn(declared.items[i], ":");
		const char *type = declared.items[i] + len;

		fact("parameter[%s.%.*s].type=%s", module, (int)len, declared.items[i],
		     *type ? type + 1 : "");
	}
}

static void parameter_facts(const char *module)
{
	cleanup_free char *path = text(MODULES "/%s/parameters", module);
	cleanup_list struct list names = {0};

	declared_facts(module);
	folder_names(path, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *entry = folder_entry(path, names.items[i]);
		cleanup_free char *value = folder_read(path, names.items[i]);

		fact("parameter[%s.%s]=%s '%s'", module, names.items[i], entry, value ? value : "");
	}
}

SCENARIO_UNBOUND(module_parameters, "first",
		 "facts: the parameters of the VFIO modules, with modes and defaults")
{
	cleanup_list struct list names = {0};

	folder_names(MODULES, &names);
	for (size_t i = 0; i < names.count; i++)
		if (is_vfio(names.items[i]))
			parameter_facts(names.items[i]);
	PASS();
}

SCENARIO_UNBOUND(driver_attributes, "first",
		 "facts: the attributes of the PCI driver vfio-pci, with modes, and its module")
{
	cleanup_list struct list names = {0};

	folder_names(DRIVER, &names);
	ASSERT_THAT(names.count, "there is no PCI driver vfio-pci");
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *entry = folder_entry(DRIVER, names.items[i]);

		if (!pci_is_address(names.items[i]))
			fact("driver[vfio-pci].%s=%s", names.items[i], entry);
	}
	PASS();
}

SCENARIO_UNBOUND(
	module_aliases, "first",
	"facts: the aliases of the VFIO modules; none matches the modalias of a PCI device")
{
	cleanup_free char *all = modules_file("modules.alias");
	cleanup_free char *broken = NULL;
	char *save = NULL;

	ASSERT_THAT(all, "there is no modules.alias");
	for (char *line = strtok_r(all, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char alias[256], module[64];

		if (sscanf(line, "alias %255s %63s", alias, module) != 2 || !is_vfio(module) ||
		    module_is_extra(module))
			continue;
		fact("alias[%s]=%s", alias, module);
		if (!strncmp(alias, "pci:", 4) && !broken)
			broken = text("alias %s lacks the prefix vfio_pci: udev loads %s for each "
				      "such device",
				      alias, module);
	}
	ASSERT_THAT(!broken, "%s", broken);
	PASS();
}

SCENARIO_UNBOUND(kernel_config_options, "first",
		 "facts: the kernel's configuration options for VFIO")
{
	cleanup_free char *all = modules_file("config");
	char *save = NULL;

	if (!all)
		SKIPm("the image has no configuration of this kernel");
	for (char *line = strtok_r(all, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char *equals = strchr(line, '=');

		if (equals && *line != '#')
			fact("config[%.*s]=%s", (int)(equals - line), line, equals + 1);
	}
	PASS();
}
