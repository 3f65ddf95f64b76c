// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/plan.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/record.h"
#include "runner/plan/fit.h"
#include "runner/plan/named.h"
#include "runner/plan/selection.h"
#include "runner/plan/share.h"
#include "runner/plan/wants.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static void add_text(json_object *object, const char *key, char *value)
{
	json_object_object_add(object, key, json_object_new_string(value));
	free(value);
}

/*
 * Where the scenarios end that are of the family of the one at FIRST: all up to the slash of their
 * names is the same.
 */
static size_t family_end(const struct list *scenarios, size_t first)
{
	const char *name = scenarios->items[first];
	size_t len = strcspn(name, "/") + 1, end = first + 1;

	while (end < scenarios->count && !strncmp(name, scenarios->items[end], len))
		end++;
	return end;
}

/* Whether SCENARIO is planned for DUT; if not, PLAN keeps the reason, once for all kernels. */
static bool is_planned(struct plan *plan, const struct machine *machine,
		       const struct machine_dut *dut, const struct scenario_info *scenario)
{
	char *why = fit_refusal(dut, scenario);

	if (!why)
		return true;
	if (plan->kernels.count > 1) {
		free(why);
		return false;
	}
	plan->refusals = one_more(plan->refusals, plan->refusal_count, sizeof(*plan->refusals));
	plan->refusals[plan->refusal_count++] = (struct refusal){machine, dut, scenario, why};
	return false;
}

static void describe_refusal(const struct refusal *refusal, struct buf *why)
{
	buf_printf(why, "%s on %s of machine %s: %s", refusal->scenario->name, refusal->dut->name,
		   refusal->machine->name, refusal->why);
}

/*
 * The cases of one job: family by family, so that those of the table come in order, and in
 * each DUT by DUT: one that is to stay open is not closed, which resets it, for the next case.
 */
static json_object *make_cases(struct plan *plan, const struct inventory *inventory,
			       const struct choice *choice, const char *kernel,
			       const struct machine *machine, const struct selection *selection)
{
	const struct list *scenarios = &selection->scenarios;
	json_object *cases = json_object_new_array();
	unsigned int number = 0;

	for (size_t first = 0, end; first < scenarios->count; first = end) {
		end = family_end(scenarios, first);
		for (size_t d = 0; d < machine->dut_count; d++) {
			const struct machine_dut *dut = &machine->duts[d];

			if (!list_has(&selection->duts, dut->name))
				continue;
			for (size_t s = first; s < end; s++)
				if (named_has(choice, kernel, machine->name, scenarios->items[s],
					      dut->name) &&
				    is_planned(
					    plan, machine, dut,
					    catalog_find(&inventory->catalog, scenarios->items[s])))
					json_object_array_add(
						cases, record_new(kernel, machine->name, ++number,
								  scenarios->items[s], dut->name));
		}
	}
	return cases;
}

/* The same cases, the last one first. Takes CASES. */
static json_object *reversed(json_object *cases)
{
	json_object *all = json_object_new_array();
	int number = 0;

	for (size_t i = json_object_array_length(cases); i-- > 0;) {
		json_object *record = json_object_get(json_object_array_get_idx(cases, i));

		json_object_object_add(record, "number", json_object_new_int(++number));
		json_object_array_add(all, record);
	}
	json_object_put(cases);
	return all;
}

/*
 * Each of CASES as often as it is to be executed, one attempt after the other: "attempt" counts
 * them, and each has a number of its own. Takes CASES.
 */
static json_object *repeated(json_object *cases, unsigned int repeat)
{
	json_object *all = json_object_new_array();
	int number = 0;

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		for (unsigned int attempt = 1; attempt <= repeat; attempt++) {
			json_object *record = NULL;

			json_object_deep_copy(json_object_array_get_idx(cases, i), &record, NULL);
			json_object_object_add(record, "number", json_object_new_int(++number));
			json_object_object_add(record, "attempt",
					       json_object_new_int((int)attempt));
			json_object_array_add(all, record);
		}
	}
	json_object_put(cases);
	return all;
}

