// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab history: print the results of all runs, and add runs to the history. */
#include "reports/history/history.h"

#include "lab/base/cleanup.h"
#include "lab/base/select.h"
#include "reports/text/text.h"
#include "runner/cli/command.h"
#include "runner/cli/find-run.h"
#include "runner/cli/run.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

#define LAST_DEFAULT 30
#define LAST_MAX     1000

void run_remember(const struct run *run)
{
	cleanup_history struct history *history = NULL;
	cleanup_free char *name = run_name(run->folder);
	cleanup_buf struct buf why = BUF_INIT;
	int err;

	if (strcmp(run->name, "reports"))
		return;
	err = history_open(run->settings->history, &history, &why)
		      ?: history_add(history, name, &run->results, &why);
	if (err < 0)
		fprintf(stderr,
			"vfiolab: warning: %s. The run is not in the history: "
			"vfiolab history --add %s adds it\n",
			why.data, run->folder);
}

struct history_asking {
	const char *add;
	unsigned int last;
	struct list named; /* on the command line */
	struct list kernels;
	struct list cases;
};

enum { OPTION_ADD = OPTION_LONG_ONLY, OPTION_LAST };

static const struct argp_option options[] = {
	{"add", OPTION_ADD, "RUN", 0,
	 "add a run (the folder of its results), unless the history has it", 0},
	{"last", OPTION_LAST, "N", 0, "list the last N runs, by default 30", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct history_asking *asking = state->input;

	switch (key) {
	case OPTION_ADD:
		asking->add = value;
		return 0;
	case OPTION_LAST:
		return parse_option_number(state, "--last", value, LAST_MAX, &asking->last);
	case ARGP_KEY_ARG:
		list_add(&asking->named, value);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp history_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[SCENARIO|KERNEL...]",
	.doc = "Without arguments, list the last runs, or with KERNEL those of that kernel. With "
	       "FAMILY, SCENARIO or 'SCENARIO[DUT]', print each case through its runs: a mark for "
	       "each, its failures, the kernel version since which it fails, and how often its "
	       "verdict flips on the same kernel. All of these may be globs [LAB_HISTORY=].",
};

/* Whether GLOB (FAMILY, SCENARIO or SCENARIO[DUT]) selects NAME (SCENARIO[DUT]). */
static bool is_case(const char *glob, const char *name)
{
	size_t scenario = strcspn(name, "["), wanted = strcspn(glob, "[");
	size_t shown = memchr(glob, '/', wanted) ? scenario : strcspn(name, "/");
	cleanup_free char *its_scenario = text("%.*s", (int)shown, name);
	cleanup_free char *of_scenario = text("%.*s", (int)wanted, glob);
	cleanup_free char *its_dut =
		text("%.*s", (int)strcspn(name + scenario, "]"), name + scenario);
	cleanup_free char *of_dut = text("%.*s", (int)strcspn(glob + wanted, "]"), glob + wanted);

	return !fnmatch(of_scenario, its_scenario, 0) &&
	       (!*of_dut || (*its_dut && !fnmatch(of_dut + 1, its_dut + 1, 0)));
}

static bool add_kernels(const char *glob, const struct list *kernels, struct list *chosen)
{
	size_t before = chosen->count;

	for (size_t i = 0; i < kernels->count; i++)
		if (!fnmatch(glob, kernels->items[i], 0))
			list_add_once(chosen, kernels->items[i]);
	return chosen->count > before;
}

static bool add_cases(const char *glob, const struct list *cases, struct list *chosen)
{
	bool found = false;

	for (size_t i = 0; i < cases->count; i++) {
		if (!is_case(glob, cases->items[i]))
			continue;
		found = true;
		list_add(chosen, cases->items[i]);
	}
	return found;
}

/* A word without slash and bracket is a kernel, if there is one of that name, or else a family. */
static int choose(struct history_asking *asking, const struct list *kernels,
		  const struct list *cases, const char *glob, struct buf *why)
{
	cleanup_list struct list scenarios = {0};

	if (!strpbrk(glob, "/[") && add_kernels(glob, kernels, &asking->kernels))
		return 0;
	if (add_cases(glob, cases, &asking->cases))
		return 0;
	for (size_t i = 0; i < cases->count; i++) {
		cleanup_free char *scenario =
			text("%.*s", (int)strcspn(cases->items[i], "["), cases->items[i]);

		list_add_once(&scenarios, scenario);
	}
	buf_printf(why, "the history has no case and no kernel called %s", glob);
	list_suggest(strchr(glob, '/') ? &scenarios : kernels, glob, why);
	return -ENOENT;
}

static int read_names(struct history_asking *asking, struct history *history, struct buf *why)
{
	cleanup_list struct list kernels = {0}, cases = {0};
	int err = history_kernels(history, &kernels, why) ?: history_cases(history, &cases, why);

	for (size_t i = 0; i < asking->named.count && !err; i++)
		err = choose(asking, &kernels, &cases, asking->named.items[i], why);
	return err;
}

static int print_runs(const struct history_asking *asking, struct history *history, struct buf *why)
{
	cleanup_history_runs struct history_runs runs = {0};
	const struct page page = page_of(stdout);
	int err = history_runs(history, &asking->kernels, asking->last, &runs, why);

	if (err)
		return err;
	if (!runs.count)
		printf("the history has no runs yet: make lab-run adds each run\n");
	else
		history_print_runs(&runs, &page);
	return 0;
}

static int print_cases(const struct history_asking *asking, struct history *history,
		       struct buf *why)
{
	const struct page page = page_of(stdout);
	int err = 0;

	for (size_t i = 0; i < asking->cases.count && !err; i++) {
		cleanup_tracks struct tracks tracks = {0};
		const char *name = asking->cases.items[i];

		err = history_tracks(history, name, &asking->kernels, &tracks, why);
		if (!err && tracks.count)
			history_print_tracks(name, &tracks, asking->last, &page);
	}
	if (!err)
		history_print_legend(&page);
	return err;
}

static int add_folder(const struct settings *settings, const char *what, struct history *history,
		      struct buf *why)
{
	cleanup_found_run struct found_run run = {0};
	int err = find_run(settings, what, &run, why);

	if (err)
		return err;
	err = history_add(history, run.name, &run.results, why);
	if (err >= 0)
		printf("%s: %s\n", run.name, err ? "the history has it already" : "added");
	return err < 0 ? err : 0;
}

static int answer(const struct settings *settings, struct history_asking *asking, struct buf *why)
{
	cleanup_history struct history *history = NULL;
	int err = history_open(settings->history, &history, why);

	if (!err && asking->add)
		err = add_folder(settings, asking->add, history, why);
	else if (!err)
		err = read_names(asking, history, why)
			      ?: (asking->cases.count ? print_cases : print_runs)(asking, history,
										  why);
	return err;
}

static void asking_free(struct history_asking *asking)
{
	list_free(&asking->named);
	list_free(&asking->kernels);
	list_free(&asking->cases);
}

static int run_history(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(asking_free))) struct history_asking asking = {.last = LAST_DEFAULT};
	cleanup_buf struct buf why = BUF_INIT;

	parse_options(&history_argp, argc, argv, 0, &asking);
	return answer(settings, &asking, &why) ? complain(&why) : 0;
}

COMMAND(history, .name = "history", .summary = "print the results of all runs",
	.argp = &history_argp, .run = run_history);
