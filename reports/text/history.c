// SPDX-License-Identifier: GPL-2.0-only
/* Prints the history: its runs, and cases through all runs. */
#include "reports/history/history.h"

#include "lab/base/cleanup.h"
#include "reports/text/text.h"

#include <string.h>

/* Length of the day in "2026-01-02T03:04:05Z". */
#define DAY 10

static void print_run(const struct history_run *run, const struct page *page)
{
	const unsigned int *of = run->of;
	const char *started = run->started ?: "";

	fprintf(page->out, "%-18s %-10.10s %-5.5s %-18s %-20s %6u %6u %6u %6u %6u %6u %6u\n",
		run->name, started, strlen(started) > DAY ? started + DAY + 1 : "", run->kernel,
		run->version, of[VERDICT_PASS], of[VERDICT_FAIL] - run->known, run->known,
		run->flaky, of[VERDICT_SKIP], of[VERDICT_ERROR], of[VERDICT_MISS]);
}

void history_print_runs(const struct history_runs *runs, const struct page *page)
{
	fprintf(page->out, "%-18s %-16s %-18s %-20s %6s %6s %6s %6s %6s %6s %6s\n", "run",
		"started", "kernel", "version", "pass", "fail", "known", "flaky", "skip", "error",
		"no run");
	for (size_t i = 0; i < runs->count; i++)
		print_run(&runs->items[i], page);
}

/* "6.12.107 (2026-11-20)". The caller frees it. */
static char *moment_text(const struct moment *moment)
{
	return text("%s (%.*s)", *moment->version ? moment->version : moment->run, DAY,
		    moment->started);
}

static void add_moment(struct list *parts, const char *what, const struct moment *moment)
{
	cleanup_free char *when = moment->run ? moment_text(moment) : NULL;

	if (when)
		list_addf(parts, "%s %s", what, when);
}

/* For a case that still fails, since when; for others, the first and the last failure. */
static void add_failures(const struct track *track, struct list *parts)
{
	if (!track->first_failed.run) {
		list_add(parts, "never failed");
		return;
	}
	if (track->fails) {
		add_moment(parts, "fails since", &track->since);
		add_moment(parts, "passed last on", &track->passed);
	}
	if (!track->fails || strcmp(track->first_failed.run, track->since.run) != 0)
		add_moment(parts, "failed first on", &track->first_failed);
	if (!track->fails)
		add_moment(parts, "last on", &track->last_failed);
}

static void add_flips(const struct track *track, struct list *parts)
{
	if (track->flips)
		list_addf(parts, "flips: %u of %u on the same kernel (%u%%)", track->flips,
			  track->pairs, track->flips * 100 / track->pairs);
}

static void print_track(const struct track *track, unsigned int count, int width,
			const struct page *page)
{
	cleanup_free char *where = text("%s/%s", track->kernel, track->machine);
	size_t skipped = track->strip.len > count ? track->strip.len - count : 0;
	cleanup_list struct list parts = {0};
	cleanup_free char *summary = NULL;

	add_failures(track, &parts);
	add_flips(track, &parts);
	summary = list_join(&parts, ", ");
	fprintf(page->out, "  %-*s  ", width, where);
	page_print(page, track->fails ? INK_BAD : INK_PLAIN, track->strip.data + skipped);
	fprintf(page->out, "%*s  %u run%s; %s\n",
		(int)(count > track->strip.len ? count - track->strip.len : 0), "", track->runs,
		track->runs == 1 ? "" : "s", summary);
}

void history_print_tracks(const char *name, const struct tracks *tracks, unsigned int count,
			  const struct page *page)
{
	int width = 0, longest = 0;

	for (size_t i = 0; i < tracks->count; i++) {
		const struct track *track = &tracks->items[i];
		int len = (int)(strlen(track->kernel) + strlen(track->machine) + 1);

		width = len > width ? len : width;
		longest = (int)track->strip.len > longest ? (int)track->strip.len : longest;
	}
	fprintf(page->out, "%s\n", name);
	for (size_t i = 0; i < tracks->count; i++)
		print_track(&tracks->items[i], (int)count < longest ? count : (unsigned int)longest,
			    width, page);
}

void history_print_legend(const struct page *page)
{
	fprintf(page->out,
		"\nA mark for each run, the newest last: %c passed  %c failed  %c known failure  "
		"%c skipped  %c error  %c did not run  %c attempts differ\n",
		MARK_PASSED, MARK_FAILED, MARK_KNOWN_FAILURE, MARK_SKIPPED, MARK_LAB_ERROR,
		MARK_NOT_RUN, MARK_DIFFER);
}
