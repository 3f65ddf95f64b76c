// SPDX-License-Identifier: GPL-2.0-only
/* tests: reports/model/results.c reports/model/record.c reports/text/table.c reports/text/skips.c reports/text/failures.c reports/model/leaks.c reports/model/known.c reports/model/compare.c reports/model/expectations.c */
#include "reports/model/results.h"
#include "reports/model/leaks.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/stat.h>

static json_object *results_of(bool complete, const enum verdict *verdicts, size_t count)
{
	json_object *results = results_new();

	json_object_object_add(results_part(results, "run"), "complete", json_object_new_boolean(complete));
	for (size_t i = 0; i < count; i++) {
		json_object *record = record_new("base", "pci", (unsigned int)i + 1, "bind/x", "edu");

		record_verdict(record, verdicts[i], "needs x; edu has y");
		json_object_array_add(results_part(results, "cases"), record);
	}
	return results;
}

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
	json_object *results = results_of(outcome->complete, outcome->verdicts, outcome->count);
	int status = results_status(results);

	json_object_put(results);
	ASSERT_EQ_FMT(outcome->status, status, "%d");
	PASS();
}

TEST a_case_without_a_verdict_is_a_miss(void)
{
	json_object *record = record_new("base", "pci", 1, "bind/x", "edu");
	enum verdict verdict = record_get_verdict(record);

	json_object_put(record);
	ASSERT_EQ(VERDICT_MISS, verdict);
	PASS();
}

TEST the_first_reason_stays(void)
{
	json_object *record = record_new("base", "pci", 1, "bind/x", "edu");
	cleanup_free char *reason = NULL;

	record_verdict(record, VERDICT_FAIL, "seen");
	record_verdict(record, VERDICT_FAIL, "later");
	reason = strdup(record_text(record, "reason"));
	json_object_put(record);
	ASSERT_STR_EQ("seen", reason);
	PASS();
}

TEST results_survive_a_file(void)
{
	enum verdict verdicts[] = {VERDICT_PASS, VERDICT_FAIL};
	json_object *results = results_of(true, verdicts, 2);
	json_object *again = NULL;
	char folder[] = "/tmp/results.XXXXXX";

	ASSERT(mkdtemp(folder));
	ASSERT_EQ(0, results_write(results, folder));
	ASSERT_EQ(0, results_read(folder, &again));
	ASSERT(json_object_equal(results, again));
	json_object_put(again);
	json_object_object_add(results, "schema", json_object_new_int(RESULTS_SCHEMA + 1));
	ASSERT_EQ(0, results_write(results, folder));
	ASSERT_EQ(-EINVAL, results_read(folder, &again));
	ASSERT_EQ(-ENOENT, results_read("/tmp/no such folder", &again));
	json_object_put(results);
	PASS();
}

static char *shown_of(json_object *results)
{
	char *shown = NULL;
	size_t size;
	FILE *out = open_memstream(&shown, &size);

	results_print_table(results, out);
	results_print_skips(results, true, out);
	results_print_failures(results, out);
	fclose(out);
	return shown;
}

TEST the_table_counts_and_explains(void)
{
	enum verdict verdicts[] = {VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP};
	json_object *results = results_of(true, verdicts, 3);
	cleanup_free char *shown = shown_of(results);

	json_object_put(results);
	ASSERT(strstr(shown, "1/2"));
	ASSERT(strstr(shown, "1 pass   1 fail    1 skip"));
	ASSERT(strstr(shown, "skip    1  needs x: edu"));
	ASSERT(strstr(shown, "again: make lab-run KERNELS=base MACHINES=pci SCENARIOS=bind/x DUTS=edu"));
	PASS();
}

/* The Nth of 12 reasons is one of N cases. */
TEST of_many_reasons_the_frequent_are_said(bool all)
{
	json_object *results = results_new();
	char *shown = NULL;
	size_t size;
	FILE *out = open_memstream(&shown, &size);

	for (unsigned int i = 0; i < 12 * 13 / 2; i++) {
		json_object *record = record_new("base", "pci", i + 1, "bind/x", i % 2 ? "edu" : "igb");
		cleanup_free char *reason = NULL;
		unsigned int n = 1;

		for (unsigned int end = 1; i >= end; end += n)
			n++;
		reason = text("needs %c", 'a' + n - 1);
		record_verdict(record, VERDICT_SKIP, reason);
		json_object_array_add(results_part(results, "cases"), record);
	}
	results_print_skips(results, all, out);
	fclose(out);
	json_object_put(results);
	ASSERT(strstr(shown, "skip   12  needs l: igb edu"));
	ASSERT(strstr(shown, "skip    3  needs c: edu igb"));
	ASSERT_EQ(all, !!strstr(shown, "skip    2  needs b: "));
	ASSERT_EQ(all, !strstr(shown, "skip    3  for 2 other reasons: V=1 says them all"));
	ASSERT_EQ(all, strstr(shown, "needs a") && strstr(shown, "needs a") < strstr(shown, "needs l"));
	free(shown);
	PASS();
}

/* What the agent says of a leak that two cases made. */
static void add_leaks(json_object *results)
{
	const struct known none = {0};

	leaks_add(results, "base", "pci",
		  "3 14 inject/intx[edu] kvasprintf+0x5/0x9 < enable+0x1/0x2 [vfio_pci]", &none);
	leaks_add(results, "base", "pci",
		  "1 14 inject/intx[nvme] kvasprintf+0x5/0x9 < enable+0x1/0x2 [vfio_pci]", &none);
	leaks_add(results, "base", "igd", "1 96 - boot+0x5/0x9", &none);
}

TEST a_leak_fails_the_run_and_no_case(void)
{
	enum verdict verdicts[] = {VERDICT_PASS};
	json_object *results = results_of(true, verdicts, 1);
	cleanup_free char *shown = NULL;
	int status;

	add_leaks(results);
	status = results_status(results);
	shown = shown_of(results);
	json_object_put(results);
	ASSERT_EQ(1, status);
	ASSERT(strstr(shown, "1 pass   0 fail    0 skip   3 leaks"));
	ASSERT(strstr(shown, "LEAK  base/pci  14 bytes"));
	ASSERT(strstr(shown, "at: enable+0x1/0x2 [vfio_pci]"));
	ASSERT(strstr(shown, "made during inject/intx[nvme] on pci, 1 times"));
	ASSERT(strstr(shown,
		      "again: make lab-run KERNELS=base MACHINES=pci SCENARIOS=inject/intx DUTS=edu\n"));
	ASSERT(strstr(shown, "again: make lab-run KERNELS=base MACHINES=igd\n"));
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
	RUN_TEST(results_survive_a_file);
	RUN_TEST(the_table_counts_and_explains);
	RUN_TEST1(of_many_reasons_the_frequent_are_said, true);
	RUN_TEST1(of_many_reasons_the_frequent_are_said, false);
	RUN_TEST(a_leak_fails_the_run_and_no_case);
	GREATEST_MAIN_END();
}
