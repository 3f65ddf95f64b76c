// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prints failures: one block for all cases of a scenario that failed in the same way on one kernel.
 */
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/evidence.h"
#include "reports/model/compare.h"
#include "reports/text/alike.h"
#include "reports/text/text.h"

#include <string.h>

/* Maximum number of lines of a kernel report; results.json and the console have the rest. */
#define LOG_LINES 6

struct wrong {
	const struct record *record;
	/* The comparison in which it is a regression, or NULL. */
	const struct comparison *comparison;
	bool printed;
};

struct wrongs {
	struct wrong *items;
	size_t count;
};

struct block {
	const struct record **records;
	size_t count;
	const struct comparison *comparison;
	/* Of all the records, without duplicates. */
	struct list machines, scenarios, duts;
	unsigned int modes; /* a set */
	/* Width of the widest label with its colon, in columns. */
	int label;
};

static void block_free(struct block *block)
{
	free(block->records);
	list_free(&block->machines);
	list_free(&block->scenarios);
	list_free(&block->duts);
}
#define cleanup_block __attribute__((cleanup(block_free)))

/* Optional lines of a record, and their label. */
struct lines {
	const char *label;
	const struct list *lines;
};

#define LINES 3

static void lines_of(const struct record *record, struct lines lines[LINES])
{
	lines[0] = (struct lines){"left behind", &record->result.leftovers};
	lines[1] = (struct lines){"kernel", &record->result.kernel_log};
	lines[2] = (struct lines){"console", &record->result.console};
}

static bool missed(const struct block *block)
{
	return block->records[0]->result.verdict == VERDICT_MISS;
}

static bool same_failure(const struct wrong *a, const struct wrong *b)
{
	return failures_alike(a->record, b->record) &&
	       (a->record->result.verdict == VERDICT_MISS || a->comparison == b->comparison);
}

static struct wrongs collect(const struct results *results)
{
	struct wrongs wrongs = {.items = zalloc(results->cases.count, sizeof(*wrongs.items))};

	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];
		enum verdict verdict = record->result.verdict;
		const struct comparison *comparison;

		if (verdict == VERDICT_PASS || verdict == VERDICT_SKIP || record->flaky)
			continue;
		comparison = comparison_that_lost(results, record);
		if (comparison || !record->xfail)
			wrongs.items[wrongs.count++] =
				(struct wrong){.record = record, .comparison = comparison};
	}
	return wrongs;
}

static void join(struct block *block, const struct record *record)
{
	block->records[block->count++] = record;
	list_add_once(&block->machines, record->machine);
	list_add_once(&block->scenarios, record_selected(record));
	list_add_once(&block->duts, record->dut);
	block->modes |= MODE_BIT(record->mode);
}

static void gather(struct block *block, struct wrongs *wrongs, size_t first)
{
	block->records = zalloc(wrongs->count - first, sizeof(*block->records));
	block->comparison = wrongs->items[first].comparison;
	for (size_t i = first; i < wrongs->count; i++) {
		struct wrong *item = &wrongs->items[i];

		if (item->printed || !same_failure(&wrongs->items[first], item))
			continue;
		item->printed = true;
		join(block, item->record);
	}
}

static void print_lines(const struct block *block, const struct page *page,
			const struct lines *lines)
{
	size_t count = lines->lines->count;
	cleanup_free char *rest = NULL;

	for (size_t i = 0; i < count && i < LOG_LINES; i++)
		page_line(page, block->label, lines->label, lines->lines->items[i]);
	if (count <= LOG_LINES)
		return;
	rest = text("... %zu more lines", count - LOG_LINES);
	page_line(page, block->label, lines->label, rest);
}

static bool is_counterpart(const struct block *block, const struct record *other)
{
	if (strcmp(other->scenario, block->records[0]->scenario) != 0)
		return false;
	for (size_t i = 0; i < block->count; i++)
		if (record_same_case(other, block->records[i]))
			return true;
	return false;
}

/* "PASS", or "2 PASS, 1 FAIL" if the cases of the block have different verdicts on KERNEL. */
static char *verdicts_on(const struct block *block, const struct records *cases, const char *kernel)
{
	unsigned int counts[VERDICT_COUNT] = {0}, xfail = 0;
	cleanup_list struct list parts = {0};

	for (size_t i = 0; i < cases->count; i++) {
		const struct record *other = &cases->items[i];

		if (strcmp(other->kernel, kernel) != 0 || !is_counterpart(block, other))
			continue;
		(*(other->xfail ? &xfail : &counts[other->result.verdict]))++;
	}
	for (int v = 0; v < VERDICT_COUNT; v++) {
		enum verdict verdict = verdict_order[v];

		if (counts[verdict])
			list_addf(&parts, "%u %s", counts[verdict], verdict_names[verdict]);
		if (verdict == VERDICT_FAIL && xfail)
			list_addf(&parts, "%u XFAIL", xfail);
	}
	return parts.count == 1 ? text("%s", strchr(parts.items[0], ' ') + 1)
				: list_join(&parts, ", ");
}

/* The other kernels of the run, in their order. */
static void other_kernels(const struct block *block, const struct records *cases,
			  struct list *kernels)
{
	for (size_t i = 0; i < cases->count; i++)
		if (strcmp(cases->items[i].kernel, block->records[0]->kernel) != 0)
			list_add_once(kernels, cases->items[i].kernel);
}

