// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/compare.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/model/attempts.h"
#include "reports/model/results.h"

#include <string.h>

static json_object *difference(json_object *record, const char *fact, const char *a, const char *b)
{
	json_object *made = json_object_new_object();

	record_set(made, "case", record_text(record, "case"));
	record_set(made, "machine", record_text(record, "machine"));
	record_set(made, "fact", fact);
	record_set(made, "a", a);
	record_set(made, "b", b);
	return made;
}

static void file_under(json_object *comparison, const char *kind, json_object *what)
{
	json_object_array_add(json_object_object_get(comparison, kind), what);
}

/* A difference that nobody promised to be away is a matter of being listed or not. */
static void add_difference(json_object *comparison, struct expectations *expectations,
			   json_object *made)
{
	struct expectation *expected = expectations_find(expectations, record_text(made, "case"),
							 record_text(made, "fact"));

	if (expected) {
		expected->seen++;
		record_set(made, "reason", expected->reason);
	}
	file_under(comparison, expected ? "listed" : "unlisted", made);
}

/*
 * A failure that is known of B; unless the same is said of A, which passes: then it is not what was
 * known.
 */
static bool known_failure(json_object *a, json_object *b)
{
	return *record_text(b, "xfail") && !*record_text(a, "xpass");
}

/* Nothing is known about a kernel on which the lab failed or the case did not run. */
static bool judged(json_object *record)
{
	enum verdict verdict = record_get_verdict(record);

	return verdict != VERDICT_ERROR && verdict != VERDICT_MISS;
}

static void compare_verdicts(json_object *comparison, struct expectations *expectations,
			     json_object *a, json_object *b)
{
	enum verdict before = record_get_verdict(a), after = record_get_verdict(b);
	json_object *made;

	if (before == after)
		return;
	made = difference(a, "verdict", verdict_name(before), verdict_name(after));
	if (!judged(a) || !judged(b)) {
		file_under(comparison, "unjudged", made);
	} else if (known_failure(a, b)) {
		record_set(made, "reason", record_text(b, "xfail"));
		file_under(comparison, "listed", made);
	} else if (before == VERDICT_PASS && after != VERDICT_SKIP) {
		file_under(comparison, "regressions", made);
	} else if (after == VERDICT_PASS && before != VERDICT_SKIP) {
		file_under(comparison, "fixed", made);
	} else {
		add_difference(comparison, expectations, made);
	}
}

static bool ran(json_object *record)
{
	return record_get_verdict(record) == VERDICT_PASS ||
	       record_get_verdict(record) == VERDICT_FAIL;
}

static void compare_facts(json_object *comparison, struct expectations *expectations,
			  json_object *a, json_object *b)
{
	json_object *before = json_object_object_get(a, "facts");
	json_object *after = json_object_object_get(b, "facts");
	static const char none[] = "(none)";

	if (!ran(a) || !ran(b))
		return;
	if (before) {
		json_object_object_foreach(before, name, value)
		{
			json_object *other = json_object_object_get(after, name);
			const char *was = json_object_get_string(value);
			const char *is = other ? json_object_get_string(other) : none;

			if (strcmp(was, is))
				add_difference(comparison, expectations,
					       difference(a, name, was, is));
		}
	}
	if (!after)
		return;
	json_object_object_foreach(after, fact, now)
	{
		if (!json_object_object_get(before, fact))
			add_difference(comparison, expectations,
				       difference(a, fact, none, json_object_get_string(now)));
	}
}

static bool same_case(json_object *a, json_object *b)
{
	return !strcmp(record_text(a, "case"), record_text(b, "case")) &&
	       !strcmp(record_text(a, "machine"), record_text(b, "machine"));
}

/*
 * Both kernels ran the same plan, so the other's record is, but for a rare case, at the same place.
 */
static json_object *counterpart(const struct attempts *others, size_t count, size_t place,
				json_object *record)
{
	if (place < count && same_case(others[place].worst, record))
		return others[place].worst;
	for (size_t i = 0; i < count; i++)
		if (same_case(others[i].worst, record))
			return others[i].worst;
	return NULL;
}

static void add_unseen(json_object *comparison, const struct expectations *expectations)
{
	for (size_t i = 0; i < expectations->count; i++) {
		json_object *unseen;

		if (expectations->items[i].seen)
			continue;
		unseen = json_object_new_object();
		record_set(unseen, "cases", expectations->items[i].cases ?: "");
		record_set(unseen, "fact", expectations->items[i].fact);
		record_set(unseen, "reason", expectations->items[i].reason);
		file_under(comparison, "unseen", unseen);
	}
}

json_object *compare_kernels(json_object *results, const char *a, const char *b,
			     struct expectations *expectations)
{
	static const char *const kinds[] = {"regressions", "fixed",  "unjudged",
					    "unlisted",	   "listed", "unseen"};
	cleanup_free struct attempts *before = NULL;
	cleanup_free struct attempts *after = NULL;
	size_t before_count = attempts_gather(results, a, &before);
	size_t after_count = attempts_gather(results, b, &after);
	cleanup_free char *choice = results_choice(results, b);
	json_object *comparison = json_object_new_object();

	record_set(comparison, "a", a);
	record_set(comparison, "b", b);
	record_set(comparison, "make", choice);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		json_object_object_add(comparison, kinds[i], json_object_new_array());
	for (size_t i = 0; i < before_count; i++) {
		json_object *record = before[i].worst;
		json_object *other = counterpart(after, after_count, i, record);

		if (!other)
			continue;
		compare_verdicts(comparison, expectations, record, other);
		compare_facts(comparison, expectations, record, other);
	}
	add_unseen(comparison, expectations);
	return comparison;
}

static size_t count_of(json_object *comparison, const char *kind)
{
	return json_object_array_length(json_object_object_get(comparison, kind));
}

bool comparison_failed(json_object *comparison)
{
	return count_of(comparison, "regressions") || count_of(comparison, "unlisted");
}

static bool lost_in(json_object *comparison, json_object *record)
{
	json_object *regressions = json_object_object_get(comparison, "regressions");

	if (strcmp(record_text(comparison, "b"), record_text(record, "kernel")) != 0)
		return false;
	for (size_t i = 0; i < json_object_array_length(regressions); i++)
		if (same_case(json_object_array_get_idx(regressions, i), record))
			return true;
	return false;
}

json_object *comparison_that_lost(json_object *results, json_object *record)
{
	json_object *comparisons = results_part(results, "comparisons");

	for (size_t i = 0; i < json_object_array_length(comparisons); i++)
		if (lost_in(json_object_array_get_idx(comparisons, i), record))
			return json_object_array_get_idx(comparisons, i);
	return NULL;
}

/* A kernel with SERIES= on it is compared with that without, unasked. */
char *comparison_choice(json_object *comparison)
{
	const char *a = record_text(comparison, "a"), *b = record_text(comparison, "b");
	const char *choice = record_text(comparison, "make");
	const char *kernels = strstr(choice, "KERNELS=");
	size_t len = strlen(a);

	if (kernels && !strncmp(a, b, len) && b[len] == '+' && strchr(kernels, ' '))
		return text("%.*s%s", (int)(kernels - choice), choice, strchr(kernels, ' ') + 1);
	return text("KERNELS='%s %s'", a, b);
}
