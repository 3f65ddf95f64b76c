// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/match-driver.h"

#include "lab/base/alias.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <dirent.h>
#include <string.h>

/* The prefix of a PCI driver's name in sysfs. */
#define PCI_DRIVER "pci:"

/* The driver of a loaded module, or NULL if it is not loaded. The caller frees it. */
static char *driver_loaded(const char *module)
{
	cleanup_free char *path = text("/sys/module/%s/drivers", module);
	cleanup_dir DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (!strncmp(entry->d_name, PCI_DRIVER, strlen(PCI_DRIVER)))
			return strdup(entry->d_name + strlen(PCI_DRIVER));
	}
	return NULL;
}

/*
 * The name of FILE without folder and ".ko", in FILE's own memory; NULL if it is not MODULE's file.
 */
static char *name_if_of(char *file, const char *module)
{
	char *name = strrchr(file, '/') ? strrchr(file, '/') + 1 : file;
	char *end = strstr(name, ".ko");

	if (!end)
		return NULL;
	*end = '\0';
	return alias_same_module(name, module) ? name : NULL;
}

/*
 * Find MODULE in LIST, a modules.dep or modules.builtin. Stores the module's name as the file has
 * it in *NAME, and the path of the file below the folder of LIST in *FILE. Returns whether it was
 * found.
 */
static bool find_file(const char *list, const char *module, char **name, char **file)
{
	cleanup_free char *lines = NULL;
	char *save = NULL;

	if (file_read(list, &lines, NULL))
		return false;
	for (char *line = strtok_r(lines, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		cleanup_free char *path = strndup(line, strcspn(line, ":"));
		cleanup_free char *whole = strdup(path);
		const char *base = name_if_of(path, module);

		if (base) {
			*name = strdup(base);
			*file = steal(whole);
			return true;
		}
	}
	return false;
}

/*
 * Whether the file PATH contains NAME as a NUL-terminated string. Always false for compressed
 * files.
 */
static bool has_string(const char *path, const char *name)
{
	cleanup_free char *content = NULL;
	size_t len, size = strlen(name) + 1;
	const char *at;

	if (file_read(path, &content, &len))
		return false;
	for (at = content; (at = memmem(at, len - (size_t)(at - content), name, size)); at++) {
		if (at > content && !at[-1])
			return true;
	}
	return false;
}

/*
 * Whether the driver's name has dashes, like NAME. That of vfio-pci always has, even if it is built
 * in or compressed.
 */
static bool is_dashed(const char *folder, const char *file, const char *name)
{
	cleanup_free char *path = text("%s/%s", folder, file);

	return !strcmp(name, "vfio-pci") || has_string(path, name);
}

char *match_driver(const char *aliases, bool running, const char *module)
{
	cleanup_free char *driver = running ? driver_loaded(module) : NULL;
	const char *slash = strrchr(aliases, '/');
	cleanup_free char *folder =
		slash ? strndup(aliases, (size_t)(slash - aliases)) : strdup(".");
	cleanup_free char *modules = text("%s/modules.dep", folder);
	cleanup_free char *builtin = text("%s/modules.builtin", folder);
	cleanup_free char *name = NULL, *file = NULL;

	if (driver)
		return steal(driver);
	if ((find_file(modules, module, &name, &file) ||
	     find_file(builtin, module, &name, &file)) &&
	    is_dashed(folder, file, name))
		return steal(name);
	return strdup(module);
}
