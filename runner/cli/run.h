/* SPDX-License-Identifier: GPL-2.0-only */
/* One run, as the files of vfiolab run share it. */
#ifndef RUNNER_CLI_RUN_H
#define RUNNER_CLI_RUN_H

#include "reports/model/known.h"
#include "runner/lane/guests.h"
#include "runner/lane/progress.h"
#include "runner/plan/plan.h"

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
	bool again;	    /* run what failed in the latest run */
	bool dry;
	bool verbose;
	const char *name; /* of the folder below O= that has the runs' folders */
	char *reports;	  /* its path */
	int64_t started_ms;
	struct buf lab_error; /* the first thing that went wrong with the lab itself */
};

/* Put what is known before the run into its results: cases, kernels, machines, scenarios. */
void run_describe(struct run *run, const struct inventory *inventory);

/*
 * Compare the kernels, store the results, the streams and the exit status in the run's folder, and
 * print the report. INTERRUPTED: cases did not run because of a signal. Returns the exit status.
 */
int run_conclude(struct run *run, bool interrupted);

#endif
