// SPDX-License-Identifier: GPL-2.0-only
/*
 * What went wrong: one block for all cases of a scenario that failed in the same way on one kernel.
 */
#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/model/compare.h"
#include "reports/model/leaks.h"
#include "reports/model/results.h"
#include "reports/text/page.h"

#include <ctype.h>
#include <string.h>

/* So much of a kernel report is shown; the rest is in results.json and the console. */
#define LOG_LINES 6

struct wrong {
	json_object *record;
	json_object *comparison; /* that has it as a regression, or NULL */
	bool printed;
};

struct block {
	struct wrong *items; /* all of the run */
	size_t item_count;
	json_object **records; /* those of the block */
	size_t count;
	json_object *comparison;
	int label; /* columns of the widest label and its colon */
};

static const char *const line_keys[][2] = {
	{"mess", "left behind"}, {"kernel_log", "kernel"}, {"console", "console"}};

/* A PCI address, DDDD:BB:SS.F, differs from DUT to DUT and makes no other failure. */
static size_t address_length(const char *at)
{
	static const char form[] = "xxxx:xx:xx.x";
	size_t i = 0;

	while (form[i] && (form[i] == 'x' ? isxdigit((unsigned char)at[i]) != 0 : at[i] == form[i]))
		i++;
	return form[i] ? 0 : i;
}

static bool same_but_addresses(const char *a, const char *b)
{
	while (*a && *b) {
		size_t skipped = address_length(a);

		if (!skipped || address_length(b) != skipped) {
			if (*a != *b)
				return false;
			skipped = 1;
		}
		a += skipped;
		b += skipped;
	}
	return *a == *b;
}

static bool same_mess(json_object *left, json_object *right)
{
	json_object *a = json_object_object_get(left, "mess"),
		    *b = json_object_object_get(right, "mess");
	size_t count = a ? json_object_array_length(a) : 0;

	if (count != (b ? json_object_array_length(b) : 0))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!same_but_addresses(json_object_get_string(json_object_array_get_idx(a, i)),
					json_object_get_string(json_object_array_get_idx(b, i))))
			return false;
	return true;
}

static const char *first_line(json_object *record, const char *key)
{
	json_object *lines = json_object_object_get(record, key);

	return lines && json_object_array_length(lines)
		       ? json_object_get_string(json_object_array_get_idx(lines, 0))
		       : "";
}

/* Two reports of one bug differ in their numbers: times, processors, processes. */
static bool same_report(json_object *left, json_object *right, const char *key)
{
	static const char digits[] = "0123456789 ";
	const char *a = first_line(left, key), *b = first_line(right, key);

	for (;; a++, b++) {
		a += strspn(a, digits);
		b += strspn(b, digits);
		if (*a != *b || !*a)
			return *a == *b;
	}
}

static bool same_text(json_object *a, json_object *b, const char *key)
{
	return !strcmp(record_text(a, key), record_text(b, key));
}

/* A lost guest or a stopped run misses cases of many scenarios for one reason. */
static bool same_failure(const struct wrong *left, const struct wrong *right)
{
	json_object *a = left->record, *b = right->record;

	if (!same_text(a, b, "kernel") || !same_text(a, b, "verdict") ||
	    !same_but_addresses(record_text(a, "reason"), record_text(b, "reason")))
		return false;
	if (record_get_verdict(a) == VERDICT_MISS)
		return true;
	return left->comparison == right->comparison && same_text(a, b, "scenario") &&
	       same_text(a, b, "where") && same_report(a, b, "kernel_log") &&
	       same_report(a, b, "console") && same_mess(a, b);
}

static size_t collect(json_object *results, struct wrong **items)
{
	json_object *cases = results_part(results, "cases");
	size_t all = json_object_array_length(cases), count = 0;

	*items = calloc(all + 1, sizeof(**items));
	for (size_t i = 0; *items && i < all; i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		enum verdict verdict = record_get_verdict(record);
		json_object *comparison;

		if (verdict == VERDICT_PASS || verdict == VERDICT_SKIP)
			continue;
		comparison = comparison_that_lost(results, record);
		if (comparison || !*record_text(record, "xfail"))
			(*items)[count++] =
				(struct wrong){.record = record, .comparison = comparison};
	}
	return count;
}

