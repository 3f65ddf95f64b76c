// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/module.h"

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

/* Run ARGV and wait for it. Whether it succeeded. */
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

	list_add(&argv, "modprobe");
	list_add(&argv, module);
	list_add_words(&argv, options);
	return run(argv.items) ? 0 : -ENOENT;
}

int module_unload(const char *module)
{
	cleanup_list struct list argv = {0};

	list_add_words(&argv, "modprobe -r");
	list_add(&argv, module);
	run(argv.items); /* fails also where the module is gone, but something that it needed is still in use */
	return module_loaded(module) ? -EBUSY : 0;
}

void module_cleanup(const char **module)
{
	if (*module)
		module_unload(*module);
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
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, value, strlen(value)) < 0 ? -errno : 0;
}

bool module_loaded(const char *module)
{
	cleanup_free char *path = text("/sys/module/%s/initstate", module);

	for (char *c = path; *c; c++) {
		if (*c == '-') /* sysfs knows no dash in a module's name */
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
