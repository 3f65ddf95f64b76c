// SPDX-License-Identifier: GPL-2.0-only
/* The report writers' output: numbers, names, and that hostile text stays text. */
#include "reports/report.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/compare.h"
#include "reports/summary.h"
#include "tests/reports/made.h"

#include <greatest.h>
#include <string.h>

#define HOSTILE "<script>alert(1)</script>\"'&\x01\xff]]> |`"

struct fixture {
	char folder[32];
	struct results results;
	struct past past;
};

static void tear_down(struct fixture *f)
{
	cleanup_free char *command = text("rm -rf '%s'", f->folder);

	if (system(command))
		perror(f->folder);
	results_free(&f->results);
	past_free(&f->past);
}

static void set_up(struct fixture *f)
{
	*f = (struct fixture){.folder = "/tmp/writers.XXXXXX"};
	if (!mkdtemp(f->folder))
		abort();
	f->results.run.repeat = 1;
	f->results.run.complete = true;
	((struct kernel_about *)array_add(&f->results.kernels))->name = text("base");
	((struct kernel_about *)array_add(&f->results.kernels))->name = text("next");
	((struct machine_about *)array_add(&f->results.machines))->name = text("pci");
}

#define FIXTURE                                                                                    \
	__attribute__((cleanup(tear_down))) struct fixture f;                                      \
	set_up(&f)

/* Returns WRITE's output for the results, or "nothing". The caller frees it. */
static char *written(const struct fixture *f,
		     int (*write)(const struct report *report, const char *path))
{
	const struct report report = {&f->results, &f->past, f->folder};
	cleanup_free char *path = text("%s/report", f->folder);
	char *data = NULL;

	if (write(&report, path) || file_read(path, &data, NULL))
		return text("nothing");
	return data;
}

/* Returns a page in html/. */
static char *page(const struct fixture *f, const char *name)
{
	cleanup_free char *path = text("%s/html/%s", f->folder, name);
	char *data = NULL;

	return file_read(path, &data, NULL) ? text("nothing") : data;
}

static void compare(struct fixture *f)
{
	struct expectations none = {0};

	compare_kernels(&f->results, "base", "next", &none);
}

TEST junit_counts_each_verdict_once(void)
{
	FIXTURE;
	cleanup_free char *junit = NULL;

	add_case(&f.results, VERDICT_PASS, .dut = "a");
	add_case(&f.results, VERDICT_FAIL, .dut = "b", .reason = "expected 1, got 2");
	add_case(&f.results, VERDICT_SKIP, .dut = "c");
	add_case(&f.results, VERDICT_ERROR, .dut = "d");
	add_case(&f.results, VERDICT_MISS, .dut = "e");
	add_case(&f.results, VERDICT_FAIL, .dut = "f")->xfail = text("known");
	junit = written(&f, junit_write);
	ASSERT(strstr(junit, "name=\"base.pci\" tests=\"6\" failures=\"1\" errors=\"2\" "
			     "skipped=\"2\""));
	ASSERT(strstr(junit, "classname=\"base.pci.bind\" name=\"x[b]\""));
	ASSERT(strstr(junit, "<skipped message=\"known failure: known\"/>"));
	ASSERT_EQ(1, occurrences(junit, "<failure "));
	ASSERT_EQ(2, occurrences(junit, "<error "));
	PASS();
}

/* A retry that passes makes a case flaky; under REPEAT= each execution must pass. */
TEST junit_tells_flaky_from_failed(void)
{
	FIXTURE;
	cleanup_free char *retried = NULL, *repeated = NULL;

	add_case(&f.results, VERDICT_FAIL, .reason = "once");
	add_case(&f.results, VERDICT_PASS);
	retried = written(&f, junit_write);
	ASSERT_EQ(0, occurrences(retried, "<failure "));
	ASSERT_EQ(1, occurrences(retried, "<flakyFailure message=\"once\""));
	f.results.run.repeat = 2;
	repeated = written(&f, junit_write);
	ASSERT_EQ(1, occurrences(repeated, "<failure message=\"once\""));
	PASS();
}

