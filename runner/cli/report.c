// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab report: the reports of runs, made again from their results. */
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "reports/ktap.h"
#include "runner/cli/command.h"
#include "runner/cli/publish.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* A folder, or the name of one below O/reports. */
static char *folder_of(const struct settings *settings, const char *run)
{
	struct stat info;

	if (strchr(run, '/') || !stat(run, &info))
		return text("%s", run);
	return text("%s/reports/%s", settings->out, run);
}

static int report_run(const struct settings *settings, const char *run)
{
	cleanup_free char *folder = folder_of(settings, run);
	cleanup_results struct results results = {0};
	cleanup_buf struct buf why = BUF_INIT;
	int64_t start = now_ms();

	if (results_read(folder, &results, &why)) {
		buf_puts(&why, ": name the folder of a run, or one below O=/reports");
		return complain(&why);
	}
	if (ktap_write(&results, folder)) {
		buf_printf(&why, "cannot write the KTAP streams to %s: make room there", folder);
		return complain(&why);
	}
	if (publish(&results, NULL, folder, &why))
		return complain(&why);
	printf("report:  %s/index.html   %zu cases, %lld ms\n", folder, results.cases.count,
	       (long long)(now_ms() - start));
	return 0;
}

static const struct argp report_argp = {
	.parser = parse_words,
	.args_doc = "[RUN...]",
	.doc = "Write the reports of each RUN again from its results.json: pages, JUnit, KCIDB, "
	       "SQUAD, markdown, KTAP (docs/reports.md). RUN is a folder, or the name of one below "
	       "O/reports; by default it is the last run."};

static int run_report(const struct settings *settings, int argc, char **argv)
{
	char *last[] = {"latest", NULL};
	char **runs = NULL;
	int status = 0;

	parse_options(&report_argp, argc, argv, 0, &runs);
	for (runs = runs ?: last; *runs && !status; runs++)
		status = report_run(settings, *runs);
	return status;
}

COMMAND(report, .name = "report", .summary = "write the reports of a run again",
	.argp = &report_argp, .run = run_report);
