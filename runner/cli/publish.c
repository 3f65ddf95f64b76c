// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/publish.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/history/history.h"
#include "reports/report.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Reports do without the past if there is none, or if it cannot be read. */
static void read_past(const struct settings *settings, const struct results *results,
		      struct past *past)
{
	cleanup_history struct history *history = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	if (access(settings->history, F_OK))
		return;
	if (history_open(settings->history, &history, &why) ||
	    history_past(history, results, past, &why))
		fprintf(stderr, "vfiolab: warning: %s: reports show no earlier runs\n", why.data);
}

int publish(const struct settings *settings, const struct results *results, const char *folder,
	    struct buf *why)
{
	cleanup_past struct past past = {0};
	const struct report report = {.results = results, .past = &past, .folder = folder};

	read_past(settings, results, &past);
	return reports_write(&report, why);
}

static void append(const char *path, const char *data, size_t len)
{
	cleanup_close int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);

	if (fd >= 0)
		write_all(fd, data, len);
}

void publish_to_github(const char *folder)
{
	cleanup_free char *summary_path = text("%s/summary.md", folder);
	cleanup_free char *annotations_path = text("%s/annotations.txt", folder);
	cleanup_free char *summary = NULL;
	cleanup_free char *annotations = NULL;
	const char *path = getenv("GITHUB_STEP_SUMMARY");
	size_t len;

	if (!getenv("GITHUB_ACTIONS"))
		return;
	if (path && !file_read(summary_path, &summary, &len))
		append(path, summary, len);
	if (!file_read(annotations_path, &annotations, NULL))
		fputs(annotations, stdout);
	fflush(stdout);
}
