// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/program-run.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/list.h"
#include "lab/base/tap.h"
#include "scenarios/agent/command-duts.h"
#include "scenarios/agent/judge.h"
#include "scenarios/agent/ktap-out.h"
#include "scenarios/agent/program.h"
#include "scenarios/lib/report.h"
#include "scenarios/lib/vfio/cdev.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* The exit status by which a program of kselftest says that it was skipped. */
#define EXIT_SKIP 4

/* The exit status by which a program with reboot=yes asks for a reboot. */
#define EXIT_REBOOT 5

/* Limits of a program: bytes of output in the stream, and subtests. */
#define OUTPUT_MAX   (1024 * 1024)
#define SUBTESTS_MAX 5000

/* A program as it runs. */
struct program_run {
	struct case_run *run;
	struct tap tap;
	struct list names; /* of its subtests so far: they are unique in a case */
	size_t printed;	   /* bytes */
	char *last;	   /* the last line that was not empty */
};

static void program_run_free(struct program_run *program)
{
	tap_free(&program->tap);
	list_free(&program->names);
	free(program->last);
}

/* NAME, or NAME~2, ... if there is that already. */
static char *unique_name(const struct list *names, const char *name)
{
	char *unique = text("%s", name);

	for (unsigned int n = 2; list_has(names, unique); n++) {
		free(unique);
		unique = text("%s~%u", name, n);
	}
	return unique;
}

/* Write a subtest to the stream, nested in the case. */
static void take_test(void *context, const struct tap_test *test)
{
	static const char *const forms[TAP_OUTCOMES] = {
		[TAP_PASS] = "ok %zu %s%s%s",
		[TAP_FAIL] = "not ok %zu %s%s%s",
		[TAP_SKIP] = "ok %zu %s # SKIP%s%s",
		[TAP_XFAIL] = "not ok %zu %s # XFAIL%s%s",
	};
	struct program_run *program = context;
	int ktap = program->run->bench->ktap;
	const char *reason = test->outcome == TAP_PASS ? NULL : test->reason;
	cleanup_free char *name = NULL;
	cleanup_free char *line = NULL;

	if (program->names.count == SUBTESTS_MAX)
		return;
	if (!program->names.count)
		ktap_line(ktap, "    KTAP version 1");
	name = unique_name(&program->names, test->name);
	list_add(&program->names, name);
	line = text(forms[test->outcome], program->names.count, name,
		    !reason			? ""
		    : test->outcome == TAP_FAIL ? " # "
						: " ",
		    reason ?: "");
	ktap_line(ktap, "    %s", line);
}

static void take_line(void *context, const char *line)
{
	struct program_run *program = context;
	size_t before = program->printed;

	if (*line) {
		free(program->last);
		program->last = text("%.200s", line);
	}
	program->printed += strlen(line) + 1;
	if (program->printed <= OUTPUT_MAX)
		ktap_line(program->run->bench->ktap, "# out: %s", line);
	else if (before <= OUTPUT_MAX)
		ktap_line(program->run->bench->ktap, "# out: (the rest of the output is dropped)");
	tap_line(&program->tap, line);
}

/* Runs in a child. */
static int bind_dut(void *arg)
{
	const struct subject *subject = arg;
	int err = baseline_lend_siblings(&subject->baseline, subject->address)
			  ?: pci_bind(subject->address, subject->vfio_driver);

	if (err)
		printf("error: cannot bind %s to %s: %s\n", subject->address, subject->vfio_driver,
		       error_name(err));
	return err ? 1 : 0;
}

static bool bind_first(struct case_run *run)
{
	unsigned int ms = bench_scaled(run->bench, BENCH_PREPARE_MS);
	struct worker worker;

	if (run->subject->none || !run->scenario->program->settings.bind)
		return true;
	if (worker_start(&worker, bind_dut, run->subject)) {
		case_pass_on(run, "error: cannot start a child");
		return false;
	}
	return case_judge(run, worker_wait(&worker, now_ms() + ms, case_pass_on, run),
			  "binding the DUT", ms);
}

/* What stands for MARK in an argument: NULL if the DUT lacks it. The caller frees it. */
static char *mark_value(const char *mark, const char *address)
{
	cleanup_free char *name = NULL;
	int group;

	if (!strcmp(mark, "@BDF@"))
		return text("%s", address);
	if (!strcmp(mark, "@GROUP@")) {
		group = pci_group(address);
		return group < 0 ? NULL : text("%d", group);
	}
	name = cdev_name(address);
	return name ? text("/dev/vfio/devices/%s", name) : NULL;
}

/* Replace MARK in *ARGUMENT. Returns false if the DUT lacks what it stands for. */
static bool replace(char **argument, const char *mark, const char *address)
{
	char *at;

	while ((at = strstr(*argument, mark))) {
		cleanup_free char *value = mark_value(mark, address);
		cleanup_free char *before = *argument;

		if (!value) {
			*argument = steal(before);
			return false;
		}
		*argument = text("%.*s%s%s", (int)(at - before), before, value, at + strlen(mark));
	}
	return true;
}

