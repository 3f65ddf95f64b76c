// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/changes.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/attempts.h"

#include <string.h>

const char *const change_names[CHANGE_KINDS] = {
	[CHANGE_NONE] = "unchanged",
	[CHANGE_REGRESSION] = "regression",
	[CHANGE_NEW_FAILURE] = "new failure",
	[CHANGE_LOST] = "no longer runs",
	[CHANGE_FACT] = "fact changed",
	[CHANGE_STILL_FAILING] = "still failing",
	[CHANGE_FIXED] = "fixed",
	[CHANGE_NEW_PASS] = "new pass",
	[CHANGE_APPEARED] = "appeared",
	[CHANGE_DISAPPEARED] = "disappeared",
	[CHANGE_KNOWN] = "known failure",
	[CHANGE_UNJUDGED] = "without a verdict",
};

/* The state of a case in one run. */
enum state { ABSENT, PASSED, FAILED, KNOWN, SKIPPED, UNJUDGED, STATES };

static enum state state_of(const struct record *record)
{
	if (!record)
		return ABSENT;
	switch (record->result.verdict) {
	case VERDICT_PASS:
		return PASSED;
	case VERDICT_FAIL:
		return record->xfail ? KNOWN : FAILED;
	case VERDICT_SKIP:
		return SKIPPED;
	default:
		return UNJUDGED;
	}
}

/*
 * The change from the state in the first run (row) to that in the second (column). A failure that
 * was known and no longer is counts as new, because it is another failure than the known one.
 */
static const enum change_kind kinds[STATES][STATES] = {
	[ABSENT] = {CHANGE_NONE, CHANGE_APPEARED, CHANGE_NEW_FAILURE, CHANGE_APPEARED,
		    CHANGE_APPEARED, CHANGE_APPEARED},
	[PASSED] = {CHANGE_DISAPPEARED, CHANGE_NONE, CHANGE_REGRESSION, CHANGE_KNOWN, CHANGE_LOST,
		    CHANGE_UNJUDGED},
	[FAILED] = {CHANGE_DISAPPEARED, CHANGE_FIXED, CHANGE_STILL_FAILING, CHANGE_KNOWN,
		    CHANGE_LOST, CHANGE_UNJUDGED},
	[KNOWN] = {CHANGE_DISAPPEARED, CHANGE_FIXED, CHANGE_NEW_FAILURE, CHANGE_NONE, CHANGE_LOST,
		   CHANGE_UNJUDGED},
	[SKIPPED] = {CHANGE_DISAPPEARED, CHANGE_NEW_PASS, CHANGE_NEW_FAILURE, CHANGE_KNOWN,
		     CHANGE_NONE, CHANGE_NONE},
	[UNJUDGED] = {CHANGE_DISAPPEARED, CHANGE_NEW_PASS, CHANGE_NEW_FAILURE, CHANGE_KNOWN,
		      CHANGE_NONE, CHANGE_NONE},
};

/* If both runs list the failure as known, but A did not show it, it is another one. */
static enum change_kind kind_of(const struct record *a, const struct record *b)
{
	if (a && b && a->xpass && b->xfail)
		return CHANGE_REGRESSION;
	return kinds[state_of(a)][state_of(b)];
}

static struct change *add(struct changes *changes, enum change_kind kind, const struct record *a,
			  const struct record *b)
{
	struct change *change = array_add(changes);

	change->kind = kind;
	change->a = a;
	change->b = b;
	changes->of[kind]++;
	return change;
}

static void add_fact(struct changes *changes, const struct record *a, const struct record *b,
		     struct expectations *expectations, const char *fact)
{
	const char *was = pairs_get(&a->result.facts, fact) ?: "(none)";
	const char *is = pairs_get(&b->result.facts, fact) ?: "(none)";
	struct expectation *expected;
	struct change *change;

	if (!strcmp(was, is))
		return;
	expected = expectations ? expectations_find(expectations, b->name, fact) : NULL;
	if (expected) {
		expected->seen++;
		changes->listed++;
		return;
	}
	change = add(changes, CHANGE_FACT, a, b);
	change->fact = text("%s", fact);
	change->was = text("%s", was);
	change->is = text("%s", is);
}

/* The fact as which a change of verdict is listed; NULL: it cannot be. */
static const char *listed_as(enum change_kind kind)
{
	if (kind == CHANGE_LOST)
		return "verdict";
	return kind == CHANGE_REGRESSION ? "failure" : NULL;
}

/* Whether the verdict may change from that of A to that of B. Counts the difference. */
static bool is_listed(struct changes *changes, const struct record *b,
		      struct expectations *expectations, enum change_kind kind)
{
	const char *fact = listed_as(kind);
	struct expectation *expected =
		fact && expectations ? expectations_find(expectations, b->name, fact) : NULL;

	if (!expected)
		return false;
	expected->seen++;
	changes->listed++;
	return true;
}

