// SPDX-License-Identifier: GPL-2.0-only
/* The progress display, on a terminal and elsewhere, and the estimate of the remaining time. */
#include "runner/lane/progress.h"

#include "lab/base/cleanup.h"
#include "reports/text/page.h"
#include "runner/lane/estimate.h"

#include <greatest.h>
#include <poll.h>
#include <pty.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* The tests advance this clock. */
static int64_t clock_ms;

static int64_t now(void)
{
	return clock_ms;
}

#define CASES 4

struct fixture {
	FILE *out;
	int terminal; /* its other end, or -1 */
	char *printed;
	size_t size;
	struct job job;
	struct guests guests;
	struct progress *progress;
};

static void make_job(struct job *job)
{
	job->kernel = text("base");
	job->machine = text("pci");
	for (unsigned int i = 1; i <= CASES; i++)
		job_add(job, i, "interrupt/each_vector_its_eventfd", "edu", MODE_TYPE1);
}

static FILE *open_terminal(int *other, unsigned short columns)
{
	struct winsize size = {.ws_row = 24, .ws_col = columns};
	struct termios raw;
	int end;

	cfmakeraw(&raw);
	if (openpty(other, &end, NULL, &raw, &size))
		return NULL;
	return fdopen(end, "w");
}

static void begin(struct fixture *f, bool verbose)
{
	const struct progress_run run = {
		.out = f->out,
		.verbose = verbose,
		.lanes = 1,
		.jobs = &f->job,
		.count = 1,
		.guests = &f->guests,
		.now_ms = now,
	};

	f->progress = progress_begin(&run);
}

/* Set up a terminal of COLUMNS, or none if 0. */
static void set_up(struct fixture *f, unsigned short columns, bool verbose)
{
	clock_ms = 1000;
	*f = (struct fixture){.terminal = -1};
	make_job(&f->job);
	f->out = columns ? open_terminal(&f->terminal, columns)
			 : open_memstream(&f->printed, &f->size);
	begin(f, verbose);
}

static void tear_down(struct fixture *f)
{
	progress_end(f->progress);
	fclose(f->out);
	if (f->terminal >= 0)
		close(f->terminal);
	free(f->printed);
	guests_free(&f->guests);
	job_free(&f->job);
}

#define FIXTURE(columns, verbose)                                                                  \
	__attribute__((cleanup(tear_down))) struct fixture f;                                      \
	set_up(&f, columns, verbose)

#define MARK "\001"

/*
 * Returns the output since the last call. A terminal's output arrives with a delay, so it is read
 * up to a mark.
 */
static const char *shown(struct fixture *f)
{
	static char buffer[65536];
	struct pollfd there = {.fd = f->terminal, .events = POLLIN};
	size_t len = 0;

	if (f->terminal >= 0)
		fputs(MARK, f->out);
	fflush(f->out);
	snprintf(buffer, sizeof(buffer), "%s", f->printed ?: "");
	if (f->terminal < 0)
		return buffer;
	while (!strstr(buffer, MARK) && poll(&there, 1, 5000) > 0) {
		ssize_t got = read(f->terminal, buffer + len, sizeof(buffer) - 1 - len);

		len += got > 0 ? (size_t)got : 0;
		buffer[len] = '\0';
	}
	return buffer;
}

static void send_event(struct fixture *f, const struct event *event, const struct record *record)
{
	progress_event(f->progress, 1, &f->job, event, record);
}

static void start_guest(struct fixture *f)
{
	guests_start(&f->guests, 1);
	send_event(f, &(struct event){.kind = EVENT_GUEST}, NULL);
}

/* A guest boots and sends its first line. */
static void boot(struct fixture *f)
{
	start_guest(f);
	send_event(f, &(struct event){.kind = EVENT_NOTE}, NULL);
}

static void pass_time(struct fixture *f, unsigned int ms)
{
	clock_ms += ms;
	progress_tick(f->progress);
}