TEST kcidb_known_failure_is_an_incident(void)
{
	FIXTURE;
	cleanup_free char *kcidb = NULL;

	add_case(&f.results, VERDICT_FAIL, .dut = "igb,cdev")->xfail = text("known");
	add_case(&f.results, VERDICT_FAIL, .dut = "0000:01:00.0")->xfail = text("known");
	add_case(&f.results, VERDICT_PASS, .dut = "edu")->xpass = text("known");
	kcidb = written(&f, kcidb_write);
	ASSERT(strstr(kcidb, "\"path\":\"vfiolab.bind.x.igb.cdev\""));
	ASSERT(strstr(kcidb, "\"path\":\"vfiolab.bind.x.0000_01_00_0\""));
	ASSERT_EQ(2, occurrences(kcidb, "\"status\":\"FAIL\""));
	ASSERT_EQ(1, occurrences(kcidb, "\"comment\":\"known\",\"culprit\""));
	ASSERT_EQ(2, occurrences(kcidb, "\"present\":true"));
	ASSERT_EQ(1, occurrences(kcidb, "\"present\":false"));
	PASS();
}

TEST kcidb_log_is_within_its_limit(void)
{
	FIXTURE;
	struct record *record = add_case(&f.results, VERDICT_FAIL, .reason = "long");
	cleanup_free char *kcidb = NULL;

	for (int i = 0; i < 1000; i++)
		list_addf(&record->result.kernel_log, "line %d of a report of the kernel", i);
	kcidb = written(&f, kcidb_write);
	ASSERT(strstr(kcidb, "[cut: results.json has the rest]"));
	ASSERT(strlen(kcidb) < 16384 * 2);
	PASS();
}

TEST squad_takes_the_worst_attempt(void)
{
	FIXTURE;
	cleanup_free char *squad = NULL;

	add_case(&f.results, VERDICT_PASS);
	add_case(&f.results, VERDICT_FAIL);
	squad = written(&f, squad_write);
	ASSERT_EQ(1, occurrences(squad, "\"base/pci/bind/x[edu]\":\"fail\""));
	PASS();
}

TEST annotations_are_for_regressions_only(void)
{
	FIXTURE;
	cleanup_free char *lines = NULL;

	for (int i = 0; i < 12; i++) {
		cleanup_free char *dut = text("dut%d", i);

		add_case(&f.results, VERDICT_PASS, .dut = dut);
		add_case(&f.results, VERDICT_FAIL, .dut = dut, .kernel = "next",
			 .reason = "100%\n::error::no")
			->result.where = text("scenarios/a,b.c:7");
	}
	add_case(&f.results, VERDICT_FAIL, .dut = "old");
	compare(&f);
	lines = written(&f, annotations_write);
	ASSERT_EQ(10, occurrences(lines, "\n"));
	ASSERT_EQ(10, occurrences(lines, "::error file=scenarios/a%2Cb.c,line=7,title="));
	ASSERT_EQ(10, occurrences(lines, "::100%25%0A::error::no\n"));
	PASS();
}

TEST markdown_of_a_guest_is_text(void)
{
	FIXTURE;
	cleanup_free char *markdown = NULL;

	add_case(&f.results, VERDICT_FAIL, .reason = HOSTILE);
	markdown = written(&f, markdown_write);
	ASSERT(!strstr(markdown, "<script>"));
	ASSERT(strstr(markdown, "\\<script\\>"));
	PASS();
}

