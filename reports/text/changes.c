// SPDX-License-Identifier: GPL-2.0-only
/* Prints what changed between two runs. */
#include "reports/model/changes.h"

#include "lab/base/cleanup.h"
#include "reports/text/text.h"

#include <ctype.h>
#include <string.h>

/* Maximum number of blocks of a class, unless all are to be printed. */
#define SHOWN 20

static const struct record *either(const struct change *change)
{
	return change->b ?: change->a;
}

static const char *verdict_of(const struct record *record)
{
	return record ? record_verdict_name(record) : "absent";
}

/* "PASS -> FAIL: expected 1, saw 0", or the change of a fact. The caller frees it. */
static char *detail_of(const struct change *change)
{
	const char *reason = change->b && change->b->result.verdict != VERDICT_PASS
				     ? change->b->result.reason
				     : NULL;

	if (change->kind == CHANGE_FACT)
		return text("%s: %s -> %s", change->fact, change->was, change->is);
	return text("%s -> %s%s%s", verdict_of(change->a), verdict_of(change->b),
		    reason ? ": " : "", reason ?: "");
}

static bool alike(const struct change *a, const struct change *b)
{
	cleanup_free char *of_a = NULL, *of_b = NULL;

	if (a->kind != b->kind || strcmp(either(a)->kernel, either(b)->kernel) != 0 ||
	    strcmp(either(a)->scenario, either(b)->scenario) != 0)
		return false;
	of_a = detail_of(a);
	of_b = detail_of(b);
	return !strcmp(of_a, of_b);
}

/* "REGRESSION" or another name of a class, as the heading of a block. */
static char *heading(enum change_kind kind)
{
	char *upper = text("%s", change_names[kind]);

	for (char *at = upper; *at; at++)
		*at = (char)toupper((unsigned char)*at);
	return upper;
}

static enum ink ink_of(enum change_kind kind)
{
	if (kind == CHANGE_STILL_FAILING || kind == CHANGE_KNOWN)
		return INK_NOTE;
	if (kind == CHANGE_FIXED || kind == CHANGE_NEW_PASS || kind == CHANGE_APPEARED)
		return INK_GOOD;
	return INK_BAD;
}

/* Print a block of all changes that are like item FIRST. Returns their number. */
static size_t print_block(const struct changes *changes, size_t first, const struct page *page)
{
	const struct change *change = &changes->items[first];
	cleanup_free char *title = heading(change->kind);
	cleanup_free char *detail = detail_of(change);
	cleanup_free char *joined = NULL;
	cleanup_list struct list places = {0};
	size_t count = 0;

	for (; first + count < changes->count; count++) {
		const struct change *other = &changes->items[first + count];

		if (!alike(change, other))
			break;
		list_addf(&places, "%s/%s", either(other)->machine, either(other)->dut);
	}
	joined = list_join(&places, " ");
	page_print(page, ink_of(change->kind), title);
	fprintf(page->out, "  %s  %s\n      ", either(change)->kernel, either(change)->scenario);
	page_wrap(page, 6, detail);
	page_line(page, 3, "on", joined);
	return count;
}

/* Print the class that begins at item FIRST. Returns the first item of the next class. */
static size_t print_class(const struct changes *changes, size_t first, bool all,
			  const struct page *page)
{
	enum change_kind kind = changes->items[first].kind;
	size_t end = first, at = first;

	while (end < changes->count && changes->items[end].kind == kind)
		end++;
	for (size_t shown = 0; at < end && (all || shown < SHOWN); shown++)
		at += print_block(changes, at, page);
	if (at < end)
		fprintf(page->out, "      ... and %zu more, %s: -v prints all\n", end - at,
			change_names[kind]);
	return end;
}

static bool is_news(enum change_kind kind)
{
	return kind != CHANGE_APPEARED && kind != CHANGE_DISAPPEARED && kind != CHANGE_NEW_PASS &&
	       kind != CHANGE_KNOWN;
}

static void print_counts(const struct changes *changes, const struct page *page)
{
	cleanup_list struct list parts = {0};
	cleanup_free char *joined = NULL;

	for (enum change_kind kind = CHANGE_NONE + 1; kind < CHANGE_KINDS; kind++)
		if (changes->of[kind])
			list_addf(&parts, "%u %s", changes->of[kind], change_names[kind]);
	if (changes->listed)
		list_addf(&parts, "%u listed difference%s", changes->listed,
			  changes->listed == 1 ? "" : "s");
	list_addf(&parts, "%u unchanged", changes->of[CHANGE_NONE]);
	joined = list_join(&parts, ", ");
	page_print(page, changes_failed(changes) ? INK_BAD : INK_GOOD,
		   changes_failed(changes) ? "changed" : "no regression");
	fputs(": ", page->out);
	page_wrap(page, 9, joined);
}

void changes_print(const struct changes *changes, bool all, const struct page *page)
{
	for (size_t at = 0; at < changes->count;) {
		enum change_kind kind = changes->items[at].kind;

		if (all || is_news(kind)) {
			at = print_class(changes, at, all, page);
			continue;
		}
		while (at < changes->count && changes->items[at].kind == kind)
			at++;
	}
	print_counts(changes, page);
}