static void gather(struct block *block, size_t first)
{
	block->count = 0;
	block->comparison = block->items[first].comparison;
	for (size_t i = first; i < block->item_count; i++) {
		struct wrong *item = &block->items[i];

		if (item->printed || !same_failure(&block->items[first], item))
			continue;
		item->printed = true;
		block->records[block->count++] = item->record;
	}
}

static void print_lines(const struct block *block, const struct page *page, const char *key,
			const char *label)
{
	json_object *lines = json_object_object_get(block->records[0], key);
	size_t count = lines ? json_object_array_length(lines) : 0;
	cleanup_free char *rest = NULL;

	for (size_t i = 0; i < count && i < LOG_LINES; i++)
		page_line(page, block->label, label,
			  json_object_get_string(json_object_array_get_idx(lines, i)));
	if (count <= LOG_LINES)
		return;
	rest = text("... %zu more lines", count - LOG_LINES);
	page_line(page, block->label, label, rest);
}

/* The distinct values of KEY in the block. */
static void values_of(const struct block *block, const char *key, struct list *values)
{
	for (size_t i = 0; i < block->count; i++)
		list_add_once(values, record_text(block->records[i], key));
}

static bool is_counterpart(const struct block *block, json_object *other)
{
	if (!same_text(other, block->records[0], "scenario"))
		return false;
	for (size_t i = 0; i < block->count; i++)
		if (same_text(other, block->records[i], "machine") &&
		    same_text(other, block->records[i], "dut"))
			return true;
	return false;
}

/* "PASS", or "2 PASS, 1 FAIL" where KERNEL makes different things of the cases of the block. */
static char *verdicts_on(const struct block *block, json_object *cases, const char *kernel)
{
	static const char *const names[] = {"PASS", "FAIL", "XFAIL", "SKIP", "ERROR", "MISS"};
	unsigned int counts[ARRAY_SIZE(names)] = {0};
	cleanup_list struct list parts = {0};

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *other = json_object_array_get_idx(cases, i);

		if (strcmp(record_text(other, "kernel"), kernel) || !is_counterpart(block, other))
			continue;
		for (size_t n = 0; n < ARRAY_SIZE(names); n++)
			counts[n] += !strcmp(names[n], record_verdict_name(other));
	}
	for (size_t n = 0; n < ARRAY_SIZE(names); n++)
		if (counts[n])
			list_addf(&parts, "%u %s", counts[n], names[n]);
	return parts.count == 1 ? text("%s", strchr(parts.items[0], ' ') + 1)
				: list_join(&parts, ", ");
}

/* The kernels of the run but that of the block, in their order. */
static void other_kernels(const struct block *block, json_object *cases, struct list *kernels)
{
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *other = json_object_array_get_idx(cases, i);

		if (!same_text(other, block->records[0], "kernel"))
			list_add_once(kernels, record_text(other, "kernel"));
	}
}

static void set_label_width(struct block *block, const struct list *kernels)
{
	block->label = page_widen(0, "promise");
	for (size_t i = 0; i < ARRAY_SIZE(line_keys); i++)
		if (json_object_object_get(block->records[0], line_keys[i][0]))
			block->label = page_widen(block->label, line_keys[i][1]);
	for (size_t i = 0; i < kernels->count; i++)
		block->label = page_widen(block->label, kernels->items[i]);
}

static const char *title_of(const struct block *block)
{
	return block->comparison ? "REGRESSION"
				 : verdict_name(record_get_verdict(block->records[0]));
}

/* KERNEL/MACHINE SCENARIO[DUT DUT], for those of the block that ran on MACHINE. */
static void print_head(const struct block *block, const char *machine, int width,
		       const struct page *page)
{
	json_object *first = block->records[0];
	cleanup_free char *title = text("%-5s", title_of(block));
	cleanup_free char *place = text("%s/%s", record_text(first, "kernel"), machine);
	cleanup_list struct list duts = {0};
	cleanup_free char *names = NULL;

	for (size_t i = 0; i < block->count; i++)
		if (!strcmp(record_text(block->records[i], "machine"), machine))
			list_add_once(&duts, record_text(block->records[i], "dut"));
	names = list_join(&duts, " ");
	page_print(page, INK_BAD, title);
	fprintf(page->out, "  %-*s  %s[%s]\n", width, place, record_text(first, "scenario"), names);
}

