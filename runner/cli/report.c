// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab report: write the reports of runs again, from their results or from the history. */
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "reports/history/history.h"
#include "reports/ktap-stream.h"
#include "runner/cli/command.h"
#include "runner/cli/find-run.h"
#include "runner/cli/publish.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct report_asking {
	const char *since;
	struct list runs;
};

enum { OPTION_SINCE = OPTION_LONG_ONLY };

static const struct argp_option options[] = {
	{"since", OPTION_SINCE, "DATE", 0, "all runs of the history since DATE, YYYY-MM-DD", 0},
	{0},
};

static bool is_date(const char *date)
{
	static const char shape[] = "dddd-dd-dd";

	for (size_t i = 0; i < sizeof(shape) - 1; i++)
		if (shape[i] == 'd' ? date[i] < '0' || date[i] > '9' : date[i] != '-')
			return false;
	return !date[sizeof(shape) - 1];
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct report_asking *asking = state->input;

	switch (key) {
	case OPTION_SINCE:
		if (!is_date(value))
			argp_error(state, "--since=%s: expected a date, YYYY-MM-DD", value);
		asking->since = value;
		return 0;
	case ARGP_KEY_ARG:
		list_add(&asking->runs, value);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp report_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[RUN...]",
	.doc = "Write the reports of each RUN again: pages, JUnit, KCIDB, SQUAD, markdown, KTAP "
	       "(docs/reports.md). RUN is a folder, or the name of a run, by default the last. The "
	       "results of a run whose folder is gone come from the history, which has no logs "
	       "[LAB_HISTORY=]."};

static int write_reports(const struct settings *settings, const char *name,
			 const struct results *results, const char *folder, struct buf *why)
{
	int64_t start = now_ms();
	int err = make_folders(folder) ?: ktap_write(results, folder);

	if (err) {
		buf_printf(why, "cannot write to %s: %s: make room there, or set O=", folder,
			   strerror(-err));
		return err;
	}
	err = publish(settings, results, folder, why);
	if (!err)
		printf("report:  %s/index.html   %s, %zu cases, %lld ms\n", folder, name,
		       results->cases.count, (long long)(now_ms() - start));
	return err;
}

static int report_run(const struct settings *settings, const char *what, struct buf *why)
{
	cleanup_found_run struct found_run run = {0};
	cleanup_free char *folder = NULL;
	int err = find_run(settings, what, &run, why);

	if (err)
		return err;
	folder = run.folder ? text("%s", run.folder)
			    : text("%s/reports/%s", settings->out, run.name);
	return write_reports(settings, run.name, &run.results, folder, why);
}

/* Add the runs since a date, oldest first. */
static int add_since(const struct settings *settings, struct report_asking *asking, struct buf *why)
{
	cleanup_history struct history *history = NULL;
	cleanup_history_runs struct history_runs runs = {0};
	const struct list all = {0};
	int err = history_open(settings->history, &history, why)
			  ?: history_runs(history, &all, UINT32_MAX, &runs, why);

	for (size_t i = 0; i < runs.count && !err; i++)
		if (strcmp(runs.items[i].started, asking->since) >= 0)
			list_add_once(&asking->runs, runs.items[i].name);
	if (err || asking->runs.count)
		return err;
	buf_printf(why, "--since=%s: the history %s has no run since then", asking->since,
		   settings->history);
	return -ENOENT;
}

static int report_all(const struct settings *settings, struct report_asking *asking,
		      struct buf *why)
{
	int err = 0;

	if (asking->since)
		err = add_since(settings, asking, why);
	else if (!asking->runs.count)
		list_add(&asking->runs, "latest");
	for (size_t i = 0; i < asking->runs.count && !err; i++)
		err = report_run(settings, asking->runs.items[i], why);
	return err;
}

static void asking_free(struct report_asking *asking)
{
	list_free(&asking->runs);
}

static int run_report(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(asking_free))) struct report_asking asking = {0};
	cleanup_buf struct buf why = BUF_INIT;

	parse_options(&report_argp, argc, argv, 0, &asking);
	return report_all(settings, &asking, &why) ? complain(&why) : 0;
}

COMMAND(report, .name = "report", .summary = "write the reports of a run again",
	.argp = &report_argp, .run = run_report);
