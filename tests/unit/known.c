// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/known.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/leaks.h"
#include "tests/reports/made.h"

#include <errno.h>
#include <greatest.h>
#include <stddef.h>
#include <string.h>

struct fixture {
	struct results results;
	struct known known;
	struct buf why;
};

static void tear_down(struct fixture *fixture)
{
	results_free(&fixture->results);
	known_free(&fixture->known);
	buf_free(&fixture->why);
}

#define FIXTURE                                                                                    \
	__attribute__((cleanup(tear_down))) struct fixture f = {                                   \
		.results = {.run = {.complete = true}}, .why = BUF_INIT}

static int know(struct fixture *fixture, const char *kernel, const char *list)
{
	char path[] = "/tmp/known.XXXXXX";
	cleanup_close int fd = mkstemp(path);
	int err = write_all(fd, list, strlen(list));

	err = err ?: known_read(&fixture->known, kernel, path, &fixture->why);
	unlink(path);
	return err;
}

/* Add a case of 6.12 with VERDICT. */
static struct record *add_with_verdict(struct fixture *fixture, const char *dut,
				       enum verdict verdict)
{
	struct record *record = add_case(&fixture->results, verdict, .dut = dut, .kernel = "6.12",
					 .reason = "seen");

	known_flag(&fixture->known, record);
	return record;
}

TEST a_known_failure_is_flagged_and_stays_a_failure(void)
{
	struct record *record;
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "# of old\n\nbind/*[edu*]\t# a bug\n"));
	record = add_with_verdict(&f, "edu-rp", VERDICT_FAIL);
	ASSERT_STR_EQ("a bug", record->xfail);
	ASSERT_EQ(VERDICT_FAIL, record->result.verdict);
	ASSERT_STR_EQ("XFAIL", record_verdict_name(record));
	ASSERT_STR_EQ("seen", record->result.reason);
	PASS();
}

TEST case_that_may_pass_is_not_reported_if_it_does(void)
{
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "?bind/*[edu]  # at times\nbind/*[igb]  # always\n"));
	ASSERT_STR_EQ("at times", add_with_verdict(&f, "edu", VERDICT_FAIL)->xfail);
	ASSERT_EQ(NULL, add_with_verdict(&f, "edu", VERDICT_PASS)->xpass);
	ASSERT_STR_EQ("always", add_with_verdict(&f, "igb", VERDICT_PASS)->xpass);
	PASS();
}

TEST entry_is_about_each_mode_unless_it_names_one(void)
{
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "bind/x[edu]  # a bug\nbind/x[igb,compat]  # another\n"));
	for (unsigned int mode = 0; mode < MODE_COUNT; mode++) {
		struct record *edu = add_case(&f.results, VERDICT_FAIL, .kernel = "6.12",
					      .mode = (enum mode)mode);
		struct record *igb;

		known_flag(&f.known, edu);
		ASSERT_STR_EQ("a bug", edu->xfail);
		igb = add_case(&f.results, VERDICT_FAIL, .kernel = "6.12", .dut = "igb",
			       .mode = (enum mode)mode);
		known_flag(&f.known, igb);
		ASSERT_EQ(mode == MODE_COMPAT, igb->xfail != NULL);
	}
	PASS();
}

TEST unlisted_failure_is_not_flagged(void)
{
	struct record *record;
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "bind/x[edu]  # a bug\nbind/y[*]  # another\n"));
	ASSERT_EQ(0, know(&f, "6.1", "*  # of another kernel\n"));
	record = add_with_verdict(&f, "igb", VERDICT_FAIL);
	ASSERT_EQ(NULL, record->xfail);
	ASSERT_STR_EQ("FAIL", record_verdict_name(record));
	PASS();
}

TEST verdicts_but_pass_and_fail_are_not_flagged(void)
{
	static const enum verdict verdicts[] = {VERDICT_SKIP, VERDICT_ERROR, VERDICT_MISS};
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "*  # a bug\n"));
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++) {
		struct record *record = add_with_verdict(&f, "edu", verdicts[i]);

		ASSERT_EQ(NULL, record->xfail);
		ASSERT_EQ(NULL, record->xpass);
	}
	PASS();
}

/* An oops in a known failure is news. */
TEST a_failure_with_more_to_it_is_not_the_known_one(void)
{
	static const size_t more[] = {offsetof(struct result, kernel_log),
				      offsetof(struct result, leftovers),
				      offsetof(struct result, console)};
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "*  # a bug\n"));
	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		struct record *record = add_case(&f.results, VERDICT_FAIL, .kernel = "6.12");

		list_add((struct list *)((char *)&record->result + more[i]), "a line");
		known_flag(&f.known, record);
		ASSERT_EQ(NULL, record->xfail);
	}
	ASSERT_EQ(ARRAY_SIZE(more), results_failures(&f.results));
	PASS();
}

TEST known_failures_alone_are_no_reason_to_fail(void)
{
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "bind/x[edu]  # a bug\n"));
	add_with_verdict(&f, "edu", VERDICT_FAIL);
	ASSERT_EQ(0, results_failures(&f.results));
	ASSERT_EQ(0, results_status(&f.results));
	add_with_verdict(&f, "igb", VERDICT_FAIL);
	ASSERT_EQ(1, results_failures(&f.results));
	ASSERT_EQ(1, results_status(&f.results));
	PASS();
}

TEST a_kernel_without_a_list_has_no_known_failures(void)
{
	FIXTURE;

	ASSERT_EQ(0, known_read(&f.known, "6.12", "/tmp/no such list", &f.why));
	ASSERT_EQ(NULL, add_with_verdict(&f, "edu", VERDICT_FAIL)->xfail);
	PASS();
}

