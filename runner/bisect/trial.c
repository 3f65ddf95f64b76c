// SPDX-License-Identifier: GPL-2.0-only
/* The test of one kernel: build it, run the case on it, judge. */
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "runner/bisect/bisect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* The exit status of kernel/build if the source does not build, and not the lab failed. */
#define EXIT_NOT_BUILT 3

/* Another guest may do better if the lab failed. */
#define RUNS_MAX 2

struct tool bisect_tool(const struct bisect *bisect, const char *program)
{
	struct tool tool = {.log = bisect->log};

	list_add(&tool.argv, program);
	return tool;
}

void bisect_next_log(struct bisect *bisect)
{
	free(bisect->log);
	bisect->log = text("%s/logs/test-%u.log", bisect->out, ++bisect->tests);
}

int bisect_do(const struct bisect *bisect, const struct tool *tool, struct buf *why)
{
	int status = tool_run(tool);

	if (status == -EINTR)
		buf_puts(why, "interrupted; the same command goes on with the kernels that are "
			      "built");
	else if (status < 0)
		buf_printf(why, "cannot run %s: %s", tool->argv.items[0], strerror(-status));
	else if (status)
		tool_message(bisect->log, why);
	return status > 0 ? -EIO : status;
}

int bisect_name(const struct bisect *bisect, const char *choice, char **name, struct buf *why)
{
	cleanup_free char *program = text("%s/kernel/list", bisect->settings->top);
	cleanup_tool struct tool tool = bisect_tool(bisect, program);
	cleanup_buf struct buf out = BUF_INIT;
	int err;

	if (strpbrk(choice, "*?[!")) {
		buf_printf(why, "%s: name one kernel, such as base", choice);
		return -EINVAL;
	}
	tool.out = &out;
	list_add(&tool.argv, choice);
	err = bisect_do(bisect, &tool, why);
	if (!err)
		*name = text("%.*s", (int)strcspn(out.data ?: "", "\n"), out.data ?: "");
	return err;
}

int bisect_fetch(const struct bisect *bisect, const char *lines, struct buf *why)
{
	cleanup_free char *path = text("%s/fetch", bisect->out);
	int err = file_write(path, lines, strlen(lines));

	if (err)
		buf_printf(why, "cannot write to %s: %s", bisect->out, strerror(-err));
	return err;
}

/* Put the first error of the compiler into WHY. */
static void take_build_error(const struct bisect *bisect, struct buf *why)
{
	cleanup_free char *log = NULL;
	cleanup_free char *line = NULL;

	if (!file_read(bisect->log, &log, NULL))
		line = tool_line_with(log, "rror: ", false);
	if (line)
		buf_printf(why, "does not build: %s", line);
	else
		tool_message(bisect->log, why);
}

int bisect_build(const struct bisect *bisect, const char *name, const char *series,
		 const char *called, struct buf *why)
{
	const char *top = bisect->settings->top;
	cleanup_free char *build = text("%s/kernel/build", top);
	cleanup_free char *make_image = text("%s/images/busybox/build", top);
	cleanup_tool struct tool kernel = bisect_tool(bisect, build);
	cleanup_tool struct tool image = bisect_tool(bisect, make_image);
	int status;

	list_add(&kernel.argv, name);
	if (series)
		list_add(&kernel.argv, series);
	status = tool_run(&kernel);
	if (status == EXIT_NOT_BUILT) {
		take_build_error(bisect, why);
		return 1;
	}
	if (status > 0)
		tool_message(bisect->log, why);
	if (status)
		return status > 0 ? -EIO : status;
	list_addf(&image.argv, "%s/kernels/%s", bisect->out, called);
	list_addf(&image.argv, "%s/libexec/agent", bisect->out);
	list_addf(&image.argv, "%s/images/%s.cpio", bisect->out, called);
	return bisect_do(bisect, &image, why);
}

static int write_cases(const struct bisect *bisect, const struct list *kernels, const char *path)
{
	cleanup_buf struct buf lines = BUF_INIT;

	for (size_t k = 0; k < kernels->count; k++)
		buf_printf(&lines, "%s/%s %s[%s]\n", kernels->items[k], bisect->machine,
			   bisect->scenario, bisect->dut);
	return file_write(path, lines.data, lines.len);
}

/* vfiolab run for the case. Its exit status says less than its results. */
static struct tool run_command(const struct bisect *bisect, const struct list *kernels,
			       const char *cases, const char *reports)
{
	struct tool tool = bisect_tool(bisect, bisect->settings->self);

	list_add(&tool.argv, "run");
	list_addf(&tool.argv, "--cases=%s", cases);
	list_addf(&tool.argv, "--reports=%s", reports);
	for (size_t k = 0; k < kernels->count; k++)
		list_addf(&tool.argv, "--kernel=%s", kernels->items[k]);
	if (bisect->tries > 1) {
		list_addf(&tool.argv, "--repeat=%u", bisect->tries);
		list_add(&tool.argv, "--stop=kernel");
	}
	return tool;
}

