// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/consoles.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/record.h"

#include <fcntl.h>
#include <string.h>

void consoles_watch(struct consoles *consoles, const struct plan *plan)
{
	consoles_free(consoles);
	for (size_t i = 0; i < plan->count; i++)
		array_add(consoles)->job = &plan->jobs[i];
}

/* A serial line ends with CR LF. */
static void take_lines(struct console_view *view, struct list *lines)
{
	char *newline;

	while (view->partial.len &&
	       (newline = memchr(view->partial.data, '\n', view->partial.len))) {
		size_t len = (size_t)(newline - view->partial.data);
		cleanup_free char *line = text("%.*s", (int)len, view->partial.data);
		cleanup_free char *clean = NULL;

		line[strcspn(line, "\r")] = '\0';
		clean = printable(line);
		list_addf(lines, "%s/%s| %s", view->job->kernel, view->job->machine, clean);
		buf_consume(&view->partial, len + 1);
	}
}

/* The file appears with the job's first guest. */
static void read_view(struct console_view *view, struct list *lines)
{
	cleanup_close int fd = open(view->job->console, O_RDONLY | O_CLOEXEC);
	char chunk[65536];
	ssize_t got;

	while (fd >= 0 && (got = pread(fd, chunk, sizeof(chunk), (off_t)view->taken)) > 0) {
		buf_add(&view->partial, chunk, (size_t)got);
		view->taken += (size_t)got;
	}
	take_lines(view, lines);
}

void consoles_read(struct consoles *consoles, struct list *lines)
{
	for (size_t i = 0; i < consoles->count; i++)
		read_view(&consoles->items[i], lines);
}

void consoles_free(struct consoles *consoles)
{
	for (size_t i = 0; i < consoles->count; i++)
		buf_free(&consoles->items[i].partial);
	free(consoles->items);
	*consoles = (struct consoles){0};
}