static bool ran(const struct record *record)
{
	enum state state = state_of(record);

	return state == PASSED || state == FAILED || state == KNOWN;
}

static void find_facts(struct changes *changes, const struct record *a, const struct record *b,
		       struct expectations *expectations)
{
	if (!ran(a) || !ran(b))
		return;
	for (size_t i = 0; i < a->result.facts.count; i++)
		add_fact(changes, a, b, expectations, a->result.facts.items[i].name);
	for (size_t i = 0; i < b->result.facts.count; i++)
		if (!pairs_get(&a->result.facts, b->result.facts.items[i].name))
			add_fact(changes, a, b, expectations, b->result.facts.items[i].name);
}

/* The records that count, in the same order for both runs. */
struct cases {
	const struct record **items;
	size_t count;
	bool one_machine;
	bool one_mode;
};

static void cases_free(struct cases *cases)
{
	free(cases->items);
}

static int order(const struct record *a, const struct record *b, bool one_machine, bool one_mode)
{
	int by_machine = one_machine ? 0 : strcmp(a->machine, b->machine);
	int by_mode = one_mode ? 0 : (a->mode > b->mode) - (a->mode < b->mode);

	return by_machine ?: strcmp(a->scenario, b->scenario) ?: strcmp(a->dut, b->dut) ?: by_mode;
}

static int by_case(const void *left, const void *right)
{
	return order(*(const struct record *const *)left, *(const struct record *const *)right,
		     false, false);
}

static bool is_of_part(const struct run_part *part, const struct record *record)
{
	return (!part->machine || !strcmp(part->machine, record->machine)) &&
	       (!part->modes || part->modes & MODE_BIT(record->mode));
}

static void list_cases(const struct run_part *part, struct cases *cases)
{
	cleanup_free struct attempts *found = NULL;
	size_t count = attempts_gather(part->results, part->kernel, &found);

	cases->items = zalloc(count, sizeof(*cases->items));
	cases->one_machine = part->machine;
	cases->one_mode = part->modes;
	for (size_t i = 0; i < count; i++)
		if (is_of_part(part, found[i].worst))
			cases->items[cases->count++] = found[i].worst;
	qsort(cases->items, cases->count, sizeof(*cases->items), by_case);
}

static void compare(const struct record *a, const struct record *b,
		    struct expectations *expectations, struct changes *changes)
{
	enum change_kind kind = kind_of(a, b);

	if (is_listed(changes, b, expectations, kind))
		return;
	if (kind != CHANGE_NONE)
		add(changes, kind, a, b);
	else
		changes->of[CHANGE_NONE]++;
	if (a && b)
		find_facts(changes, a, b, expectations);
}

/* Which list has the next case: < 0 only the first, > 0 only the second, 0 both. */
static int next_case(const struct cases *a, size_t i, const struct cases *b, size_t j)
{
	if (i == a->count || j == b->count)
		return i == a->count ? 1 : -1;
	return order(a->items[i], b->items[j], a->one_machine && b->one_machine,
		     a->one_mode && b->one_mode);
}

static int by_kind(const void *left, const void *right)
{
	const struct change *a = left, *b = right;
	const struct record *of_a = a->b ?: a->a, *of_b = b->b ?: b->a;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strcmp(of_a->kernel, of_b->kernel)
		       ?: strcmp(of_a->scenario, of_b->scenario)
		       ?: strcmp(a->fact ?: "", b->fact ?: "")
		       ?: strcmp(of_a->result.reason ?: "", of_b->result.reason ?: "")
		       ?: by_case(&of_a, &of_b);
}

void changes_find(const struct run_part *a, const struct run_part *b,
		  struct expectations *expectations, struct changes *changes)
{
	__attribute__((cleanup(cases_free))) struct cases before = {0};
	__attribute__((cleanup(cases_free))) struct cases after = {0};
	size_t i = 0, j = 0;

	list_cases(a, &before);
	list_cases(b, &after);
	while (i < before.count || j < after.count) {
		int which = next_case(&before, i, &after, j);

		if (!which || !(before.one_mode && after.one_mode))
			compare(which <= 0 ? before.items[i] : NULL,
				which >= 0 ? after.items[j] : NULL, expectations, changes);
		i += which <= 0;
		j += which >= 0;
	}
	if (changes->count)
		qsort(changes->items, changes->count, sizeof(*changes->items), by_kind);
}

bool changes_failed(const struct changes *changes)
{
	return changes->of[CHANGE_REGRESSION] || changes->of[CHANGE_NEW_FAILURE] ||
	       changes->of[CHANGE_LOST] || changes->of[CHANGE_FACT];
}

void changes_free(struct changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		free(changes->items[i].fact);
		free(changes->items[i].was);
		free(changes->items[i].is);
	}
	free(changes->items);
	*changes = (struct changes){0};
}
