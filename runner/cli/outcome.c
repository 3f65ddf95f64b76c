// SPDX-License-Identifier: GPL-2.0-only
/* What a run comes to: its results from the first case to the exit status. */
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "reports/model/compare.h"
#include "reports/model/leaks.h"
#include "reports/model/results.h"
#include "reports/text/page.h"
#include "runner/cli/command.h"
#include "runner/cli/run-folder.h"
#include "runner/cli/run.h"
#include "runner/guest/guest.h"
#include "runner/plan/durations.h"

#include <string.h>
#include <time.h>

static void add_text(json_object *object, const char *key, const char *value)
{
	json_object_object_add(object, key, json_object_new_string(value));
}

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

		if (json_object_object_get_ex(scenarios, name, NULL) ||
		    !(info = catalog_find(catalog, name)))
			continue;
		scenario = json_object_new_object();
		add_text(scenario, "promise", info->summary);
		add_text(scenario, "where", info->where);
		json_object_object_add(scenarios, name, scenario);
	}
}

static void describe_run(struct run *run, const struct inventory *inventory)
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
	json_object_object_add(
		about, "repeat",
		json_object_new_int(run->choice.repeat ? (int)run->choice.repeat : 1));
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

void run_describe(struct run *run, const struct inventory *inventory)
{
	run->results = results_new();
	collect_cases(run);
	describe_run(run, inventory);
	describe_scenarios(run, &inventory->catalog);
}

/* Of cases that nobody asked for it cannot be said that what is listed does not occur. */
static bool is_selection(const struct choice *choice)
{
	return choice->machines.count || choice->scenarios.count || choice->duts.count ||
	       choice->cases;
}

/* Of the kernels, in their order, those that have cases. */
static void add_kernels_that_ran(const struct run *run, struct list *ran)
{
	for (size_t k = 0; k < run->plan.kernels.count; k++)
		for (size_t j = 0; j < run->plan.count; j++)
			if (!strcmp(record_text(run->plan.jobs[j], "kernel"),
				    run->plan.kernels.items[k]))
				list_add_once(ran, run->plan.kernels.items[k]);
}

/*
 * The first kernel is what the others are compared with. What a series means to
 * change is listed with the kernel that has it (O/kernels/NAME.expected).
 */
static int compare(struct run *run, struct buf *why)
{
	json_object *comparisons = results_part(run->results, "comparisons");
	cleanup_list struct list ran = {0};
	const struct list *kernels = &ran;

	add_kernels_that_ran(run, &ran);
	for (size_t k = 1; k < kernels->count; k++) {
		cleanup_free char *path =
			text("%s/kernels/%s.expected", run->settings->out, kernels->items[k]);
		cleanup_expectations struct expectations expectations = {0};
		json_object *comparison;
		int err = access(path, R_OK) ? 0 : expectations_read(path, &expectations, why);

		if (err)
			return err;
		comparison = compare_kernels(run->results, kernels->items[0], kernels->items[k],
					     &expectations);
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
	results_print_attempts(run->results, &page);
	for (size_t i = 0; i < json_object_array_length(comparisons); i++)
		comparison_print(json_object_array_get_idx(comparisons, i), &page);
}

static int store(struct run *run, int status, struct buf *why)
{
	int err = results_write(run->results, run->folder);

	if (!err)
		err = folder_write_status(run->folder, status);
	if (!err)
		err = folder_link(run->reports, run->folder);
	if (err)
		buf_printf(why, "cannot write the results to %s: %s: make room there, or set O=",
			   run->folder, strerror(-err));
	return err;
}

static void describe_end(struct run *run, bool complete)
{
	json_object *about = results_part(run->results, "run");
	double seconds = (double)(now_ms() - run->started_ms) / 1000.0;

	json_object_object_add(about, "complete", json_object_new_boolean(complete));
	json_object_object_add(about, "seconds", json_object_new_double(seconds));
}

/*
 * A failure that was found is not less so because the lab failed as well; an interrupted run says
 * nothing.
 */
static int status_of(const struct run *run, bool interrupted)
{
	bool bad = results_failures(run->results) || leaks_count(run->results, NULL);

	if (interrupted || (run->lab_error.len && !bad))
		return EXIT_LAB;
	return results_status(run->results);
}

static void print_end(const struct run *run)
{
	json_object *about = results_part(run->results, "run");

	printf("\nresults: %s/latest/results.json   %.0f s, %u lanes, %s\n", run->reports,
	       json_object_get_double(json_object_object_get(about, "seconds")), run->choice.lanes,
	       strcmp(run->choice.accel, "kvm") ? "TCG" : "KVM");
	fflush(stdout);
}

int run_conclude(struct run *run, bool interrupted)
{
	cleanup_buf struct buf why = BUF_INIT;
	bool stopped = run->choice.stop && run->failed.count;
	/* Of cases that were left out it cannot be said what changed. */
	int err = interrupted || stopped ? 0 : compare(run, &why);
	int status;

	if (plan_join(&run->plan))
		buf_printf(&run->lab_error, "cannot write the KTAP streams to %s", run->folder);
	describe_end(run, !interrupted && !stopped && !run->lab_error.len);
	status = status_of(run, interrupted);
	if (!err)
		err = store(run, status, &why);
	/*
	 * The next run may be slower without them, no more. What broken kernels take is no measure.
	 */
	if (!stopped)
		durations_keep(run->durations, results_part(run->results, "cases"),
			       run->settings->cache);
	print(run);
	if (err)
		return complain(&why);
	print_end(run);
	if (interrupted)
		buf_printf(&why, "interrupted: %u cases did not run",
			   results_count(run->results, VERDICT_MISS));
	else if (status == EXIT_LAB && run->lab_error.len)
		buf_puts(&why, run->lab_error.data);
	return why.len ? complain(&why) : status;
}
