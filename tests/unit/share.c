// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/share.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <greatest.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CASES 60

/* Add MACHINE with its cases as the next job of PLAN. */
static void add_job(struct plan *plan, const char *machine)
{
	struct job *job = plan_add_job(plan);

	job->kernel = text("base");
	job->machine = text("%s", machine);
	for (unsigned int i = 0; i < CASES; i++) {
		cleanup_free char *name = text("bind/%02u", i);

		job_add(job, i + 1, name, "edu", MODE_TYPE1);
	}
	job->total = CASES;
}

static void drop_durations(struct durations **durations)
{
	durations_free(*durations);
}
#define cleanup_durations __attribute__((cleanup(drop_durations)))

static void add_record(struct records *records, const char *scenario, enum verdict verdict,
		       unsigned int ms)
{
	*array_add(records) = (struct record){
		.kernel = text("base"),
		.machine = text("pci"),
		.name = text("%s[edu]", scenario),
		.result = {.verdict = verdict, .ms = ms},
	};
}

static void drop_records(struct records *records)
{
	for (size_t i = 0; i < records->count; i++)
		json_free(&record_type, &records->items[i]);
	free(records->items);
}
#define cleanup_records __attribute__((cleanup(drop_records)))

/* A folder for durations.json. */
struct cache {
	char path[32];
};

static void cache_remove(struct cache *cache)
{
	cleanup_free char *path = text("%s/durations.json", cache->path);

	unlink(path);
	rmdir(cache->path);
}
#define cleanup_cache __attribute__((cleanup(cache_remove)))

static struct cache cache_make(void)
{
	struct cache cache = {"/tmp/durations.XXXXXX"};

	if (!mkdtemp(cache.path))
		abort();
	return cache;
}

static struct durations *read_text(const char *content)
{
	cleanup_cache struct cache cache = cache_make();
	cleanup_free char *path = text("%s/durations.json", cache.path);

	if (file_write(path, content, strlen(content)))
		abort();
	return durations_read(cache.path, NULL);
}

/* Durations in which each case of the machine pci takes MS. */
static struct durations *know(unsigned int ms)
{
	cleanup_cache struct cache cache = cache_make();
	cleanup_records struct records records = {0};
	struct durations *durations = durations_read(cache.path, NULL);

	for (unsigned int i = 0; i < CASES; i++) {
		cleanup_free char *name = text("bind/%02u", i);

		add_record(&records, name, VERDICT_PASS, ms);
	}
	if (durations_keep(durations, &records, cache.path))
		abort();
	return durations;
}

/* Returns how many of PLAN's jobs are part N. */
static unsigned int jobs_of_part(const struct plan *plan, unsigned int n)
{
	unsigned int found = 0;

	for (size_t i = 0; i < plan->count; i++)
		found += plan->jobs[i].part == n;
	return found;
}

/*
 * Check that the cases of part N have consecutive numbers from NUMBER on. Returns the next number,
 * or 0.
 */
static unsigned int follow(const struct plan *plan, unsigned int n, unsigned int number)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct job *job = &plan->jobs[i];

		for (size_t c = 0; job->part == n && c < job->cases.count; c++)
			if (job->cases.items[c].number != number++)
				return 0;
	}
	return number;
}

TEST a_long_job_is_cut_and_loses_nothing(void)
{
	cleanup_durations struct durations *durations = know(1000);
	cleanup_plan struct plan plan = {0};
	unsigned int number = 1;

	add_job(&plan, "pci");
	share_jobs(&plan, durations, 2);
	ASSERT_EQ_FMT((size_t)4, plan.count, "%zu");
	for (unsigned int part = 0; part < 4; part++) {
		ASSERT_EQ(1, jobs_of_part(&plan, part));
		number = follow(&plan, part, number);
		ASSERT_STR_EQ("pci", plan.jobs[part].machine);
		ASSERT_EQ_FMT((unsigned int)CASES, plan.jobs[part].total, "%u");
		ASSERT_EQ_FMT(15000u, plan.jobs[part].ms, "%u");
	}
	ASSERT_EQ_FMT(CASES + 1u, number, "%u");
	PASS();
}

TEST a_short_job_stays_whole(void)
{
	cleanup_durations struct durations *durations = know(50);
	cleanup_plan struct plan plan = {0};

	add_job(&plan, "pci");
	share_jobs(&plan, durations, 4);
	ASSERT_EQ_FMT((size_t)1, plan.count, "%zu");
	ASSERT_EQ_FMT(CASES + 1u, follow(&plan, 0, 1), "%u");
	PASS();
}

TEST the_longest_comes_first(void)
{
	cleanup_durations struct durations *durations = know(50);
	cleanup_plan struct plan plan = {0};

	/* Its duration is unknown: the guess is less than that of the other one. */
	add_job(&plan, "unknown");
	add_job(&plan, "pci");
	share_jobs(&plan, durations, 1);
	ASSERT_STR_EQ("pci", plan.jobs[0].machine);
	ASSERT_STR_EQ("unknown", plan.jobs[1].machine);
	PASS();
}

TEST without_durations_all_is_guessed(void)
{
	cleanup_plan struct plan plan = {0};

	add_job(&plan, "pci");
	share_jobs(&plan, NULL, 1);
	ASSERT_EQ_FMT((size_t)1, plan.count, "%zu");
	ASSERT(plan.jobs[0].ms > 0);
	PASS();
}

