// SPDX-License-Identifier: GPL-2.0-only
/* Plans the retries of failed cases (RETRY=). */
#include "runner/cli/run.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/attempts.h"

#include <string.h>

/*
 * Whether the case failed. Known failures, and failures that another attempt excuses, need no
 * retry.
 */
static bool wants_retry(const struct attempts *attempts)
{
	const struct record *worst = attempts->worst;

	return !attempts_excuse(attempts, worst) &&
	       (record_failed(worst) || worst->result.verdict == VERDICT_ERROR);
}

static bool is_of(const struct job *job, const char *kernel, const char *machine)
{
	return !strcmp(job->kernel, kernel) && !strcmp(job->machine, machine);
}

/* The last part of the job in PLAN for the machine and kernel of RECORD. */
static const struct job *last_part(const struct plan *plan, const struct record *record)
{
	const struct job *last = NULL;

	for (size_t j = 0; j < plan->count; j++) {
		const struct job *job = &plan->jobs[j];

		if (is_of(job, record->kernel, record->machine) &&
		    (!last || job->part > last->part))
			last = job;
	}
	return last;
}

/* Add a job whose files have numbers after those of the run's parts. */
static struct job *add_job(struct plan *retry, const struct job *last, unsigned int round)
{
	struct job *job = plan_add_job(retry);

	job_copy_bare(job, last);
	free(job->streams);
	free(job->traces);
	free(job->kept);
	free(job->console);
	job->streams = job->traces = job->kept = job->console = NULL;
	job->part = last->part + round;
	return job;
}

static struct job *job_of(struct run *run, unsigned int round, struct plan *retry,
			  const struct record *record)
{
	for (size_t j = 0; j < retry->count; j++)
		if (is_of(&retry->jobs[j], record->kernel, record->machine))
			return &retry->jobs[j];
	return add_job(retry, last_part(&run->plan, record), round);
}

/* The highest number of a case of JOB's stream, including earlier attempts. */
static unsigned int last_number(const struct run *run, const struct job *job)
{
	unsigned int last = 0;

	for (size_t i = 0; i < run->results.cases.count; i++) {
		const struct record *record = &run->results.cases.items[i];

		if (is_of(job, record->kernel, record->machine) && record->number > last)
			last = record->number;
	}
	return last + (unsigned int)job->cases.count;
}

int run_plan_retry(struct run *run, unsigned int round, struct plan *retry)
{
	cleanup_free struct attempts *found = NULL;
	size_t count = attempts_gather(&run->results, NULL, &found);
	int err;

	for (size_t i = 0; i < count; i++) {
		const struct record *record = found[i].worst;
		struct job *job;

		/* A subtest runs again with its program, which has failed as well. */
		if (record->program || !wants_retry(&found[i]))
			continue;
		job = job_of(run, round, retry, record);
		job_add(job, last_number(run, job) + 1, record->scenario, record->dut, record->mode)
			->attempt = found[i].count + 1;
		retry->cases++;
	}
	err = plan_place(retry, run->folder);
	if (!err)
		run_add_cases(run, retry);
	return err;
}
