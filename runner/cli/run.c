// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab run: cases in guests, their results in a folder, a table at the end. */
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "reports/model/compare.h"
#include "reports/model/known.h"
#include "reports/model/leaks.h"
#include "reports/model/results.h"
#include "reports/text/page.h"
#include "runner/cli/cases.h"
#include "runner/cli/command.h"
#include "runner/cli/describe.h"
#include "runner/guest/guest.h"
#include "runner/guest/job.h"
#include "runner/lane/guests.h"
#include "runner/lane/pool.h"
#include "runner/lane/progress.h"
#include "runner/plan/durations.h"
#include "runner/plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct run {
	const struct settings *settings;
	struct choice choice;
	struct plan plan;
	json_object *durations;
	char *folder;
	json_object *results;
	struct known known;
	struct progress *progress;
	struct guests guests;
	struct list failed; /* kernels */
	const char *cases;  /* file that names them, or NULL */
	bool dry;
	bool verbose;
	const char *reports; /* folder of the runs' folders, below O= */
	int64_t started_ms;
	struct buf lab_error; /* the first thing that went wrong with the lab itself */
};

/* Every record belongs to the results from the start: a case that nobody reports is a MISS. */
static void collect_cases(struct run *run)
{
	for (size_t j = 0; j < run->plan.count; j++) {
		json_object *cases = json_object_object_get(run->plan.jobs[j], "cases");

		for (size_t i = 0; i < json_object_array_length(cases); i++)
			json_object_array_add(results_part(run->results, "cases"),
					      json_object_get(json_object_array_get_idx(cases, i)));
	}
}

static json_object *find_case(json_object *job, json_object *record)
{
	json_object *cases = json_object_object_get(job, "cases");
	int first = record_number(json_object_array_get_idx(cases, 0), "number");
	size_t index = (size_t)(record_number(record, "number") - first);

	return index < json_object_array_length(cases) ? json_object_array_get_idx(cases, index) : NULL;
}

static void take_record(json_object *job, json_object *record)
{
	json_object *known = find_case(job, record);

	if (!known)
		return;
	record_merge(known, record);
}

static void miss_rest(json_object *job, const char *reason)
{
	json_object *cases = json_object_object_get(job, "cases");

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);

		if (!*record_text(record, "verdict"))
			record_verdict(record, VERDICT_MISS, reason);
	}
}

static void add_text(json_object *object, const char *key, const char *value)
{
	json_object_object_add(object, key, json_object_new_string(value));
}

static void take_boot(struct run *run, json_object *job, json_object *event)
{
	json_object *guest = json_object_new_object();

	add_text(guest, "kernel", record_text(job, "kernel"));
	add_text(guest, "machine", record_text(job, "machine"));
	json_object_object_add(guest, "guest", json_object_new_int(record_number(event, "guest")));
	json_object_object_add(guest, "lane", json_object_new_int(record_number(event, "lane")));
	json_object_object_add(guest, "boot_ms", json_object_new_int(record_number(event, "ms")));
	add_text(guest, "end", record_text(event, "end"));
	json_object_array_add(results_part(run->results, "guests"), guest);
}

/* "guest: Linux 5.10.223 x86_64" describes the kernel that ran. */
static void take_note(struct run *run, json_object *job, json_object *event)
{
	json_object *kernel =
		json_object_object_get(results_part(run->results, "kernels"), record_text(job, "kernel"));

	if (kernel && !strcmp(record_text(event, "key"), "guest"))
		add_text(kernel, "guest", record_text(event, "text"));
	else if (!strcmp(record_text(event, "key"), "leak"))
		leaks_add(run->results, record_text(job, "kernel"), record_text(job, "machine"),
			  record_text(event, "text"), &run->known);
}

static void take_done(struct run *run, json_object *job, json_object *event)
{
	const char *error = record_text(event, "error");

	miss_rest(job, *error ? error : "the lane left it out");
	if (*error && !run->lab_error.len)
		buf_puts(&run->lab_error, error);
}

static void note_failure(struct run *run, json_object *job, json_object *record)
{
	if (record_failed(record))
		list_add(&run->failed, record_text(job, "kernel"));
}

static bool is_over(void *context)
{
	const struct run *run = context;

	return run->choice.stop == STOP_RUN && run->failed.count;
}

static bool is_wanted(void *context, json_object *job)
{
	const struct run *run = context;

	return run->choice.stop == STOP_NEVER || !list_has(&run->failed, record_text(job, "kernel"));
}

