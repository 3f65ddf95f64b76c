// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab compare: compare any two runs, the traces of the kernels of one, its modes or drivers. */
#include "runner/cli/command.h"

#include "lab/base/cleanup.h"
#include "reports/model/changes.h"
#include "reports/text/text.h"
#include "runner/cli/compare-drivers.h"
#include "runner/cli/compare-modes.h"
#include "runner/cli/compare-traces.h"
#include "runner/cli/find-run.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

struct comparing {
	const struct settings *settings;
	struct found_run a, b;
	const char *runs[2];
	int count; /* of the runs on the command line */
	bool all;
	bool traces;
	bool modes;
	bool drivers;
	bool failed;
};

enum { OPTION_VERBOSE = 'v', OPTION_TRACES = OPTION_LONG_ONLY, OPTION_MODES, OPTION_DRIVERS };

static const struct argp_option options[] = {
	{"traces", OPTION_TRACES, NULL, 0,
	 "compare the traces of device models (TRACE=1) instead, and print for each "
	 "case the first event that differs; with less than two runs, of the kernels of one run, "
	 "by default the latest",
	 0},
	{"modes", OPTION_MODES, NULL, 0,
	 "compare the modes of one run, by default the latest, with the first mode of its kernel; "
	 "kernel/modes lists differences that are expected",
	 0},
	{"drivers", OPTION_DRIVERS, NULL, 0,
	 "compare the variant drivers of a run of make drivers with vfio-pci; kernel/drivers lists "
	 "differences that are expected",
	 0},
	{"verbose", OPTION_VERBOSE, NULL, 0, "print every change", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct comparing *comparing = state->input;

	switch (key) {
	case OPTION_VERBOSE:
		comparing->all = true;
		return 0;
	case OPTION_TRACES:
		comparing->traces = true;
		return 0;
	case OPTION_MODES:
		comparing->modes = true;
		return 0;
	case OPTION_DRIVERS:
		comparing->drivers = true;
		return 0;
	case ARGP_KEY_ARG:
		if (comparing->count == 2)
			argp_error(state, "'%s' is a third run, but only two are compared", value);
		comparing->runs[comparing->count++] = value;
		return 0;
	case ARGP_KEY_END:
		if (comparing->modes + comparing->traces + comparing->drivers > 1)
			argp_error(state, "choose one of --modes, --traces and --drivers");
		if ((comparing->modes || comparing->drivers) && comparing->count == 2)
			argp_error(state, "--modes and --drivers compare cases of one run");
		if (comparing->count < 2 && !comparing->traces && !comparing->modes &&
		    !comparing->drivers)
			argp_error(state,
				   "name two runs, as vfiolab history lists them, or latest");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp compare_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "RUN[:KERNEL[/MACHINE]] RUN[:KERNEL[/MACHINE]]\n--traces [RUN "
		    "[RUN]]\n--modes [RUN[:KERNEL[/MACHINE]]]\n--drivers RUN",
	.doc = "Compare two runs of any date, kernels and machines. RUN is the folder of a run, "
	       "its name, or latest. By default, kernels with the same name are compared. A KERNEL "
	       "that is named is compared with that of the other run, and so is a MACHINE. The "
	       "exit status is 1 if the second run has a regression, a new failure, a case that "
	       "no longer runs, or a fact that changed. With --traces, it is 1 if two traces "
	       "differ, with --modes or --drivers, if these differ in a way that is not listed.",
};

static void list_kernels(const struct found_run *run, struct list *kernels)
{
	if (run->kernel)
		list_add(kernels, run->kernel);
	for (size_t i = 0; !run->kernel && i < run->results.cases.count; i++)
		list_add_once(kernels, run->results.cases.items[i].kernel);
}

/* Read the facts that kernel B is expected to change. They apply only if the kernels differ. */
static int read_expected(const struct comparing *comparing, const char *a, const char *b,
			 struct expectations *expectations, struct buf *why)
{
	cleanup_free char *path = text("%s/kernels/%s.expected", comparing->settings->out, b);

	return !strcmp(a, b) || access(path, R_OK) ? 0 : expectations_read(path, expectations, why);
}

static int compare_pair(struct comparing *comparing, const char *a, const char *b, struct buf *why)
{
	const struct run_part before = {
		.results = &comparing->a.results, .kernel = a, .machine = comparing->a.machine};
	const struct run_part after = {
		.results = &comparing->b.results, .kernel = b, .machine = comparing->b.machine};
	cleanup_expectations struct expectations expectations = {0};
	cleanup_changes struct changes changes = {0};
	const struct page page = page_of(stdout);
	int err;

	if (comparing->traces)
		return compare_traces(&comparing->a, a, &comparing->b, b, &comparing->failed, why);
	err = read_expected(comparing, a, b, &expectations, why);
	if (err)
		return err;
	changes_find(&before, &after, &expectations, &changes);
	printf("%s:%s -> %s:%s\n", comparing->a.name, a, comparing->b.name, b);
	changes_print(&changes, comparing->all ? CHANGES_ALL : CHANGES_SHORT, &comparing->b.results,
		      &page);
	comparing->failed |= changes_failed(&changes);
	return 0;
}

static int no_pair(const struct comparing *comparing, const struct list *a, const struct list *b,
		   struct buf *why)
{
	cleanup_free char *of_a = list_join(a, ", "), *of_b = list_join(b, ", ");

	buf_printf(why,
		   "%s (%s) and %s (%s) have no kernel in common: name one of each, %s:%s %s:%s",
		   comparing->a.name, of_a, comparing->b.name, of_b, comparing->a.name,
		   a->count ? a->items[0] : "KERNEL", comparing->b.name,
		   b->count ? b->items[0] : "KERNEL");
	return -ENOENT;
}

/* Compare the kernels: the only one on each side, or those with the same name. */
static int compare_all(struct comparing *comparing, struct buf *why)
{
	cleanup_list struct list a = {0}, b = {0};
	bool found = false;
	int err = 0;

	list_kernels(&comparing->a, &a);
	list_kernels(&comparing->b, &b);
	if (a.count == 1 && b.count == 1)
		return compare_pair(comparing, a.items[0], b.items[0], why);
	for (size_t i = 0; i < a.count && !err; i++) {
		if (!list_has(&b, a.items[i]))
			continue;
		found = true;
		err = compare_pair(comparing, a.items[i], a.items[i], why);
	}
	return found ? err : no_pair(comparing, &a, &b, why);
}

/* Compare the first kernel of the run with each of the others. */
static int compare_within(struct comparing *comparing, struct buf *why)
{
	cleanup_list struct list kernels = {0};
	int err = 0;

	list_kernels(&comparing->a, &kernels);
	if (kernels.count < 2) {
		buf_printf(why, "%s has one kernel, %s: name another run to compare it with",
			   comparing->a.name, kernels.count ? kernels.items[0] : "");
		return -ENOENT;
	}
	for (size_t i = 1; i < kernels.count && !err; i++)
		err = compare_pair(comparing, kernels.items[0], kernels.items[i], why);
	return err;
}

/* Compare the modes or the drivers of one run. */
static int compare_parts(struct comparing *comparing, struct buf *why)
{
	cleanup_list struct list kernels = {0};

	list_kernels(&comparing->a, &kernels);
	return (comparing->modes ? compare_modes
				 : compare_drivers)(comparing->settings, &comparing->a, &kernels,
						    comparing->all, &comparing->failed, why);
}

/* Compare what the command line names. */
static int compare_named(struct comparing *comparing, struct buf *why)
{
	if (comparing->modes || comparing->drivers)
		return compare_parts(comparing, why);
	return comparing->count < 2 ? compare_within(comparing, why) : compare_all(comparing, why);
}

/* A machine that is named for one run only is used for both. */
static void share_machine(struct found_run *a, struct found_run *b)
{
	if (a->machine && !b->machine)
		b->machine = text("%s", a->machine);
	if (b->machine && !a->machine)
		a->machine = text("%s", b->machine);
}

static void comparing_free(struct comparing *comparing)
{
	found_run_free(&comparing->a);
	found_run_free(&comparing->b);
}

static int run_compare(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(comparing_free))) struct comparing comparing = {.settings =
										       settings};
	cleanup_buf struct buf why = BUF_INIT;

	parse_options(&compare_argp, argc, argv, 0, &comparing);
	comparing.runs[0] = comparing.runs[0] ?: "latest";
	comparing.runs[1] = comparing.runs[1] ?: comparing.runs[0];
	if (find_run(settings, comparing.runs[0], &comparing.a, &why) ||
	    find_run(settings, comparing.runs[1], &comparing.b, &why))
		return complain(&why);
	share_machine(&comparing.a, &comparing.b);
	if (compare_named(&comparing, &why))
		return complain(&why);
	return comparing.failed;
}

COMMAND(compare, .name = "compare", .summary = "compare two runs", .argp = &compare_argp,
	.run = run_compare);
