// SPDX-License-Identifier: GPL-2.0-only
/* A comparison for people: what differs, where, and how to see it again. */
#include "reports/model/compare.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/model/results.h"

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

/* A value in hexadecimal as facts have them: "0x00~f", where a tilde stands for what does not count. */
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

static void print_bits(const char *what, unsigned long long bits, FILE *out)
{
	const char *separator = "";

	if (!bits)
		return;
	fprintf(out, "      %s: 0x%llx, bit ", what, bits);
	for (unsigned int bit = 0; bit < 64; bit++) {
		if (!(bits >> bit & 1))
			continue;
		fprintf(out, "%s%u", separator, bit);
		separator = ", ";
	}
	fputc('\n', out);
}

static void print_values(json_object *comparison, json_object *made, FILE *out)
{
	unsigned long long before, after;

	fprintf(out, "      - %-10s %s\n", record_text(comparison, "a"), record_text(made, "a"));
	fprintf(out, "      + %-10s %s\n", record_text(comparison, "b"), record_text(made, "b"));
	if (!number(record_text(made, "a"), &before) || !number(record_text(made, "b"), &after))
		return;
	print_bits("lost  ", before & ~after, out);
	print_bits("gained", after & ~before, out);
}

/* What has make compare the two: a kernel with SERIES= on it is compared with that without, unasked. */
static void print_choice(json_object *comparison, FILE *out)
{
	const char *a = record_text(comparison, "a"), *b = record_text(comparison, "b");
	const char *choice = record_text(comparison, "make");
	const char *kernels = strstr(choice, "KERNELS=");
	size_t len = strlen(a);

	if (kernels && !strncmp(a, b, len) && b[len] == '+' && strchr(kernels, ' '))
		fprintf(out, "%.*s%s", (int)(kernels - choice), choice, strchr(kernels, ' ') + 1);
	else
		fprintf(out, "KERNELS='%s %s'", a, b);
}

/* How to see GROUP again. */
static void print_again(json_object *comparison, const struct group *group, const char *scenario, FILE *out)
{
	cleanup_free char *machines = list_join(&group->machines, " ");
	cleanup_free char *duts = list_join(&group->duts, " ");

	fputs("      again: make lab-run ", out);
	print_choice(comparison, out);
	fprintf(out, " MACHINES='%s' SCENARIOS=%s DUTS='%s'\n", machines, scenario, duts);
}

static void print_group(json_object *comparison, const struct group *group, const char *title, FILE *out)
{
	cleanup_free char *scenario = scenario_of(group->first);
	cleanup_free char *places = list_join(&group->places, " ");

	fprintf(out, "%s  %s  %s\n", title, scenario, record_text(group->first, "fact"));
	print_values(comparison, group->first, out);
	fprintf(out, "      on %s\n", places);
	print_again(comparison, group, scenario, out);
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

static void print_differences(json_object *comparison, const char *kind, const char *title, FILE *out)
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
		print_group(comparison, &group, title, out);
	}
	if (left)
		fprintf(out, "      ... and %zu more, in results.json\n", left);
}

static void print_unseen(json_object *comparison, FILE *out)
{
	json_object *list = json_object_object_get(comparison, "unseen");

	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *unseen = json_object_array_get_idx(list, i);

		fprintf(out, "UNSEEN  %s%s%s: listed, but did not occur (%s)\n", record_text(unseen, "cases"),
			*record_text(unseen, "cases") ? " " : "", record_text(unseen, "fact"),
			record_text(unseen, "reason"));
	}
}

static size_t count_of(json_object *comparison, const char *kind)
{
	return json_object_array_length(json_object_object_get(comparison, kind));
}

void comparison_print(json_object *comparison, FILE *out)
{
	size_t regressions = count_of(comparison, "regressions");
	size_t unlisted = count_of(comparison, "unlisted");

	fputc('\n', out);
	print_differences(comparison, "regressions", "REGRESSION", out);
	print_differences(comparison, "unlisted", "UNLISTED", out);
	print_unseen(comparison, out);
	fprintf(out, "A/B %s, %s: ", record_text(comparison, "a"), record_text(comparison, "b"));
	if (regressions)
		fprintf(out, "%zu regressions", regressions);
	else
		fputs(unlisted ? "not the same" : "no regression", out);
	fprintf(out,
		", %zu fixed. %zu listed differences occurred, %zu unlisted, %zu listed ones did not "
		"occur.\n",
		count_of(comparison, "fixed"), count_of(comparison, "listed"), unlisted,
		count_of(comparison, "unseen"));
}