static void on_event(void *context, unsigned int lane, json_object *job, json_object *event)
{
	struct run *run = context;
	const char *kind = record_text(event, "event");

	guests_event(&run->guests, lane, event);
	progress_event(run->progress, lane, job, event);
	if (!strcmp(kind, "record")) {
		take_record(job, json_object_object_get(event, "record"));
		note_failure(run, job, json_object_object_get(event, "record"));
	} else if (!strcmp(kind, "boot")) {
		take_boot(run, job, event);
	} else if (!strcmp(kind, "note")) {
		take_note(run, job, event);
	} else if (!strcmp(kind, "done")) {
		take_done(run, job, event);
	}
}

static void on_tick(void *context)
{
	progress_tick(((struct run *)context)->progress);
}

/* A kernel, with what has make choose it; kernel/build leaves that beside it. */
static json_object *describe_kernel(const struct run *run, const char *name)
{
	cleanup_free char *path = text("%s/kernels/%s.make", run->settings->out, name);
	cleanup_free char *choice = NULL;
	json_object *kernel = json_object_new_object();

	if (!file_read(path, &choice, NULL)) {
		choice[strcspn(choice, "\n")] = '\0';
		add_text(kernel, "make", choice);
	}
	return kernel;
}

/* What each scenario of the run promises, once for all its cases. */
static void describe_scenarios(struct run *run, const struct catalog *catalog)
{
	json_object *cases = results_part(run->results, "cases");
	json_object *scenarios = results_part(run->results, "scenarios");

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		const char *name = record_text(json_object_array_get_idx(cases, i), "scenario");
		const struct scenario_info *info;
		json_object *scenario;

		if (json_object_object_get_ex(scenarios, name, NULL) || !(info = catalog_find(catalog, name)))
			continue;
		scenario = json_object_new_object();
		add_text(scenario, "promise", info->summary);
		add_text(scenario, "where", info->where);
		json_object_object_add(scenarios, name, scenario);
	}
}

static void describe(struct run *run, const struct inventory *inventory)
{
	json_object *about = results_part(run->results, "run");
	json_object *kernels = results_part(run->results, "kernels");
	json_object *machines = results_part(run->results, "machines");
	char started[32];
	time_t now = time(NULL);

	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	add_text(about, "started", started);
	add_text(about, "lab", run->settings->version);
	add_text(about, "accel", run->choice.accel);
	json_object_object_add(about, "lanes", json_object_new_int((int)run->choice.lanes));
	json_object_object_add(about, "complete", json_object_new_boolean(false));
	for (size_t k = 0; k < run->plan.kernels.count; k++)
		json_object_object_add(kernels, run->plan.kernels.items[k],
				       describe_kernel(run, run->plan.kernels.items[k]));
	for (size_t j = 0; j < run->plan.count; j++) {
		const char *name = record_text(run->plan.jobs[j], "machine");
		json_object *machine = json_object_new_object();

		add_text(machine, "about", inventory_machine(inventory, name)->about);
		json_object_object_add(machines, name, machine);
	}
}

/* Of cases that nobody asked for it cannot be said that what is listed does not occur. */
static bool is_selection(const struct choice *choice)
{
	return choice->machines.count || choice->scenarios.count || choice->duts.count || choice->cases;
}

/* What is known to fail is listed with each kernel (O/kernels/NAME.xfail). */
static int read_known(struct run *run, struct buf *why)
{
	const struct list *kernels = &run->plan.kernels;
	int err = 0;

	for (size_t k = 0; k < kernels->count && !err; k++) {
		cleanup_free char *path = text("%s/kernels/%s.xfail", run->settings->out, kernels->items[k]);

		err = known_read(&run->known, kernels->items[k], path, why);
	}
	return err;
}

/*
 * The first kernel is what the others are compared with. What a series means to
 * change is listed with the kernel that has it (O/kernels/NAME.expected).
 */
static int compare(struct run *run, struct buf *why)
{
	json_object *comparisons = results_part(run->results, "comparisons");
	const struct list *kernels = &run->plan.kernels;

	for (size_t k = 1; k < kernels->count; k++) {
		cleanup_free char *path =
			text("%s/kernels/%s.expected", run->settings->out, kernels->items[k]);
		cleanup_expectations struct expectations expectations = {0};
		json_object *comparison;
		int err = access(path, R_OK) ? 0 : expectations_read(path, &expectations, why);

		if (err)
			return err;
		comparison =
			compare_kernels(run->results, kernels->items[0], kernels->items[k], &expectations);
		if (is_selection(&run->choice))
			json_object_object_add(comparison, "unseen", json_object_new_array());
		json_object_array_add(comparisons, comparison);
	}
	return 0;
}

