// SPDX-License-Identifier: GPL-2.0-only
/* Looks up devices of a machine. Needs no XML, so replay can be linked with it. */
#include "runner/plan/machine.h"

#include "lab/base/cleanup.h"

#include <string.h>

/* With a log of accesses, the model of a dump behaves like the device. */
static bool is_replayed(const struct machine_model *model)
{
	return !strcmp(model->model, "lspci") && strstr(model->params, " replay=");
}

const struct machine_model *machine_model(const struct machine *machine, const char *name)
{
	for (size_t i = 0; i < machine->model_count; i++)
		if (!strcmp(machine->models[i].name, name))
			return &machine->models[i];
	return NULL;
}

const char *machine_model_of(const struct machine *machine, const char *name)
{
	const struct machine_model *model = machine_model(machine, name);

	return model && is_replayed(model) ? "replay" : model ? model->model : NULL;
}

bool machine_device_has_id(const char *device, const char *id)
{
	cleanup_free char *property = text(",id=%s", id);
	const char *at = strstr(device, property);

	return at && (!at[strlen(property)] || at[strlen(property)] == ',');
}
