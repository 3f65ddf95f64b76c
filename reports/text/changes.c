// SPDX-License-Identifier: GPL-2.0-only
/* Prints what changed between two runs. */
#include "reports/model/changes.h"

#include "lab/base/cleanup.h"
#include "reports/text/text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* Maximum number of blocks of a class, unless all are printed; and of a harmless class. */
#define SHOWN	       20
#define SHOWN_HARMLESS 3

/* What is printed, and where. */
struct view {
	const struct changes *changes;
	enum changes_shown shown;
	const struct results *after;
	const struct page *page;
};

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

static bool is_harmless(enum change_kind kind)
{
	return kind == CHANGE_FIXED || kind == CHANGE_NEW_PASS || kind == CHANGE_APPEARED ||
	       kind == CHANGE_DISAPPEARED;
}

static bool was_so_before(enum change_kind kind)
{
	return kind == CHANGE_STILL_FAILING || kind == CHANGE_KNOWN;
}

/* Any two runs may have other cases. */
static bool matters(enum change_kind kind)
{
	return kind == CHANGE_FIXED || (!is_harmless(kind) && kind != CHANGE_KNOWN);
}

static enum ink ink_of(enum change_kind kind)
{
	return was_so_before(kind) ? INK_NOTE : is_harmless(kind) ? INK_GOOD : INK_BAD;
}

/* The cases of a block. */
struct block_places {
	struct list all, machines, scenarios, duts;
	unsigned int modes; /* a set */
};

static void places_free(struct block_places *places)
{
	list_free(&places->all);
	list_free(&places->machines);
	list_free(&places->scenarios);
	list_free(&places->duts);
}

static void add_place(struct block_places *places, const struct record *record)
{
	cleanup_free char *place = record_place(record);

	list_addf(&places->all, "%s/%s", record->machine, place);
	list_add_once(&places->machines, record->machine);
	list_add_once(&places->scenarios, record->scenario);
	list_add_once(&places->duts, record->dut);
	places->modes |= MODE_BIT(record->mode);
}

/* The command that runs the cases of a block again, if they still exist. */
static void print_again(const struct view *view, const struct change *change,
			const struct block_places *places)
{
	cleanup_free char *machines = NULL, *choice = NULL, *modes = NULL;

	if (!view->after || !change->b || is_harmless(change->kind))
		return;
	choice = results_choice(view->after, change->b->kernel);
	machines = results_machine_choice(view->after, &places->machines);
	modes = modes_choice(results_modes(view->after), places->modes);
	page_again(view->page, 0, choice, machines, &places->scenarios, &places->duts, modes);
}

/* Print a block of all changes that are like item FIRST. Returns their number. */
static size_t print_block(const struct view *view, size_t first)
{
	const struct change *change = &view->changes->items[first];
	const struct page *page = view->page;
	__attribute__((cleanup(places_free))) struct block_places places = {0};
	cleanup_free char *title = heading(change->kind);
	cleanup_free char *detail = detail_of(change);
	cleanup_free char *joined = NULL;
	size_t count = 0;

	for (; first + count < view->changes->count; count++) {
		const struct change *other = &view->changes->items[first + count];

		if (!alike(change, other))
			break;
		add_place(&places, either(other));
		places.modes |= other->a ? MODE_BIT(other->a->mode) : 0;
	}
	joined = list_join(&places.all, " ");
	page_print(page, ink_of(change->kind), title);
	fprintf(page->out, "  %s  %s\n      ", either(change)->kernel, either(change)->scenario);
	page_wrap(page, 6, detail);
	page_line(page, 3, "on", joined);
	print_again(view, change, &places);
	return count;
}

/* How many blocks of KIND are printed. */
static size_t blocks_of(const struct view *view, enum change_kind kind)
{
	if (view->shown == CHANGES_ALL)
		return SIZE_MAX;
	if (view->shown == CHANGES_NEW)
		return was_so_before(kind) ? 0 : is_harmless(kind) ? SHOWN_HARMLESS : SHOWN;
	return matters(kind) ? SHOWN : 0;
}

/* Print the class that begins at item FIRST. Returns the first item of the next class. */
static size_t print_class(const struct view *view, size_t first)
{
	const struct changes *changes = view->changes;
	enum change_kind kind = changes->items[first].kind;
	size_t blocks = blocks_of(view, kind), end = first, at = first;

	while (end < changes->count && changes->items[end].kind == kind)
		end++;
	for (size_t shown = 0; at < end && shown < blocks; shown++)
		at += print_block(view, at);
	if (at < end && blocks)
		fprintf(view->page->out,
			"      ... and %zu more, %s: vfiolab compare -v prints all\n", end - at,
			change_names[kind]);
	return end;
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

void changes_print(const struct changes *changes, enum changes_shown shown,
		   const struct results *after, const struct page *page)
{
	const struct view view = {changes, shown, after, page};

	for (size_t at = 0; at < changes->count;)
		at = print_class(&view, at);
	print_counts(changes, page);
}