TEST durations_are_kept_from_run_to_run(void)
{
	cleanup_cache struct cache cache = cache_make();
	cleanup_durations struct durations *empty = durations_read(cache.path, NULL), *known = NULL;
	cleanup_records struct records cases = {0};

	/* The longest of its kernels counts; the file's order is that of the names. */
	add_record(&cases, "bind/c", VERDICT_PASS, 30);
	add_record(&cases, "bind/a", VERDICT_PASS, 70);
	add_record(&cases, "bind/a", VERDICT_SKIP, 0);
	add_record(&cases, "bind/b", VERDICT_MISS, 9000);
	add_record(&cases, "bind/d", VERDICT_FAIL, 9000);
	ASSERT_EQ(0, durations_keep(empty, &cases, cache.path));
	known = durations_read(cache.path, NULL);
	ASSERT_EQ_FMT(70u, duration_of(known, "pci", "bind/a[edu]"), "%u");
	ASSERT_EQ_FMT(30u, duration_of(known, "pci", "bind/c[edu]"), "%u");
	ASSERT(duration_of(known, "pci", "bind/b[edu]") < 9000);
	ASSERT(duration_of(known, "pci", "bind/d[edu]") < 9000);
	ASSERT(duration_of(known, "vf", "bind/a[edu]") != 70);
	PASS();
}

TEST a_later_run_replaces_what_its_cases_took(void)
{
	cleanup_cache struct cache cache = cache_make();
	cleanup_durations struct durations *durations = durations_read(cache.path, NULL),
					   *known = NULL;
	cleanup_records struct records first = {0}, second = {0};

	add_record(&first, "bind/a", VERDICT_PASS, 700);
	add_record(&first, "bind/b", VERDICT_PASS, 600);
	add_record(&second, "bind/a", VERDICT_PASS, 0);
	ASSERT_EQ(0, durations_keep(durations, &first, cache.path));
	known = durations_read(cache.path, NULL);
	ASSERT_EQ(0, durations_keep(known, &second, cache.path));
	ASSERT_EQ_FMT(1u, duration_of(known, "pci", "bind/a[edu]"), "%u");
	ASSERT_EQ_FMT(600u, duration_of(known, "pci", "bind/b[edu]"), "%u");
	PASS();
}

TEST a_case_that_never_ran_has_the_weight_of_its_dut(void)
{
	static const char weights[] = "pci edu 500\npci igb 3\n";
	cleanup_cache struct cache cache = cache_make();
	cleanup_free char *path = text("%s/weights", cache.path);
	cleanup_durations struct durations *durations = NULL;
	unsigned int guess = duration_of(NULL, "pci", "bind/a[edu]");

	ASSERT(!file_write(path, weights, strlen(weights)));
	durations = durations_read(cache.path, path);
	unlink(path);
	ASSERT_EQ_FMT(500u, duration_of(durations, "pci", "bind/a[edu]"), "%u");
	ASSERT_EQ_FMT(3u, duration_of(durations, "pci", "bind/a[igb,cdev]"), "%u");
	ASSERT_EQ_FMT(guess, duration_of(durations, "pci", "bind/a[nvme]"), "%u");
	ASSERT_EQ_FMT(guess, duration_of(durations, "vf", "bind/a[edu]"), "%u");
	ASSERT_EQ_FMT(guess, duration_of(durations, "pci", "a"), "%u");
	PASS();
}

/* The last one has the previous format. */
TEST a_broken_file_is_as_good_as_none(void)
{
	static const char *const contents[] = {
		"", "[\"half of a", "{\"machines\": {\"pci\": {\"cases\": {\"bind/a[edu]\": 7}}}}",
		"{\"pci\": {\"bind/a[edu]\": 7000}}"};
	unsigned int guess = duration_of(NULL, "pci", "bind/a[edu]");

	ASSERT(guess > 0);
	for (size_t i = 0; i < ARRAY_SIZE(contents); i++) {
		cleanup_durations struct durations *known = read_text(contents[i]);

		ASSERT_EQ_FMT(guess, duration_of(known, "pci", "bind/a[edu]"), "%u");
	}
	PASS();
}

TEST large_guests_have_jobs_of_their_own(void)
{
	cleanup_plan struct plan plan = {0};
	struct job *job;

	add_job(&plan, "pci");
	plan.jobs[0].cases.items[CASES - 2].memory = 1024;
	plan.jobs[0].cases.items[CASES - 1].memory = 2048;
	share_jobs(&plan, NULL, 64);
	ASSERT_EQ(1, jobs_of_part(&plan, 0));
	ASSERT(follow(&plan, 0, 1) > 1);
	for (size_t i = 0; i < plan.count; i++) {
		job = &plan.jobs[i];
		ASSERT_EQ(job->part == plan.count - 1 ? 2048 : 0, job->memory);
		ASSERT_EQ(job->part == plan.count - 1, job->cases.items[0].number == CASES - 1);
	}
	PASS();
}

TEST one_large_guest_needs_no_second_job(void)
{
	cleanup_plan struct plan plan = {0};

	add_job(&plan, "pci");
	for (size_t i = 0; i < CASES; i++)
		plan.jobs[0].cases.items[i].memory = 1024;
	share_jobs(&plan, NULL, 1);
	for (size_t i = 0; i < plan.count; i++)
		ASSERT_EQ(1024, plan.jobs[i].memory);
	ASSERT_EQ(1, jobs_of_part(&plan, 0));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_long_job_is_cut_and_loses_nothing);
	RUN_TEST(a_short_job_stays_whole);
	RUN_TEST(the_longest_comes_first);
	RUN_TEST(without_durations_all_is_guessed);
	RUN_TEST(durations_are_kept_from_run_to_run);
	RUN_TEST(a_later_run_replaces_what_its_cases_took);
	RUN_TEST(a_case_that_never_ran_has_the_weight_of_its_dut);
	RUN_TEST(a_broken_file_is_as_good_as_none);
	RUN_TEST(large_guests_have_jobs_of_their_own);
	RUN_TEST(one_large_guest_needs_no_second_job);
	GREATEST_MAIN_END();
}