/* Cases that were not run: how many of each machine, and the first of them. */
static void print_missed(const struct block *block, const char *machine, int width,
			 const struct page *page)
{
	json_object *first = NULL;
	cleanup_free char *place = text("%s/%s", record_text(block->records[0], "kernel"), machine);
	unsigned int count = 0;

	for (size_t i = 0; i < block->count; i++) {
		if (strcmp(record_text(block->records[i], "machine"), machine))
			continue;
		first = first ?: block->records[i];
		count++;
	}
	page_print(page, INK_NOTE, "MISS ");
	fprintf(page->out, "  %-*s  %s", width, place, record_text(first, "case"));
	if (count > 1)
		fprintf(page->out, " and %u more cases", count - 1);
	fputs(" did not run\n", page->out);
}

static void print_heads(const struct block *block, const struct list *machines,
			const struct page *page)
{
	bool missed = record_get_verdict(block->records[0]) == VERDICT_MISS;
	int width = 0;

	for (size_t m = 0; m < machines->count; m++)
		if ((int)strlen(machines->items[m]) > width)
			width = (int)strlen(machines->items[m]);
	width += (int)strlen(record_text(block->records[0], "kernel")) + 1;
	for (size_t m = 0; m < machines->count; m++)
		(missed ? print_missed : print_head)(block, machines->items[m], width, page);
}

/* A variable for make: quoted if its value is several words. */
static void print_variable(const struct page *page, const char *name, const struct list *values)
{
	cleanup_free char *joined = list_join(values, " ");

	fprintf(page->out, values->count > 1 ? " %s='%s'" : " %s=%s", name, joined);
}

/* A command is never broken into lines: it is there to be copied. */
static void print_again(json_object *results, const struct block *block,
			const struct list *machines, const struct page *page)
{
	cleanup_free char *choice =
		block->comparison
			? comparison_choice(block->comparison)
			: results_choice(results, record_text(block->records[0], "kernel"));
	cleanup_list struct list scenarios = {0};
	cleanup_list struct list duts = {0};

	values_of(block, "scenario", &scenarios);
	values_of(block, "dut", &duts);
	page_label(page, block->label, "again");
	fprintf(page->out, "make lab-run %s", choice);
	print_variable(page, "MACHINES", machines);
	if (scenarios.count == 1) {
		print_variable(page, "SCENARIOS", &scenarios);
		print_variable(page, "DUTS", &duts);
	}
	fputc('\n', page->out);
}

static void print_block(json_object *results, struct block *block, const struct page *page)
{
	json_object *cases = results_part(results, "cases"), *first = block->records[0];
	bool missed = record_get_verdict(first) == VERDICT_MISS;
	cleanup_list struct list machines = {0};
	cleanup_list struct list kernels = {0};

	values_of(block, "machine", &machines);
	if (!missed)
		other_kernels(block, cases, &kernels);
	set_label_width(block, &kernels);
	fputc('\n', page->out);
	print_heads(block, &machines, page);
	if (!missed)
		page_line(page, block->label, "promise",
			  results_promise(results, record_text(first, "scenario")));
	page_line(page, block->label, missed ? "why" : "saw", record_text(first, "reason"));
	page_line(page, block->label, "at", record_text(first, "where"));
	for (size_t i = 0; i < ARRAY_SIZE(line_keys); i++)
		print_lines(block, page, line_keys[i][0], line_keys[i][1]);
	for (size_t i = 0; i < kernels.count; i++) {
		cleanup_free char *verdicts = verdicts_on(block, cases, kernels.items[i]);

		page_line(page, block->label, kernels.items[i], verdicts);
	}
	print_again(results, block, &machines, page);
}

void results_print_failures(json_object *results, const struct page *page)
{
	cleanup_free struct wrong *items = NULL;
	cleanup_free json_object **records = NULL;
	struct block block = {.item_count = collect(results, &items)};

	records = calloc(block.item_count + 1, sizeof(*records));
	if (!items || !records)
		abort();
	block.items = items;
	block.records = records;
	for (size_t i = 0; i < block.item_count; i++) {
		if (items[i].printed)
			continue;
		gather(&block, i);
		print_block(results, &block, page);
	}
	leaks_print(results, page);
}
