// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/plan.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/host-memory.h"
#include "runner/plan/arrange.h"
#include "runner/plan/guest-image.h"
#include "runner/plan/lane-count.h"
#include "runner/plan/omit.h"
#include "runner/plan/share.h"
#include "runner/plan/wants.h"
#include "runner/plan/weights.h"
#include "runner/plan/xml.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/sysinfo.h>

struct job *plan_add_job(struct plan *plan)
{
	plan->jobs = one_more(plan->jobs, plan->count, sizeof(*plan->jobs));
	plan->jobs[plan->count] = (struct job){0};
	return &plan->jobs[plan->count++];
}

/* The memory in MiB that the guest has at least: of its machine, or what its kernel wants. */
static unsigned int memory_of(const struct machine *machine, const struct wants *wants)
{
	xmlNode *root = xmlDocGetRootElement(machine->doc);
	cleanup_free char *memory = xml_text(xml_child(root, "memory"));
	const unsigned long own = memory ? strtoul(memory, NULL, 10) : 0;

	return own > wants->memory ? (unsigned int)own : wants->memory;
}

static struct job make_job(const struct planning *planning, const char *kernel,
			   const struct machine *machine, const struct wants *wants)
{
	const struct settings *settings = planning->settings;

	return (struct job){
		.kind = planning->kind,
		.kernel = text("%s", kernel),
		.machine = text("%s", machine->name),
		.vmlinux = text("%s/kernels/%s/vmlinux", settings->out, kernel),
		.initrd = text("%s/images/%s.cpio", settings->out, kernel),
		.cmdline = wants->cmdline ? text("%s", wants->cmdline) : NULL,
		.accel = text("%s", planning->choice->accel),
		.xml = text("%s", machine->path),
		.common = machine_common(settings->top),
		.device = text("%s/libexec/device", settings->out),
		.scale = wants->scale,
		.deadline_ms = planning->choice->timeout * 1000,
		.memory = memory_of(machine, wants),
		.reach = planning->choice->reach,
		.trace = planning->choice->trace != TRACE_OFF && machine->model_count,
		.trace_all = planning->choice->trace == TRACE_ALL,
	};
}

/* Add the job of KERNEL on MACHINE, which may be split later, unless it has no cases. */
static int add_machine(struct plan *plan, const struct planning *planning, const char *kernel,
		       const struct machine *machine, const struct wants *wants, struct buf *why)
{
	bool probe = planning->kind == JOB_PROBE;
	/* The reasons are the same for all kernels. */
	struct refusals *refusals = plan->kernels.count > 1 ? NULL : &plan->refusals;
	struct job job = make_job(planning, kernel, machine, wants);
	int err = probe ? 0 : arrange_cases(planning, machine, refusals, &job, why);
	/* A machine that nothing runs on needs no image. */
	const bool boots = !err && (probe || job.cases.count) &&
			   !omit_job(planning, machine, &job, &plan->omitted);

	if (boots)
		err = image_use(planning->settings, planning->choice, machine, &job, why);
	if (boots && !err && planning->choice->ranking)
		rank_cases(planning->choice->ranking, planning->durations, &job, &plan->ranked);
	if (boots && !err && (probe || job.cases.count)) {
		plan->cases += job.cases.count;
		*plan_add_job(plan) = job;
	} else {
		job_free(&job);
	}
	return err;
}

/* Read the requirements of KERNEL. Returns 0, or -EINVAL with a message in WHY. */
static int read_wants(const struct settings *settings, const char *kernel, struct wants *wants,
		      struct buf *why)
{
	cleanup_free char *path = text("%s/kernels/%s.guest", settings->out, kernel);

	return wants_read(path, wants, why);
}

static int add_kernel(struct plan *plan, const struct planning *planning, const char *kernel,
		      struct buf *why)
{
	const struct list *machines = &planning->selection->machines;
	cleanup_wants struct wants wants = {0};
	int err = read_wants(planning->settings, kernel, &wants, why);