/*
 * What a job is to do of CASES, which are taken, or NULL with a message in WHY if that is too much.
 */
static json_object *arrange(json_object *cases, const struct choice *choice, struct buf *why)
{
	const unsigned int repeat = choice->repeat ? choice->repeat : 1;

	if (json_object_array_length(cases) * repeat > JOB_CASES_MAX) {
		buf_printf(why,
			   "REPEAT=%u makes %zu cases for one machine, at most %u are possible: "
			   "choose fewer "
			   "with "
			   "SCENARIOS= or DUTS=",
			   repeat, json_object_array_length(cases) * repeat, JOB_CASES_MAX);
		json_object_put(cases);
		return NULL;
	}
	if (choice->reverse)
		cases = reversed(cases);
	return repeated(cases, repeat);
}

static json_object *make_job(const struct settings *settings, const struct choice *choice,
			     const char *kernel, const struct machine *machine, const char *mode)
{
	json_object *job = json_object_new_object();

	add_text(job, "mode", strdup(mode));
	add_text(job, "kernel", strdup(kernel));
	add_text(job, "machine", strdup(machine->name));
	add_text(job, "vmlinux", text("%s/kernels/%s/vmlinux", settings->out, kernel));
	add_text(job, "initrd", text("%s/images/%s.cpio", settings->out, kernel));
	add_text(job, "known", text("%s/kernels/%s.xfail", settings->out, kernel));
	add_text(job, "accel", strdup(choice->accel));
	add_text(job, "machines", strdup(settings->machines));
	add_text(job, "device", text("%s/libexec/device", settings->out));
	json_object_object_add(job, "stop", json_object_new_boolean(choice->stop != STOP_NEVER));
	json_object_object_add(job, "deadline_ms",
			       json_object_new_int((int)choice->timeout * 1000));
	return job;
}

/* What the kernel wants of its guests, for the jobs on it. 0, or -EINVAL and WHY. */
static int read_wants(const struct settings *settings, const char *kernel, struct wants *wants,
		      struct buf *why)
{
	cleanup_free char *path = text("%s/kernels/%s.guest", settings->out, kernel);

	return wants_read(path, wants, why);
}

static void add_wants(json_object *job, const struct wants *wants)
{
	json_object_object_add(job, "scale", json_object_new_double(wants->scale));
	json_object_object_add(job, "memory", json_object_new_int((int)wants->memory));
	add_text(job, "cmdline", strdup(wants->cmdline ?: ""));
}

static void add_job(struct plan *plan, json_object *job, json_object *cases)
{
	json_object_object_add(job, "cases", cases);
	if (!json_object_object_get(job, "total"))
		json_object_object_add(job, "total",
				       json_object_new_int((int)json_object_array_length(cases)));
	plan->jobs = reallocarray(plan->jobs, plan->count + 1, sizeof(*plan->jobs));
	if (!plan->jobs)
		abort();
	plan->jobs[plan->count++] = job;
}

/* The jobs of one kernel: one for each machine that has cases, which may be split later. */
static int add_kernel(struct plan *plan, const struct settings *settings,
		      const struct inventory *inventory, const struct choice *choice,
		      const struct selection *selection, const char *kernel, const char *mode,
		      struct buf *why)
{
	bool probe = !strcmp(mode, "probe");
	cleanup_wants struct wants wants = {0};
	int err = read_wants(settings, kernel, &wants, why);

	list_add(&plan->kernels, kernel);
	for (size_t m = 0; m < selection->machines.count && !err; m++) {
		const struct machine *machine =
			inventory_machine(inventory, selection->machines.items[m]);
		json_object *cases =
			probe ? json_object_new_array()
			      : make_cases(plan, inventory, choice, kernel, machine, selection);
		json_object *job;

		cases = arrange(cases, choice, why);
		if (!cases)
			return -E2BIG;
		job = make_job(settings, choice, kernel, machine, mode);
		add_wants(job, &wants);
		plan->cases += json_object_array_length(cases);
		if (probe || json_object_array_length(cases)) {
			add_job(plan, job, cases);
		} else {
			json_object_put(cases);
			json_object_put(job);
		}
	}
	return err;
}

