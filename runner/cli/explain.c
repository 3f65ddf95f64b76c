// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab explain: describe a scenario, a DUT, a machine or a kernel. Starts no guest. */
#include "runner/cli/explain.h"

#include "lab/base/cleanup.h"
#include "lab/base/nearest.h"
#include "runner/cli/command.h"
#include "runner/cli/kinds.h"
#include "runner/plan/fit.h"
#include "runner/plan/guest-image.h"

#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

/* The column after the labels, and the width of a word before its meaning. */
#define VALUE_COLUMN 14
#define WORD_WIDTH   22

void explain_title(const struct explain *explain, const char *kind, const char *name)
{
	fprintf(explain->page.out, "%s ", kind);
	page_print(&explain->page, INK_GOOD, name);
	fputc('\n', explain->page.out);
}

static void print_label(const struct explain *explain, const char *label)
{
	fprintf(explain->page.out, "  %-*s", VALUE_COLUMN - 2, label);
}

void explain_line(const struct explain *explain, const char *label, const char *format, ...)
{
	cleanup_buf struct buf line = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&line, format, args);
	va_end(args);
	print_label(explain, label);
	page_wrap(&explain->page, VALUE_COLUMN, line.data ?: "");
}

void explain_word(const struct explain *explain, const char *label, const char *word,
		  const char *meaning)
{
	print_label(explain, label);
	if (explain->page.width && strlen(word) > WORD_WIDTH) {
		page_wrap(&explain->page, VALUE_COLUMN, word);
		word = "";
		print_label(explain, "");
	}
	fprintf(explain->page.out, "%-*s  ", WORD_WIDTH, word);
	page_wrap(&explain->page, VALUE_COLUMN + WORD_WIDTH + 2, meaning);
}

const char *explain_path(const struct explain *explain, const char *path)
{
	const char *top = explain->settings->top;
	const size_t len = strlen(top);

	for (size_t i = 1; i < explain->settings->roots.count; i++)
		if (!strncmp(path, explain->settings->roots.items[i],
			     strlen(explain->settings->roots.items[i])))
			return path;
	return strncmp(path, top, len) || path[len] != '/' ? path : path + len + 1;
}

size_t explain_planned(const struct explain *explain, const struct machine *machine,
		       const struct machine_dut *dut, size_t *all)
{
	const struct catalog *catalog = &explain->inventory.catalog;
	size_t planned = 0;

	*all = 0;
	for (size_t i = 0; i < catalog->count; i++) {
		cleanup_free char *why = NULL;

		if (catalog->scenarios[i].hidden ||
		    !image_suits(&catalog->scenarios[i], image_is_cloud(machine->image)))
			continue;
		why = fit_refusal(dut, &catalog->scenarios[i]);
		planned += !why;
		(*all)++;
	}
	return planned;
}

typedef void explainer(const struct explain *explain, const char *name);

static explainer *const explainers[KIND_COUNT] = {
	[KIND_SCENARIO] = explain_scenario,
	[KIND_DUT] = explain_dut,
	[KIND_MACHINE] = explain_machine,
	[KIND_KERNEL] = explain_kernel,
};

/* NAME without its family: users may omit that of a scenario. */
static const char *short_name(const char *name)
{
	const char *slash = strchr(name, '/');

	return slash ? slash + 1 : name;
}

/*
 * Whether WORD selects NAME. A glob without a slash does not match scenarios, whose names have one:
 * `b*` selects kernels, machines and DUTs only.
 */
static bool is_meant(const char *word, const char *name)
{
	return !strcmp(word, short_name(name)) || !fnmatch(word, name, FNM_PATHNAME);
}

/* Explain everything of KIND that WORD selects, with an empty line before all but the *FIRST. */
static void explain_kind(const struct explain *explain, enum kind kind, const char *word,
			 bool *first)
{
	cleanup_list struct list names = {0};

	kind_names(explain->settings, &explain->inventory, kind, &names);
	for (size_t i = 0; i < names.count; i++) {
		if (!is_meant(word, names.items[i]))
			continue;
		if (!*first)
			fputc('\n', explain->page.out);
		*first = false;
		explainers[kind](explain, names.items[i]);
	}
}