	list_add(&plan->kernels, kernel);
	plan->ranked = (struct ranked){0};
	for (size_t m = 0; m < machines->count && !err; m++)
		err = add_machine(plan, planning, kernel,
				  inventory_machine(planning->inventory, machines->items[m]),
				  &wants, why);
	return err;
}

static void describe(struct plan *plan)
{
	for (size_t j = 0; j < plan->count; j++) {
		const struct job *job = &plan->jobs[j];
		struct planned *planned = outline_add(&plan->outline, job->kernel, job->machine);

		for (size_t i = 0; i < job->cases.count; i++)
			list_add(&planned->cases, job->cases.items[i].name);
	}
}

/* Note what there is to run, and leave the chosen shard of it. */
static int cut(struct plan *plan, const struct planning *planning, struct buf *why)
{
	cleanup_free char *weights = weights_path(planning->settings->top);
	const struct shard *shard = &planning->choice->shard;

	describe(plan);
	return shard->count ? shard_plan(plan, shard, weights, why) : 0;
}

int plan_make(const struct settings *settings, const struct inventory *inventory,
	      const struct choice *choice, enum job_kind kind, const struct durations *durations,
	      struct plan *plan, struct buf *why)
{
	cleanup_selection struct selection selection = {0};
	const struct planning planning = {settings, inventory, choice, &selection,
					  kind,	    durations, {0}};
	int err = selection_make(inventory, choice, &selection, why);

	*plan = (struct plan){0};
	for (size_t k = 0; k < selection.kernels.count && !err; k++)
		err = add_kernel(plan, &planning, selection.kernels.items[k], why);
	if (!err && kind == JOB_CASES)
		err = cut(plan, &planning, why);
	if (err)
		return err;
	plan->lanes =
		choice->lanes
			?: lane_count(plan, (unsigned int)get_nprocs(), host_memory_available());
	share_jobs(plan, durations, plan->lanes);
	return 0;
}

int plan_require_cases(const struct plan *plan, const struct choice *choice, struct buf *why)
{
	const struct refusal *first = plan->refusals.items;

	if (plan->outline.count)
		return 0;
	buf_puts(why, "no case is left");
	if (!first && choice->cases.count)
		buf_printf(why,
			   ": the other options and KERNELS=, MACHINES=, SCENARIOS= and DUTS= "
			   "exclude all %zu of the cases that failed or are named",
			   choice->cases.count);
	if (plan->omitted.count)
		buf_printf(why, ": no guest for %s", plan->omitted.items[0]);
	else if (first)
		buf_printf(why, ": %s on %s of machine %s: %s", first->scenario->name,
			   first->dut->name, first->machine->name, first->why);
	if (!plan->omitted.count && plan->refusals.count > 1)
		buf_printf(why, " (vfiolab list has the reasons for all %zu)",
			   plan->refusals.count);
	return -ENOENT;
}

/* FOLDER/KERNEL/MACHINE.KIND, or MACHINE.N.KIND for part N (2, 3, ...) of a split job. */
static char *place(const struct job *job, const char *folder, const char *kind)
{
	if (!job->part)
		return text("%s/%s/%s.%s", folder, job->kernel, job->machine, kind);
	return text("%s/%s/%s.%u.%s", folder, job->kernel, job->machine, job->part + 1, kind);
}

int plan_place(struct plan *plan, const char *folder)
{
	int err = 0;

	for (size_t i = 0; i < plan->count && !err; i++) {
		struct job *job = &plan->jobs[i];

		job->streams = text("%s/%s/%s.streams", folder, job->kernel, job->machine);
		if (job->trace)
			job->traces = text("%s/%s/%s.traces", folder, job->kernel, job->machine);
		job->kept = place(job, folder, "kept");
		job->console = place(job, folder, "console");
		err = make_folders(job->streams);
	}
	return err;
}

void plan_free(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		job_free(&plan->jobs[i]);
	free(plan->jobs);
	for (size_t i = 0; i < plan->refusals.count; i++)
		free(plan->refusals.items[i].why);
	free(plan->refusals.items);
	list_free(&plan->kernels);
	list_free(&plan->omitted);
	outline_free(&plan->outline);
	*plan = (struct plan){0};
}
