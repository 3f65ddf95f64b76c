// SPDX-License-Identifier: GPL-2.0-only
/* index.html: what changed, then all kernels side by side. */
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/html/overview-news.h"
#include "reports/html/site.h"

#include <string.h>

/* Width of a cell's bar, in SVG units. */
#define BAR_WIDTH 100

static void write_tile(const struct sheet *sheet, unsigned int count, const char *label,
		       const char *class)
{
	cleanup_free char *whole = text("tile %s", count ? class : "zero");

	markup_open(sheet->markup, "li", "class", whole, NULL);
	markup_open(sheet->markup, "b", NULL);
	markup_textf(sheet->markup, "%u", count);
	markup_close(sheet->markup);
	markup_textf(sheet->markup, " %s", label);
	markup_close(sheet->markup);
}

static void write_tiles(const struct sheet *sheet)
{
	static const char *const classes[NEWS_KINDS] = {
		[NEWS_REGRESSION] = "bad", [NEWS_FAILURE] = "bad", [NEWS_UNLISTED] = "bad",
		[NEWS_LEAK] = "bad",	   [NEWS_ERROR] = "odd",   [NEWS_MISS] = "odd",
		[NEWS_FLAKY] = "odd",	   [NEWS_FIXED] = "good",
	};
	const struct summary *summary = &sheet->site->summary;

	markup_open(sheet->markup, "ul", "class", "tiles", NULL);
	for (int i = 0; i < NEWS_KINDS; i++)
		if (summary->of[i] || i == NEWS_REGRESSION || i == NEWS_FAILURE)
			write_tile(sheet, summary->of[i], news_names[i][summary->of[i] != 1],
				   classes[i]);
	write_tile(sheet, summary->passed, "passed", "good");
	write_tile(sheet, summary->known, "known failures", "known");
	write_tile(sheet, summary->skipped, "skipped", "quiet");
	markup_close(sheet->markup);
}

static void write_title(const struct sheet *sheet)
{
	const struct run_about *run = &sheet->site->results->run;
	cleanup_free char *line = headline(sheet->site->results, &sheet->site->summary);
	cleanup_free char *took = duration((unsigned int)(run->seconds * 1000));
	cleanup_free char *started = moment(run->started);
	bool kvm = run->accel && !strcmp(run->accel, "kvm");

	line[0] = line[0] >= 'a' && line[0] <= 'z' ? (char)(line[0] - 'a' + 'A') : line[0];
	markup_element(sheet->markup, "h1", line, NULL);
	markup_open(sheet->markup, "p", "class", "about", NULL);
	markup_textf(sheet->markup, "%s UTC, %u cases on %zu kernels, %zu guests, %u lanes, %s, %s",
		     started, sheet->site->summary.cases, sheet->site->results->kernels.count,
		     sheet->site->results->guests.count, run->lanes, kvm ? "KVM" : "TCG", took);
	markup_close(sheet->markup);
}

static double part_of(unsigned int count, unsigned int all)
{
	return all ? (double)count * BAR_WIDTH / all : 0;
}

/* Draw a cell's verdicts as parts of a bar. The text beside it has the numbers. */
static void write_bar(const struct sheet *sheet, const struct tally *tally)
{
	const struct {
		unsigned int count;
		const char *class;
	} parts[] = {
		{tally->of[VERDICT_PASS], "pass"}, {tally->of[VERDICT_FAIL], "fail"},
		{tally->known, "xfail"},	   {tally->of[VERDICT_ERROR], "error"},
		{tally->of[VERDICT_MISS], "miss"}, {tally->of[VERDICT_SKIP], "skip"},
	};
	unsigned int all = 0;
	double at = 0;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		all += parts[i].count;
	markup_open(sheet->markup, "svg", "class", "bar", "viewBox", "0 0 100 6",
		    "preserveAspectRatio", "none", "aria-hidden", "true", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		double width = part_of(parts[i].count, all);
		cleanup_free char *x = text("%.2f", at);
		cleanup_free char *wide = text("%.2f", width);

		if (parts[i].count)
			markup_empty(sheet->markup, "rect", "class", parts[i].class, "x", x,
				     "width", wide, "height", "6", NULL);
		at += width;
	}
	markup_close(sheet->markup);
}

static void add_part(struct list *parts, unsigned int count, const char *what)
{
	if (count)
		list_addf(parts, "%u %s", count, what);
}

