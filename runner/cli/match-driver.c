// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/match-driver.h"

#include "lab/base/alias.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <dirent.h>
#include <string.h>

#define PCI_DRIVER "pci:" /* what sysfs puts before a PCI driver's name */

/* The driver of a loaded module; NULL if it is not loaded. The caller frees it. */
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
 * The file's name without folder and ".ko", in FILE's own memory. NULL if it is none of MODULE's.
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
 * Set NAME and FILE, the path below the folder of modules.dep or modules.builtin, which is LIST.
 * Whether it is there.
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

/* Whether NAME is a string of its own in the file PATH. A compressed file has none. */
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

/* vfio-pci is what every kernel has, built in or compressed. */
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
