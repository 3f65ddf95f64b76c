// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/share.h"
#include "runner/plan/durations.h"

#include "lab/base/cleanup.h"
#include "reports/model/record.h"

#include <greatest.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CASES 60

/* A plan of one machine on one kernel whose cases took MS each, by DURATIONS. */
static struct plan plan_of(json_object *durations, int ms)
{
	json_object *job = json_object_new_object();
	json_object *cases = json_object_new_array();
	json_object *known = json_object_new_object();
	struct plan plan = {.jobs = calloc(1, sizeof(*plan.jobs)), .count = 1, .cases = CASES};

	for (unsigned int i = 0; i < CASES; i++) {
		cleanup_free char *name = text("bind/%02u", i);
		json_object *record = record_new("base", "pci", i + 1, name, "edu");

		json_object_object_add(known, record_text(record, "case"), json_object_new_int(ms));
		json_object_array_add(cases, record);
	}
	json_object_object_add(durations, "pci", known);
	json_object_object_add(job, "cases", cases);
	plan.jobs[0] = job;
	return plan;
}

static void drop_plan(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++)
		json_object_put(plan->jobs[i]);
	free(plan->jobs);
}
#define cleanup_jobs __attribute__((cleanup(drop_plan)))

static void drop_object(json_object **object)
{
	json_object_put(*object);
}
#define cleanup_object __attribute__((cleanup(drop_object)))

/* How many of PLAN's jobs are part N. */
static unsigned int jobs_of_part(const struct plan *plan, int n)
{
	unsigned int found = 0;

	for (size_t i = 0; i < plan->count; i++)
		found += record_number(plan->jobs[i], "part") == n;
	return found;
}

/*
 * The cases of part N, each one more than the one before it, from NUMBER on; the next number, or 0.
 */
static int follow(const struct plan *plan, int n, int number)
{
	for (size_t i = 0; i < plan->count; i++) {
		json_object *cases = json_object_object_get(plan->jobs[i], "cases");

		if (record_number(plan->jobs[i], "part") != n)
			continue;
		for (size_t c = 0; c < json_object_array_length(cases); c++)
			if (record_number(json_object_array_get_idx(cases, c), "number") !=
			    number++)
				return 0;
	}
	return number;
}

TEST a_long_job_is_cut_and_loses_nothing(void)
{
	cleanup_object json_object *durations = json_object_new_object();
	cleanup_jobs struct plan plan = plan_of(durations, 1000);
	int number = 1;

	share_jobs(&plan, durations, 2);
	ASSERT_EQ_FMT((size_t)4, plan.count, "%zu");
	for (int part = 0; part < 4; part++) {
		ASSERT_EQ(1, jobs_of_part(&plan, part));
		number = follow(&plan, part, number);
	}
	ASSERT_EQ_FMT(CASES + 1, number, "%d");
	PASS();
}

TEST a_short_job_stays_whole(void)
{
	cleanup_object json_object *durations = json_object_new_object();
	cleanup_jobs struct plan plan = plan_of(durations, 50);

	share_jobs(&plan, durations, 4);
	ASSERT_EQ_FMT((size_t)1, plan.count, "%zu");
	ASSERT_EQ_FMT(CASES + 1, follow(&plan, 0, 1), "%d");
	PASS();
}

TEST the_longest_comes_first(void)
{
	cleanup_object json_object *durations = json_object_new_object();
	cleanup_object json_object *longer = json_object_new_object();
	cleanup_jobs struct plan plan = plan_of(durations, 50);
	cleanup_jobs struct plan other = plan_of(longer, 70);
	json_object *cases;

	/*
	 * Of another machine, which nothing is known of: it is guessed to take less than the first.
	 */
	plan.jobs = reallocarray(plan.jobs, 2, sizeof(*plan.jobs));
	plan.jobs[1] = plan.jobs[0];
	plan.jobs[0] = json_object_get(other.jobs[0]);
	plan.count = 2;
	cases = json_object_object_get(other.jobs[0], "cases");
	for (size_t i = 0; i < json_object_array_length(cases); i++)
		record_set(json_object_array_get_idx(cases, i), "machine", "unknown");
	share_jobs(&plan, durations, 1);
	ASSERT_STR_EQ("pci", record_text(json_object_array_get_idx(
						 json_object_object_get(plan.jobs[0], "cases"), 0),
					 "machine"));
	PASS();
}

/* A case of a run, as it ended. */
static json_object *ran(const char *kernel, const char *scenario, enum verdict verdict, int ms)
{
	json_object *record = record_new(kernel, "pci", 1, scenario, "edu");

	record_verdict(record, verdict, NULL);
	json_object_object_add(record, "ms", json_object_new_int(ms));
	return record;
}

TEST durations_are_kept_from_run_to_run(void)
{
	char cache[] = "/tmp/durations.XXXXXX";
	cleanup_object json_object *empty = NULL, *known = NULL, *cases = json_object_new_array();
	cleanup_free char *path = NULL;

	ASSERT(mkdtemp(cache));
	path = text("%s/durations.json", cache);
	empty = durations_read(cache);
	json_object_array_add(cases, ran("base", "bind/a", VERDICT_PASS, 70));
	json_object_array_add(cases, ran("series", "bind/a", VERDICT_SKIP, 0));
	json_object_array_add(cases, ran("base", "bind/b", VERDICT_MISS, 9000));
	ASSERT_EQ(0, durations_keep(empty, cases, cache));
	known = durations_read(cache);
	unlink(path);
	rmdir(cache);
	ASSERT_EQ_FMT(70u, duration_of(known, json_object_array_get_idx(cases, 0)), "%u");
	ASSERT(duration_of(known, json_object_array_get_idx(cases, 2)) < 9000);
	PASS();
}

TEST a_broken_file_is_as_good_as_none(void)
{
	char cache[] = "/tmp/durations.XXXXXX";
	cleanup_object json_object *known = NULL,
				   *record = record_new("base", "pci", 1, "bind/a", "edu");
	cleanup_free char *path = NULL;
	FILE *file;

	ASSERT(mkdtemp(cache));
	path = text("%s/durations.json", cache);
	file = fopen(path, "w");
	ASSERT(file);
	fputs("[\"half of a", file);
	fclose(file);
	known = durations_read(cache);
	unlink(path);
	rmdir(cache);
	ASSERT(duration_of(known, record) > 0);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_long_job_is_cut_and_loses_nothing);
	RUN_TEST(a_short_job_stays_whole);
	RUN_TEST(the_longest_comes_first);
	RUN_TEST(durations_are_kept_from_run_to_run);
	RUN_TEST(a_broken_file_is_as_good_as_none);
	GREATEST_MAIN_END();
}
