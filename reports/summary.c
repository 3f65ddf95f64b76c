// SPDX-License-Identifier: GPL-2.0-only
#include "reports/summary.h"

#include "lab/base/cleanup.h"
#include "reports/model/leaks.h"

const char *const news_names[NEWS_KINDS][2] = {
	[NEWS_REGRESSION] = {"regression", "regressions"},
	[NEWS_FAILURE] = {"failure", "failures"},
	[NEWS_UNLISTED] = {"unlisted difference", "unlisted differences"},
	[NEWS_LEAK] = {"leak", "leaks"},
	[NEWS_ERROR] = {"lab error", "lab errors"},
	[NEWS_MISS] = {"case not run", "cases not run"},
	[NEWS_FLAKY] = {"flaky case", "flaky cases"},
	[NEWS_FIXED] = {"fixed case", "fixed cases"},
};

enum news cell_news(const struct cell *cell)
{
	const struct record *record = cell_record(cell);

	if (!record)
		return NEWS_KINDS;
	if (cell->lost)
		return NEWS_REGRESSION;
	if (record_failed(record))
		return NEWS_FAILURE;
	if (record->result.verdict == VERDICT_ERROR)
		return NEWS_ERROR;
	return record->result.verdict == VERDICT_MISS ? NEWS_MISS : NEWS_KINDS;
}

static void add_cell(const struct cell *cell, struct summary *summary)
{
	const struct record *record = cell_record(cell);
	enum news news = cell_news(cell);

	if (!record)
		return;
	summary->cases++;
	if (news != NEWS_KINDS)
		summary->of[news]++;
	else if (record->xfail)
		summary->known++;
	else if (record->result.verdict == VERDICT_PASS)
		summary->passed++;
	else
		summary->skipped++;
	summary->of[NEWS_FLAKY] += attempts_differ(&cell->attempts);
}

struct summary summarize(const struct results *results, const struct matrix *matrix)
{
	struct summary summary = {0};

	for (size_t i = 0; i < matrix->count * matrix->kernels; i++)
		add_cell(&matrix->cells[i], &summary);
	for (size_t i = 0; i < results->comparisons.count; i++) {
		const struct comparison *comparison = &results->comparisons.items[i];

		summary.of[NEWS_UNLISTED] += comparison->of[DIFFERENCE_UNLISTED].count;
		summary.of[NEWS_FIXED] += comparison->of[DIFFERENCE_FIXED].count;
	}
	summary.of[NEWS_LEAK] = leaks_count(results, NULL);
	return summary;
}

char *headline(const struct results *results, const struct summary *summary)
{
	cleanup_list struct list parts = {0};

	for (int i = 0; i < NEWS_FLAKY; i++)
		if (summary->of[i])
			list_addf(&parts, "%u %s", summary->of[i],
				  news_names[i][summary->of[i] > 1]);
	if (!summary->of[NEWS_REGRESSION] && !summary->of[NEWS_FAILURE])
		list_add(&parts, summary->passed ? "no failure" : "nothing passed");
	if (!results->run.complete)
		list_add(&parts, "the run is not complete");
	return list_join(&parts, ", ");
}
