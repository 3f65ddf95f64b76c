// SPDX-License-Identifier: GPL-2.0-only
/* The plan of a bundle: the text that vfiolab repro wrote, for one of several guests. */
#include "runner/guest/guest-plan.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/bundle/bundle.h"

#include <string.h>

static bool begins(const char *line, const char *word)
{
	return !strncmp(line, word, strlen(word));
}

/*
 * Cases before number NEXT have their results; a guest after the first must not begin the stream.
 */
static void add_line(struct buf *plan, const char *line, size_t *cases, size_t next, bool first,
		     double scale)
{
	if (begins(line, "first "))
		buf_printf(plan, "first %s\n", first ? "yes" : "no");
	else if (begins(line, "scale "))
		buf_printf(plan, "scale %.2f\n", scale);
	else if (!begins(line, "case ") || (*cases)++ >= next)
		buf_printf(plan, "%s\n", line);
}

void guest_plan(const struct job *job, const struct machine *machine, size_t next, bool first,
		double scale, struct buf *plan)
{
	cleanup_free char *path = text("%s/" BUNDLE_PLAN, machine->path);
	cleanup_free char *content = NULL;
	cleanup_list struct list lines = {0};
	size_t cases = 0;

	(void)job;
	/* An empty plan is an error of the guest, which names it. */
	if (!file_read(path, &content, NULL))
		list_add_split(&lines, content, "\n");
	for (size_t i = 0; i < lines.count; i++)
		add_line(plan, lines.items[i], &cases, next, first, scale);
}
