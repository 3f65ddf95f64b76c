// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/module.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/list.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
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
	return run(argv.items) && !module_loaded(module) ? 0 : -EBUSY;
}

void module_cleanup(const char **module)
{
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

/* modules.alias of the running kernel; the caller frees it. NULL where it cannot be read. */
static char *read_aliases(void)
{
	cleanup_free char *path = NULL;
	char *all = NULL;
	struct utsname kernel;

	uname(&kernel);
	path = text("/lib/modules/%s/modules.alias", kernel.release);
	return file_read(path, &all, NULL) ? NULL : all;
}

char *module_for(const char *modalias)
{
	cleanup_free char *all = read_aliases();
	char *save = NULL;

	if (!all)
		return NULL;
	for (char *line = strtok_r(all, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char alias[256], module[64];

		if (sscanf(line, "alias %255s %63s", alias, module) == 2 && !fnmatch(alias, modalias, 0))
			return strdup(module);
	}
	return NULL;
}

static unsigned int stars(const char *glob)
{
	unsigned int count = 0;

	while ((glob = strchr(glob, '*'))) {
		glob++;
		count++;
	}
	return count;
}

char *module_for_vfio(const char *modalias)
{
	cleanup_free char *wanted = text("vfio_%s", modalias);
	cleanup_free char *all = read_aliases();
	unsigned int fewest = UINT_MAX;
	char *save = NULL, *best = NULL;

	for (char *line = all ? strtok_r(all, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save)) {
		char alias[256], module[64];

		if (sscanf(line, "alias %255s %63s", alias, module) != 2 || fnmatch(alias, wanted, 0) ||
		    stars(alias) >= fewest)
			continue;
		fewest = stars(alias);
		free(best);
		best = text("%s", module);
	}
	return best;
}
