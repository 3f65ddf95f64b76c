// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/compare-traces.h"

#include "lab/base/cleanup.h"
#include "reports/traces/parting.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define CONTEXT 5 /* events before the first difference */

/* One of the two kernels that are compared. */
struct trace_side {
	const struct found_run *run;
	const char *kernel;
	char *label; /* a name that tells it from the other */
};

struct trace_counts {
	size_t same, parted, lone;
};

static void print_event(const struct trace_side *side, int width, const struct trace *trace,
			size_t at)
{
	printf("  %-*s  %s\n", width, side ? side->label : "",
	       at < trace->count ? trace->events[at].line : "(no further event)");
}

/* Print the last events of the device before the difference. */
static void print_context(const struct trace *trace, const struct parting *parting, int width)
{
	size_t first = parting->a, found = 0;

	while (first && found < CONTEXT)
		if (!strcmp(trace->events[--first].device, parting->device))
			found++;
	for (size_t i = first; i < parting->a; i++)
		if (!strcmp(trace->events[i].device, parting->device))
			print_event(NULL, width, trace, i);
}

static void print_parting(const struct trace_side sides[2], const struct record *record,
			  const struct trace traces[2], const struct parting *parting)
{
	const int widths[2] = {(int)strlen(sides[0].label), (int)strlen(sides[1].label)};
	const int width = widths[0] > widths[1] ? widths[0] : widths[1];

	printf("%s %s: event %zu of %zu, event %zu of %zu\n", record->machine, record->name,
	       parting->a + 1, traces[0].count, parting->b + 1, traces[1].count);
	print_context(&traces[0], parting, width);
	print_event(&sides[0], width, &traces[0], parting->a);
	print_event(&sides[1], width, &traces[1], parting->b);
}

/* The record of the same execution of the case on the other side, or NULL. */
static const struct record *counterpart(const struct trace_side *other, const struct record *record)
{
	const struct records *cases = &other->run->results.cases;

	for (size_t i = 0; i < cases->count; i++)
		if (!strcmp(cases->items[i].kernel, other->kernel) &&
		    cases->items[i].attempt == record->attempt &&
		    record_same_case(&cases->items[i], record))
			return &cases->items[i];
	return NULL;
}

static int read_trace(const struct trace_side *side, const char *path, struct trace *trace,
		      struct buf *why)
{
	cleanup_free char *whole = text("%s/%s", side->run->folder, path);
	int err = trace_read(whole, trace);

	if (err)
		buf_printf(why, "cannot read %s: %s", whole, strerror(-err));
	return err;
}

static int compare_case(const struct trace_side sides[2], const struct record *record,
			struct trace_counts *counts, struct buf *why)
{
	const struct record *other = counterpart(&sides[1], record);
	cleanup_free char *path = trace_path(sides[0].run->folder, record);
	cleanup_free char *of_other = other ? trace_path(sides[1].run->folder, other) : NULL;
	cleanup_trace struct trace first = {0}, second = {0};
	cleanup_parting struct parting parting = {0};
	int err;

	if (!path || !of_other) {
		counts->lone += path || of_other;
		return 0;
	}
	err = read_trace(&sides[0], path, &first, why)
		      ?: read_trace(&sides[1], of_other, &second, why);
	if (err)
		return err;
	if (!traces_part(&first, &second, &parting)) {
		counts->same++;
		return 0;
	}
	counts->parted++;
	print_parting(sides, record, (const struct trace[]){first, second}, &parting);
	return 0;
}

static int check_folder(const struct found_run *run, struct buf *why)
{
	if (run->folder)
		return 0;
	buf_printf(why, "run %s is only in the history, which has no traces: name a folder",
		   run->name);
	return -ENOENT;
}

static void name_sides(struct trace_side sides[2])
{
	const bool same_kernel = !strcmp(sides[0].kernel, sides[1].kernel);

	for (int i = 0; i < 2; i++)
		sides[i].label = same_kernel ? text("%s:%s", sides[i].run->name, sides[i].kernel)
					     : text("%s", sides[i].kernel);
}

static bool is_selected(const struct trace_side *side, const struct record *record)
{
	return !strcmp(record->kernel, side->kernel) &&
	       (!side->run->machine || !strcmp(record->machine, side->run->machine));
}

int compare_traces(const struct found_run *a, const char *kernel_a, const struct found_run *b,
		   const char *kernel_b, bool *different, struct buf *why)
{
	struct trace_side sides[2] = {{a, kernel_a, NULL}, {b, kernel_b, NULL}};
	struct trace_counts counts = {0};
	int err = check_folder(a, why) ?: check_folder(b, why);

	name_sides(sides);
	for (size_t i = 0; i < a->results.cases.count && !err; i++)
		if (is_selected(&sides[0], &a->results.cases.items[i]))
			err = compare_case(sides, &a->results.cases.items[i], &counts, why);
	free(sides[0].label);
	free(sides[1].label);
	if (!err && !counts.same && !counts.parted && !counts.lone) {
		buf_printf(why, "%s:%s and %s:%s have no traces: TRACE=1 makes them", a->name,
			   kernel_a, b->name, kernel_b);
		err = -ENOENT;
	}
	if (err)
		return err;
	*different |= counts.parted > 0;
	printf("%s:%s -> %s:%s: %zu trace%s the same, %zu part%s, %zu only on one side\n", a->name,
	       kernel_a, b->name, kernel_b, counts.same, counts.same == 1 ? " is" : "s are",
	       counts.parted, counts.parted == 1 ? "s" : "", counts.lone);
	return 0;
}
