// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/share.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <string.h>

/* Splitting off fewer ms of cases than this costs more time, for the extra boot, than it saves. */
#define LEAST_MS       6000
#define LEAST_IMAGE_MS 240000 /* guests with an image boot for a minute or more */

static unsigned int case_ms(const struct job *job, const struct job_case *each,
			    const struct durations *durations)
{
	return duration_of(durations, job->machine, each->name);
}

static unsigned int job_ms(const struct job *job, const struct durations *durations)
{
	unsigned int ms = 0;

	for (size_t i = 0; i < job->cases.count; i++)
		ms += case_ms(job, &job->cases.items[i], durations);
	return ms;
}

/* Jobs whose cases matter more come first, and the longest of these before all. */
static int longer_first(const void *a, const void *b)
{
	const struct job *left = a, *right = b;

	if (left->rest != right->rest)
		return left->rest ? 1 : -1;
	return (left->ms < right->ms) - (left->ms > right->ms);
}

/* Move cases of JOB, from *NEXT on, to PART until it has MS of work; at least one is moved. */
static void fill_part(struct job *part, const struct job *job, const struct durations *durations,
		      unsigned int ms, size_t *next)
{
	part->ms = 0;
	while (*next < job->cases.count && part->ms < ms) {
		const struct job_case *each = &job->cases.items[(*next)++];

		part->ms += case_ms(job, each, durations);
		*array_add(&part->cases) = *each;
	}
}

/* Split job J of PLAN into parts of at most MAX ms; the last case of a part may exceed that. */
static void cut_job(struct plan *plan, size_t j, const struct durations *durations,
		    unsigned int max)
{
	struct job whole = plan->jobs[j];
	unsigned int least = whole.image && max < LEAST_IMAGE_MS ? LEAST_IMAGE_MS : max;
	unsigned int parts = (whole.ms + least - 1) / least;
	unsigned int share = parts ? (whole.ms + parts - 1) / parts : 0;
	size_t next = 0;

	if (parts < 2)
		return;
	for (unsigned int part = 0; next < whole.cases.count; part++) {
		struct job made = {0};

		job_copy_bare(&made, &whole);
		made.part = part;
		fill_part(&made, &whole, durations, share, &next);
		*(part ? plan_add_job(plan) : &plan->jobs[j]) = made;
	}
	/* The parts own the cases now. */
	whole.cases.count = 0;
	job_free(&whole);
}

/* Move the cases of job J that matter less than others (struct ranking) to a job of their own. */
static void part_rest(struct plan *plan, size_t j)
{
	struct job rest = {0}, *job = &plan->jobs[j];
	size_t leading = job->leading;

	if (!leading) {
		job->rest = plan->ranked.chosen;
		return;
	}
	if (leading == job->cases.count)
		return;
	job_copy_bare(&rest, job);
	rest.rest = true;
	for (size_t i = leading; i < job->cases.count; i++)
		*array_add(&rest.cases) = job->cases.items[i];
	job->cases.count = leading;
	*plan_add_job(plan) = rest;
}

/* Move the cases of job J that need more memory than it has to a job of their own. */
static void part_memory(struct plan *plan, size_t j)
{
	struct job all = plan->jobs[j], parts[2] = {0};
	unsigned int memory = all.memory;

	for (size_t i = 0; i < all.cases.count; i++)
		if (all.cases.items[i].memory > memory)
			memory = all.cases.items[i].memory;
	if (memory == all.memory)
		return;
	for (size_t part = 0; part < ARRAY_SIZE(parts); part++)
		job_copy_bare(&parts[part], &all);
	for (size_t i = 0; i < all.cases.count; i++) {
		const struct job_case *each = &all.cases.items[i];

		*array_add(&parts[each->memory > all.memory].cases) = *each;
	}
	parts[1].memory = memory;
	all.cases.count = 0;
	job_free(&all);
	plan->jobs[j] = parts[!parts[0].cases.count];
	if (parts[0].cases.count)
		*plan_add_job(plan) = parts[1];
	else
		job_free(&parts[0]);
}

static bool comes_before(const struct job *a, const struct job *b)
{
	return !strcmp(a->kernel, b->kernel) && !strcmp(a->machine, b->machine) && a->cases.count &&
	       b->cases.count && a->cases.items[0].number < b->cases.items[0].number;
}

/* Number the parts of each machine's job in the order of their cases: they make one stream. */
static void number_parts(struct plan *plan)
{
	for (size_t j = 0; j < plan->count; j++) {
		plan->jobs[j].part = 0;
		for (size_t i = 0; i < plan->count; i++)
			plan->jobs[j].part += comes_before(&plan->jobs[i], &plan->jobs[j]);
	}
}

/* Cut the jobs that are the rest, or those that are not, so that all lanes end together. */
static void cut_jobs(struct plan *plan, const struct durations *durations, unsigned int lanes,
		     bool rest)
{
	unsigned int max = LEAST_MS, all = 0;
	size_t jobs = plan->count;

	for (size_t j = 0; j < jobs; j++) {
		if (plan->jobs[j].rest != rest)
			continue;
		plan->jobs[j].ms = job_ms(&plan->jobs[j], durations);
		all += plan->jobs[j].ms;
	}
	/* About two jobs per lane: then the last one is short, and all lanes end together. */
	if (max < all / (2 * lanes))
		max = all / (2 * lanes);
	for (size_t j = 0; j < jobs; j++)
		if (plan->jobs[j].rest == rest)
			cut_job(plan, j, durations, max);
}

void share_jobs(struct plan *plan, const struct durations *durations, unsigned int lanes)
{
	size_t jobs = plan->count;

	for (size_t j = 0; j < jobs; j++)
		part_rest(plan, j);
	jobs = plan->count;
	for (size_t j = 0; j < jobs; j++)
		part_memory(plan, j);
	cut_jobs(plan, durations, lanes, false);
	cut_jobs(plan, durations, lanes, true);
	number_parts(plan);
	if (plan->count)
		qsort(plan->jobs, plan->count, sizeof(*plan->jobs), longer_first);
}
