// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/suite-program.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "scenarios/agent/scenarios.h"

#include <string.h>
#include <unistd.h>

static struct suite_program *find(const struct suite_programs *programs, const char *name)
{
	for (size_t i = 0; i < programs->count; i++)
		if (!strcmp(programs->items[i]->name, name))
			return programs->items[i];
	return NULL;
}

static void describe(struct suite_program *program)
{
	program->summary = program->settings.promise
				   ? text("%s", program->settings.promise)
				   : text("the program %s succeeds", program->name);
	program->scenario = (struct scenario){
		.name = program->name,
		.needs = program->settings.needs,
		.summary = program->summary,
		.file = program->name,
		.unbound = true,
		.deadline_ms = program->settings.timeout * 1000,
		.program = program,
	};
}

/* The runner has read the same settings: an error is one of the lab, and there is no scenario. */
static void add(struct suite_programs *programs, const char *name)
{
	cleanup_free char *path = text(SUITES_FOLDER "/%s", name);
	cleanup_buf struct buf why = BUF_INIT;
	struct suite_program *program;

	if (find(programs, name) || access(path, X_OK))
		return;
	program = zalloc(1, sizeof(*program));
	program->name = text("%s", name);
	program->file = strchr(program->name, '/') + 1;
	program->folder = text("%.*s", (int)(strrchr(path, '/') - path), path);
	if (suite_settings_read(program->folder, program->file, &program->settings, &why)) {
		fprintf(stderr, "agent: %s\n", why.data);
		return;
	}
	describe(program);
	*array_add(programs) = program;
}

void suite_programs_find(const struct work *plan, struct suite_programs *programs)
{
	for (size_t i = 0; i < plan->cases_count; i++)
		if (!scenario_find(plan->cases[i].scenario))
			add(programs, plan->cases[i].scenario);
}

const struct scenario *suite_scenario(const struct suite_programs *programs, const char *name)
{
	const struct suite_program *program = find(programs, name);

	return program ? &program->scenario : scenario_find(name);
}
