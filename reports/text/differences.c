// SPDX-License-Identifier: GPL-2.0-only
/* A comparison for people: what differs, where, and how to see it again. */
#include "reports/model/compare.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/model/results.h"
#include "reports/text/page.h"

#include <errno.h>
#include <string.h>

/* So many differences are printed; all are in results.json. */
#define SHOWN 40

/* The cases of one scenario that differ in the same way. */
struct group {
	json_object *first;
	struct list machines, duts;
	struct list places; /* "pci/edu" */
};

static void group_free(struct group *group)
{
	list_free(&group->machines);
	list_free(&group->duts);
	list_free(&group->places);
}
#define cleanup_group __attribute__((cleanup(group_free)))

/* A case's name is SCENARIO[DUT]. */
static char *scenario_of(json_object *made)
{
	const char *name = record_text(made, "case");

	return strndup(name, strcspn(name, "["));
}

static char *dut_of(json_object *made)
{
	const char *dut = strchr(record_text(made, "case"), '[');

	return dut ? text("%.*s", (int)strcspn(dut + 1, "]"), dut + 1) : text("%s", "");
}

static bool same_difference(json_object *a, json_object *b)
{
	static const char *const keys[] = {"fact", "a", "b"};
	cleanup_free char *left = scenario_of(a);
	cleanup_free char *right = scenario_of(b);

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(record_text(a, keys[i]), record_text(b, keys[i])))
			return false;
	return !strcmp(left, right);
}

static void join(struct group *group, json_object *made)
{
	cleanup_free char *dut = dut_of(made);

	list_add_once(&group->machines, record_text(made, "machine"));
	list_add_once(&group->duts, dut);
	list_addf(&group->places, "%s/%s", record_text(made, "machine"), dut);
}

/*
 * A value in hexadecimal as facts have them: "0x00~f", where a tilde stands for what does not
 * count.
 */
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

static void print_values(json_object *made, const char *a, const char *b, int width,
			 const struct page *page)
{
	unsigned long long before, after;

	page_line(page, width, a, record_text(made, "a"));
	page_line(page, width, b, record_text(made, "b"));
	if (!number(record_text(made, "a"), &before) || !number(record_text(made, "b"), &after))
		return;
	print_bits(page, width, "lost", before & ~after);
	print_bits(page, width, "gained", after & ~before);
}

/* How to see GROUP again. */
static void print_again(json_object *comparison, const struct group *group, const char *scenario,
			int width, const struct page *page)
{
	cleanup_free char *choice = comparison_choice(comparison);
	cleanup_free char *machines = list_join(&group->machines, " ");
	cleanup_free char *duts = list_join(&group->duts, " ");

	page_label(page, width, "again");
	fprintf(page->out, "make lab-run %s MACHINES='%s' SCENARIOS=%s DUTS='%s'\n", choice,
		machines, scenario, duts);
}

static void print_group(json_object *comparison, const struct group *group, const char *title,
			const struct page *page)
{
	cleanup_free char *scenario = scenario_of(group->first);
	cleanup_free char *places = list_join(&group->places, " ");
	cleanup_free char *a = text("- %s", record_text(comparison, "a"));
	cleanup_free char *b = text("+ %s", record_text(comparison, "b"));
	int width = (int)strlen("gained:");

	width = page_widen(page_widen(width, a), b);
	page_print(page, INK_BAD, title);
	fprintf(page->out, "  %s  %s\n", scenario, record_text(group->first, "fact"));
	print_values(group->first, a, b, width, page);
	page_line(page, width, "on", places);
	print_again(comparison, group, scenario, width, page);
}

/* Mark in SEEN those of LIST that are like its item FIRST, and gather them. */
static void gather(json_object *list, size_t first, bool *seen, struct group *group)
{
	group->first = json_object_array_get_idx(list, first);
	for (size_t i = first; i < json_object_array_length(list); i++) {
		json_object *made = json_object_array_get_idx(list, i);

		if (seen[i] || !same_difference(group->first, made))
			continue;
		seen[i] = true;
		join(group, made);
	}
}

static void print_differences(json_object *comparison, const char *kind, const char *title,
			      const struct page *page)
{
	json_object *list = json_object_object_get(comparison, kind);
	size_t count = json_object_array_length(list), shown = 0, left = 0;
	cleanup_free bool *seen = calloc(count + 1, sizeof(*seen));

	for (size_t i = 0; seen && i < count; i++) {
		cleanup_group struct group group = {0};

		if (seen[i])
			continue;
		if (shown == SHOWN) {
			left++;
			continue;
		}
		shown++;
		gather(list, i, seen, &group);
		print_group(comparison, &group, title, page);
	}
	if (left)
		fprintf(page->out, "      ... and %zu more, in results.json\n", left);
}

static void print_unseen(json_object *comparison, const struct page *page)
{
	json_object *list = json_object_object_get(comparison, "unseen");

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *unseen = json_object_array_get_idx(list, i);

		fprintf(page->out, "UNSEEN  %s%s%s: listed, but did not occur (%s)\n",
			record_text(unseen, "cases"), *record_text(unseen, "cases") ? " " : "",
			record_text(unseen, "fact"), record_text(unseen, "reason"));
	}
}

static size_t count_of(json_object *comparison, const char *kind)
{
	return json_object_array_length(json_object_object_get(comparison, kind));
}

/*
 * The failures above are shown by scenario, with all the DUTs: of these, too, the reader should
 * find the number.
 */
static char *regressions_of(json_object *comparison)
{
	json_object *list = json_object_object_get(comparison, "regressions");
	size_t count = json_object_array_length(list);
	cleanup_list struct list scenarios = {0};

	for (size_t i = 0; i < count; i++) {
		cleanup_free char *scenario = scenario_of(json_object_array_get_idx(list, i));

		list_add_once(&scenarios, scenario);
	}
	if (!count)
		return text("%s",
			    count_of(comparison, "unlisted") ? "not the same" : "no regression");
	return text("%zu regression%s in %zu scenario%s", count, count == 1 ? "" : "s",
		    scenarios.count, scenarios.count == 1 ? "" : "s");
}

void comparison_print(json_object *comparison, const struct page *page)
{
	cleanup_free char *regressions = regressions_of(comparison);
	cleanup_free char *counts = NULL;
	cleanup_buf struct buf unjudged = BUF_INIT;

	fputc('\n', page->out);
	print_differences(comparison, "unlisted", "UNLISTED", page);
	print_unseen(comparison, page);
	if (count_of(comparison, "unjudged"))
		buf_printf(&unjudged, " %zu cases have a verdict on one of the two only.",
			   count_of(comparison, "unjudged"));
	counts = text(", %zu fixed. %zu listed differences occurred, %zu unlisted, %zu listed ones "
		      "did not "
		      "occur.%s",
		      count_of(comparison, "fixed"), count_of(comparison, "listed"),
		      count_of(comparison, "unlisted"), count_of(comparison, "unseen"),
		      unjudged.data ?: "");
	fprintf(page->out, "A/B %s, %s: ", record_text(comparison, "a"),
		record_text(comparison, "b"));
	page_print(page, comparison_failed(comparison) ? INK_BAD : INK_GOOD, regressions);
	page_wrap(page,
		  (unsigned int)(strlen("A/B , : ") + strlen(record_text(comparison, "a")) +
				 strlen(record_text(comparison, "b")) + strlen(regressions)),
		  counts);
}
