// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab run: run cases in guests, store the results in a folder, and print the report. */
#include "runner/cli/run.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "reports/model/attempts.h"
#include "runner/cli/cases.h"
#include "runner/cli/command.h"
#include "runner/cli/describe.h"
#include "runner/cli/failed.h"
#include "runner/cli/own-settings.h"
#include "runner/cli/run-changed.h"
#include "runner/cli/run-folder.h"
#include "runner/lane/pool.h"
#include "runner/plan/suites.h"
#include "runner/plan/weights.h"
#include "runner/reach/plan-hash.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void on_event(void *context, unsigned int lane, const struct job *job,
		     const struct event *event)
{
	struct run *run = context;
	const struct record *record = run_take_event(run, lane, job, event);
	bool about_case = event->kind == EVENT_CASE || event->kind == EVENT_RESULT;

	if (event->kind == EVENT_NOTE && debug_note(&run->debug, event->key, event->text))
		return;
	/* Ignore events about cases that the job lacks. */
	if (record || !about_case)
		progress_event(run->progress, lane, job, event, record);
	if (record && event->kind == EVENT_RESULT && run->listener)
		run->listener(run->listener_context, record);
}

static bool is_wanted(void *context, const struct job *job)
{
	return run_wants(context, job);
}

static void on_tick(void *context)
{
	struct run *run = context;

	debug_tick(&run->debug, run->progress);
	progress_tick(run->progress);
}

/* Read the known failures of each kernel (O/kernels/NAME.xfail). */
static int read_known(struct run *run, struct buf *why)
{
	const struct list *kernels = &run->plan.kernels;
	int err = 0;

	for (size_t k = 0; k < kernels->count && !err; k++) {
		cleanup_free char *path =
			text("%s/kernels/%s.xfail", run->settings->out, kernels->items[k]);

		err = known_read(&run->known, kernels->items[k], path, why);
	}
	return err;
}

/* Create the folder of the run, such as build/reports/20260102-030405. */
static int make_folder(struct run *run, struct buf *why)
{
	int err = folder_make(run->reports, &run->folder);

	if (!err)
		err = plan_place(&run->plan, run->folder);
	if (err) {
		buf_printf(why, "cannot write to %s: %s", run->reports, strerror(-err));
		return err;
	}
	return debug_prepare(&run->debug, &run->plan, run->folder, why);
}

static void print_shard(const struct run *run)
{
	const struct outline *all = &run->results.plan;
	size_t cases = 0;

	for (size_t i = 0; i < all->count; i++)
		cases += all->items[i].cases.count;
	if (run->choice.shard.count)
		printf("shard   %u/%u, of %zu cases\n", run->choice.shard.index,
		       run->choice.shard.count, cases);
}

/* Run PLAN, the plan of RUN or of a retry. Returns the result of pool_run(). */
static int run_plan(struct run *run, const struct plan *plan)
{
	struct pool pool = {
		.settings = run->settings,
		.folder = run->folder,
		.jobs = plan->jobs,
		.count = plan->count,
		.lanes = run->plan.lanes,
		.ready = run->ready,
		.event = on_event,
		.wanted = is_wanted,
		.tick = on_tick,
		.context = run,
	};
	const struct progress_run progress = {
		.out = stdout,
		.verbose = run->verbose,
		.lanes = run->plan.lanes,
		.jobs = plan->jobs,
		.count = plan->count,
		.durations = run->durations,
		.guests = &run->guests,
		.now_ms = now_ms,
	};
	int err;

	debug_watch(&run->debug, plan);
	fflush(stdout);
	run->progress = progress_begin(&progress);
	err = pool_run(&pool);
	debug_tick(&run->debug, run->progress);
	progress_end(run->progress);
	run_miss_rest(run, err);
	return err;
}

/* Rerun failed cases up to RETRY= times. */
static int retry(struct run *run)
{
	int err = 0;

	for (unsigned int round = 1; round <= run->choice.retry && !err; round++) {
		cleanup_plan struct plan plan = {0};

		if (run_plan_retry(run, round, &plan))
			buf_printf(&run->lab_error, "cannot write to %s", run->folder);
		if (run->lab_error.len || !plan.count)
			break;
		printf("retry   %zu failed case%s in %zu guest%s\n", plan.cases,
		       plan.cases == 1 ? "" : "s", plan.count, plan.count == 1 ? "" : "s");
		err = run_plan(run, &plan);
	}
	attempts_flag(&run->results);
	return err;
}

static int carry_out(struct run *run)
{
	int err;

	/* A log that is read as it grows, or whose run is killed, has every line so far. */
	setlinebuf(stdout);
	print_shard(run);
	for (size_t i = 0; i < run->plan.omitted.count; i++)
		printf("omit    %s\n", run->plan.omitted.items[i]);
	run_print_changed(run);
	printf("run     %zu case%s in %zu guest%s, %u at a time\n", run->plan.cases,
	       run->plan.cases == 1 ? "" : "s", run->plan.count, run->plan.count == 1 ? "" : "s",
	       run->plan.lanes);
	run->started_ms = now_ms();
	err = run_plan(run, &run->plan);
	if (!err && run->choice.retry && !run_was_stopped(run))
		err = retry(run);
	if (err && err != -EINTR)
		buf_printf(&run->lab_error, "cannot start a lane: %s", strerror(-err));
	return run_conclude(run, err == -EINTR);
}

void run_free(struct run *run)
{
	results_free(&run->results);
	durations_free(run->durations);
	known_free(&run->known);
	plan_free(&run->plan);
	choice_free(&run->choice);
	list_free(&run->failed);
	guests_free(&run->guests);
	buf_free(&run->lab_error);
	debug_free(&run->debug);
	changed_free(run->changed);
	own_settings_free(&run->own_settings);
	free(run->folder);
	free(run->reports);
}