TEST a_bad_list_names_its_line(void)
{
	static const char *const bad[] = {"# ok\nbind/x\n", "bind/x f g  # b\n", "bind/x #\n",
					  " # b\n"};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		FIXTURE;

		ASSERT_EQ_FMT(-EINVAL, know(&f, "6.12", bad[i]), "%d");
		ASSERT(strstr(f.why.data, i ? ":1: expected 'CASE-GLOB [FUNCTION]  # REASON'"
					    : ":2: expected 'CASE-GLOB [FUNCTION]  # REASON'"));
	}
	PASS();
}

TEST known_failures_are_told_in_a_line(void)
{
	cleanup_free char *output = NULL;
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "bind/*  # a bug\n"));
	add_with_verdict(&f, "edu", VERDICT_FAIL);
	add_with_verdict(&f, "igb", VERDICT_PASS);
	add_with_verdict(&f, "nvme", VERDICT_FAIL);
	output = report_on(&f.results, 0, false);
	ASSERT(strstr(output, "1 pass   0 fail    0 skip   2 xfail"));
	ASSERT(strstr(output, "\nXFAIL 6.12  bind/x[edu nvme]: a bug\n"));
	ASSERT(strstr(output, "\nXPASS 6.12  bind/x[igb]: listed as known, but passed: a bug\n"));
	ASSERT_FALSE(strstr(output, "again:"));
	PASS();
}

TEST known_failures_are_not_reported_without_list(void)
{
	cleanup_free char *output = NULL;
	FIXTURE;

	add_with_verdict(&f, "edu", VERDICT_FAIL);
	output = report_on(&f.results, 0, false);
	ASSERT(strstr(output, "1 fail"));
	ASSERT(strstr(output, "again:"));
	ASSERT_FALSE(strstr(output, "xfail"));
	PASS();
}

/* Add a failed case with a kernel bug report in free_bits(), or in a compiler's clone of it. */
static struct record *with_report(struct fixture *fixture, const char *suffix)
{
	struct record *record = add_case(&fixture->results, VERDICT_FAIL, .kernel = "6.12");

	list_addf(&record->result.kernel_log,
		  "BUG: KASAN: use-after-free in free_bits%s+0x25/0xa4 [vfio_pci]", suffix);
	list_add(&record->result.kernel_log, " ? long_gone+0x1/0x2 [vfio_pci]");
	known_flag(&fixture->known, record);
	return record;
}

TEST a_report_is_known_by_its_function(void)
{
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "bind/*[*] free_bits  # freed twice\n"));
	ASSERT_STR_EQ("freed twice", with_report(&f, "")->xfail);
	ASSERT_STR_EQ("freed twice", with_report(&f, ".isra.0")->xfail);
	ASSERT_EQ(0, results_failures(&f.results));
	PASS();
}

/* Another function, part of its name, another case, and no function: none of these is that bug. */
TEST a_report_of_anything_else_is_news(const char *list)
{
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", list));
	ASSERT_EQ(NULL, with_report(&f, "")->xfail);
	ASSERT_EQ(1, results_failures(&f.results));
	PASS();
}

static const char *const others[] = {
	"*[*] free_bit  # x\n",	     "*[*] long_gone  # x\n", "*[*] bits  # x\n",
	"dma/*[*] free_bits  # x\n", "bind/*[*]  # x\n",      "",
};

TEST a_known_leak_is_shown_and_fails_nothing(void)
{
	cleanup_free char *report = NULL;
	FIXTURE;

	ASSERT_EQ(0, know(&f, "6.12", "bind/x[*] enable  # an old bug\n"));
	leaks_add(&f.results, "6.12", "pci",
		  "1 14 bind/x[edu] kmalloc+0x1/0x2 < enable+0x3/0x4 [vfio_pci]", &f.known);
	ASSERT_EQ(0, leaks_count(&f.results, NULL));
	leaks_add(&f.results, "6.12", "pci",
		  "1 14 bind/y[edu] kmalloc+0x1/0x2 < enable+0x3/0x4 [vfio_pci]", &f.known);
	ASSERT_EQ(1, leaks_count(&f.results, "6.12"));
	report = report_on(&f.results, 0, false);
	ASSERT(strstr(report, "KNOWN LEAK 6.12/pci"));
	ASSERT(strstr(report, "      known:  an old bug\n"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_known_failure_is_flagged_and_stays_a_failure);
	RUN_TEST(case_that_may_pass_is_not_reported_if_it_does);
	RUN_TEST(entry_is_about_each_mode_unless_it_names_one);
	RUN_TEST(unlisted_failure_is_not_flagged);
	RUN_TEST(verdicts_but_pass_and_fail_are_not_flagged);
	RUN_TEST(a_failure_with_more_to_it_is_not_the_known_one);
	RUN_TEST(known_failures_alone_are_no_reason_to_fail);
	RUN_TEST(a_kernel_without_a_list_has_no_known_failures);
	RUN_TEST(a_bad_list_names_its_line);
	RUN_TEST(known_failures_are_told_in_a_line);
	RUN_TEST(known_failures_are_not_reported_without_list);
	RUN_TEST(a_report_is_known_by_its_function);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		RUN_TEST1(a_report_of_anything_else_is_news, others[i]);
	RUN_TEST(a_known_leak_is_shown_and_fails_nothing);
	GREATEST_MAIN_END();
}
