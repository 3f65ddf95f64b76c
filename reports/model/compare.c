// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/compare.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/attempts.h"

#include <string.h>

/*
 * The worst attempts at one case on the two kernels, and the list that receives their differences.
 */
struct pairing {
	struct comparison *comparison;
	struct expectations *expectations;
	const struct record *a;
	const struct record *b;
};

/* The value of a fact on either kernel. */
struct fact_change {
	const char *fact;
	const char *a;
	const char *b;
};

static void file_under(const struct pairing *pairing, enum difference_kind kind,
		       const struct fact_change *change, const char *reason)
{
	struct difference *made = array_add(&pairing->comparison->of[kind]);

	made->name = text("%s", pairing->a->name);
	made->machine = text("%s", pairing->a->machine);
	made->fact = printable(change->fact);
	made->a = printable(change->a);
	made->b = printable(change->b);
	made->reason = reason ? printable(reason) : NULL;
}

/* A difference in facts is acceptable if it is listed. */
static void look_up(const struct pairing *pairing, const struct fact_change *change)
{
	struct expectation *expected =
		expectations_find(pairing->expectations, pairing->a->name, change->fact);

	if (expected)
		expected->seen++;
	file_under(pairing, expected ? DIFFERENCE_LISTED : DIFFERENCE_UNLISTED, change,
		   expected ? expected->reason : NULL);
}

/* Whether B is a known failure. If A has the same flag and passes, the failure is another one. */
static bool known_failure(const struct record *a, const struct record *b)
{
	return b->xfail && !a->xpass;
}

/* Whether VERDICT judges the kernel: not if the lab failed or the case did not run. */
static bool judged(enum verdict verdict)
{
	return verdict != VERDICT_ERROR && verdict != VERDICT_MISS;
}

static void compare_verdicts(const struct pairing *pairing)
{
	enum verdict before = pairing->a->result.verdict, after = pairing->b->result.verdict;
	const struct fact_change change = {"verdict", verdict_names[before], verdict_names[after]};

	if (before == after)
		return;
	if (!judged(before) || !judged(after))
		file_under(pairing, DIFFERENCE_UNJUDGED, &change, NULL);
	else if (known_failure(pairing->a, pairing->b))
		file_under(pairing, DIFFERENCE_LISTED, &change, pairing->b->xfail);
	else if (before == VERDICT_PASS && after != VERDICT_SKIP)
		file_under(pairing, DIFFERENCE_REGRESSION, &change, NULL);
	else if (after == VERDICT_PASS && before != VERDICT_SKIP)
		file_under(pairing, DIFFERENCE_FIXED, &change, NULL);
	else
		look_up(pairing, &change);
}

static bool ran(const struct record *record)
{
	return record->result.verdict == VERDICT_PASS || record->result.verdict == VERDICT_FAIL;
}

/*
 * Whether RECORD may lack facts that OTHER has because it failed before it observed them. That
 * difference is one of verdicts.
 */
static bool cut_short(const struct record *record, const struct record *other)
{
	return record->result.verdict == VERDICT_FAIL && other->result.verdict == VERDICT_PASS;
}

static void compare_facts(const struct pairing *pairing)
{
	const struct pairs *before = &pairing->a->result.facts;
	const struct pairs *after = &pairing->b->result.facts;
	static const char none[] = "(none)";

	if (!ran(pairing->a) || !ran(pairing->b))
		return;
	for (size_t i = 0; i < before->count; i++) {
		const char *name = before->items[i].name, *was = before->items[i].value;
		const char *is = pairs_get(after, name);

		if (is ? strcmp(was, is) != 0 : !cut_short(pairing->b, pairing->a))
			look_up(pairing, &(const struct fact_change){name, was, is ?: none});
	}
	for (size_t i = 0; i < after->count; i++) {
		const struct pair *fact = &after->items[i];

		if (!pairs_get(before, fact->name) && !cut_short(pairing->a, pairing->b))
			look_up(pairing,
				&(const struct fact_change){fact->name, none, fact->value});
	}
}

