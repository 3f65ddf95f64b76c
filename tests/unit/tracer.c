// SPDX-License-Identifier: GPL-2.0-only
/* The traces of several models become one file for each case (docs/trace.md). */
#include "runner/guest/tracer.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/trace-area.h"

#include <errno.h>
#include <greatest.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

struct fixture {
	char folder[32];
	struct job job;
	struct tracer *tracer;
	struct trace_area *areas[2]; /* as the models have them */
};

static struct trace_area *add(struct tracer *tracer, const char *name)
{
	cleanup_close int fd = tracer_add(tracer, name);

	return mmap(NULL, sizeof(struct trace_area), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
}

static void set_up(struct fixture *fixture)
{
	memset(fixture, 0, sizeof(*fixture));
	strcpy(fixture->folder, "/tmp/traces.XXXXXX");
	if (!mkdtemp(fixture->folder))
		abort();
	fixture->job = (struct job){.kernel = text("base"), .machine = text("pci"), .trace = true};
	fixture->job.traces = text("%s/pci.traces", fixture->folder);
	job_add(&fixture->job, 7, "a/b", "c", MODE_TYPE1);
	job_add(&fixture->job, 8, "a/b", "c", MODE_TYPE1)->attempt = 2;
	fixture->tracer = tracer_create(&fixture->job, 1);
	fixture->areas[0] = add(fixture->tracer, "one");
	fixture->areas[1] = add(fixture->tracer, "another");
}

static void tear_down(struct fixture *fixture)
{
	cleanup_free char *command = text("rm -r %s", fixture->folder);

	tracer_free(fixture->tracer);
	job_free(&fixture->job);
	for (int i = 0; i < 2; i++)
		munmap(fixture->areas[i], sizeof(struct trace_area));
	if (system(command))
		abort();
}

#define FIXTURE                                                                                    \
	__attribute__((cleanup(tear_down))) struct fixture f;                                      \
	set_up(&f)

/* Appends what the model I writes. */
static void write_half(struct fixture *fixture, int i, const char *lines)
{
	struct trace_half *half = &fixture->areas[i]->halves[fixture->areas[i]->current];

	memcpy(half->text + half->len, lines, strlen(lines));
	half->len += (uint32_t)strlen(lines);
}

/* The request REQUEST; there are no models to mark, so the rest of their memory is taken. */
static int serve(struct fixture *fixture, const char *request)
{
	cleanup_buf struct buf reply = BUF_INIT;

	return tracer_serve(fixture->tracer, NULL, request, &reply);
}

static char *content(const struct fixture *fixture, const char *name)
{
	cleanup_free char *path = text("%s/%s", fixture->job.traces, name);
	char *data = NULL;

	file_read(path, &data, NULL);
	return data;
}

TEST events_of_models_are_in_the_order_of_their_times(void)
{
	cleanup_free char *trace = NULL;
	const char *first, *second, *third;
	FIXTURE;

	ASSERT_EQ(0, serve(&f, "begin 7 1234"));
	write_half(&f, 0, "3000000 reset flr\n5000000 reset pm\n");
	write_half(&f, 1, "4000000 reset bus\n");
	ASSERT_EQ(0, serve(&f, "end"));
	trace = content(&f, "a/b[c].trace");
	ASSERT(trace);
	ASSERT(strstr(trace, "# a/b[c] on base, machine pci, guest 1.1\n"));
	ASSERT(strstr(trace, "clock was at 1234 ms"));
	first = strstr(trace, "  one      reset flr\n");
	second = strstr(trace, "  another  reset bus\n");
	third = strstr(trace, "  one      reset pm\n");
	ASSERT(first && second && third);
	ASSERT(first < second && second < third);
	PASS();
}

TEST attempts_have_their_own_files(void)
{
	cleanup_free char *trace = NULL;
	FIXTURE;

	ASSERT_EQ(0, serve(&f, "begin 8 1"));
	write_half(&f, 0, "3000000 reset flr\n");
	ASSERT_EQ(0, serve(&f, "end"));
	trace = content(&f, "a/b[c].2.trace");
	ASSERT(trace && strstr(trace, "reset flr"));
	PASS();
}

TEST events_outside_of_cases_are_kept(void)
{
	cleanup_free char *rest = NULL;
	cleanup_free char *trace = NULL;
	FIXTURE;

	write_half(&f, 0, "1 client connects\n");
	ASSERT_EQ(0, serve(&f, "begin 7 1"));
	write_half(&f, 0, "2 reset flr\n");
	ASSERT_EQ(0, serve(&f, "end"));
	write_half(&f, 0, "3 reset bus\n");
	ASSERT_EQ(0, tracer_finish(f.tracer, NULL));
	rest = content(&f, "1.1.trace");
	trace = content(&f, "a/b[c].trace");
	ASSERT(strstr(rest, "client connects") && strstr(rest, "reset bus"));
	ASSERT(!strstr(rest, "reset flr"));
	ASSERT(strstr(trace, "reset flr") && !strstr(trace, "reset bus"));
	PASS();
}

/* A guest that is lost in a case leaves its trace. */
TEST a_lost_guest_has_a_trace(void)
{
	cleanup_free char *trace = NULL;
	FIXTURE;

	ASSERT_EQ(0, serve(&f, "begin 7 1"));
	write_half(&f, 0, "2 reset flr\n");
	ASSERT_EQ(0, tracer_finish(f.tracer, NULL));
	trace = content(&f, "a/b[c].trace");
	ASSERT(trace && strstr(trace, "reset flr"));
	PASS();
}

/* An earlier attempt that does not count leaves none behind. */
TEST a_case_without_events_has_no_file(void)
{
	FIXTURE;

	ASSERT_EQ(0, serve(&f, "begin 7 1"));
	write_half(&f, 0, "2 reset flr\n");
	ASSERT_EQ(0, serve(&f, "end"));
	ASSERT_EQ(0, serve(&f, "begin 7 1"));
	ASSERT_EQ(0, serve(&f, "end"));
	ASSERT_EQ(NULL, content(&f, "a/b[c].trace"));
	PASS();
}

TEST hostile_requests_are_refused(void)
{
	FIXTURE;

	ASSERT_EQ(-EINVAL, serve(&f, ""));
	ASSERT_EQ(-EINVAL, serve(&f, "begin"));
	ASSERT_EQ(-EINVAL, serve(&f, "begin 7"));
	ASSERT_EQ(-EINVAL, serve(&f, "begin 9 1"));
	ASSERT_EQ(-EINVAL, serve(&f, "begin 7 1 ../../x"));
	ASSERT_EQ(-EINVAL, serve(&f, "begin 7777777777777 1"));
	PASS();
}

/* A model that a guest has taken over may write anything to its memory. */
TEST hostile_memory_is_harmless(void)
{
	cleanup_free char *trace = NULL;
	FIXTURE;

	ASSERT_EQ(0, serve(&f, "begin 7 1"));
	write_half(&f, 0, "\033[2Jno number\n\n18446744073709551615 x\n 7\n");
	f.areas[1]->halves[0].len = UINT32_MAX;
	f.areas[1]->halves[0].lost = 5;
	f.areas[0]->current = 0x12345678;
	ASSERT_EQ(0, serve(&f, "end"));
	trace = content(&f, "a/b[c].trace");
	ASSERT(trace && !strchr(trace, '\033'));
	ASSERT(strstr(trace, "# another: 5 more events found no room\n"));
	PASS();
}

TEST a_run_without_traces_has_no_tracer(void)
{
	cleanup_buf struct buf reply = BUF_INIT;
	const struct job job = {0};

	ASSERT_EQ(NULL, tracer_create(&job, 1));
	ASSERT_EQ(-EINVAL, tracer_serve(NULL, NULL, "end", &reply));
	PASS();
}

TEST a_folder_that_cannot_be_written_is_an_error(void)
{
	FIXTURE;

	ASSERT_EQ(0, file_write(f.job.traces, "", 0));
	ASSERT_EQ(0, serve(&f, "begin 7 1"));
	write_half(&f, 0, "2 reset flr\n");
	ASSERT_EQ(-ENOTDIR, serve(&f, "end"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(events_of_models_are_in_the_order_of_their_times);
	RUN_TEST(attempts_have_their_own_files);
	RUN_TEST(events_outside_of_cases_are_kept);
	RUN_TEST(a_lost_guest_has_a_trace);
	RUN_TEST(a_case_without_events_has_no_file);
	RUN_TEST(hostile_requests_are_refused);
	RUN_TEST(hostile_memory_is_harmless);
	RUN_TEST(a_run_without_traces_has_no_tracer);
	RUN_TEST(a_folder_that_cannot_be_written_is_an_error);
	GREATEST_MAIN_END();
}