static void print(const struct run *run)
{
	json_object *comparisons = results_part(run->results, "comparisons");
	const struct page page = page_of(stdout);

	results_print_table(run->results, &page);
	results_print_skips(run->results, run->verbose, &page);
	results_print_known(run->results, &page);
	results_print_failures(run->results, &page);
	for (size_t i = 0; i < json_object_array_length(comparisons); i++)
		comparison_print(json_object_array_get_idx(comparisons, i), &page);
}

/* A folder of the run's own, named by the time: build/reports/20260102-030405. */
static int make_folder(struct run *run, struct buf *why)
{
	cleanup_free char *reports = text("%s/%s", run->settings->out, run->reports);
	char name[32];
	time_t now = time(NULL);
	int err = make_folders(reports);

	strftime(name, sizeof(name), "%Y%m%d-%H%M%S", gmtime(&now));
	for (unsigned int n = 0; !err && !run->folder; n++) {
		cleanup_free char *folder =
			n ? text("%s/%s-%u", reports, name, n) : text("%s/%s", reports, name);

		if (!mkdir(folder, 0755))
			run->folder = steal(folder);
		else if (errno != EEXIST)
			err = -errno;
	}
	if (!err)
		err = plan_place(&run->plan, run->folder);
	if (err)
		buf_printf(why, "cannot write to %s: %s", reports, strerror(-err));
	return err;
}

/* reports/latest is a link to the folder of the last run that has results. */
static int link_latest(const struct run *run)
{
	cleanup_free char *link = text("%s/%s/latest", run->settings->out, run->reports);
	cleanup_free char *beside = text("%s.%d", link, (int)getpid());

	if (symlink(strrchr(run->folder, '/') + 1, beside))
		return -errno;
	if (!rename(beside, link))
		return 0;
	unlink(beside);
	return -errno;
}

static int store(struct run *run, bool complete, struct buf *why)
{
	json_object *about = results_part(run->results, "run");
	double seconds = (double)(now_ms() - run->started_ms) / 1000.0;
	int err;

	json_object_object_add(about, "complete", json_object_new_boolean(complete));
	json_object_object_add(about, "seconds", json_object_new_double(seconds));
	err = results_write(run->results, run->folder);
	if (!err)
		err = link_latest(run);
	if (err)
		buf_printf(why, "cannot write the results to %s: %s: make room there, or set O=", run->folder,
			   strerror(-err));
	return err;
}

static int conclude(struct run *run, bool interrupted)
{
	json_object *about = results_part(run->results, "run");
	cleanup_buf struct buf why = BUF_INIT;
	bool stopped = run->choice.stop && run->failed.count;
	/* Of cases that were left out it cannot be said what changed. */
	int err = interrupted || stopped ? 0 : compare(run, &why);

	if (!err)
		err = store(run, !interrupted && !stopped && !run->lab_error.len, &why);
	/* The next run may be slower without them, no more. What broken kernels take is no measure. */
	if (!stopped)
		durations_keep(run->durations, results_part(run->results, "cases"), run->settings->cache);
	if (!err && plan_join(&run->plan))
		buf_printf(&run->lab_error, "cannot write the KTAP streams to %s", run->folder);
	print(run);
	if (err)
		return complain(&why);
	printf("\nresults: %s/%s/latest/results.json   %.0f s, %u lanes, %s\n", run->settings->out,
	       run->reports, json_object_get_double(json_object_object_get(about, "seconds")),
	       run->choice.lanes, strcmp(run->choice.accel, "kvm") ? "TCG" : "KVM");
	fflush(stdout);
	if (interrupted) {
		buf_printf(&why, "interrupted: %u cases did not run",
			   results_count(run->results, VERDICT_MISS));
		return complain(&why);
	}
	if (run->lab_error.len && !results_failures(run->results) && !leaks_count(run->results, NULL))
		return complain(&run->lab_error);
	return results_status(run->results);
}

