// SPDX-License-Identifier: GPL-2.0-only
/* Prints what is new in a run, as a mail. */
#include "reports/model/news.h"

#include "lab/base/cleanup.h"
#include "reports/text/text.h"

#include <string.h>

/* Length of the day in "2026-01-02T03:04:05Z". */
#define DAY 10

/* The subject of the mail: "2 regressions, 1 fixed". The caller frees it. */
static char *subject(const struct news *news)
{
	static const struct {
		enum change_kind kind;
		const char *one, *several;
	} parts[] = {
		{CHANGE_REGRESSION, "regression", "regressions"},
		{CHANGE_NEW_FAILURE, "new failure", "new failures"},
		{CHANGE_LOST, "case no longer runs", "cases no longer run"},
		{CHANGE_FACT, "changed fact", "changed facts"},
		{CHANGE_UNJUDGED, "case without a verdict", "cases without a verdict"},
		{CHANGE_FIXED, "fixed", "fixed"},
	};
	cleanup_list struct list found = {0};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		unsigned int count = news_count(news, parts[i].kind);

		if (count)
			list_addf(&found, "%u %s", count,
				  count == 1 ? parts[i].one : parts[i].several);
	}
	if (!news->complete)
		list_add(&found, "the run is not complete");
	if (news->problems.count)
		list_addf(&found, "%zu problem%s", news->problems.count,
			  news->problems.count == 1 ? "" : "s");
	return found.count ? list_join(&found, ", ") : text("nothing new");
}

static bool differs(const char *a, const char *b)
{
	return a && b && strcmp(a, b) != 0;
}

/* The change of the kernel: "6.12.105 -> 6.12.107", "as before". The caller frees it. */
static char *build_of(const struct kernel_news *kernel)
{
	const struct kernel_about *is = kernel->is, *was = kernel->was;
	cleanup_list struct list parts = {0};

	if (was && strcmp(was->name, is->name) != 0)
		return text("%s, compared with %s", is->version ?: "", was->name);
	if (was && differs(was->version, is->version))
		return text("%s -> %s", was->version, is->version);
	list_add(&parts, is->version ?: "");
	if (!was)
		list_add(&parts, "the first run");
	else if (differs(was->compiler, is->compiler))
		list_addf(&parts, "compiler %s -> %s", was->compiler, is->compiler);
	if (was && differs(was->config, is->config))
		list_add(&parts, "another configuration");
	if (parts.count == 1)
		list_add(&parts, differs(was->key, is->key) ? "built anew" : "as before");
	return list_join(&parts, ", ");
}

static void print_table(const struct news *news, const struct page *page)
{
	fprintf(page->out, "%-18s %6s %5s %5s %5s %5s %5s  %s\n", "kernel", "pass", "fail", "known",
		"flaky", "error", "skip", "version");
	for (size_t i = 0; i < news->kernels.count; i++) {
		const struct kernel_news *kernel = &news->kernels.items[i];
		const unsigned int *of = kernel->of;
		cleanup_free char *build = build_of(kernel);

		fprintf(page->out, "%-18s %6u %5u %5u %5u %5u %5u  %s\n", kernel->is->name,
			of[VERDICT_PASS], of[VERDICT_FAIL] - kernel->known, kernel->known,
			kernel->flaky, of[VERDICT_ERROR] + of[VERDICT_MISS], of[VERDICT_SKIP],
			build);
	}
}

static void print_kernel(const struct kernel_news *kernel, const struct page *page)
{
	const unsigned int *of = kernel->changes.of;
	/* In a first run everything is new, so print only failures; the table has the rest. */
	bool first = !kernel->was && !of[CHANGE_NEW_FAILURE];

	if (first || (!kernel->changes.count && !kernel->leaks))
		return;
	fprintf(page->out, "\n== %s\n", kernel->is->name);
	changes_print(&kernel->changes, CHANGES_NEW, kernel->results, page);
	if (kernel->leaks)
		fprintf(page->out, "memory leaks: %u, see the report\n", kernel->leaks);
}

static void print_whole(const struct news *news, const char *report, const struct page *page)
{
	cleanup_free char *what = subject(news);

	fprintf(page->out, "Subject: [vfiolab] %.*s: %s\n\n", DAY, news->started ?: "", what);
	fprintf(page->out, "Each kernel and machine, compared with its last complete run.\n\n");
	for (size_t i = 0; i < news->problems.count; i++)
		fprintf(page->out, "PROBLEM  %s\n\n", news->problems.items[i]);
	print_table(news, page);
	for (size_t i = 0; i < news->kernels.count; i++)
		print_kernel(&news->kernels.items[i], page);
	fprintf(page->out, "\nreport: %s\n", report);
}

/* The length of the first LINES lines of TEXT, or of all of TEXT if it has fewer. */
static size_t end_of_lines(const char *text, unsigned int lines)
{
	const char *at = text;

	while (lines && *at)
		lines -= *at++ == '\n';
	return (size_t)(at - text);
}

void news_print(const struct news *news, const char *report, const struct page *page)
{
	char *whole = NULL;
	size_t len = 0, shown;
	struct page beside = *page;

	beside.out = open_memstream(&whole, &len);
	if (!beside.out) {
		print_whole(news, report, page);
		return;
	}
	print_whole(news, report, &beside);
	fclose(beside.out);
	shown = end_of_lines(whole, MAIL_LINES_MAX);
	fwrite(whole, 1, shown, page->out);
	if (shown < len)
		fprintf(page->out, "[cut off here]\n\nreport: %s\n", report);
	free(whole);
}
