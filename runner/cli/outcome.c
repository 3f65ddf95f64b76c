// SPDX-License-Identifier: GPL-2.0-only
/* The end of a run: its results, from the first case to the exit status. */
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "reports/ktap-stream.h"
#include "reports/model/compare.h"
#include "reports/model/leaks.h"
#include "reports/text/page.h"
#include "reports/text/text.h"
#include "runner/cli/command.h"
#include "runner/cli/kernel-about.h"
#include "runner/cli/publish.h"
#include "runner/cli/run-folder.h"
#include "runner/cli/run.h"
#include "runner/plan/guest-image.h"
#include "runner/plan/lspci-machine.h"
#include "runner/plan/machine-file.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static void describe_kernels(struct run *run)
{
	const struct list *kernels = &run->plan.kernels;

	for (size_t k = 0; k < kernels->count; k++)
		*array_add(&run->results.kernels) = kernel_about(run->settings, kernels->items[k]);
}

/*
 * Describe the machines and scenarios of all shards: merged results also have those of absent
 * shards.
 */
static void describe_machines(struct run *run, const struct inventory *inventory)
{
	const struct outline *outline = &run->plan.outline;

	for (size_t i = 0; i < outline->count; i++) {
		const char *name = outline->items[i].machine;
		const struct machine *machine = inventory_machine(inventory, name);
		const char *path = machine_file_choice(run->settings, name);
		const char *dump = run->choice.lspci;

		if (results_machine(&run->results, name))
			continue;
		*array_add(&run->results.machines) = (struct machine_about){
			.name = text("%s", name),
			.about = text("%s", machine->about),
			.make = path ? text("%s", path) : NULL,
			.lspci = dump ? lspci_machine_choice(dump) : NULL,
			.image = image_of(&run->choice, machine) ? text("cloud") : NULL,
		};
	}
}

static void describe_scenario(struct run *run, const struct catalog *catalog, const char *of_case)
{
	cleanup_free char *name = text("%.*s", (int)strcspn(of_case, "["), of_case);
	const struct scenario_info *info = catalog_find(catalog, name);

	if (!info || results_scenario(&run->results, name))
		return;
	*array_add(&run->results.scenarios) = (struct scenario_about){
		.name = text("%s", name),
		.promise = text("%s", info->summary),
		.where = text("%s", info->where),
	};
}

/* Describe each scenario of the run, once for all its cases. */
static void describe_scenarios(struct run *run, const struct catalog *catalog)
{
	const struct outline *outline = &run->plan.outline;

	for (size_t i = 0; i < outline->count; i++)
		for (size_t c = 0; c < outline->items[i].cases.count; c++)
			describe_scenario(run, catalog, outline->items[i].cases.items[c]);
}

static void describe_run(struct run *run)
{
	char started[32];
	time_t now = time(NULL);

	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now));
	run->results.schema = RESULTS_SCHEMA;
	run->results.run = (struct run_about){
		.lab = text("%s", run->settings->version),
		.started = text("%s", started),
		.accel = text("%s", run->choice.accel),
		.lanes = run->plan.lanes,
		.repeat = run->choice.repeat ?: 1,
		.retry = run->choice.retry,
		.flaky = run->choice.flaky ? text("%s", run->choice.flaky) : NULL,
	};
}

/*
 * Store the whole plan in the results of a shard, so that vfiolab merge knows the cases of absent
 * shards.
 */
static void note_plan(struct run *run)
{
	run->results.run.plan = outline_hash(&run->plan.outline, &run->results);
	run->results.run.shard = run->choice.shard.index;
	run->results.run.shards = run->choice.shard.count;
	if (!run->choice.shard.count)
		return;
	run->results.plan = run->plan.outline;
	run->plan.outline = (struct outline){0};
}

void run_describe(struct run *run, const struct inventory *inventory)
{
	describe_run(run);
	run_add_cases(run, &run->plan);
	describe_kernels(run);
	describe_machines(run, inventory);
	describe_scenarios(run, &inventory->catalog);
	note_plan(run);
}

bool run_is_selection(const struct choice *choice)
{
	return choice->only_changed || choice->machines.count || choice->scenarios.count ||
	       choice->duts.count || choice->modes.count || choice->cases.count;
}

/* Add the kernels that have cases to RAN, in their order. */
static void add_kernels_that_ran(const struct run *run, struct list *ran)
{
	for (size_t k = 0; k < run->plan.kernels.count; k++)
		for (size_t j = 0; j < run->plan.count; j++)
			if (!strcmp(run->plan.jobs[j].kernel, run->plan.kernels.items[k]))
				list_add_once(ran, run->plan.kernels.items[k]);
}