static void write_tally(const struct sheet *sheet, const struct tally *tally)
{
	cleanup_list struct list parts = {0};
	cleanup_free char *rest = NULL;
	unsigned int bad = tally->of[VERDICT_FAIL] + tally->of[VERDICT_ERROR];
	unsigned int open = tally->of[VERDICT_MISS] + tally->of[VERDICT_SKIP] + tally->known;

	markup_open(sheet->markup, "td", "class", bad ? "counts bad" : "counts", NULL);
	if (!tally->of[VERDICT_PASS] && !bad && !open) {
		markup_element(sheet->markup, "span", "-", "class", "quiet", NULL);
		markup_close(sheet->markup);
		return;
	}
	add_part(&parts, tally->of[VERDICT_FAIL], "fail");
	add_part(&parts, tally->of[VERDICT_ERROR], "error");
	add_part(&parts, tally->known, "known");
	add_part(&parts, tally->of[VERDICT_MISS], "not run");
	add_part(&parts, tally->of[VERDICT_SKIP], "skip");
	rest = list_join(&parts, ", ");
	write_bar(sheet, tally);
	markup_open(sheet->markup, "b", NULL);
	markup_textf(sheet->markup, "%u", tally->of[VERDICT_PASS]);
	markup_close(sheet->markup);
	markup_element(sheet->markup, "span", " pass ", "class", "spoken", NULL);
	if (*rest)
		markup_element(sheet->markup, "small", rest, NULL);
	markup_close(sheet->markup);
}

/* Write the row of FAMILY, or the totals if it has no page. */
static void write_row(const struct sheet *sheet, const struct family *family)
{
	cleanup_free char *href = family->file ? text("%s/%s", sheet->pages, family->file) : NULL;

	markup_open(sheet->markup, "tr", "class", href ? NULL : "all", NULL);
	markup_open(sheet->markup, "th", "scope", "row", NULL);
	if (href)
		markup_element(sheet->markup, "a", family->name, "href", href, NULL);
	else
		markup_text(sheet->markup, family->name);
	markup_close(sheet->markup);
	for (size_t k = 0; k < sheet->site->matrix.kernels; k++) {
		struct tally tally =
			matrix_tally(&sheet->site->matrix, family->first, family->count, k);

		write_tally(sheet, &tally);
	}
	markup_close(sheet->markup);
}

static void write_table(const struct sheet *sheet)
{
	const struct site *site = sheet->site;
	cleanup_list struct list headings = {0};

	list_add(&headings, "Family");
	for (size_t k = 0; k < site->matrix.kernels; k++)
		list_add(&headings, site->results->kernels.items[k].name);
	markup_open(sheet->markup, "section", "id", "kernels", NULL);
	markup_element(sheet->markup, "h2", "Kernels side by side", NULL);
	part_table_of(sheet, "Kernels side by side", "matrix", &headings);
	for (size_t i = 0; i < site->families.count; i++)
		write_row(sheet, &site->families.items[i]);
	write_row(sheet, &(struct family){.name = "All", .count = site->matrix.count});
	part_table_end(sheet);
	markup_close(sheet->markup);
}

static void write_kernels(const struct sheet *sheet)
{
	const struct results *results = sheet->site->results;

	markup_open(sheet->markup, "section", NULL);
	markup_element(sheet->markup, "h2", "Kernels", NULL);
	markup_open(sheet->markup, "dl", NULL);
	for (size_t k = 0; k < results->kernels.count; k++) {
		const struct kernel_about *kernel = &results->kernels.items[k];

		markup_element(sheet->markup, "dt", kernel->name, NULL);
		markup_open(sheet->markup, "dd", NULL);
		markup_text(sheet->markup, kernel->guest ?: "it did not start");
		if (kernel->make) {
			markup_text(sheet->markup, ", ");
			markup_element(sheet->markup, "code", kernel->make, NULL);
		}
		markup_close(sheet->markup);
	}
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

static void write_machines(const struct sheet *sheet)
{
	const struct results *results = sheet->site->results;

	markup_open(sheet->markup, "details", NULL);
	markup_element(sheet->markup, "summary", "Machines", NULL);
	markup_open(sheet->markup, "dl", NULL);
	for (size_t i = 0; i < results->machines.count; i++)
		part_term(sheet, results->machines.items[i].name, results->machines.items[i].about);
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

static void write_files(const struct sheet *sheet)
{
	markup_open(sheet->markup, "section", NULL);
	markup_element(sheet->markup, "h2", "Other formats", NULL);
	markup_open(sheet->markup, "ul", "class", "inline", NULL);
	markup_open(sheet->markup, "li", NULL);
	markup_element(sheet->markup, "a", "results.json", "href", "./results.json", NULL);
	markup_close(sheet->markup);
	for (size_t i = 0; i < writer_count; i++) {
		cleanup_free char *href = text("./%s", writers[i].file);

		if (!strcmp(writers[i].file, "index.html"))
			continue;
		markup_open(sheet->markup, "li", NULL);
		markup_element(sheet->markup, "a", writers[i].file, "href", href, NULL);
		markup_close(sheet->markup);
	}
	markup_close(sheet->markup);
	markup_close(sheet->markup);
}

int overview_write(const struct site *site, const char *path)
{
	struct sheet sheet = sheet_begin(site, true, "Overview", "Overview");

	write_title(&sheet);
	write_tiles(&sheet);
	news_write(&sheet);
	write_table(&sheet);
	write_kernels(&sheet);
	known_write(&sheet);
	skips_write(&sheet);
	write_machines(&sheet);
	write_files(&sheet);
	return sheet_end(&sheet, path);
}
