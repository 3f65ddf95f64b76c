// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab reduce: find which of the cases that ran before a failed case it takes to fail. */
#include "runner/cli/command.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "runner/cli/ddmin.h"
#include "runner/cli/one-case.h"
#include "runner/cli/probe.h"

#include <errno.h>
#include <string.h>

/* Exit statuses beside EXIT_LAB: the failure was not seen, or the case was only skipped. */
#define EXIT_GONE 1
#define EXIT_SKIP 4

#define TRIES_MAX 100

struct reduce {
	struct one_case one;
	struct prober prober;
	struct list before; /* the cases that ran before it in the recorded guest */
	unsigned int tries; /* guests for a set of cases that does not fail */
	struct list passed; /* such sets, as a string of '0' and '1' */
	enum verdict seen;  /* the last verdict */
	unsigned int guests;
	int64_t started_ms;
	struct buf *why;
};

enum { OPTION_RUN = OPTION_LONG_ONLY, OPTION_TRIES };

static const struct argp_option options[] = {
	{"run", OPTION_RUN, "RUN", 0,
	 "the run in which it failed: its folder or name, by default the latest", 0},
	{"tries", OPTION_TRIES, "N", 0,
	 "for a flaky case: it passes if it does not fail in N guests, by default one", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct reduce *reduce = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &reduce->one.choice;
		return 0;
	case OPTION_RUN:
		reduce->one.run = value;
		return 0;
	case OPTION_TRIES:
		return parse_option_number(state, "--tries", value, TRIES_MAX, &reduce->tries);
	case ARGP_KEY_ARGS:
		reduce->one.words = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp reduce_argp = {
	.options = options,
	.parser = parse,
	.children = (struct argp_child[]){{.argp = &guest_argp}, {0}},
	.args_doc = "SCENARIO[DUT]",
	.doc = "Find which of the cases that ran before a failed case in its guest are needed for "
	       "the failure, and print the command that packs these with it. Each set of cases "
	       "that is tried takes a guest. The case may also be a line of a report. Exit status: "
	       "0 the smallest set was found, 1 the failure was not reproduced, 2 the lab failed, "
	       "4 the case was only skipped.",
};

static void reduce_free(struct reduce *reduce)
{
	prober_stop(&reduce->prober);
	one_case_free(&reduce->one);
	list_free(&reduce->before);
	list_free(&reduce->passed);
}

/*
 * Whether the case failed in the recorded way: at the same line of the scenario or, if a report of
 * the kernel or a lost guest made it fail, for the same reason.
 */
static bool is_same_failure(const struct result *recorded, const struct result *seen)
{
	if (seen->verdict != recorded->verdict)
		return false;
	if (recorded->where && seen->where)
		return !strcmp(recorded->where, seen->where);
	return !recorded->where == !seen->where && result_same_reason(recorded, seen);
}

/* Run the case after the cases BEFORE. Returns 1 if it failed in the recorded way, 0, or -errno. */
static int try_once(struct reduce *reduce, const struct list *before)
{
	cleanup_result struct result result = {0};
	int err;

	one_case_precede(&reduce->one, before);
	reduce->guests++;
	err = probe_run(&reduce->prober, &reduce->one, &result, reduce->why);
	if (!err && result.verdict == VERDICT_ERROR) {
		buf_printf(reduce->why, "the lab failed on the case: %s", result.reason);
		err = -EIO;
	}
	if (err)
		return err;
	reduce->seen = result.verdict;
	printf("try     after %zu of %zu cases: %s%s\n", before->count, reduce->before.count,
	       verdict_names[result.verdict],
	       result.verdict == VERDICT_FAIL &&
			       !is_same_failure(&reduce->one.record->result, &result)
		       ? ", in another way"
		       : "");
	fflush(stdout);
	return is_same_failure(&reduce->one.record->result, &result);
}

static int try_several(struct reduce *reduce, const struct list *before)
{
	int fails = 0;

	for (unsigned int i = 0; i < reduce->tries && !fails; i++)
		fails = try_once(reduce, before);
	return fails;
}

/* Try the cases in KEEP, unless they were tried before. */
static int try_set(void *context, const bool *keep, size_t count)
{
	struct reduce *reduce = context;
	cleanup_list struct list before = {0};
	cleanup_buf struct buf set = BUF_INIT;
	int fails;

	for (size_t i = 0; i < count; i++) {
		buf_puts(&set, keep[i] ? "1" : "0");
		if (keep[i])
			list_add(&before, reduce->before.items[i]);
	}
	if (list_has(&reduce->passed, set.data))
		return 0;
	fails = try_several(reduce, &before);
	if (!fails)
		list_add(&reduce->passed, set.data);
	return fails;
}

/* Print the command that packs the case with the cases that are left. */
static void print_command(const struct reduce *reduce, const struct list *left)
{
	const struct record *record = reduce->one.record;
	cleanup_free char *names = list_join(left, " ");

	printf("bundle  vfiolab repro '%s/%s %s'", record->kernel, record->machine, record->name);
	if (left->count)
		printf(" --after='%s'", names);
	if (reduce->one.run)
		printf(" --run=%s", reduce->one.run);
	if (reduce->one.choice.lspci)
		printf(" --lspci=%s", reduce->one.choice.lspci);
	putchar('\n');
}

/* Print the cases that are left, and what was found out about them. */
static void print_left(const struct reduce *reduce, const struct list *left, const char *verb)
{
	printf("%-7s %zu of %zu cases before it, %u guest%s, %.0f s\n", verb, left->count,
	       reduce->before.count, reduce->guests, reduce->guests == 1 ? "" : "s",
	       (double)(now_ms() - reduce->started_ms) / 1000);
	for (size_t i = 0; i < left->count; i++)
		printf("        %s\n", left->items[i]);
	print_command(reduce, left);
}

static void list_left(const struct reduce *reduce, const bool *keep, struct list *left)
{
	for (size_t i = 0; i < reduce->before.count; i++)
		if (keep[i])
			list_add(left, reduce->before.items[i]);
}

static int not_reproduced(const struct reduce *reduce)
{
	if (reduce->seen == VERDICT_SKIP) {
		puts("skipped the case cannot run on this kernel");
		return EXIT_SKIP;
	}
	printf("not reproduced: it does not fail alone%s%s\n",
	       reduce->before.count ? ", nor after all cases that ran before it"
				    : ", and nothing ran before it",
	       reduce->tries == 1 ? "; if it is flaky, use --tries=N" : "");
	return EXIT_GONE;
}

/* The case does not fail alone, but after all others. */
static int search(struct reduce *reduce)
{
	const size_t count = reduce->before.count;
	cleanup_free bool *keep = zalloc(count, sizeof(*keep));
	const struct ddmin by_guests = {try_set, reduce};
	cleanup_list struct list left = {0};
	int err;

	memset(keep, true, count);
	err = ddmin(&by_guests, keep, count);
	list_left(reduce, keep, &left);
	print_left(reduce, &left, err ? "so far" : "needs");
	return err;
}

/* Returns the exit status, or -errno with a message in WHY. */
static int carry_out(struct reduce *reduce)
{
	const struct list none = {0};
	int fails = try_several(reduce, &none);

	if (fails < 0)
		return fails;
	if (fails) {
		print_left(reduce, &none, "needs");
		return 0;
	}
	fails = reduce->before.count ? try_several(reduce, &reduce->before) : 0;
	if (fails <= 0)
		return fails ?: not_reproduced(reduce);
	return search(reduce);
}

/* Whether ONE has a failure to reduce. Returns 0, or -EINVAL with a message in WHY. */
static int require_failure(const struct one_case *one, struct buf *why)
{
	const struct job_case *target = one_case_target(one);

	if (one->record && one->record->result.verdict == VERDICT_FAIL)
		return 0;
	if (one->record)
		buf_printf(why, "%s did not fail in run %s, it has %s: reduce needs a failure",
			   target->name, one->found.name, record_verdict_name(one->record));
	else if (one->note.len)
		buf_printf(why, "%s: run its cases again first", one->note.data);
	else
		buf_printf(why,
			   "no run has a failure of %s: run the cases first, or name a run "
			   "(--run)",
			   target->name);
	return -EINVAL;
}

static int run_reduce(const struct settings *settings, int argc, char **argv)
{
	cleanup_buf struct buf why = BUF_INIT;
	__attribute__((cleanup(reduce_free))) struct reduce reduce = {
		.prober = {.lane = {.fd = -1}, .signals = -1},
		.tries = 1,
		.started_ms = now_ms(),
		.why = &why};
	int status;

	if (choice_read(&reduce.one.choice, &why))
		return complain(&why);
	parse_options(&reduce_argp, argc, argv, 0, &reduce);
	if (one_case_find(settings, &reduce.one, &why) || require_failure(&reduce.one, &why))
		return complain(&why);
	if (prober_start(&reduce.prober, &reduce.one, &why))
		return complain(&why);
	if (reduce.one.note.len)
		printf("note    %s\n", reduce.one.note.data);
	one_case_predecessors(&reduce.one, &reduce.before);
	printf("case    %s/%s %s: FAIL: %s\n", reduce.one.record->kernel,
	       reduce.one.record->machine, reduce.one.record->name,
	       reduce.one.record->result.reason ?: "no reason was given");
	fflush(stdout);
	status = carry_out(&reduce);
	return status < 0 ? complain(&why) : status;
}

COMMAND(reduce, .name = "reduce", .summary = "find which earlier cases a failure needs",
	.argp = &reduce_argp, .run = run_reduce);
