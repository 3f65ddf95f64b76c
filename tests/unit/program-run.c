// SPDX-License-Identifier: GPL-2.0-only
/* Programs of a suite as the agent runs them, here with scripts for the host's shell. */
#include "scenarios/agent/program-run.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <greatest.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

struct fixture {
	char folder[32];
	struct suite_program program;
	struct work work;
	struct work_case plan;
	struct work_dut dut;
	struct subject subject;
	struct bench bench;
	struct case_run run;
	char *stream; /* what was written to it */
};

static void set_up(struct fixture *f, const char *script)
{
	cleanup_free char *path = NULL;

	*f = (struct fixture){
		.folder = "/tmp/program.XXXXXX",
		.program = {.name = (char *)"mine/it", .file = "it"},
		.dut = {.name = "none", .path = "", .vf = -1},
		.subject = {.none = true},
	};
	if (!mkdtemp(f->folder))
		abort();
	path = text("%s/it", f->folder);
	if (script && (file_write(path, script, strlen(script)) || chmod(path, 0755)))
		abort();
	f->program.folder = f->folder;
	f->program.scenario = (struct scenario){
		.name = "mine/it", .unbound = true, .deadline_ms = 5000, .program = &f->program};
	f->work = (struct work){.scale = 1, .duts = &f->dut, .duts_count = 1};
	f->subject.plan = &f->dut;
	f->bench = (struct bench){.ktap = memfd_create("ktap", MFD_CLOEXEC),
				  .kmsg = -1,
				  .plan = &f->work,
				  .subjects = &f->subject};
	f->run = (struct case_run){.bench = &f->bench,
				   .plan = &f->plan,
				   .scenario = &f->program.scenario,
				   .subject = &f->subject};
}

static void run(struct fixture *f)
{
	char chunk[65536];
	ssize_t got;

	program_run(&f->run);
	program_clean_up(&f->run);
	got = pread(f->bench.ktap, chunk, sizeof(chunk) - 1, 0);
	chunk[got > 0 ? got : 0] = '\0';
	f->stream = text("%s", chunk);
}

static void tear_down(struct fixture *f)
{
	remove_tree(f->folder);
	list_free(&f->program.settings.args);
	close(f->bench.ktap);
	free(f->bench.fresh);
	free(f->run.skip);
	free(f->stream);
}

#define FIXTURE(script)                                                                            \
	__attribute__((cleanup(tear_down))) struct fixture f;                                      \
	set_up(&f, script)

/* A script, and what must be in the stream; SKIP is the reason of a skip. */
struct story {
	const char *script;
	const char *lines[4];
	const char *skip;
	bool failed;
};

static const struct story stories[] = {
	{"#!/bin/sh\necho hello\n", {"# out: hello\n"}, NULL, false},
	{"#!/bin/sh\necho no card\nexit 7\n",
	 {"# out: no card\n", "# fail: exit status 7: no card\n"},
	 NULL,
	 true},
	{"#!/bin/sh\necho no card\nexit 4\n", {"# out: no card\n"}, "no card", false},
	{"#!/bin/sh\nexit 4\n", {""}, "exit status 4", false},
	{"#!/bin/sh\nkill -SEGV $$\n", {"# fail: the program: killed by SIGSEGV\n"}, NULL, true},
	{"#!/no/such/shell\n", {"# fail: exit status 126: ./it is a script for"}, NULL, true},
	{"#!/bin/sh\nprintf '1..4\\nok 1 a\\nok 2 a\\n# x.c:3: saw 2\\nnot ok 3 b\\nok 4 # SKIP "
	 "c\\n'\n",
	 {"    KTAP version 1\n    ok 1 a\n", "    ok 2 a~2\n", "    not ok 3 b # x.c:3: saw 2\n",
	  "    ok 4 c # SKIP c\n    1..4\n"},
	 NULL,
	 true},
	{"#!/bin/sh\nprintf '1..2\\nok 1 a\\nok 2 b\\n'\nexit 1\n",
	 {"    1..2\n", "# fail: exit status 1, although no subtest failed\n"},
	 NULL,
	 true},
	{"#!/bin/sh\nprintf '1..1\\nok 1 a # SKIP no card\\n'\n",
	 {"    ok 1 a # SKIP no card\n"},
	 "no card",
	 false},
	{"#!/bin/sh\nprintf '1..1\\nnot ok 1 a # TODO later\\n'\n",
	 {"    not ok 1 a # XFAIL later\n"},
	 NULL,
	 false},
	{"#!/bin/sh\nprintf 'fail: no\\nerror: no\\nskip: no\\n'\n",
	 {"# out: fail: no\n# out: error: no\n# out: skip: no\n"},
	 NULL,
	 false},
};

TEST a_program_has_its_lines(const struct story *story)
{
	FIXTURE(story->script);
	run(&f);
	for (size_t i = 0; i < ARRAY_SIZE(story->lines) && story->lines[i]; i++)
		ASSERTm(story->lines[i], strstr(f.stream, story->lines[i]));
	ASSERT_EQm(story->script, story->failed, f.run.failed);
	ASSERT_STR_EQ(story->skip ?: "", f.run.skip ?: "");
	PASS();
}

TEST a_late_program_is_killed(void)
{
	FIXTURE("#!/bin/sh\necho 'ok 1 a'; echo 1..2\nsleep 1000 & wait\n");
	f.program.scenario.deadline_ms = 300;
	run(&f);
	ASSERT(strstr(f.stream, "    ok 1 a\n"));
	ASSERT(strstr(f.stream, "the deadline of 300 ms was missed"));
	ASSERT(f.run.failed && f.bench.fresh);
	PASS();
}

TEST output_is_bounded(void)
{
	FIXTURE("#!/bin/sh\nyes abcdefghijklmnopqrstuvwxyz | head -n 100000\n");
	run(&f);
	ASSERT(!f.run.failed);
	ASSERT(lseek(f.bench.ktap, 0, SEEK_END) < 2 * 1024 * 1024);
	PASS();
}

TEST a_mark_that_the_device_lacks_is_a_skip(void)
{
	FIXTURE("#!/bin/sh\nexit 1\n");
	list_add(&f.program.settings.args, "-g@GROUP@");
	run(&f);
	ASSERT(!f.run.failed);
	ASSERT_STR_EQ("the DUT or the kernel lacks what @GROUP@ stands for", f.run.skip ?: "");
	PASS();
}

TEST only_a_program_that_may_reboots(void)
{
	FIXTURE("#!/bin/sh\nexit 5\n");
	run(&f);
	ASSERT(f.run.failed && !f.run.reboot);
	f.run.failed = false;
	f.program.settings.reboot = true;
	free(f.stream);
	run(&f);
	ASSERT(!f.run.failed && f.run.reboot && f.bench.fresh);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(stories); i++)
		RUN_TESTp(a_program_has_its_lines, &stories[i]);
	RUN_TEST(a_late_program_is_killed);
	RUN_TEST(output_is_bounded);
	RUN_TEST(a_mark_that_the_device_lacks_is_a_skip);
	RUN_TEST(only_a_program_that_may_reboots);
	GREATEST_MAIN_END();
}