/* Why a case did not run that no lane told anything about. */
static const char *why_missed(const struct run *run, int err)
{
	if (err)
		return err == -EINTR ? "interrupted" : "no lane could be started";
	return run->failed.count ? JOB_STOPPED : "the run left it out";
}

static int carry_out(struct run *run)
{
	struct pool pool = {
		.settings = run->settings,
		.folder = run->folder,
		.jobs = run->plan.jobs,
		.count = run->plan.count,
		.lanes = run->choice.lanes,
		.event = on_event,
		.wanted = is_wanted,
		.over = is_over,
		.tick = on_tick,
		.context = run,
	};
	const struct progress_run progress = {
		.out = stdout,
		.verbose = run->verbose,
		.lanes = run->choice.lanes,
		.jobs = run->plan.jobs,
		.count = run->plan.count,
		.durations = run->durations,
		.now_ms = now_ms,
	};
	int err;

	printf("run     %zu cases in %zu guests, %u at a time\n", run->plan.cases, run->plan.count,
	       run->choice.lanes);
	fflush(stdout);
	run->started_ms = now_ms();
	run->progress = progress_begin(&progress);
	err = pool_run(&pool);
	progress_end(run->progress);
	for (size_t j = 0; j < run->plan.count; j++)
		miss_rest(run->plan.jobs[j], why_missed(run, err));
	if (err && err != -EINTR)
		buf_printf(&run->lab_error, "no lane could be started: %s", strerror(-err));
	return conclude(run, err == -EINTR);
}

static void run_free(struct run *run)
{
	json_object_put(run->results);
	json_object_put(run->durations);
	known_free(&run->known);
	plan_free(&run->plan);
	choice_free(&run->choice);
	list_free(&run->failed);
	guests_free(&run->guests);
	buf_free(&run->lab_error);
	free(run->folder);
}

enum { OPTION_DRY_RUN = 'n', OPTION_VERBOSE = 'v', OPTION_REPORTS = OPTION_LONG_ONLY, OPTION_CASES = 'c' };

static const struct argp_option options[] = {
	{"dry-run", OPTION_DRY_RUN, NULL, 0, "print each guest's domain XML and QEMU command line instead",
	 0},
	{"cases", OPTION_CASES, "FILE", 0,
	 "run what FILE names, lines as a run reports them: KERNEL/MACHINE SCENARIO[DUT]", 0},
	{"verbose", OPTION_VERBOSE, NULL, 0, "print each case, and all reasons for skips", 0},
	{"reports", OPTION_REPORTS, "NAME", 0, "put the results below O=/NAME instead of O=/reports", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct run *run = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &run->choice;
		return 0;
	case OPTION_DRY_RUN:
		run->dry = true;
		return 0;
	case OPTION_CASES:
		run->cases = value;
		return 0;
	case OPTION_VERBOSE:
		run->verbose = true;
		return 0;
	case OPTION_REPORTS:
		run->reports = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp run_argp = {
	.options = options,
	.parser = parse,
	.children = (struct argp_child[]){{.argp = &choice_argp}, {0}},
	.doc = "Run cases in guests and report. Globs select; several are separated by blanks or "
	       "commas.",
};

static int run_cases(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(run_free))) struct run run = {.settings = settings, .reports = "reports"};
	cleanup_inventory struct inventory inventory = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (choice_read(&run.choice, &why))
		return complain(&why);
	parse_options(&run_argp, argc, argv, 0, &run);
	run.durations = durations_read(settings->cache);
	if (inventory_read(settings, &inventory, &why) ||
	    (run.cases && cases_read(run.cases, &inventory, &run.choice, &why)) ||
	    plan_make(settings, &inventory, &run.choice, "cases", run.durations, &run.plan, &why) ||
	    plan_require_cases(&run.plan, &why))
		return complain(&why);
	if (run.dry)
		return describe_plan(settings, &run.plan);
	if (read_known(&run, &why))
		return complain(&why);
	if (make_folder(&run, &why))
		return complain(&why);
	run.results = results_new();
	collect_cases(&run);
	describe(&run, &inventory);
	describe_scenarios(&run, &inventory.catalog);
	return carry_out(&run);
}

COMMAND(run, .name = "run", .summary = "run cases in guests and report", .argp = &run_argp, .run = run_cases);

static int serve_lane(const struct settings *settings, int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return lane_main(settings);
}

COMMAND(lane, .name = "lane", .summary = "serve jobs (started by the others)", .run = serve_lane,
	.hidden = true);