/* Make the words of the command. If the DUT lacks something that they name, the case is skipped. */
static bool make_argv(struct case_run *run, struct list *argv)
{
	static const char *const marks[] = {"@BDF@", "@GROUP@", "@CDEV@"};
	const struct suite_program *program = run->scenario->program;

	list_addf(argv, "./%s", program->file);
	for (size_t i = 0; i < program->settings.args.count; i++) {
		list_add(argv, program->settings.args.items[i]);
		for (size_t m = 0; m < ARRAY_SIZE(marks); m++) {
			if (replace(&argv->items[argv->count - 1], marks[m], run->subject->address))
				continue;
			run->skip =
				text("the DUT or the kernel lacks what %s stands for", marks[m]);
			return false;
		}
	}
	return true;
}

static void export_duts(const struct case_run *run)
{
	const struct work *plan = run->bench->plan;

	for (size_t i = 0; i < plan->duts_count; i++)
		dut_export(plan->duts[i].name, plan->duts[i].path, plan->duts[i].vf);
	if (run->subject->none)
		return;
	setenv("DUT", run->subject->address, 1);
	setenv("DUT_NAME", run->subject->plan->name, 1);
	/* The kernel's selftests/vfio look for the device here. */
	setenv("VFIO_SELFTESTS_BDF", run->subject->address, 1);
}

struct start {
	struct case_run *run;
	struct list argv;
};

/* Runs in a child. Does not return if the program starts. */
static int become(void *arg)
{
	const struct start *start = arg;
	const struct suite_program *program = start->run->scenario->program;
	int null = open("/dev/null", O_RDONLY), status;
	cleanup_free char *why = NULL;

	dup2(null, STDIN_FILENO);
	export_duts(start->run);
	if (chdir(program->folder)) {
		printf("cannot enter %s: %s\n", program->folder, strerror(errno));
		return 127;
	}
	fflush(stdout);
	execv(start->argv.items[0], start->argv.items);
	why = program_error(start->argv.items[0], errno, &status);
	printf("%s\n", why);
	return status;
}

static void fail(struct case_run *run, const char *why)
{
	ktap_line(run->bench->ktap, "# fail: %s", why);
	run->failed = true;
}

/* Why a program that ended by itself with STATUS failed, or NULL. FAIL is what its TAP says. */
static char *failure_of(const struct program_run *program, bool is_tap, const char *fail,
			int status)
{
	if (fail)
		return text("%s", fail);
	if (!status || status == EXIT_SKIP)
		return NULL;
	if (is_tap)
		return text("exit status %d, although no subtest failed", status);
	return text("exit status %d%s%s", status, program->last ? ": " : "", program->last ?: "");
}

static void judge(struct program_run *program, struct worker_result result, unsigned int ms)
{
	struct case_run *run = program->run;
	cleanup_free char *fail_ = NULL;
	cleanup_free char *skip = NULL;
	cleanup_free char *failure = NULL;
	bool is_tap = tap_end(&program->tap, &fail_, &skip);

	if (program->names.count)
		ktap_line(run->bench->ktap, "    1..%zu", program->names.count);
	if (result.end != WORKER_EXITED) {
		case_judge(run, result, "the program", ms);
		if (fail_)
			fail(run, fail_);
		return;
	}
	if (result.value == EXIT_REBOOT && run->scenario->program->settings.reboot) {
		run->reboot = true;
		return;
	}
	failure = failure_of(program, is_tap, fail_, result.value);
	if (failure)
		fail(run, failure);
	else if (tap_count(&program->tap) > SUBTESTS_MAX)
		fail(run, "more subtests than the lab takes (5000)");
	else if (skip)
		run->skip = steal(skip);
	else if (result.value == EXIT_SKIP)
		run->skip = text("%s", program->last ?: "exit status 4");
}

static void execute(struct case_run *run, struct start *start)
{
	__attribute__((cleanup(program_run_free))) struct program_run program = {.run = run};
	unsigned int ms = bench_deadline(run->bench, run->scenario);
	struct worker worker;

	program.tap.test = take_test;
	program.tap.context = &program;
	if (worker_start(&worker, become, start)) {
		case_pass_on(run, "error: cannot start a child");
		return;
	}
	judge(&program, worker_wait(&worker, now_ms() + ms, take_line, &program), ms);
}

void program_run(struct case_run *run)
{
	struct start start = {.run = run};

	if (bind_first(run) && make_argv(run, &start.argv))
		execute(run, &start);
	list_free(&start.argv);
	/* The guest found its devices as the program had left them before the reboot. */
	if (run->scenario->program->settings.reboot)
		bench_give_up(run->bench, "a case can have rebooted the guest", false);
}

/* Runs in a child. */
static int restore_all(void *arg)
{
	const struct bench *bench = arg;

	for (size_t i = 0; i < bench->plan->duts_count; i++) {
		const struct subject *subject = &bench->subjects[i];

		if (subject->none || subject->err)
			continue;
		baseline_undo(&subject->baseline);
		baseline_restore(&subject->baseline);
	}
	return 0;
}

static void note_line(void *context, const char *line)
{
	const struct case_run *run = context;

	ktap_line(run->bench->ktap, "# out: (after the program) %s", line);
}

void program_clean_up(struct case_run *run)
{
	unsigned int ms = bench_scaled(run->bench, BENCH_PREPARE_MS);
	struct worker worker;

	if (worker_start(&worker, restore_all, run->bench))
		case_pass_on(run, "error: cannot start a child");
	else
		case_judge(run, worker_wait(&worker, now_ms() + ms, note_line, run), "cleaning up",
			   ms);
}
