// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/results.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "tests/reports/made.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/stat.h>

struct outcome {
	bool complete;
	size_t count;
	enum verdict verdicts[3];
	int status;
};

static const struct outcome outcomes[] = {
	{true, 2, {VERDICT_PASS, VERDICT_SKIP}, 0},  {true, 2, {VERDICT_PASS, VERDICT_FAIL}, 1},
	{true, 2, {VERDICT_FAIL, VERDICT_ERROR}, 1}, {true, 2, {VERDICT_PASS, VERDICT_ERROR}, 2},
	{true, 2, {VERDICT_PASS, VERDICT_MISS}, 2},  {true, 2, {VERDICT_SKIP, VERDICT_SKIP}, 4},
	{false, 2, {VERDICT_PASS, VERDICT_PASS}, 2},
};

TEST the_exit_status_follows_the_verdicts(const struct outcome *outcome)
{
	cleanup_results struct results results = {.run = {.complete = outcome->complete}};

	for (size_t i = 0; i < outcome->count; i++)
		add_case(&results, outcome->verdicts[i]);
	ASSERT_EQ_FMT(outcome->status, results_status(&results), "%d");
	PASS();
}

TEST a_case_without_a_verdict_is_a_miss(void)
{
	const struct record record = {0};

	ASSERT_EQ(VERDICT_MISS, record.result.verdict);
	ASSERT_STR_EQ("MISS", record_verdict_name(&record));
	PASS();
}

TEST the_first_reason_stays(void)
{
	cleanup_result struct result result = {0};

	result_judge(&result, CAUSE_FAILED, "seen");
	result_judge(&result, CAUSE_PANIC, "later");
	ASSERT_EQ(VERDICT_FAIL, result.verdict);
	ASSERT_STR_EQ("seen", result.reason);
	PASS();
}

TEST a_cause_has_its_verdict_and_reason(void)
{
	cleanup_result struct result result = {0};

	result_judge(&result, CAUSE_QEMU_DIED, NULL);
	ASSERT_EQ(VERDICT_ERROR, result.verdict);
	ASSERT_STR_EQ("QEMU died", result.reason);
	result_judge(&result, CAUSE_PASSED, NULL);
	ASSERT_EQ(VERDICT_PASS, result.verdict);
	PASS();
}

TEST a_reason_is_printable(void)
{
	cleanup_result struct result result = {0};

	result_judge(&result, CAUSE_FAILED, "a\tb\n\033[1m\xff");
	ASSERT_STR_EQ("a\tb??[1m?", result.reason);
	PASS();
}

/* Put something into each part. */
static void fill(struct results *results)
{
	struct record *record = add_case(results, VERDICT_FAIL, .reason = "saw 1");
	struct kernel_about *kernel = array_add(&results->kernels);
	struct scenario_about *scenario = array_add(&results->scenarios);
	struct comparison *comparison = array_add(&results->comparisons);
	struct difference *lost = array_add(&comparison->of[DIFFERENCE_REGRESSION]);

	results->schema = RESULTS_SCHEMA;
	results->run = (struct run_about){.seconds = 1.5, .lanes = 2, .complete = true};
	pairs_set(&record->result.facts, "flags", "0x7");
	list_add(&record->result.kernel_log, "BUG: x");
	kernel->name = text("base");
	kernel->make = text("KERNELS=base");
	scenario->name = text("bind/x");
	scenario->promise = text("it holds");
	comparison->a = text("base");
	comparison->b = text("series");
	lost->name = text("bind/x[edu]");
	lost->machine = text("pci");
	lost->fact = text("verdict");
}

TEST results_survive_a_file(void)
{
	cleanup_results struct results results = {0};
	cleanup_results struct results again = {0};
	cleanup_free char *before = NULL;
	cleanup_free char *after = NULL;
	char folder[] = "/tmp/results.XXXXXX";

	fill(&results);
	ASSERT(mkdtemp(folder));
	ASSERT_EQ(0, results_write(&results, folder));
	ASSERT_EQ(0, results_read(folder, &again, NULL));
	before = json_write(&results_type, &results, true);
	after = json_write(&results_type, &again, true);
	ASSERT_STR_EQ(before, after);
	ASSERT_STR_EQ("it holds", results_promise(&again, "bind/x"));
	ASSERT_STR_EQ("", results_promise(&again, "bind/y"));
	ASSERT_STR_EQ("0x7", pairs_get(&again.cases.items[0].result.facts, "flags"));
	ASSERT_EQ(1, again.comparisons.items[0].of[DIFFERENCE_REGRESSION].count);
	PASS();
}

/* A results.json with CONTENT is refused; the message names the file and contains WRONG. */
TEST a_bad_file_is_refused(const char *content, const char *wrong)
{
	cleanup_results struct results results = {0};
	cleanup_buf struct buf why = BUF_INIT;
	char folder[] = "/tmp/results.XXXXXX";
	cleanup_free char *path = NULL;

	ASSERT(mkdtemp(folder));
	path = text("%s/results.json", folder);
	ASSERT_EQ(0, file_write(path, content, strlen(content)));
	ASSERT_EQ(-EINVAL, results_read(folder, &results, &why));
	ASSERTm(why.data, strstr(why.data, path));
	ASSERTm(why.data, strstr(why.data, wrong));
	PASS();
}

TEST a_missing_file_is_named(void)
{
	cleanup_results struct results results = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(-ENOENT, results_read("/tmp/no such folder", &results, &why));
	ASSERT_STR_EQ("/tmp/no such folder/results.json: No such file or directory", why.data);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
		RUN_TEST1(the_exit_status_follows_the_verdicts, &outcomes[i]);
	RUN_TEST(a_case_without_a_verdict_is_a_miss);
	RUN_TEST(the_first_reason_stays);
	RUN_TEST(a_cause_has_its_verdict_and_reason);
	RUN_TEST(a_reason_is_printable);
	RUN_TEST(results_survive_a_file);
	RUN_TESTp(a_bad_file_is_refused, "{\"schema\": 2}", "schema 2, expected 1");
	RUN_TESTp(a_bad_file_is_refused, "{}", "schema 0, expected 1");
	RUN_TESTp(a_bad_file_is_refused, "{\"cases\": [{\"verdict\": \"PAS\"}]}",
		  "lacks \"kernel\"");
	RUN_TESTp(a_bad_file_is_refused, "{\"run\": {\"lanes\": -1}}", "\"lanes\"");
	RUN_TESTp(a_bad_file_is_refused, "{\"cases\": [", "not JSON");
	RUN_TEST(a_missing_file_is_named);
	GREATEST_MAIN_END();
}
