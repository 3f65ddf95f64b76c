// SPDX-License-Identifier: GPL-2.0-only
/* The machine of a bundle. Replaces the lab's machines, which are XML files. */
#include "runner/plan/machine.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "runner/bundle/bundle.h"

#include <string.h>

static void add_model(struct machine *machine, const struct bundle_model *model)
{
	machine->models = one_more(machine->models, machine->model_count, sizeof(*machine->models));
	machine->models[machine->model_count++] = (struct machine_model){
		.name = text("%s", model->name),
		.model = text("%s", model->model),
		.params = text("%s", model->params),
		.fault = model->fault ? text("%s", model->fault) : NULL,
	};
}

/* PATH is the folder of the bundle. */
int machine_load(const char *path, struct machine **machine, struct buf *why)
{
	cleanup_bundle struct bundle bundle = {0};
	struct machine *made;
	int err = bundle_read(path, &bundle, why);

	if (err)
		return err;
	made = zalloc(1, sizeof(*made));
	made->name = text("%s", bundle.job.machine);
	made->path = text("%s", path);
	for (size_t i = 0; i < bundle.models.count; i++)
		add_model(made, &bundle.models.items[i]);
	*machine = made;
	return 0;
}

char *machine_device(const struct machine *machine, const char *id)
{
	cleanup_list struct list arguments = {0};

	if (bundle_arguments(machine->path, &arguments))
		return NULL;
	for (size_t i = 1; i < arguments.count; i++)
		if (!strcmp(arguments.items[i - 1], "-device") &&
		    machine_device_has_id(arguments.items[i], id))
			return text("%s", arguments.items[i]);
	return NULL;
}

void machine_free(struct machine *machine)
{
	if (!machine)
		return;
	for (size_t i = 0; i < machine->model_count; i++) {
		free(machine->models[i].name);
		free(machine->models[i].model);
		free(machine->models[i].params);
		free(machine->models[i].fault);
	}
	free(machine->models);
	free(machine->name);
	free(machine->path);
	free(machine);
}
