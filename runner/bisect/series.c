// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab bisect --series: find the first bad patch of a series, by building prefixes of it. */
#include "kernel/tools/lib/series.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/bisect/bisect.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct patch_row {
	struct bisect *bisect;
	struct series series;
	struct bisection bisection;
	char *kernel; /* below the series */
	char *saw;    /* the reason of the first bad version so far */
};

static void row_free(struct patch_row *row)
{
	series_free(&row->series);
	bisection_end(&row->bisection);
	free(row->kernel);
	free(row->saw);
}

static const char *subject(const struct patch_row *row, unsigned int number)
{
	return row->series.patches[number - 1].subject;
}

/* The folder of the first NUMBER patches. */
static char *folder_of(const struct patch_row *row, unsigned int number)
{
	return text("%s/patches/%u-of-%zu", row->bisect->out, number, row->series.count);
}

/* Write the first NUMBER patches as a series of their own. */
static int write_first(const struct patch_row *row, unsigned int number, struct buf *why)
{
	const struct series first = {.patches = row->series.patches, .count = number};
	cleanup_free char *folder = folder_of(row, number);
	cleanup_free char *parent = text("%s/patches", row->bisect->out);
	cleanup_buf struct buf reason = BUF_INIT;
	int err = make_folders(parent);

	if (!err)
		err = series_write(&first, folder, &reason);
	if (err)
		buf_printf(why, "%s: %s", folder, reason.data ?: strerror(-err));
	return err;
}

/* Test the kernel with the first NUMBER patches. */
static int test(const struct patch_row *row, unsigned int number, struct trial *trial,
		struct buf *why)
{
	cleanup_free char *folder = number ? folder_of(row, number) : NULL;
	cleanup_free char *called =
		number ? text("%s+%u-of-%zu", row->kernel, number, row->series.count)
		       : text("%s", row->kernel);
	int err = number ? write_first(row, number, why) : 0;

	bisect_next_log(row->bisect);
	if (!err)
		err = bisect_test(row->bisect, row->kernel, folder, called, trial, why);
	if (!err)
		trial_print(trial);
	return err;
}

/* Remember why the case fails on the first bad version. */
static void note(struct patch_row *row, unsigned int number, const struct trial *trial)
{
	bisection_note(&row->bisection, number, trial->outcome);
	if (trial->outcome == OUTCOME_BAD) {
		free(row->saw);
		row->saw = text("%s", trial->reason);
	}
}

static int check_ends(struct patch_row *row, struct buf *why)
{
	unsigned int count = (unsigned int)row->series.count;
	cleanup_free char *whole = count > 1 ? text("%s with all %u patches", row->kernel, count)
					     : text("%s with the patch", row->kernel);
	cleanup_trial struct trial good = {0}, bad = {0};
	int err;

	printf("good?   %s\n", row->kernel);
	err = test(row, 0, &good, why) ?: trial_require(&good, OUTCOME_GOOD, row->kernel, why);
	if (err)
		return err;
	printf("bad?    %s\n", whole);
	err = test(row, count, &bad, why) ?: trial_require(&bad, OUTCOME_BAD, whole, why);
	if (!err)
		note(row, count, &bad);
	return err;
}

static int narrow(struct patch_row *row, struct buf *why)
{
	unsigned int next;
	int err = 0;

	while (!err && (next = bisection_next(&row->bisection))) {
		cleanup_trial struct trial trial = {0};
		unsigned int left = bisection_remaining(&row->bisection);

		printf("test    patch %u of %zu: %s (at most %u kernel%s left)\n", next,
		       row->series.count, subject(row, next), left, left == 1 ? "" : "s");
		err = test(row, next, &trial, why);
		if (!err)
			note(row, next, &trial);
	}
	return err;
}

/* Print the patch's number, subject, file, and the files that it changes. */
static void print_patch(const struct patch_row *row, const char *title, unsigned int number)
{
	cleanup_free char *folder = folder_of(row, (unsigned int)row->series.count);
	cleanup_free char *path = text("%s/series", folder);
	cleanup_free char *names = NULL;
	cleanup_list struct list lines = {0};

	printf("%-7s patch %u of %zu: %s\n", title, number, row->series.count,
	       subject(row, number));
	if (!file_read(path, &names, NULL))
		list_add_split(&lines, names, "\n");
	if (number <= lines.count)
		printf("        %s/%s\n", folder, lines.items[number - 1]);
	list_free(&lines);
	list_add_split(&lines, row->series.patches[number - 1].files, "\n");
	for (size_t i = 0; i < lines.count; i++)
		if (*lines.items[i])
			printf("        changes %s\n", lines.items[i]);
}

static void print_again(const struct patch_row *row, unsigned int number)
{
	cleanup_free char *folder = folder_of(row, number);
	const struct bisect *bisect = row->bisect;
	const char *extra = bisect->settings->extra;
	const char *mode = bisect->dut + strcspn(bisect->dut, ",");

	printf("saw     %s\n", row->saw);
	printf("again   make lab-run %s%s%s", extra ? "LAB_EXTRA=" : "", extra ?: "",
	       extra ? " " : "");
	printf("KERNELS=%s SERIES=%s MACHINES=%s SCENARIOS=%s DUTS=%.*s%s%s\n", row->kernel, folder,
	       bisect->machine, bisect->scenario, (int)(mode - bisect->dut), bisect->dut,
	       *mode ? " MODES=" : "", *mode ? mode + 1 : "");
}

/* Print the answer. Returns the exit status. */
static int conclude(const struct patch_row *row, struct buf *why)
{
	struct suspects suspects = bisection_suspects(&row->bisection);

	if (suspects.first == suspects.last) {
		print_patch(row, "found", suspects.first);
		print_again(row, suspects.first);
		return 0;
	}
	for (unsigned int number = suspects.first; number <= suspects.last; number++)
		print_patch(row, "either", number);
	buf_printf(why, "the first bad patch is one of %u to %u: those between have no verdict",
		   suspects.first, suspects.last);
	return EXIT_NO_ANSWER;
}

static int prepare(struct patch_row *row, struct buf *why)
{
	struct bisect *bisect = row->bisect;
	const char *kernel = bisect->kernel ?: getenv("KDIR") ? "local" : "base";
	cleanup_buf struct buf reason = BUF_INIT;
	int err = series_read(bisect->series, &row->series, &reason);

	if (err) {
		buf_printf(why, "%s %s", bisect->series, reason.data);
		return err;
	}
	err = bisect_name(bisect, kernel, &row->kernel, why);
	if (!err && bisect->prepare)
		err = bisect_fetch(bisect, row->kernel, why);
	return err;
}

int bisect_series(struct bisect *bisect, struct buf *why)
{
	__attribute__((cleanup(row_free))) struct patch_row row = {.bisect = bisect};
	int err = prepare(&row, why);

	if (err || bisect->prepare)
		return err;
	bisection_begin(&row.bisection, (unsigned int)row.series.count);
	printf("bisect  %s[%s] on %s: %zu patches on %s\n", bisect->scenario, bisect->dut,
	       bisect->machine, row.series.count, row.kernel);
	err = check_ends(&row, why);
	if (!err)
		err = narrow(&row, why);
	return err ?: conclude(&row, why);
}
