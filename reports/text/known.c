// SPDX-License-Identifier: GPL-2.0-only
/* Prints known failures, and cases that are listed as such but passed. */
#include "lab/base/cleanup.h"
#include "reports/text/text.h"

#include <string.h>

/* One of the two flags of a record. */
struct flag {
	const char *(*reason)(const struct record *record); /* or NULL */
	const char *title;
	const char *note;
};

static const char *xfail_of(const struct record *record)
{
	return record->xfail;
}

static const char *xpass_of(const struct record *record)
{
	return record->xpass;
}

static const struct flag flags[] = {
	{xfail_of, "XFAIL", ""},
	{xpass_of, "XPASS", "listed as known, but passed: "},
};

static bool same_line(const struct record *a, const struct record *b, const struct flag *flag)
{
	return flag->reason(a) && flag->reason(b) && !strcmp(flag->reason(a), flag->reason(b)) &&
	       !strcmp(a->kernel, b->kernel) && !strcmp(a->scenario, b->scenario);
}

/* Whether RECORD is the first case of its line. */
static bool is_first(const struct records *cases, const struct record *record,
		     const struct flag *flag)
{
	for (const struct record *other = cases->items; other < record; other++)
		if (same_line(other, record, flag))
			return false;
	return true;
}

static void add_place(struct list *places, const struct record *record)
{
	cleanup_free char *place = record_place(record);

	list_add(places, place);
}

static char *duts_of_line(const struct records *cases, const struct record *record,
			  const struct flag *flag)
{
	cleanup_list struct list duts = {0};

	for (size_t i = 0; i < cases->count; i++)
		if (same_line(&cases->items[i], record, flag))
			add_place(&duts, &cases->items[i]);
	return list_join(&duts, " ");
}

static bool any(const struct records *cases)
{
	for (size_t i = 0; i < cases->count; i++)
		if (cases->items[i].xfail || cases->items[i].xpass)
			return true;
	return false;
}

static void print_line(const struct records *cases, const struct record *record,
		       const struct flag *flag, const struct page *page)
{
	cleanup_free char *duts = duts_of_line(cases, record, flag);
	cleanup_free char *line =
		text("%s[%s]: %s%s", record->scenario, duts, flag->note, flag->reason(record));
	size_t indent = strlen(flag->title) + strlen(record->kernel) + strlen("   ");

	page_print(page, INK_NOTE, flag->title);
	fprintf(page->out, " %s  ", record->kernel);
	page_wrap(page, (unsigned int)indent, line);
}

void results_print_known(const struct results *results, const struct page *page)
{
	const struct records *cases = &results->cases;

	if (any(cases))
		fputc('\n', page->out);
	for (size_t f = 0; f < ARRAY_SIZE(flags); f++)
		for (size_t i = 0; i < cases->count; i++)
			if (flags[f].reason(&cases->items[i]) &&
			    is_first(cases, &cases->items[i], &flags[f]))
				print_line(cases, &cases->items[i], &flags[f], page);
}
