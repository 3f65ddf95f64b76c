// SPDX-License-Identifier: GPL-2.0-only
/* Prints a comparison: the differences, where they occur, and the command that repeats them. */
#include "reports/model/compare.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/text/text.h"

#include <errno.h>
#include <string.h>

/* Maximum number of printed differences; results.json has all. */
#define SHOWN 40

/* The cases of one scenario that differ in the same way. */
struct alike {
	const struct difference *first;
	struct list machines, duts;
	struct list places; /* "pci/edu" */
	unsigned int modes; /* a set */
};

static void group_free(struct alike *group)
{
	list_free(&group->machines);
	list_free(&group->duts);
	list_free(&group->places);
}
#define cleanup_group __attribute__((cleanup(group_free)))

static char *scenario_of(const struct difference *made)
{
	return text("%.*s", (int)strcspn(made->name, "["), made->name);
}

static bool same_difference(const struct difference *a, const struct difference *b)
{
	size_t scenario = strcspn(a->name, "[");

	return !strcmp(a->fact, b->fact) && !strcmp(a->a, b->a) && !strcmp(a->b, b->b) &&
	       scenario == strcspn(b->name, "[") && !strncmp(a->name, b->name, scenario);
}

static void join(struct alike *group, const struct difference *made)
{
	cleanup_case_parts struct case_parts parts = {0};
	cleanup_free char *place = NULL;

	case_split(made->name, &parts);
	place = case_place(parts.dut, parts.mode);
	list_add_once(&group->machines, made->machine);
	list_add_once(&group->duts, parts.dut);
	list_addf(&group->places, "%s/%s", made->machine, place);
	group->modes |= MODE_BIT(parts.mode);
}

/* Parse a hexadecimal value of a fact: "0x00~f", where a tilde is a digit that is ignored. */
static bool number(const char *value, unsigned long long *number)
{
	cleanup_free char *digits = text("%s", value);
	char *end;

	if (strncmp(digits, "0x", 2) || !digits[2])
		return false;
	for (char *at = digits; *at; at++)
		if (*at == '~')
			*at = '0';
	errno = 0;
	*number = strtoull(digits, &end, 16);
	return !errno && !*end;
}

static void print_bits(const struct page *page, int width, const char *label,
		       unsigned long long bits)
{
	cleanup_buf struct buf line = BUF_INIT;
	const char *separator = "";

	if (!bits)
		return;
	buf_printf(&line, "0x%llx, bit ", bits);
	for (unsigned int bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		buf_printf(&line, "%s%u", separator, bit);
		separator = ", ";
	}
	page_line(page, width, label, line.data);
}

static void print_values(const struct difference *made, const char *a, const char *b, int width,
			 const struct page *page)
{
	unsigned long long before, after;

	page_line(page, width, a, made->a);
	page_line(page, width, b, made->b);
	if (!number(made->a, &before) || !number(made->b, &after))
		return;
	print_bits(page, width, "lost", before & ~after);
	print_bits(page, width, "gained", after & ~before);
}

/* Print the command that repeats GROUP. */
static void print_again(const struct results *results, const struct comparison *comparison,
			const struct alike *group, int width, const struct page *page)
{
	cleanup_free char *choice = comparison_choice(comparison);
	cleanup_free char *machines = results_machine_choice(results, &group->machines);
	cleanup_free char *scenario = scenario_of(group->first);
	cleanup_free char *modes = modes_choice(MODE_BIT(MODE_TYPE1), group->modes);
	cleanup_list struct list scenarios = {0};

	list_add(&scenarios, scenario);
	page_again(page, width, choice, machines, &scenarios, &group->duts, modes);
}

static void print_group(const struct results *results, const struct comparison *comparison,
			const struct alike *group, const struct page *page)
{
	cleanup_free char *scenario = scenario_of(group->first);
	cleanup_free char *places = list_join(&group->places, " ");
	cleanup_free char *a = text("- %s", comparison->a);
	cleanup_free char *b = text("+ %s", comparison->b);
	int width = (int)strlen("gained:");

	width = page_widen(page_widen(width, a), b);
	page_print(page, INK_BAD, "UNLISTED");
	fprintf(page->out, "  %s  %s\n", scenario, group->first->fact);
	print_values(group->first, a, b, width, page);
	page_line(page, width, "on", places);
	print_again(results, comparison, group, width, page);
}