/* Read the cases that a file names, or that failed in the latest run. */
static int read_cases(struct run *run, const struct inventory *inventory, struct buf *why)
{
	cleanup_free char *latest = text("%s/latest", run->reports);
	cleanup_buf struct buf summary = BUF_INIT;
	int err;

	if (run->again && run->cases) {
		buf_puts(why, "--cases and --failed both name cases: use one of them");
		return -EINVAL;
	}
	if (run->again && run->choice.shard.count) {
		buf_puts(why, "--failed and --shard exclude each other: the failed cases of one "
			      "shard are not a plan for several");
		return -EINVAL;
	}
	if (run->cases)
		return cases_read(run->cases, inventory, &run->choice, why);
	if (!run->again)
		return 0;
	err = failed_read(latest, inventory, &run->choice, &summary, why);
	if (!err)
		printf("again   %s\n", summary.data);
	return err;
}

static int check_trace(const struct run *run, struct buf *why)
{
	if (!run->choice.trace)
		return 0;
	for (size_t j = 0; j < run->plan.count; j++)
		if (run->plan.jobs[j].trace)
			return 0;
	buf_puts(why,
		 "TRACE=: no selected machine has a device model of the lab, and only these are "
		 "traced: select others with MACHINES=, such as testdev");
	return -EINVAL;
}

/* Whether no case reaches what changed, and only such cases are to run. */
static bool is_untouched(const struct run *run)
{
	return run->choice.only_changed && run->plan.ranked.all && !run->plan.cases;
}

/* Whether the run has nothing to do: it is to rerun failures, and there are none. */
static bool is_idle(const struct run *run)
{
	return (run->again && !run->choice.cases.count) || is_untouched(run);
}

static int require_cases(const struct run *run, struct buf *why)
{
	if (is_untouched(run)) {
		run_print_changed(run);
		return 0;
	}
	return plan_require_cases(&run->plan, &run->choice, why) ?: check_trace(run, why);
}

/* Note which jobs a guest serves that was started with the base of the image. */
static void set_delta(struct run *run)
{
	for (size_t j = 0; j < run->plan.count && run->delta; j++) {
		struct job *job = &run->plan.jobs[j];
		cleanup_free char *image =
			text("%s/images/%s.cpio", run->settings->out, job->kernel);

		/* Suites have images of their own. */
		if (!strcmp(job->initrd, image))
			job_set_delta(job, run->delta);
	}
}

static int prepare(struct run *run, struct inventory *inventory, struct buf *why)
{
	cleanup_free char *weights = weights_path(run->settings->top);
	int err = inventory_read(run->settings, inventory, why);

	run->durations = durations_read(run->settings->cache, weights);
	if (!err && run->debug.gdb)
		err = debug_choose(&run->debug, run->settings, &run->choice, why);
	else if (!err)
		err = read_cases(run, inventory, why) ?: run_rank(run, inventory, why);
	if (!err && !is_idle(run))
		err = plan_make(run->settings, inventory, &run->choice, JOB_CASES, run->durations,
				&run->plan, why)
			      ?: require_cases(run, why)
			      ?: suites_pack(run->settings, inventory, &run->plan, why);
	return err;
}

/* A run with nothing to do succeeds. */
static int end_without_cases(const struct run *run)
{
	cleanup_free char *latest = text("%s/latest", run->reports);

	if (!run->dry)
		folder_write_status(latest, 0);
	return 0;
}

/* Plan what the choice of RUN selects. */
static int make_plan(struct run *run, const struct settings *settings, struct inventory *inventory,
		     struct buf *why)
{
	int err;

	run->settings = &run->own_settings;
	err = own_settings_make(settings, &run->choice, &run->own_settings, stdout, why)
		      ?: prepare(run, inventory, why);
	if (err)
		return err;
	set_delta(run);
	/* The lanes do not see machines of files that the user names. */
	if (run->own_settings.visible.count != settings->visible.count)
		run->ready = NULL;
	return 0;
}

int run_plan_only(struct run *run, const struct settings *settings)
{
	cleanup_inventory struct inventory inventory = {0};
	cleanup_buf struct buf why = BUF_INIT;

	run->reports = text("%s/%s", settings->out, run->name);
	return make_plan(run, settings, &inventory, &why) ? complain(&why) : 0;
}

int run_carry_out(struct run *run, const struct settings *settings)
{
	cleanup_inventory struct inventory inventory = {0};
	cleanup_buf struct buf why = BUF_INIT;

	run->name = run->name ?: run->debug.gdb ? "gdb" : "reports";
	run->reports = text("%s/%s", settings->out, run->name);
	if (!run->dry)
		folder_forget_status(run->reports);
	if (make_plan(run, settings, &inventory, &why))
		return complain(&why);
	if (is_idle(run))
		return end_without_cases(run);
	if (run->dry)
		return describe_plan(run->settings, &run->plan);
	if (read_known(run, &why) || make_folder(run, &why))
		return complain(&why);
	run->plan_hash = reach_plan_hash(&inventory);
	run_describe(run, &inventory);
	return carry_out(run);
}

static int run_cases(const struct settings *settings, int argc, char **argv)
{
	cleanup_run struct run run = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (choice_read(&run.choice, &why) || run_read_variables(&run, &why))
		return complain(&why);
	parse_options(&run_argp, argc, argv, 0, &run);
	return run_carry_out(&run, settings);
}

COMMAND(run, .name = "run", .summary = "run cases in guests and report", .argp = &run_argp,
	.run = run_cases);

static int serve_lane(const struct settings *settings, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return lane_main(settings);
}

COMMAND(lane, .name = "lane", .summary = "serve jobs (started by the others)", .run = serve_lane,
	.hidden = true);