int plan_make(const struct settings *settings, const struct inventory *inventory,
	      const struct choice *choice, const char *mode, json_object *durations,
	      struct plan *plan, struct buf *why)
{
	cleanup_selection struct selection selection = {0};
	int err = selection_make(inventory, choice, &selection, why);

	*plan = (struct plan){0};
	for (size_t k = 0; k < selection.kernels.count && !err; k++)
		err = add_kernel(plan, settings, inventory, choice, &selection,
				 selection.kernels.items[k], mode, why);
	if (err)
		return err;
	share_jobs(plan, durations, choice->lanes);
	return 0;
}

int plan_require_cases(const struct plan *plan, struct buf *why)
{
	if (plan->cases)
		return 0;
	buf_puts(why, "no case is left");
	if (plan->refusal_count) {
		buf_puts(why, ": ");
		describe_refusal(&plan->refusals[0], why);
	}
	if (plan->refusal_count > 1)
		buf_printf(why, " (vfiolab list has the reasons for all %zu)", plan->refusal_count);
	return -ENOENT;
}

/* FOLDER/KERNEL/MACHINE, and .N for the further parts of one that was split. */
static char *place(json_object *job, const char *folder, const char *kind)
{
	int part = record_number(job, "part");
	const char *kernel = record_text(job, "kernel");
	const char *machine = record_text(job, "machine");

	if (!part)
		return text("%s/%s/%s.%s", folder, kernel, machine, kind);
	return text("%s/%s/%s.%d.%s", folder, kernel, machine, part + 1, kind);
}

int plan_place(struct plan *plan, const char *folder)
{
	for (size_t i = 0; i < plan->count; i++) {
		cleanup_free char *kernel =
			text("%s/%s", folder, record_text(plan->jobs[i], "kernel"));
		int err = make_folders(kernel);

		if (err)
			return err;
		add_text(plan->jobs[i], "stream", place(plan->jobs[i], folder, "ktap"));
		add_text(plan->jobs[i], "kept", place(plan->jobs[i], folder, "kept"));
		add_text(plan->jobs[i], "console", place(plan->jobs[i], folder, "console"));
	}
	return 0;
}

/* The first part of the machine that JOB is a further part of. */
static json_object *first_part(const struct plan *plan, json_object *job)
{
	for (size_t i = 0; i < plan->count; i++)
		if (!record_number(plan->jobs[i], "part") &&
		    !strcmp(record_text(plan->jobs[i], "kernel"), record_text(job, "kernel")) &&
		    !strcmp(record_text(plan->jobs[i], "machine"), record_text(job, "machine")))
			return plan->jobs[i];
	return NULL;
}

static int append(json_object *to, json_object *from)
{
	cleanup_close int fd = open(record_text(to, "stream"), O_WRONLY | O_APPEND | O_CLOEXEC);
	cleanup_free char *stream = NULL;
	size_t len;
	int err;

	if (fd < 0)
		return -errno;
	err = file_read(record_text(from, "stream"), &stream, &len);
	if (err)
		return err == -ENOENT ? 0 : err;
	err = write_all(fd, stream, len);
	if (!err)
		unlink(record_text(from, "stream"));
	return err;
}

int plan_join(const struct plan *plan)
{
	int left = (int)plan->count;
	int err = 0;

	for (int part = 1; !err && left; part++) {
		left = 0;
		for (size_t i = 0; !err && i < plan->count; i++) {
			if (record_number(plan->jobs[i], "part") == part)
				err = append(first_part(plan, plan->jobs[i]), plan->jobs[i]);
			left += record_number(plan->jobs[i], "part") > part;
		}
	}
	return err;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		json_object_put(plan->jobs[i]);
	free(plan->jobs);
	for (size_t i = 0; i < plan->refusal_count; i++)
		free(plan->refusals[i].why);
	free(plan->refusals);
	list_free(&plan->kernels);
	*plan = (struct plan){0};
}