/*
 * Compare the other kernels with the first one. The expected differences of a kernel are in
 * O/kernels/NAME.expected.
 */
static int compare(struct run *run, struct buf *why)
{
	cleanup_list struct list ran = {0};
	const struct list *kernels = &ran;

	add_kernels_that_ran(run, &ran);
	for (size_t k = 1; k < kernels->count; k++) {
		cleanup_free char *path =
			text("%s/kernels/%s.expected", run->settings->out, kernels->items[k]);
		cleanup_expectations struct expectations expectations = {0};
		struct comparison *comparison;
		int err = access(path, R_OK) ? 0 : expectations_read(path, &expectations, why);

		if (err)
			return err;
		comparison = compare_kernels(&run->results, kernels->items[0], kernels->items[k],
					     &expectations);
		/* A listed difference need not occur in a selection. */
		if (run_is_selection(&run->choice))
			comparison_forget_unseen(comparison);
	}
	return 0;
}

void run_print(const struct run *run)
{
	const struct results *results = &run->results;
	const struct page page = page_of(stdout);

	results_print_table(results, &page);
	results_print_skips(results, run->verbose, &page);
	results_print_known(results, &page);
	results_print_failures(results, &page);
	results_print_attempts(results, &page);
	for (size_t i = 0; i < results->comparisons.count; i++)
		comparison_print(results, &results->comparisons.items[i], &page);
}

int run_store(const struct run *run, int status, struct buf *why)
{
	int err = results_write(&run->results, run->folder);

	if (!err && publish(run->settings, &run->results, run->folder, why))
		return -EIO;
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
	run->results.run.complete = complete;
	run->results.run.seconds = (double)(now_ms() - run->started_ms) / 1000.0;
}

/* A failure counts even if the lab failed as well. An interrupted run has no status of its own. */
static int status_of(const struct run *run, bool interrupted)
{
	bool bad = results_failures(&run->results) || leaks_count(&run->results, NULL);

	if (interrupted || (run->lab_error.len && !bad))
		return EXIT_LAB;
	/* A shard can be empty: there can be more shards than DUTs. */
	if (run->choice.shard.count && !run->results.cases.count)
		return 0;
	return results_status(&run->results);
}

static void print_end(const struct run *run)
{
	printf("\nreport:  %s/latest/index.html\nresults: %s/latest/results.json   %.0f s, %u "
	       "lanes, %s\n",
	       run->reports, run->reports, run->results.run.seconds, run->plan.lanes,
	       strcmp(run->choice.accel, "kvm") ? "TCG" : "KVM");
	debug_print(&run->debug);
	if (run->choice.trace)
		printf("traces:  %s/latest/KERNEL/MACHINE.traces/   vfiolab compare --traces\n",
		       run->reports);
	fflush(stdout);
	/* Only the merged run has comparisons. */
	if (!run->choice.shard.count)
		publish_to_github(run->folder);
}

/*
 * A difference that did not occur in one shard may occur in another. So the shard does not print
 * it, but its results have it.
 */
static void forget_unseen(struct run *run)
{
	for (size_t i = 0; i < run->results.comparisons.count; i++)
		comparison_forget_unseen(&run->results.comparisons.items[i]);
}

int run_conclude(struct run *run, bool interrupted)
{
	cleanup_buf struct buf why = BUF_INIT;
	bool stopped = run_was_stopped(run);
	/* Kernels are not compared if cases did not run. */
	int err = interrupted || stopped ? 0 : compare(run, &why);
	int status;

	if (ktap_write(&run->results, run->folder))
		buf_printf(&run->lab_error, "cannot write the KTAP streams to %s", run->folder);
	describe_end(run, !interrupted && !stopped && !run->lab_error.len);
	status = status_of(run, interrupted);
	if (!err)
		err = run_store(run, status, &why);
	/*
	 * Without the durations, the next run is only slower. Those of a stopped run are not
	 * representative, and neither are those with counters.
	 */
	if (!stopped && !run->choice.reach)
		durations_keep(run->durations, &run->results.cases, run->settings->cache);
	/* The history has only complete runs: vfiolab merge adds those of shards. */
	if (!err && !interrupted && !run->choice.shard.count)
		run_remember(run);
	if (run->choice.shard.count)
		forget_unseen(run);
	if (!err && run->choice.reach)
		err = run_keep_reach(run, &why);
	run_print(run);
	if (err)
		return complain(&why);
	print_end(run);
	if (interrupted)
		buf_printf(&why, "interrupted: %u cases did not run",
			   results_count(&run->results, VERDICT_MISS));
	else if (status == EXIT_LAB && run->lab_error.len)
		buf_puts(&why, run->lab_error.data);
	return why.len ? complain(&why) : status;
}
