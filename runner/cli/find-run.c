// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/find-run.h"

#include "lab/base/cleanup.h"
#include "lab/base/select.h"
#include "reports/history/history.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

char *run_name(const char *folder)
{
	char whole[PATH_MAX];
	const char *path = realpath(folder, whole) ?: folder;
	const char *slash = strrchr(path, '/');

	return text("%s", slash ? slash + 1 : path);
}

static bool has_results(const char *folder)
{
	cleanup_free char *path = text("%s/results.json", folder);

	return !access(path, F_OK);
}

/* The folder of the run NAME, or NULL if there is none here. The caller frees it. */
static char *folder_of(const struct settings *settings, const char *name)
{
	cleanup_free char *below = text("%s/reports/%s", settings->out, name);

	if (strchr(name, '/') && has_results(name))
		return text("%s", name);
	if (has_results(below))
		return steal(below);
	return has_results(name) ? text("%s", name) : NULL;
}

static int read_history(const struct settings *settings, const char *name, struct results *results,
			struct buf *why)
{
	cleanup_history struct history *history = NULL;

	if (access(settings->history, F_OK)) {
		buf_printf(why, "there is no run %s: name a folder, or a run of %s/reports", name,
			   settings->out);
		return -ENOENT;
	}
	return history_open(settings->history, &history, why)
		       ?: history_load(history, name, results, why);
}

static int read_run(const struct settings *settings, const char *name, struct found_run *run,
		    struct buf *why)
{
	cleanup_free char *folder = folder_of(settings, name);

	run->name = folder ? run_name(folder) : text("%s", name);
	run->folder = folder ? text("%s", folder) : NULL;
	return folder ? results_read(folder, &run->results, why)
		      : read_history(settings, name, &run->results, why);
}

/* Parse "KERNEL/MACHINE". Names of kernels have no slash. */
static void take_part(struct found_run *run, const char *part)
{
	size_t kernel = strcspn(part, "/");

	run->kernel = text("%.*s", (int)kernel, part);
	if (part[kernel])
		run->machine = text("%s", part + kernel + 1);
}

static int check_name(const struct found_run *run, const char *what, const char *name,
		      const struct list *all, struct buf *why)
{
	if (!name || list_has(all, name))
		return 0;
	buf_printf(why, "run %s has no %s %s", run->name, what, name);
	list_suggest(all, name, why);
	return -ENOENT;
}

static int check_part(const struct found_run *run, struct buf *why)
{
	cleanup_list struct list kernels = {0}, machines = {0};

	for (size_t i = 0; i < run->results.cases.count; i++) {
		list_add_once(&kernels, run->results.cases.items[i].kernel);
		list_add_once(&machines, run->results.cases.items[i].machine);
	}
	return check_name(run, "kernel", run->kernel, &kernels, why)
		       ?: check_name(run, "machine", run->machine, &machines, why);
}

int find_run(const struct settings *settings, const char *what, struct found_run *run,
	     struct buf *why)
{
	const char *colon = has_results(what) ? NULL : strrchr(what, ':');
	cleanup_free char *name = text("%.*s", (int)(colon ? colon - what : INT_MAX), what);
	int err = read_run(settings, name, run, why);

	if (err || !colon)
		return err;
	take_part(run, colon + 1);
	return check_part(run, why);
}

void found_run_free(struct found_run *run)
{
	free(run->name);
	free(run->folder);
	free(run->kernel);
	free(run->machine);
	results_free(&run->results);
}
