// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/guest-plan.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/model/record.h"

double job_scale(json_object *spec)
{
	json_object *scale;

	return json_object_object_get_ex(spec, "scale", &scale) ? json_object_get_double(scale)
								: 1.0;
}

/* As one word, with commas for the blanks. */
static void add_declared(struct buf *plan, const char *has)
{
	cleanup_list struct list words = {0};
	cleanup_free char *joined = NULL;

	if (!has)
		return;
	list_add_words(&words, has);
	joined = list_join(&words, ",");
	buf_printf(plan, " has %s", joined);
}

static void add_dut(const struct machine *machine, const struct machine_dut *dut, struct buf *plan)
{
	const char *model = machine_model_of(machine, dut->name);

	buf_printf(plan, "dut %s %s", dut->name, dut->path);
	if (dut->vf >= 0)
		buf_printf(plan, " vf %d", dut->vf);
	if (dut->driver)
		buf_printf(plan, " driver %s", dut->driver);
	if (model)
		buf_printf(plan, " model %s", model);
	if (dut->purpose)
		buf_printf(plan, " for %s", dut->purpose);
	add_declared(plan, dut->has);
	buf_puts(plan, "\n");
}

void guest_plan(json_object *spec, const struct machine *machine, json_object **cases, size_t count,
		bool first, double scale, struct buf *plan)
{
	buf_printf(plan, "mode %s\ntotal %d\nfirst %s\nscale %.2f\n", record_text(spec, "mode"),
		   record_number(spec, "total"), first ? "yes" : "no", scale);
	if (record_number(spec, "deadline_ms"))
		buf_printf(plan, "deadline %d\n", record_number(spec, "deadline_ms"));
	for (size_t i = 0; i < machine->dut_count; i++)
		add_dut(machine, &machine->duts[i], plan);
	for (size_t i = 0; i < count; i++)
		buf_printf(plan, "case %d %s %s\n", record_number(cases[i], "number"),
			   record_text(cases[i], "scenario"), record_text(cases[i], "dut"));
}