static void set_label_width(struct block *block, const struct lines *lines,
			    const struct list *kernels)
{
	block->label = page_widen(0, "promise");
	for (size_t i = 0; i < LINES; i++)
		if (lines[i].lines->count)
			block->label = page_widen(block->label, lines[i].label);
	for (size_t i = 0; i < kernels->count; i++)
		block->label = page_widen(block->label, kernels->items[i]);
}

static const char *title_of(const struct block *block)
{
	return block->comparison ? "REGRESSION" : verdict_names[block->records[0]->result.verdict];
}

/* Add the DUT and mode of RECORD to PLACES if it ran on MACHINE. */
static void add_place(struct list *places, const struct record *record, const char *machine)
{
	cleanup_free char *place = record_place(record);

	if (!strcmp(record->machine, machine))
		list_add_once(places, place);
}

/* Print KERNEL/MACHINE SCENARIO[DUT DUT,MODE] for the block's cases on MACHINE. */
static void print_head(const struct block *block, const char *machine, int width,
		       const struct page *page)
{
	const struct record *first = block->records[0];
	cleanup_free char *title = text("%-5s", title_of(block));
	cleanup_free char *place = text("%s/%s", first->kernel, machine);
	cleanup_list struct list duts = {0};
	cleanup_free char *names = NULL;

	for (size_t i = 0; i < block->count; i++)
		add_place(&duts, block->records[i], machine);
	names = list_join(&duts, " ");
	page_print(page, INK_BAD, title);
	fprintf(page->out, "  %-*s  %s[%s]\n", width, place, first->scenario, names);
}

/* Print the first of the cases on MACHINE that did not run, and their number. */
static void print_missed(const struct block *block, const char *machine, int width,
			 const struct page *page)
{
	cleanup_free char *place = text("%s/%s", block->records[0]->kernel, machine);
	cleanup_list struct list cases = {0};

	for (size_t i = 0; i < block->count; i++)
		if (!strcmp(block->records[i]->machine, machine))
			list_add(&cases, block->records[i]->name);
	page_print(page, INK_NOTE, "MISS ");
	fprintf(page->out, "  %-*s  %s", width, place, cases.items[0]);
	if (cases.count > 1)
		fprintf(page->out, " and %zu more cases", cases.count - 1);
	fputs(" did not run\n", page->out);
}

static void print_heads(const struct block *block, const struct page *page)
{
	const struct list *machines = &block->machines;
	int width = 0;

	for (size_t m = 0; m < machines->count; m++)
		if ((int)strlen(machines->items[m]) > width)
			width = (int)strlen(machines->items[m]);
	width += (int)strlen(block->records[0]->kernel) + 1;
	for (size_t m = 0; m < machines->count; m++)
		(missed(block) ? print_missed : print_head)(block, machines->items[m], width, page);
}

static void print_again(const struct results *results, const struct block *block,
			const struct page *page)
{
	cleanup_free char *choice = block->comparison
					    ? comparison_choice(block->comparison)
					    : results_choice(results, block->records[0]->kernel);
	cleanup_free char *modes = modes_choice(results_modes(results), block->modes);
	cleanup_free char *machines = results_machine_choice(results, &block->machines);
	bool one = block->scenarios.count == 1;

	page_again(page, block->label, choice, machines, one ? &block->scenarios : NULL,
		   one ? &block->duts : NULL, one ? modes : "");
}

/* The first case of the block stands for all. The line is not wrapped, so that it can be copied. */
static void print_repro(const struct results *results, const struct block *block,
			const struct page *page)
{
	cleanup_free char *command = record_repro(results, block->records[0]);

	if (!command || block->records[0]->result.verdict != VERDICT_FAIL)
		return;
	page_label(page, block->label, "bundle");
	fprintf(page->out, "%s\n", command);
}

static void print_kernels(const struct block *block, const struct records *cases,
			  const struct list *kernels, const struct page *page)
{
	for (size_t i = 0; i < kernels->count; i++) {
		cleanup_free char *verdicts = verdicts_on(block, cases, kernels->items[i]);

		page_line(page, block->label, kernels->items[i], verdicts);
	}
}

static void print_block(const struct results *results, struct block *block, const struct page *page)
{
	const struct record *first = block->records[0];
	cleanup_list struct list kernels = {0};
	struct lines lines[LINES];

	lines_of(first, lines);
	if (!missed(block))
		other_kernels(block, &results->cases, &kernels);
	set_label_width(block, lines, &kernels);
	fputc('\n', page->out);
	print_heads(block, page);
	if (!missed(block))
		page_line(page, block->label, "promise", results_promise(results, first->scenario));
	page_line(page, block->label, missed(block) ? "why" : "saw", first->result.reason);
	page_line(page, block->label, "at", first->result.where);
	for (size_t i = 0; i < LINES; i++)
		print_lines(block, page, &lines[i]);
	print_kernels(block, &results->cases, &kernels, page);
	print_again(results, block, page);
	print_repro(results, block, page);
}

void results_print_failures(const struct results *results, const struct page *page)
{
	struct wrongs wrongs = collect(results);

	for (size_t i = 0; i < wrongs.count; i++) {
		cleanup_block struct block block = {0};

		if (wrongs.items[i].printed)
			continue;
		gather(&block, &wrongs, i);
		print_block(results, &block, page);
	}
	free(wrongs.items);
	results_print_leaks(results, page);
}