/* Collect the differences in LIST that are like item FIRST, and mark them in SEEN. */
static void gather(const struct differences *list, size_t first, bool *seen, struct alike *group)
{
	group->first = &list->items[first];
	for (size_t i = first; i < list->count; i++) {
		if (seen[i] || !same_difference(group->first, &list->items[i]))
			continue;
		seen[i] = true;
		join(group, &list->items[i]);
	}
}

static void print_unlisted(const struct results *results, const struct comparison *comparison,
			   const struct page *page)
{
	const struct differences *list = &comparison->of[DIFFERENCE_UNLISTED];
	cleanup_free bool *seen = zalloc(list->count, sizeof(*seen));
	size_t shown = 0, left = 0;

	for (size_t i = 0; i < list->count; i++) {
		cleanup_group struct alike group = {0};

		if (seen[i])
			continue;
		if (shown == SHOWN) {
			left++;
			continue;
		}
		shown++;
		gather(list, i, seen, &group);
		print_group(results, comparison, &group, page);
	}
	if (left)
		fprintf(page->out, "      ... and %zu more, in results.json\n", left);
}

static void print_unseen(const struct comparison *comparison, const struct page *page)
{
	for (size_t i = 0; i < comparison->unseen.count; i++) {
		const struct unseen *unseen = &comparison->unseen.items[i];

		fprintf(page->out, "UNSEEN  %s%s%s: listed, but did not occur (%s)\n",
			unseen->cases, *unseen->cases ? " " : "", unseen->fact, unseen->reason);
	}
}

/*
 * "2 regressions in 1 scenario". Failures are printed by scenario, so the line also counts those.
 */
static char *regressions_of(const struct comparison *comparison)
{
	const struct differences *list = &comparison->of[DIFFERENCE_REGRESSION];
	cleanup_list struct list scenarios = {0};

	for (size_t i = 0; i < list->count; i++) {
		cleanup_free char *scenario = scenario_of(&list->items[i]);

		list_add_once(&scenarios, scenario);
	}
	if (!list->count)
		return text("%s", comparison->of[DIFFERENCE_UNLISTED].count ? "not the same"
									    : "no regression");
	return text("%zu regression%s in %zu scenario%s", list->count, list->count == 1 ? "" : "s",
		    scenarios.count, scenarios.count == 1 ? "" : "s");
}

/* The part of the line after the regressions. */
static char *counts_of(const struct comparison *comparison)
{
	const struct differences *of = comparison->of;
	cleanup_free char *unjudged =
		of[DIFFERENCE_UNJUDGED].count
			? text(" %zu cases have a verdict on only one of the two.",
			       of[DIFFERENCE_UNJUDGED].count)
			: NULL;

	return text(", %zu fixed. %zu listed differences occurred, %zu unlisted, %zu listed ones "
		    "did not occur.%s",
		    of[DIFFERENCE_FIXED].count, of[DIFFERENCE_LISTED].count,
		    of[DIFFERENCE_UNLISTED].count, comparison->unseen.count, unjudged ?: "");
}

void comparison_print(const struct results *results, const struct comparison *comparison,
		      const struct page *page)
{
	cleanup_free char *regressions = regressions_of(comparison);
	cleanup_free char *counts = counts_of(comparison);
	cleanup_free char *kernels = text("A/B %s, %s: ", comparison->a, comparison->b);

	fputc('\n', page->out);
	print_unlisted(results, comparison, page);
	print_unseen(comparison, page);
	fputs(kernels, page->out);
	page_print(page, comparison_failed(comparison) ? INK_BAD : INK_GOOD, regressions);
	page_wrap(page, (unsigned int)(strlen(kernels) + strlen(regressions)), counts);
}
