// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab reach: which cases reach a line or a function of the kernel, and what a case reaches. */
#include "runner/reach/reach.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/nearest.h"
#include "runner/cli/command.h"
#include "runner/reach/edits.h"
#include "runner/reach/plan-hash.h"
#include "runner/reach/query.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct reach_asking {
	const char *kernel;
	const char *patch;
	bool lines;
	bool cases;
	bool check;
	struct list words;
};

enum {
	OPTION_KERNEL = 'k',
	OPTION_LINES = OPTION_LONG_ONLY,
	OPTION_CASES,
	OPTION_CHECK,
	OPTION_PATCH
};

static const struct argp_option options[] = {
	{"kernel", OPTION_KERNEL, "KERNEL", 0,
	 "what is known of this kernel, or else of the nearest one; by default base", 0},
	{"lines", OPTION_LINES, NULL, 0,
	 "print all lines that gcc instrumented, FILE:LINE CASES FUNCTION; CASES is the number of "
	 "cases that reach the line, 0 if none does",
	 0},
	{"cases", OPTION_CASES, NULL, 0,
	 "print all cases of which it is known what they reach: MACHINE CASE", 0},
	{"patch", OPTION_PATCH, "FILE", 0,
	 "print the cases that reach the functions that a patch changes; PART is `any' for all "
	 "others if it changes more than functions",
	 0},
	{"check", OPTION_CHECK, NULL, 0,
	 "only exit: with 0 if it is known what each present case reaches on exactly this kernel, "
	 "else with 1",
	 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct reach_asking *asking = state->input;

	switch (key) {
	case OPTION_KERNEL:
		asking->kernel = value;
		return 0;
	case OPTION_LINES:
		asking->lines = true;
		return 0;
	case OPTION_CASES:
		asking->cases = true;
		return 0;
	case OPTION_PATCH:
		asking->patch = value;
		return 0;
	case OPTION_CHECK:
		asking->check = true;
		return 0;
	case ARGP_KEY_ARG:
		list_add(&asking->words, value);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp reach_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[FUNCTION|FILE:LINE|FILE|CASE...]",
	.doc = "Print which cases reach a function, a line or a file of the kernel, the quickest "
	       "first: MS MACHINE CASE PART. MS is the duration of the case; PART is `body' if its "
	       "scenario reaches it, or `setup' if only the preparation or the release of its DUT "
	       "does. FILE may leave out folders. For a case, SCENARIO[DUT], print the functions "
	       "that it reaches: FILE FUNCTION REACHED/LINES PART. Without arguments, print what "
	       "is known. make reach finds it out.",
};

static void print_cases(const struct reach_cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		const struct reach_case *each = cases->items[i].of;

		printf("%u %s %s %s\n", each->ms, each->machine, each->name,
		       cases->items[i].body ? "body" : "setup");
	}
}

/* Print the functions that EACH reaches. */
static void print_functions(const struct reach *reach, const struct reach_case *each)
{
	size_t end;

	for (size_t first = 0; first < reach->lines.count; first = end) {
		const struct reach_line *line = &reach->lines.items[first];
		unsigned int body = 0, any = 0;

		end = reach_function_end(reach, first);
		for (size_t i = first; i < end; i++) {
			body += reach_set_has(&each->of[REACH_BODY], i);
			any += reach_has(each, i);
		}
		if (any)
			printf("%s %s %u/%zu %s\n", line->file,
			       *line->function ? line->function : "-", any, end - first,
			       body ? "body" : "setup");
	}
}

/* Print what the cases called NAME reach, of whatever machine. Returns whether there are any. */
static bool print_case(const struct reach *reach, const char *name)
{
	bool found = false;

	for (size_t i = 0; i < reach->cases.count; i++) {
		const struct reach_case *each = &reach->cases.items[i];

		if (strcmp(each->name, name) != 0)
			continue;
		if (found)
			fputc('\n', stdout);
		found = true;
		print_functions(reach, each);
	}
	return found;
}

static void suggest(const struct list *names, const char *word, struct buf *why)
{
	const char *near = nearest(names, word);

	if (near)
		buf_printf(why, "; the nearest: %s", near);
}

static int unknown_case(const struct reach *reach, const char *name, struct buf *why)
{
	cleanup_list struct list names = {0};

	for (size_t i = 0; i < reach->cases.count; i++)
		list_add(&names, reach->cases.items[i].name);
	buf_printf(why, "no case is called '%s'", name);
	suggest(&names, name, why);
	return -ENOENT;
}

static int unknown_place(const struct reach *reach, const char *word, struct buf *why)
{
	cleanup_list struct list names = {0};
	const char *last = "";

	for (size_t i = 0; i < reach->lines.count; i++) {
		const struct reach_line *line = &reach->lines.items[i];
		const char *name = strchr(word, '.') ? line->file : line->function;

		if (strcmp(last, name) != 0)
			list_add(&names, name);
		last = name;
	}
	buf_printf(why, "%s has no code called '%s'", reach->kernel, word);
	suggest(&names, word, why);
	return -ENOENT;
}

static int answer_place(const struct reach *reach, const char *word, struct buf *why)
{
	cleanup_reach_place struct reach_place place = {0};
	struct reach_cases cases = {0};
	int err = reach_place_find(reach, word, &place, why);

	if (err)
		return err == -ENOENT && !why->len ? unknown_place(reach, word, why) : err;
	reach_place_cases(reach, &place, &cases);
	if (!cases.count)
		fprintf(stderr, "vfiolab: no case reaches %s\n", word);
	print_cases(&cases);
	free(cases.items);
	return 0;
}

static int answer_word(const struct reach *reach, const char *word, struct buf *why)
{
	if (!strchr(word, '['))
		return answer_place(reach, word, why);
	return print_case(reach, word) ? 0 : unknown_case(reach, word, why);
}

static void print_lines(const struct reach *reach)
{
	for (size_t i = 0; i < reach->lines.count; i++) {
		const struct reach_line *line = &reach->lines.items[i];
		size_t cases = 0;

		for (size_t c = 0; c < reach->cases.count; c++)
			cases +=
				*reach->cases.items[c].name && reach_has(&reach->cases.items[c], i);
		printf("%s:%u %zu %s\n", line->file, line->line, cases,
		       *line->function ? line->function : "-");
	}
}

static void print_known(const struct reach *reach)
{
	for (size_t i = 0; i < reach->cases.count; i++) {
		const struct reach_case *each = &reach->cases.items[i];

		if (*each->name)
			printf("%s %s\n", each->machine, each->name);
	}
}

/* Print the cases that are to run for the patch PATH. */
static int print_patch(const struct settings *settings, const struct reach *reach, const char *path,
		       struct buf *why)
{
	static const char *const parts[] = {[RANK_BODY] = "body", [RANK_SETUP] = "setup"};
	cleanup_free enum rank *ranks = zalloc(reach->cases.count, sizeof(*ranks));
	cleanup_edits struct edits edits = {0};
	int err = edits_of_patch(settings, path, reach, &edits, why);

	if (err)
		return err;
	edits_rank(&edits, reach, ranks);
	if (edits.beyond.len)
		fprintf(stderr, "vfiolab: all cases: %s\n", edits.beyond.data);
	for (size_t i = 0; i < reach->cases.count; i++) {
		const struct reach_case *each = &reach->cases.items[i];

		if (*each->name && (ranks[i] != RANK_REST || edits.beyond.len))
			printf("%u %s %s %s\n", each->ms, each->machine, each->name,
			       ranks[i] != RANK_REST ? parts[ranks[i]] : "any");
	}
	return 0;
}

static void print_summary(const struct reach *reach)
{
	printf("%s %s: %zu cases, %zu lines%s\n", reach->kernel, reach->release, reach_count(reach),
	       reach->lines.count,
	       reach->plan ? "" : "; not all cases have run: make reach runs them");
}

static int answer(const struct settings *settings, const struct reach_asking *asking,
		  const struct reach *reach, struct buf *why)
{
	int err = 0;

	if (asking->patch)
		return print_patch(settings, reach, asking->patch, why);
	if (asking->lines)
		print_lines(reach);
	if (asking->cases)
		print_known(reach);
	if (!asking->lines && !asking->cases && !asking->words.count)
		print_summary(reach);
	for (size_t i = 0; i < asking->words.count && !err; i++)
		err = answer_word(reach, asking->words.items[i], why);
	return err;
}

/* Whether the present cases are those of which it is known what they reach on exactly KERNEL. */
static int check(const struct settings *settings, const char *kernel, struct buf *why)
{
	cleanup_inventory struct inventory inventory = {0};
	cleanup_free char *path = reach_path(settings, kernel);
	cleanup_reach struct reach reach = {0};
	cleanup_buf struct buf unread = BUF_INIT;

	if (inventory_survey(settings, &inventory, why))
		return EXIT_LAB;
	if (access(path, R_OK) || reach_load(path, &reach, &unread))
		return 1;
	return reach.plan != reach_plan_hash(&inventory);
}

static int run_reach(const struct settings *settings, int argc, char **argv)
{
	struct reach_asking asking = {.kernel = "base"};
	cleanup_reach struct reach reach = {0};
	cleanup_buf struct buf why = BUF_INIT;
	int status = 0;

	parse_options(&reach_argp, argc, argv, 0, &asking);
	if (asking.check)
		status = check(settings, asking.kernel, &why);
	else if (reach_nearest(settings, asking.kernel, &reach, &why) ||
		 answer(settings, &asking, &reach, &why))
		status = EXIT_LAB;
	list_free(&asking.words);
	return status == EXIT_LAB ? complain(&why) : status;
}

COMMAND(reach, .name = "reach", .summary = "which cases reach a line or a function of the kernel",
	.argp = &reach_argp, .run = run_reach);
