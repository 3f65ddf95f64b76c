// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/module.h"

#include "scenarios/lib/kernel/folder.h"
#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/list.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

/* Run ARGV and wait for it. Returns true if it succeeded. */
static bool run(char *const argv[])
{
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ))
		return false;
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return false;
	}
	return !status;
}

int module_load(const char *module, const char *options)
{
	cleanup_list struct list argv = {0};

	list_add_words(&argv, "modprobe -q");
	list_add(&argv, module);
	list_add_split(&argv, options, " "); /* not list_add_words(): they contain commas */
	return run(argv.items) ? 0 : -ENOENT;
}

int module_unload(const char *module)
{
	cleanup_list struct list argv = {0};

	list_add_words(&argv, "modprobe -r");
	list_add(&argv, module);
	/* Fails also if the module was unloaded, but one of its dependencies is still in use. */
	run(argv.items);
	return module_loaded(module) ? -EBUSY : 0;
}

void module_cleanup(const char **module)
{
	if (*module)
		module_unload(*module);
}

void module_reload_vfio_pci(const char **unused)
{
	(void)unused;
	/* Keep its dependencies loaded: they have no options, but other users. */
	module_remove("vfio_pci");
	module_load("vfio-pci", "");
}

int module_remove(const char *module)
{
	return syscall(SYS_delete_module, module, O_NONBLOCK) ? -errno : 0;
}

int module_references(const char *module)
{
	cleanup_free char *path = text("/sys/module/%s/refcnt", module);
	cleanup_free char *count = NULL;
	int err = file_read(path, &count, NULL);

	return err ? err : atoi(count);
}

int module_set(const char *module, const char *parameter, const char *value)
{
	cleanup_free char *path = text("/sys/module/%s/parameters/%s", module, parameter);

	return value_write(path, value);
}

bool module_loaded(const char *module)
{
	cleanup_free char *path = text("/sys/module/%s/initstate", module);

	for (char *c = path; *c; c++) {
		if (*c == '-') /* sysfs has underscores instead of dashes */
			*c = '_';
	}
	return !access(path, F_OK);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char *modules_loaded(void)
{
	cleanup_free char *all = NULL;
	cleanup_list struct list names = {0};
	char *save = NULL;

	if (file_read("/proc/modules", &all, NULL))
		return strdup("");
	for (char *line = strtok_r(all, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		list_addf(&names, "%.*s", (int)strcspn(line, " "), line);
	if (names.count)
		qsort(names.items, names.count, sizeof(*names.items), by_name);
	return list_join(&names, " ");
}

void modules_unload_newcomers(char **before)
{
	cleanup_free char *after = modules_loaded();
	cleanup_list struct list had = {0}, has = {0};

	list_add_words(&had, *before);
	list_add_words(&has, after);
	for (size_t i = 0; i < has.count; i++) {
		if (!list_has(&had, has.items[i]) && module_loaded(has.items[i]))
			module_unload(has.items[i]);
	}
	free(*before);
}

char *module_users(const char *module)
{
	cleanup_free char *holders = text("/sys/module/%s/holders", module);
	cleanup_list struct list users = {0};

	folder_names(holders, &users);
	return list_join(&users, " ");
}

char *module_needs(const char *module)
{
	cleanup_free char *all = modules_loaded();
	cleanup_list struct list loaded = {0}, needs = {0};

	list_add_words(&loaded, all);
	for (size_t i = 0; i < loaded.count; i++) {
		cleanup_free char *holder =
			text("/sys/module/%s/holders/%s", loaded.items[i], module);

		if (!access(holder, F_OK))
			list_add(&needs, loaded.items[i]);
	}
	return list_join(&needs, " ");
}

static char *modules_read(const char *name, size_t *len)
{
	cleanup_free char *path = NULL;
	struct utsname kernel;
	char *all;

	uname(&kernel);
	path = text("/lib/modules/%s/%s", kernel.release, name);
	return file_read(path, &all, len) ? NULL : all;
}

char *modules_file(const char *name)
{
	return modules_read(name, NULL);
}

/*
 * Returns true if FILE ("vfio-pci.ko") is that of MODULE ("vfio_pci"): the kernel treats a dash as
 * an underscore.
 */
static bool same_module(const char *file, const char *module)
{
	for (; *module; file++, module++)
		if (*file != *module && !(*file == '-' && *module == '_'))
			return false;
	return !strcmp(file, ".ko");
}

/*
 * Returns the path of MODULE below /lib/modules/RELEASE from modules.dep: "kernel/.../vfio-pci.ko:
 * ...".
 */
static char *module_path(const char *module)
{
	cleanup_free char *all = modules_file("modules.dep");
	char *save = NULL;

	for (char *line = all ? strtok_r(all, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *name;

		line[strcspn(line, ":")] = '\0';
		name = strrchr(line, '/') ? strrchr(line, '/') + 1 : line;
		if (same_module(name, module))
			return strdup(line);
	}
	return NULL;
}

bool module_is_extra(const char *module)
{
	cleanup_free char *path = module_path(module);

	return path && !strncmp(path, "extra/", strlen("extra/"));
}

void module_parameters(const char *module, struct list *parameters)
{
	static const char key[] = "parmtype=";
	cleanup_free char *path = module_path(module);
	cleanup_free char *file = NULL;
	const char *at, *end;
	size_t len;

	file = path ? modules_read(path, &len) : NULL;
	if (!file)
		return;
	end = file + len;
	for (at = file; (at = memmem(at, (size_t)(end - at), key, sizeof(key) - 1)); at++)
		list_add(parameters, at + sizeof(key) - 1);
}

int module_aliases(const char *modalias, struct alias_matches *matches)
{
	cleanup_free char *path = NULL;
	struct utsname kernel;

	uname(&kernel);
	path = text("/lib/modules/%s/modules.alias", kernel.release);
	return alias_read(path, modalias, matches);
}

char *module_for(const char *modalias)
{
	cleanup_alias struct alias_matches matches = {0};

	if (module_aliases(modalias, &matches) || !matches.count)
		return NULL;
	return text("%s", matches.items[0].module);
}

char *module_for_vfio(const char *modalias)
{
	cleanup_alias struct alias_matches matches = {0};
	cleanup_free char *alias = text(ALIAS_VFIO "%s", modalias);

	if (module_aliases(alias, &matches) || !matches.count)
		return NULL;
	return text("%s", alias_best(&matches)->module);
}