static void run_case(struct fixture *f, enum verdict verdict, unsigned int ms)
{
	char reason[] = "saw 0", machine[] = "pci";
	const struct record record = {
		.machine = machine,
		.name = f->job.cases.items[0].name,
		.result = {.verdict = verdict, .reason = verdict == VERDICT_PASS ? NULL : reason},
	};

	send_event(f, &(struct event){.kind = EVENT_CASE, .number = 1}, &record);
	clock_ms += ms;
	send_event(f, &(struct event){.kind = EVENT_RESULT, .number = 1}, &record);
}

TEST a_terminal_has_a_line_for_each_lane_and_the_total(void)
{
	const char *output;
	FIXTURE(100, false);

	boot(&f);
	run_case(&f, VERDICT_PASS, 200);
	run_case(&f, VERDICT_FAIL, 200);
	output = shown(&f);
	ASSERTm(output, strstr(output, "FAIL"));
	ASSERTm(output, strstr(output, "interrupt/each_vector_its_eventfd[edu]: saw 0\n"));
	ASSERTm(output, strstr(output, "lane 1  base/pci     2/4"));
	ASSERTm(output, strstr(output, "total                2/4     1 failed, about 1 s left\n"));
	PASS();
}

TEST a_long_boot_says_what_it_waits_for(unsigned short columns)
{
	FIXTURE(columns, false);

	start_guest(&f);
	pass_time(&f, 1000);
	ASSERT_FALSE(strstr(shown(&f), "has not asked"));
	pass_time(&f, 10000);
	ASSERTm(shown(&f),
		columns || strstr(shown(&f), "guest 1 boots, 11 s: waiting for its agent\n"));
	pass_time(&f, 1000);
	ASSERT(!columns || strstr(shown(&f), "guest 1 boots, 12 s: waiting for its agent\n"));
	PASS();
}

TEST no_line_is_wider_than_the_terminal(void)
{
	struct record record = {0};
	const char *output;
	FIXTURE(52, false);

	record.name = f.job.cases.items[0].name;
	start_guest(&f);
	send_event(&f, &(struct event){.kind = EVENT_CASE}, &record);
	pass_time(&f, 1000);
	output = shown(&f);
	/* Cut between the words of the name. */
	ASSERTm(output, strstr(output, "0/4     interrupt/each_vector\n"));
	PASS();
}

TEST passed_cases_are_shown_on_demand(bool verbose)
{
	FIXTURE(0, verbose);

	boot(&f);
	run_case(&f, VERDICT_PASS, 1);
	ASSERT_EQ(verbose,
		  strstr(shown(&f), "PASS  interrupt/each_vector_its_eventfd[edu]\n") != NULL);
	PASS();
}

TEST elsewhere_the_total_is_printed_at_times(void)
{
	FIXTURE(0, false);

	boot(&f);
	run_case(&f, VERDICT_PASS, 9000);
	ASSERT_STR_EQ("", shown(&f));
	run_case(&f, VERDICT_PASS, 1000);
	ASSERTm(shown(&f), strstr(shown(&f), "total   2 of 4 cases, 0 failed, about 1 s left\n"));
	ASSERT_FALSE(strchr(shown(&f), '\033'));
	PASS();
}

/* COUNT guests, one after the other, take as long to boot as the estimate assumes. */
static void boot_guests(struct fixture *f, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		start_guest(f);
		clock_ms += 4000;
		send_event(f, &(struct event){.kind = EVENT_NOTE}, NULL);
	}
}

/* The time left, as the last total has it: "about 1 min 20 s left". */
static void copy_time_left(struct fixture *f, char *left, size_t size)
{
	const char *last = "";

	for (const char *at = shown(f); (at = strstr(at, "about ")); at++)
		last = at;
	snprintf(left, size, "%.*s", (int)strcspn(last, "\n"), last);
}

/* Boots of guests that replace lost ones must not slow down the estimate of the rest. */
TEST restarts_do_not_change_the_time_left(void)
{
	char before[64], after[64];
	FIXTURE(0, false);

	progress_end(f.progress);
	for (unsigned int i = CASES + 1; i <= 2000; i++)
		job_add(&f.job, i, "interrupt/each_vector_its_eventfd", "edu", MODE_TYPE1);
	begin(&f, false);
	boot_guests(&f, 3);
	copy_time_left(&f, before, sizeof(before));
	boot_guests(&f, 9);
	copy_time_left(&f, after, sizeof(after));
	ASSERT_STR_EQ("about 1 min 20 s left", before);
	ASSERT_STR_EQ(before, after);
	PASS();
}

