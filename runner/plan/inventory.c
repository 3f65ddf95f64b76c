// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/machine-check.h"
#include "runner/plan/model-check.h"
#include "runner/plan/overlay-check.h"
#include "runner/plan/plan.h"
#include "runner/plan/suites.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void list_kernels(const char *out, struct list *kernels)
{
	cleanup_free char *folder = text("%s/kernels", out);
	struct dirent **entries = NULL;
	int count = scandir(folder, &entries, visible, alphasort);

	for (int i = 0; i < count; i++) {
		cleanup_free char *vmlinux = text("%s/%s/vmlinux", folder, entries[i]->d_name);

		if (!access(vmlinux, R_OK))
			list_add(kernels, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
}

/* Read each kernel's configuration: what a kernel offers must be known before it is booted. */
static unsigned int *read_modes(const char *out, const struct list *kernels)
{
	unsigned int *modes = zalloc(kernels->count, sizeof(*modes));

	for (size_t i = 0; i < kernels->count; i++) {
		cleanup_free char *path = text("%s/kernels/%s/config", out, kernels->items[i]);
		cleanup_free char *config = NULL;

		file_read(path, &config, NULL);
		modes[i] = modes_of_config(config ?: "");
	}
	return modes;
}

/* Names of machines are unique, because cases are named after them. */
static int add_machine(struct inventory *inventory, const char *path, struct buf *why)
{
	cleanup_machine struct machine *machine = NULL;
	int err = machine_load(path, &machine, why);
	const struct machine *same = err ? NULL : inventory_machine(inventory, machine->name);

	if (same) {
		machine_complain(machine, 1, why);
		buf_printf(why, "%s has the same name: rename one, and its <name>", same->path);
		return -EEXIST;
	}
	if (!err)
		inventory->machines[inventory->machine_count++] = steal(machine);
	return err;
}

static int load_machines(const struct settings *settings, struct inventory *inventory,
			 struct buf *why)
{
	const struct list *paths = &settings->machines;
	int err = 0;

	if (!paths->count) {
		buf_printf(why, "there is no machine in %s/lab/machines", settings->top);
		return -ENOENT;
	}
	inventory->machines = zalloc(paths->count, sizeof(*inventory->machines));
	for (size_t i = 0; i < paths->count && !err; i++)
		err = add_machine(inventory, paths->items[i], why);
	return err;
}

int inventory_survey(const struct settings *settings, struct inventory *inventory, struct buf *why)
{
	int err;

	*inventory = (struct inventory){0};
	list_kernels(settings->out, &inventory->kernels);
	inventory->modes = read_modes(settings->out, &inventory->kernels);
	err = load_machines(settings, inventory, why);
	if (!err)
		err = catalog_read(settings->agent, &inventory->catalog, why)
			      ?: suites_read(settings, &inventory->catalog, why);
	for (size_t i = 0; i < inventory->machine_count && !err; i++)
		err = machine_check(inventory->machines[i], &inventory->catalog, why)
			      ?: models_check(settings, inventory->machines[i], why);
	return err ?: overlay_check(settings, inventory, why);
}

int inventory_read(const struct settings *settings, struct inventory *inventory, struct buf *why)
{
	int err = inventory_survey(settings, inventory, why);

	if (err || inventory->kernels.count)
		return err;
	buf_puts(why, "no kernel is built yet: run make kernel");
	return -ENOENT;
}

void inventory_free(struct inventory *inventory)
{
	for (size_t i = 0; i < inventory->machine_count; i++)
		machine_free(inventory->machines[i]);
	free(inventory->machines);
	free(inventory->modes);
	list_free(&inventory->kernels);
	catalog_free(&inventory->catalog);
	*inventory = (struct inventory){0};
}

unsigned int inventory_modes(const struct inventory *inventory, const char *name)
{
	for (size_t i = 0; i < inventory->kernels.count && inventory->modes; i++)
		if (!strcmp(inventory->kernels.items[i], name))
			return inventory->modes[i];
	return MODE_BIT(MODE_TYPE1);
}

const struct machine *inventory_machine(const struct inventory *inventory, const char *name)
{
	for (size_t i = 0; i < inventory->machine_count; i++)
		if (!strcmp(inventory->machines[i]->name, name))
			return inventory->machines[i];
	return NULL;
}
