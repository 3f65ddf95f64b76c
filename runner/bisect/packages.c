// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfiolab bisect --packages: whether the case differs between two kernels, and what else does.
 * There is nothing between two packages to test.
 */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/bisect/bisect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct packages {
	struct bisect *bisect;
	struct list names; /* the old one, then the new one */
};

static int name_both(struct packages *both, struct buf *why)
{
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(both->bisect->packages) && !err; i++) {
		cleanup_free char *name = NULL;

		err = bisect_name(both->bisect, both->bisect->packages[i], &name, why);
		if (!err)
			list_add(&both->names, name);
	}
	if (!err && !strcmp(both->names.items[0], both->names.items[1])) {
		buf_printf(why, "--packages names %s twice: name two kernels",
			   both->names.items[0]);
		err = -EINVAL;
	}
	return err;
}

/* The names for kernel/fetch, and as the user chose them, for the path of a package. */
static int prepare(const struct packages *both, struct buf *why)
{
	const struct bisect *bisect = both->bisect;
	cleanup_free char *lines =
		text("%s %s\n%s %s\n", both->names.items[0], both->names.items[1],
		     bisect->packages[0], bisect->packages[1]);

	return bisect_fetch(bisect, lines, why);
}

static int build_both(const struct packages *both, struct buf *why)
{
	int err = 0;

	for (size_t i = 0; i < both->names.count && !err; i++) {
		const char *name = both->names.items[i];

		err = bisect_build(both->bisect, name, NULL, name, why);
	}
	return err == 1 ? -EIO : err;
}

static void print_difference(const struct difference *made, const struct packages *both)
{
	const char *what = made->fact ?: "verdict";

	if (strcmp(what, "verdict"))
		printf("fact    %s: %s on %s, %s on %s\n", what, made->a ?: "none",
		       both->names.items[0], made->b ?: "none", both->names.items[1]);
}

/* Print the facts that differ. Returns whether there are any. */
static bool print_facts(const struct results *results, const struct packages *both)
{
	bool any = false;

	for (size_t c = 0; c < results->comparisons.count; c++)
		for (int kind = 0; kind < DIFFERENCE_KINDS; kind++) {
			const struct differences *of = &results->comparisons.items[c].of[kind];

			for (size_t i = 0; i < of->count; i++)
				print_difference(&of->items[i], both);
			any |= of->count;
		}
	return any;
}

static int print_changes(const struct packages *both, struct buf *why)
{
	const struct bisect *bisect = both->bisect;
	cleanup_free char *program = text("%s/kernel/changes", bisect->settings->top);
	cleanup_tool struct tool tool = bisect_tool(bisect, program);
	cleanup_buf struct buf out = BUF_INIT;
	int err;

	tool.out = &out;
	list_add(&tool.argv, both->names.items[0]);
	list_add(&tool.argv, both->names.items[1]);
	err = bisect_do(bisect, &tool, why);
	fputs(out.data ?: "", stdout);
	return err;
}

static void judge(const struct results *results, const char *kernel, struct trial *trial)
{
	bisect_judge(results, kernel, trial);
	printf("%-7s %s %s\n", trial->verdict, kernel, trial->reason);
}

/* Print both verdicts, and what differs. Returns the exit status, or -errno. */
static int compare(const struct packages *both, const struct results *results, struct buf *why)
{
	cleanup_trial struct trial old = {0}, new = {0};
	bool differ;

	judge(results, both->names.items[0], &old);
	judge(results, both->names.items[1], &new);
	differ = print_facts(results, both) || strcmp(old.verdict, new.verdict);
	if (!differ) {
		buf_printf(why, "the case does the same on %s and %s", both->names.items[0],
			   both->names.items[1]);
		return EXIT_NO_ANSWER;
	}
	return print_changes(both, why);
}

int bisect_packages(struct bisect *bisect, struct buf *why)
{
	struct packages both = {.bisect = bisect};
	cleanup_results struct results results = {0};
	int err = name_both(&both, why);

	if (!err && bisect->prepare) {
		err = prepare(&both, why);
	} else if (!err) {
		printf("bisect  %s[%s] on %s: %s, %s\n", bisect->scenario, bisect->dut,
		       bisect->machine, both.names.items[0], both.names.items[1]);
		fflush(stdout);
		bisect_next_log(bisect);
		err = build_both(&both, why) ?: bisect_run(bisect, &both.names, &results, why)
					     ?: compare(&both, &results, why);
	}
	list_free(&both.names);
	return err;
}