/* Both kernels ran the same plan, so the other record is nearly always at the same place. */
static const struct record *counterpart(const struct attempts *others, size_t count, size_t place,
					const struct record *record)
{
	if (place < count && record_same_case(others[place].worst, record))
		return others[place].worst;
	for (size_t i = 0; i < count; i++)
		if (record_same_case(others[i].worst, record))
			return others[i].worst;
	return NULL;
}

static void add_unseen(struct comparison *comparison, const struct expectations *expectations)
{
	for (size_t i = 0; i < expectations->count; i++) {
		const struct expectation *expected = &expectations->items[i];
		struct unseen *unseen;

		if (expected->seen)
			continue;
		unseen = array_add(&comparison->unseen);
		unseen->cases = text("%s", expected->cases ?: "");
		unseen->fact = text("%s", expected->fact);
		unseen->reason = printable(expected->reason);
	}
}

struct comparison *compare_kernels(struct results *results, const char *a, const char *b,
				   struct expectations *expectations)
{
	cleanup_free struct attempts *before = NULL;
	cleanup_free struct attempts *after = NULL;
	size_t before_count = attempts_gather(results, a, &before);
	size_t after_count = attempts_gather(results, b, &after);
	struct comparison *comparison = array_add(&results->comparisons);
	struct pairing pairing = {.comparison = comparison, .expectations = expectations};

	comparison->a = text("%s", a);
	comparison->b = text("%s", b);
	comparison->make = results_choice(results, b);
	for (size_t i = 0; i < before_count; i++) {
		pairing.a = before[i].worst;
		pairing.b = counterpart(after, after_count, i, pairing.a);
		if (!pairing.b)
			continue;
		compare_verdicts(&pairing);
		compare_facts(&pairing);
	}
	add_unseen(comparison, expectations);
	return comparison;
}

void comparison_forget_unseen(struct comparison *comparison)
{
	for (size_t i = 0; i < comparison->unseen.count; i++) {
		free(comparison->unseen.items[i].cases);
		free(comparison->unseen.items[i].fact);
		free(comparison->unseen.items[i].reason);
	}
	free(comparison->unseen.items);
	comparison->unseen.items = NULL;
	comparison->unseen.count = 0;
}

bool comparison_failed(const struct comparison *comparison)
{
	return comparison->of[DIFFERENCE_REGRESSION].count ||
	       comparison->of[DIFFERENCE_UNLISTED].count;
}

static bool lost_in(const struct comparison *comparison, const struct record *record)
{
	const struct differences *regressions = &comparison->of[DIFFERENCE_REGRESSION];

	if (strcmp(comparison->b, record->kernel) != 0)
		return false;
	for (size_t i = 0; i < regressions->count; i++)
		if (!strcmp(regressions->items[i].name, record->name) &&
		    !strcmp(regressions->items[i].machine, record->machine))
			return true;
	return false;
}

const struct comparison *comparison_that_lost(const struct results *results,
					      const struct record *record)
{
	for (size_t i = 0; i < results->comparisons.count; i++)
		if (lost_in(&results->comparisons.items[i], record))
			return &results->comparisons.items[i];
	return NULL;
}

/*
 * With SERIES= and without KERNELS=, a run compares base, or the source of KDIR=, with the same
 * and SERIES=. No variables compare another kernel with that and SERIES=: those of B remain.
 */
char *comparison_choice(const struct comparison *comparison)
{
	const char *a = comparison->a, *b = comparison->b, *choice = comparison->make;
	const char *kernels = strstr(choice, "KERNELS=");
	const char *series = kernels ? strstr(kernels, " SERIES=") : NULL;
	size_t len = strlen(a);

	if (series && !strncmp(a, b, len) && b[len] == '+') {
		if (strcmp(a, "base") && strcmp(a, "local"))
			return text("%s", choice);
		return text("%.*s%s", (int)(kernels - choice), choice, series + 1);
	}
	return text("%.*sKERNELS='%s %s'", kernels ? (int)(kernels - choice) : 0, choice, a, b);
}
