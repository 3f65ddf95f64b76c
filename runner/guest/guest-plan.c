// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/guest-plan.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"

/* The words of HAS are joined with commas, as a field of the plan is one word. */
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
	if (dut->module)
		buf_printf(plan, " module %s", dut->module);
	if (model)
		buf_printf(plan, " model %s", model);
	if (dut->purpose)
		buf_printf(plan, " for %s", dut->purpose);
	add_declared(plan, dut->has);
	buf_puts(plan, "\n");
}

void guest_plan(const struct job *job, const struct machine *machine, size_t next, bool first,
		double scale, struct buf *plan)
{
	buf_printf(plan, "do %s\ntotal %u\nfirst %s\nscale %.2f\n",
		   job->kind == JOB_PROBE ? "probe" : "cases", job->total, first ? "yes" : "no",
		   scale);
	if (job->deadline_ms)
		buf_printf(plan, "deadline %u\n", job->deadline_ms);
	if (job->traces)
		buf_puts(plan, "trace yes\n");
	if (job->reach)
		buf_puts(plan, "reach yes\n");
	if (job->gdb)
		buf_puts(plan, "gdb yes\n");
	for (size_t i = 0; i < machine->dut_count; i++)
		add_dut(machine, &machine->duts[i], plan);
	for (size_t i = next; i < job->cases.count; i++)
		buf_printf(plan, "case %u %s %s %s\n", job->cases.items[i].number,
			   job->cases.items[i].scenario, job->cases.items[i].dut,
			   mode_names[job->cases.items[i].mode]);
}