TEST html_of_a_guest_is_text(void)
{
	FIXTURE;
	cleanup_free char *overview = NULL, *failure = NULL;
	struct record *record = add_case(&f.results, VERDICT_FAIL, .reason = HOSTILE);

	list_add(&record->result.console, HOSTILE);
	list_add(&record->result.leftovers, HOSTILE);
	pairs_set(&record->result.facts, HOSTILE, HOSTILE);
	overview = written(&f, html_write);
	failure = page(&f, "failure-1.html");
	ASSERT_EQ(1, occurrences(overview, "<script"));
	ASSERT_EQ(1, occurrences(failure, "<script"));
	ASSERT_EQ(6, occurrences(failure, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	ASSERT(!strstr(failure, "\x01") && !strstr(failure, "\xff"));
	PASS();
}

TEST html_shows_expected_and_seen(void)
{
	FIXTURE;
	cleanup_free char *overview = NULL, *failure = NULL;

	add_case(&f.results, VERDICT_FAIL, .reason = "word 4: expected 0x6, got 0xff in 2 ms");
	overview = written(&f, html_write);
	failure = page(&f, "failure-1.html");
	ASSERT(strstr(failure, "<dt>Expected</dt><dd>0x6</dd><dt>Seen</dt><dd>0xff in 2 ms</dd>"));
	ASSERT(strstr(failure, "make lab-run KERNELS=base MACHINES=pci SCENARIOS=bind/x DUTS=edu"));
	ASSERT(strstr(overview, "html/failure-1.html"));
	PASS();
}

TEST html_shows_the_strip_of_a_case(void)
{
	FIXTURE;
	cleanup_free char *overview = NULL, *family = NULL;
	struct past_case *past = array_add(&f.past.cases);

	*past = (struct past_case){text("base"), text("pci"), text("bind/x[edu]"), text("..F.")};
	past_sort(&f.past);
	add_case(&f.results, VERDICT_PASS);
	overview = written(&f, html_write);
	family = page(&f, "family-bind.html");
	ASSERT(strstr(family, "aria-label=\"last 4 runs: 3 passed, 1 failed\""));
	ASSERT(strstr(family, "<i class=\"pass\">..</i><i class=\"fail\">F</i>"));
	PASS();
}

/* Names from an untrusted file produce neither a path nor a reference outside of the report. */
TEST html_names_no_file_elsewhere(void)
{
	FIXTURE;
	cleanup_free char *overview = NULL;

	add_case(&f.results, VERDICT_FAIL, .scenario = "../../etc/x", .dut = "../../a");
	overview = written(&f, html_write);
	ASSERT(!strstr(overview, "href=\"html/../"));
	ASSERT(strstr(overview, "href=\"html/failure-1.html\""));
	PASS();
}

TEST the_headline_says_the_worst_first(void)
{
	FIXTURE;
	struct summary summary;
	struct matrix matrix;
	cleanup_free char *line = NULL;

	add_case(&f.results, VERDICT_PASS, .dut = "a");
	add_case(&f.results, VERDICT_FAIL, .dut = "a", .kernel = "next");
	add_case(&f.results, VERDICT_FAIL, .dut = "b");
	add_case(&f.results, VERDICT_FAIL, .dut = "c");
	add_case(&f.results, VERDICT_MISS, .dut = "d");
	compare(&f);
	matrix_make(&f.results, &matrix);
	summary = summarize(&f.results, &matrix);
	line = headline(&f.results, &summary);
	matrix_free(&matrix);
	ASSERT_STR_EQ("1 regression, 2 failures, 1 case not run", line);
	PASS();
}

SUITE(formats)
{
	RUN_TEST(junit_counts_each_verdict_once);
	RUN_TEST(junit_tells_flaky_from_failed);
	RUN_TEST(kcidb_known_failure_is_an_incident);
	RUN_TEST(kcidb_log_is_within_its_limit);
	RUN_TEST(squad_takes_the_worst_attempt);
	RUN_TEST(annotations_are_for_regressions_only);
	RUN_TEST(markdown_of_a_guest_is_text);
	RUN_TEST(the_headline_says_the_worst_first);
}

SUITE(pages)
{
	RUN_TEST(html_of_a_guest_is_text);
	RUN_TEST(html_shows_expected_and_seen);
	RUN_TEST(html_shows_the_strip_of_a_case);
	RUN_TEST(html_names_no_file_elsewhere);
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_SUITE(formats);
	RUN_SUITE(pages);
	GREATEST_MAIN_END();
}
