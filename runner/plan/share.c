// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/share.h"

#include "runner/plan/durations.h"

#include <stdlib.h>

/* Below so many ms of cases, a guest of its own costs more time than it saves. */
#define LEAST_MS 6000

static json_object *cases_of(json_object *job)
{
	return json_object_object_get(job, "cases");
}

/* What JOB may take, counted once and kept with it. */
static unsigned int job_ms(json_object *job)
{
	json_object *ms;

	return json_object_object_get_ex(job, "ms", &ms) ? (unsigned int)json_object_get_int(ms)
							 : 0;
}

static void count_job(json_object *job, json_object *durations)
{
	json_object *cases = cases_of(job);
	unsigned int ms = 0;

	for (size_t i = 0; i < json_object_array_length(cases); i++)
		ms += duration_of(durations, json_object_array_get_idx(cases, i));
	json_object_object_add(job, "ms", json_object_new_int((int)ms));
}

static int longer_first(const void *a, const void *b)
{
	unsigned int left = job_ms(*(json_object *const *)a);
	unsigned int right = job_ms(*(json_object *const *)b);

	return (left < right) - (left > right);
}

/* The cases of JOB from *NEXT on that come to MS, and at least one, as a part of their own. */
static json_object *make_part(json_object *job, json_object *durations, unsigned int part,
			      unsigned int ms, size_t *next)
{
	json_object *cases = cases_of(job);
	json_object *share = json_object_new_array();
	json_object *made = NULL;
	unsigned int taken = 0;

	while (*next < json_object_array_length(cases) && taken < ms) {
		json_object *record = json_object_array_get_idx(cases, (*next)++);

		taken += duration_of(durations, record);
		json_object_array_add(share, json_object_get(record));
	}
	json_object_deep_copy(job, &made, NULL);
	json_object_object_add(made, "cases", share);
	json_object_object_add(made, "part", json_object_new_int((int)part));
	json_object_object_add(made, "ms", json_object_new_int((int)taken));
	return made;
}

static void add_job(struct plan *plan, json_object *job)
{
	plan->jobs = reallocarray(plan->jobs, plan->count + 1, sizeof(*plan->jobs));
	if (!plan->jobs)
		abort();
	plan->jobs[plan->count++] = job;
}

/* Cut job J of PLAN into parts of at most MOST ms, or one case more. */
static void cut_job(struct plan *plan, size_t j, json_object *durations, unsigned int most)
{
	json_object *job = plan->jobs[j];
	unsigned int ms = job_ms(job);
	unsigned int parts = (ms + most - 1) / most;
	unsigned int share = parts ? (ms + parts - 1) / parts : 0;
	size_t next = 0;

	if (parts < 2)
		return;
	plan->jobs[j] = make_part(job, durations, 0, share, &next);
	for (unsigned int part = 1; next < json_object_array_length(cases_of(job)); part++)
		add_job(plan, make_part(job, durations, part, share, &next));
	json_object_put(job);
}

void share_jobs(struct plan *plan, json_object *durations, unsigned int lanes)
{
	unsigned int most = LEAST_MS, all = 0;
	size_t jobs = plan->count;

	for (size_t j = 0; j < jobs; j++) {
		count_job(plan->jobs[j], durations);
		all += job_ms(plan->jobs[j]);
	}
	/* About two jobs a lane: the last one of each is then short enough. */
	if (most < all / (2 * lanes))
		most = all / (2 * lanes);
	for (size_t j = 0; j < jobs; j++)
		cut_job(plan, j, durations, most);
	if (plan->count)
		qsort(plan->jobs, plan->count, sizeof(*plan->jobs), longer_first);
}
