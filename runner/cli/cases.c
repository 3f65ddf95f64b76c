// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/cases.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/list.h"
#include "runner/cli/case-line.h"
#include "runner/plan/named.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Indentation of the lines that a run prints below a case. */
#define DETAIL_INDENT 6

/* Whether INPUT is empty, a comment, or what a run prints about the case above it. */
static bool may_be_skipped(const char *input, bool below_case)
{
	size_t indent = strspn(input, " \t\r");

	return !input[indent] || input[indent] == '#' || (below_case && indent >= DETAIL_INDENT);
}

static int take_line(const struct inventory *inventory, struct choice *choice,
		     const struct case_line *line, struct buf *why)
{
	int err = 0;

	for (size_t i = 0; i < line->duts.count && !err; i++)
		err = named_add(inventory, choice, line->kernel, line->machine, line->scenario,
				line->duts.items[i], why);
	return err;
}

static int take_lines(char *rest, const struct inventory *inventory, struct choice *choice,
		      unsigned int *number, struct buf *why)
{
	bool below_case = false;
	int err = 0;

	for (char *input; !err && (input = strsep(&rest, "\n"));) {
		cleanup_case_line struct case_line line = {0};

		(*number)++;
		if (!case_line_read(input, &line)) {
			err = take_line(inventory, choice, &line, why);
			below_case = true;
		} else if (!may_be_skipped(input, below_case)) {
			buf_printf(why, "'%.*s' is not KERNEL/MACHINE SCENARIO[DUT]",
				   (int)strcspn(input, "\r"), input);
			err = -EINVAL;
		}
	}
	return err;
}

int cases_read(const char *path, const struct inventory *inventory, struct choice *choice,
	       struct buf *why)
{
	cleanup_buf struct buf reason = BUF_INIT;
	cleanup_free char *content = NULL;
	int err = file_read(path, &content, NULL);
	unsigned int number = 0;

	if (err) {
		buf_printf(why, "cannot read the cases in %s: %s", path, strerror(-err));
		return err;
	}
	err = take_lines(content, inventory, choice, &number, &reason);
	if (err) {
		buf_printf(why, "%s, line %u: %s", path, number, reason.data);
	} else if (!choice->cases.count) {
		buf_printf(why, "%s names no case", path);
		err = -EINVAL;
	}
	return err;
}