int bisect_run(const struct bisect *bisect, const struct list *kernels, struct results *results,
	       struct buf *why)
{
	cleanup_free char *reports = text("tests/%u", bisect->tests);
	cleanup_free char *latest = text("%s/%s/latest", bisect->out, reports);
	cleanup_free char *cases = text("%s/cases", bisect->out);
	cleanup_tool struct tool tool = run_command(bisect, kernels, cases, reports);
	int err = write_cases(bisect, kernels, cases);
	int status;

	if (err) {
		buf_printf(why, "cannot write to %s: %s", bisect->out, strerror(-err));
		return err;
	}
	status = tool_run(&tool);
	if (status < 0)
		return status;
	if (results_read(latest, results, NULL)) {
		tool_message(bisect->log, why);
		return -EIO;
	}
	return 0;
}

/* From the one that decides least to the one that decides most. */
static int weight(const struct record *record)
{
	static const int weights[VERDICT_COUNT] = {
		[VERDICT_PASS] = 1,  [VERDICT_MISS] = 2, [VERDICT_SKIP] = 3,
		[VERDICT_ERROR] = 4, [VERDICT_FAIL] = 5,
	};

	return record ? weights[record->result.verdict] : 0;
}

static enum outcome outcome_of(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
		return OUTCOME_GOOD;
	case VERDICT_FAIL:
		return OUTCOME_BAD;
	default:
		return OUTCOME_SKIP;
	}
}

void bisect_judge(const struct results *results, const char *kernel, struct trial *trial)
{
	const struct record *worst = NULL;
	enum verdict verdict;

	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];

		if (!strcmp(record->kernel, kernel) && weight(record) > weight(worst))
			worst = record;
	}
	verdict = worst ? worst->result.verdict : VERDICT_MISS;
	trial->outcome = outcome_of(verdict);
	trial->verdict = text("%s", verdict_names[verdict]);
	trial->reason = text("%s", worst ? worst->result.reason ?: "" : "the case did not run");
}

/* Whether there is no verdict of the kernel yet. */
static bool lab_failed(const struct trial *trial)
{
	return !trial->verdict || !strcmp(trial->verdict, verdict_names[VERDICT_ERROR]);
}

static int test(struct bisect *bisect, const char *name, const char *series, const char *called,
		struct trial *trial, struct buf *why)
{
	cleanup_list struct list kernels = {0};
	cleanup_results struct results results = {0};
	cleanup_buf struct buf reason = BUF_INIT;
	int err = bisect_build(bisect, name, series, called, &reason);

	if (err == 1) {
		trial->outcome = OUTCOME_SKIP;
		trial->verdict = text("SKIP");
		trial->reason = buf_steal(&reason);
		return 0;
	}
	if (err) {
		buf_puts(why, reason.data ?: "");
		return err;
	}
	list_add(&kernels, called);
	for (int run = 0; run < RUNS_MAX && !err && lab_failed(trial); run++) {
		results_free(&results);
		trial_free(trial);
		err = bisect_run(bisect, &kernels, &results, why);
		if (!err)
			bisect_judge(&results, called, trial);
	}
	return err;
}

int bisect_test(struct bisect *bisect, const char *name, const char *series, const char *called,
		struct trial *trial, struct buf *why)
{
	int64_t began = now_ms();
	int err;

	fflush(stdout);
	err = test(bisect, name, series, called, trial, why);
	trial->seconds = (double)(now_ms() - began) / 1000.0;
	if (err == -EINTR && !why->len)
		buf_puts(why, "interrupted; the same command goes on with the kernels that are "
			      "built");
	return err;
}

void trial_print(const struct trial *trial)
{
	printf("        %-5s %s%s(%.0f s)\n", trial->verdict, trial->reason,
	       *trial->reason ? " " : "", trial->seconds);
	fflush(stdout);
}

int trial_require(const struct trial *trial, enum outcome wanted, const char *end, struct buf *why)
{
	if (trial->outcome == wanted)
		return 0;
	if (trial->outcome == OUTCOME_SKIP)
		buf_printf(why, "the case has no verdict on %s: %s", end, trial->reason);
	else if (wanted == OUTCOME_GOOD)
		buf_printf(why, "the case fails on %s already: name an older good end", end);
	else
		buf_printf(why, "the case passes on %s: there is nothing to find%s", end,
			   ", or it is flaky: --tries=N");
	return strcmp(trial->verdict, verdict_names[VERDICT_ERROR]) ? EXIT_NO_ANSWER : -EIO;
}

void trial_free(struct trial *trial)
{
	free(trial->verdict);
	free(trial->reason);
	trial->verdict = trial->reason = NULL;
}