/* The name of a family lists its scenarios. */
static void explain_family(const struct explain *explain, const char *family, bool *first)
{
	const struct catalog *catalog = &explain->inventory.catalog;
	bool titled = false;

	for (size_t i = 0; i < catalog->count; i++) {
		const struct scenario_info *scenario = &catalog->scenarios[i];

		if (strcspn(scenario->name, "/") != strlen(family) ||
		    strncmp(scenario->name, family, strlen(family)) != 0)
			continue;
		if (!titled && !*first)
			fputc('\n', explain->page.out);
		if (!titled)
			explain_title(explain, "family", family);
		titled = true;
		*first = false;
		explain_word(explain, "", short_name(scenario->name), scenario->summary);
	}
}

struct guess {
	enum kind kind;
	char *name;
	unsigned int distance;
};

static struct guess guess_one(const struct explain *explain, enum kind kind, const char *word)
{
	cleanup_list struct list names = {0}, compared = {0};
	const char *near;

	kind_names(explain->settings, &explain->inventory, kind, &names);
	for (size_t i = 0; i < names.count; i++)
		list_add(&compared,
			 strchr(word, '/') ? names.items[i] : short_name(names.items[i]));
	near = nearest(&compared, word);
	if (!near)
		return (struct guess){kind, NULL, UINT_MAX};
	for (size_t i = 0; i < names.count; i++)
		if (!strcmp(near, compared.items[i]))
			return (struct guess){kind, text("%s", names.items[i]),
					      edit_distance(word, near)};
	return (struct guess){kind, NULL, UINT_MAX};
}

/* Report the nearest names of all kinds, as a DUT and its machine may be equally near. */
static int complain_unknown(const struct explain *explain, const char *word)
{
	cleanup_buf struct buf why = BUF_INIT;
	struct guess guesses[KIND_COUNT];
	unsigned int least = UINT_MAX;
	const char *before = "; the nearest:";

	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		guesses[kind] = guess_one(explain, kind, word);
		if (guesses[kind].distance < least)
			least = guesses[kind].distance;
	}
	if (strpbrk(word, "*?["))
		buf_printf(&why, "'%s' matches no scenario (FAMILY/NAME), DUT, machine or kernel",
			   word);
	else
		buf_printf(&why, "no scenario, DUT, machine or kernel is called '%s'", word);
	for (enum kind kind = 0; kind < KIND_COUNT; kind++) {
		if (guesses[kind].name && guesses[kind].distance == least) {
			buf_printf(&why, "%s %s '%s'", before,
				   kind == KIND_DUT ? "DUT" : kind_words[kind], guesses[kind].name);
			before = ",";
		}
		free(guesses[kind].name);
	}
	return complain(&why);
}

static int explain_words(struct explain *explain, char **words)
{
	bool first = true;

	for (; *words; words++) {
		bool before = first;

		first = true;
		if (!before)
			fputc('\n', explain->page.out);
		for (enum kind kind = 0; kind < KIND_COUNT; kind++)
			explain_kind(explain, kind, *words, &first);
		explain_family(explain, *words, &first);
		if (first)
			return complain_unknown(explain, *words);
	}
	return 0;
}

static const struct argp explain_argp = {
	.parser = parse_words,
	.args_doc = "SCENARIO|DUT|MACHINE|KERNEL...",
	.doc = "Describe everything with this name. Scenario: its promise, its needs, where it "
	       "runs, and why not elsewhere. DUT: its properties and its purpose. Machine: its "
	       "hardware and its DUTs. Kernel: its sources and its known failures. Globs describe "
	       "all matches. Starts no guest.",
};

static int run_explain(const struct settings *settings, int argc, char **argv)
{
	struct explain explain = {.settings = settings, .page = page_of(stdout)};
	cleanup_buf struct buf why = BUF_INIT;
	char **words = NULL;
	int status;

	parse_options(&explain_argp, argc, argv, 0, &words);
	if (!words) {
		buf_puts(&why, "explain: no name: expected a scenario, DUT, machine or kernel, "
			       "such as: vfiolab explain e1000e");
		return complain(&why);
	}
	status = inventory_survey(settings, &explain.inventory, &why)
			 ? complain(&why)
			 : explain_words(&explain, words);
	inventory_free(&explain.inventory);
	return status;
}

COMMAND(explain, .name = "explain", .summary = "describe a scenario, a DUT, a machine or a kernel",
	.argp = &explain_argp, .run = run_explain);
