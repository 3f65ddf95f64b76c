// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/news.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/attempts.h"
#include "reports/model/leaks.h"

#include <string.h>

static bool has_cases(const struct results *results, const char *kernel)
{
	for (size_t i = 0; i < results->cases.count; i++)
		if (!strcmp(results->cases.items[i].kernel, kernel))
			return true;
	return false;
}

/* Each case counts once, with the attempt that decides. */
static void count(const struct results *results, struct kernel_news *news)
{
	cleanup_free struct attempts *found = NULL;
	size_t cases = attempts_gather(results, news->is->name, &found);

	for (size_t i = 0; i < cases; i++) {
		const struct attempts *its = &found[i];
		const struct record *record = its->flaky ? its->passed ?: its->skipped : its->worst;

		news->of[record->result.verdict]++;
		news->known += record->xfail != NULL;
		news->flaky += its->flaky;
	}
	news->leaks = leaks_count(results, news->is->name);
}

/*
 * The kernel without SERIES=: "base" of "base+my-series". NULL if KERNEL has no series. A flavour,
 * such as base+debug, is another kernel. The caller frees it.
 */
static char *unpatched(const struct kernel_about *kernel)
{
	const char *series = strrchr(kernel->name, '+');

	if (!series || !kernel->make || !strstr(kernel->make, " SERIES="))
		return NULL;
	return text("%.*s", (int)(series - kernel->name), kernel->name);
}

static const struct kernel_about *earlier(const struct results *before,
					  const struct kernel_about *kernel)
{
	const struct kernel_about *same = results_kernel(before, kernel->name);
	cleanup_free char *line = unpatched(kernel);

	return same || !line ? same : results_kernel(before, line);
}

static void add_kernel(const struct results *before, const struct results *results,
		       const struct kernel_about *kernel, struct news *news)
{
	const struct kernel_about *old = earlier(before, kernel);
	const struct run_part was = {.results = before, .kernel = old ? old->name : kernel->name};
	const struct run_part is = {.results = results, .kernel = kernel->name};
	struct kernel_news *item = array_add(&news->kernels);

	item->results = results;
	item->is = kernel;
	item->was = old;
	count(results, item);
	changes_find(&was, &is, NULL, &item->changes);
}

void news_find(const struct results *before, const struct results *results, struct news *news)
{
	if (!news->started) {
		news->started = results->run.started;
		news->complete = true;
	}
	news->complete &= results->run.complete;
	for (size_t i = 0; i < results->kernels.count; i++)
		if (has_cases(results, results->kernels.items[i].name))
			add_kernel(before, results, &results->kernels.items[i], news);
}

unsigned int news_count(const struct news *news, enum change_kind kind)
{
	unsigned int sum = 0;

	for (size_t i = 0; i < news->kernels.count; i++)
		sum += news->kernels.items[i].changes.of[kind];
	return sum;
}

int news_status(const struct news *news)
{
	for (size_t i = 0; i < news->kernels.count; i++)
		if (changes_failed(&news->kernels.items[i].changes) || news->kernels.items[i].leaks)
			return 1;
	return news->complete && !news->problems.count ? 0 : 2;
}

void news_free(struct news *news)
{
	for (size_t i = 0; i < news->kernels.count; i++)
		changes_free(&news->kernels.items[i].changes);
	free(news->kernels.items);
	list_free(&news->problems);
	*news = (struct news){0};
}