/* A job that ends early leaves no work behind. */
TEST cases_that_will_not_run_take_no_time(void)
{
	FIXTURE(0, false);

	boot(&f);
	send_event(&f, &(struct event){.kind = EVENT_DONE}, NULL);
	pass_time(&f, 20000);
	ASSERTm(shown(&f), strstr(shown(&f), "total   0 of 4 cases, 0 failed\n"));
	PASS();
}

/* 100 s of cases on two lanes. */
TEST the_time_left_follows_the_pace(int64_t done_ms, int64_t elapsed_ms, int64_t least_ms,
				    int64_t most_ms)
{
	struct estimate estimate = {.total_ms = 100000, .done_ms = done_ms, .lanes = 2};
	int64_t left = estimate_left_ms(&estimate, elapsed_ms);

	ASSERT(left >= least_ms && left <= most_ms);
	PASS();
}

TEST times_are_rounded(int64_t ms, const char *expected)
{
	cleanup_free char *output = estimate_text(ms);

	ASSERT_STR_EQ(expected, output);
	PASS();
}

TEST colour_can_be_refused(const char *no_color, const char *term, bool colour)
{
	int other;
	FILE *out = open_terminal(&other, 80);
	struct page page;

	setenv("NO_COLOR", no_color, 1);
	setenv("TERM", term, 1);
	page = page_of(out);
	unsetenv("NO_COLOR");
	fclose(out);
	close(other);
	ASSERT_EQ(colour, page.colour);
	ASSERT_EQ(80, page.width);
	PASS();
}

TEST words_are_cut_whole(const char *line, size_t width, size_t expected)
{
	ASSERT_EQ_FMT(expected, page_cut(line, width), "%zu");
	PASS();
}

SUITE(estimates)
{
	RUN_TESTp(the_time_left_follows_the_pace, 0, 0, 50000, 50000);
	RUN_TESTp(the_time_left_follows_the_pace, 50000, 25000, 25000, 25000);
	/* Half the speed. */
	RUN_TESTp(the_time_left_follows_the_pace, 50000, 50000, 40000, 50000);
	RUN_TESTp(the_time_left_follows_the_pace, 100000, 70000, 0, 0);
	/* More than the total: a case was retried. */
	RUN_TESTp(the_time_left_follows_the_pace, 120000, 70000, 0, 0);
	RUN_TESTp(times_are_rounded, 0, "0 s");
	RUN_TESTp(times_are_rounded, 4100, "5 s");
	RUN_TESTp(times_are_rounded, 41000, "45 s");
	RUN_TESTp(times_are_rounded, 112000, "1 min 55 s");
	RUN_TESTp(times_are_rounded, 3900000, "1 h 5 min");
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_terminal_has_a_line_for_each_lane_and_the_total);
	RUN_TEST1(a_long_boot_says_what_it_waits_for, 100);
	RUN_TEST1(a_long_boot_says_what_it_waits_for, 0);
	RUN_TEST(no_line_is_wider_than_the_terminal);
	RUN_TEST1(passed_cases_are_shown_on_demand, true);
	RUN_TEST1(passed_cases_are_shown_on_demand, false);
	RUN_TEST(elsewhere_the_total_is_printed_at_times);
	RUN_TEST(restarts_do_not_change_the_time_left);
	RUN_TEST(cases_that_will_not_run_take_no_time);
	RUN_TESTp(colour_can_be_refused, "", "xterm", true);
	RUN_TESTp(colour_can_be_refused, "1", "xterm", false);
	RUN_TESTp(colour_can_be_refused, "", "dumb", false);
	RUN_TESTp(words_are_cut_whole, "a word or two", 20, 13);
	RUN_TESTp(words_are_cut_whole, "a word or two", 11, 9);
	RUN_TESTp(words_are_cut_whole, "lane 1 interrupt/each_vector", 22, 21);
	RUN_TESTp(words_are_cut_whole, "abcdefghijk", 5, 5);
	RUN_SUITE(estimates);
	GREATEST_MAIN_END();
}
