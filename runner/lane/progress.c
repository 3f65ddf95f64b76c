// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/progress.h"

#include "lab/base/cleanup.h"
#include "reports/text/page.h"
#include "runner/lane/progress-state.h"

#include <stdlib.h>
#include <string.h>

/* Minimum interval between redraws on a terminal; interval between totals elsewhere. */
#define REDRAW_MS 100
#define REPORT_MS 10000

/* Assumed duration of a boot in the estimate: about what a slow host takes. */
#define BOOT_MS 4000

static int64_t expected_ms(const struct progress *progress, const struct job *job)
{
	int64_t ms = 0;

	for (size_t i = 0; i < job->cases.count; i++)
		ms += duration_of(progress->durations, job->machine, job->cases.items[i].name);
	return ms;
}

static void count_work(struct progress *progress, const struct progress_run *run)
{
	for (size_t j = 0; j < run->count; j++) {
		const struct job *job = &run->jobs[j];

		progress->total += job->cases.count;
		progress->estimate.total_ms += BOOT_MS + expected_ms(progress, job);
	}
	progress->estimate.lanes = run->count < run->lanes ? (unsigned int)run->count : run->lanes;
}

struct progress *progress_begin(const struct progress_run *run)
{
	struct progress *progress =
		calloc(1, sizeof(*progress) + (run->lanes + 1) * sizeof(progress->views[0]));

	if (!progress)
		abort();
	progress->out = run->out;
	progress->live = page_of(run->out).width > 0;
	progress->verbose = run->verbose;
	progress->now_ms = run->now_ms;
	progress->lanes = run->lanes;
	progress->durations = run->durations;
	progress->guests = run->guests;
	progress->started_ms = progress->reported_ms = run->now_ms();
	count_work(progress, run);
	return progress;
}

/* Print a line that stays: "lane 1  base/pci      FAIL  ...", with WORD in INK. */
static void print_line(struct progress *progress, unsigned int lane, enum ink ink, const char *word,
		       const char *rest)
{
	struct page page = page_of(progress->out);
	const struct lane_view *view = &progress->views[lane];
	cleanup_free char *place =
		text("lane %u  %s/%-8s ", lane, view->job->kernel, view->job->machine);

	progress_erase(progress);
	fputs(place, progress->out);
	page_print(&page, ink, word);
	page_wrap(&page, (unsigned int)(strlen(place) + strlen(word)), rest);
	if (progress->live)
		progress_draw(progress);
	fflush(progress->out);
}

static enum ink ink_of(const struct record *record)
{
	enum verdict verdict = record->result.verdict;

	if (record->xfail || verdict == VERDICT_MISS)
		return INK_NOTE;
	if (verdict == VERDICT_PASS)
		return INK_GOOD;
	return verdict == VERDICT_SKIP ? INK_PLAIN : INK_BAD;
}

/* MS of the expected work of the lane's job are done. */
static void finish_work(struct progress *progress, struct lane_view *view, int64_t ms)
{
	view->left_ms -= ms;
	progress->estimate.done_ms += ms;
}

static void take_result(struct progress *progress, unsigned int lane, const struct record *record)
{
	struct lane_view *view = &progress->views[lane];
	const char *reason = record->result.reason;
	enum ink ink = ink_of(record);
	cleanup_free char *rest = NULL;

	view->done++;
	progress->done++;
	progress->failed += record_failed(record);
	finish_work(progress, view,
		    duration_of(progress->durations, record->machine, record->name));
	if (ink != INK_BAD && !progress->verbose)
		return;
	rest = text("  %s%s%s", record->name, reason ? ": " : "", reason ?: "");
	print_line(progress, lane, ink, record_verdict_name(record), rest);
}

static void take_boot(struct progress *progress, unsigned int lane, const struct event *event)
{
	cleanup_free char *line = NULL;

	if (!event->end || !strcmp(event->end, "done"))
		return;
	line = text("guest %u ended: %s", progress->views[lane].guest, event->end);
	print_line(progress, lane, INK_PLAIN, "", line);
}

static void enter(struct progress *progress, struct lane_view *view, enum phase phase)
{
	view->phase = phase;
	view->since_ms = view->reported_ms = progress->now_ms();
}

/* The guest is up, or was lost before. Either way its boot is finished work. */
static void end_boot(struct progress *progress, struct lane_view *view)
{
	if (view->phase != PHASE_BOOT)
		return;
	progress->estimate.done_ms += BOOT_MS;
	enter(progress, view, PHASE_SET_UP);
}

static void begin_job(struct progress *progress, struct lane_view *view, const struct job *job)
{
	view->job = job;
	view->done = 0;
	view->guest = 0;
	view->total = job->cases.count;
	view->left_ms = expected_ms(progress, job);
	enter(progress, view, PHASE_START);
}

/*
 * The total has one boot per job. Further boots are added to it when they happen: if they only
 * lowered the pace, the estimate would expect as many restarts in the rest of the run.
 */
static void begin_guest(struct progress *progress, unsigned int lane)
{
	struct lane_view *view = &progress->views[lane];

	if (view->guest)
		progress->estimate.total_ms += BOOT_MS;
	view->guest = guests_current(progress->guests, lane);
	enter(progress, view, PHASE_BOOT);
}

static void begin_case(struct progress *progress, unsigned int lane, const char *name)
{
	struct lane_view *view = &progress->views[lane];
	cleanup_free char *line = text("begins  %s", name);

	free(view->name);
	view->name = text("%s", name);
	enter(progress, view, PHASE_CASE);
	if (progress->verbose && !progress->live)
		print_line(progress, lane, INK_PLAIN, "", line);
}

static void end_job(struct progress *progress, unsigned int lane, const struct event *event)
{
	struct lane_view *view = &progress->views[lane];
	const char *error = event->error;
	cleanup_free char *line = text("%zu of %zu cases%s%s", view->done, view->total,
				       error ? ": " : "", error ?: "");

	/* Cases without a result will not run. */
	finish_work(progress, view, view->left_ms + (view->guest ? 0 : BOOT_MS));
	if (!progress->live || error)
		print_line(progress, lane, INK_PLAIN, "", line);
	view->job = NULL;
}

/* Print the total, and the activity of each lane that has reported nothing for REPORT_MS. */
static void report(struct progress *progress)
{
	cleanup_free char *what = progress_outlook(progress);

	progress->reported_ms = progress->now_ms();
	fprintf(progress->out, "total   %zu of %zu cases, %s\n", progress->done, progress->total,
		what);
	for (unsigned int i = 1; i <= progress->lanes; i++) {
		struct lane_view *view = &progress->views[i];
		cleanup_free char *waits = view->job ? lane_activity(progress, view) : NULL;

		if (!waits || progress->now_ms() - view->reported_ms < REPORT_MS)
			continue;
		print_line(progress, i, INK_PLAIN, "", waits);
	}
	fflush(progress->out);
}

void progress_text(struct progress *progress, const char *line)
{
	progress_erase(progress);
	fprintf(progress->out, "%s\n", line);
	if (progress->live)
		progress_draw(progress);
	fflush(progress->out);
}

void progress_tick(struct progress *progress)
{
	if (progress->live && progress->now_ms() - progress->drawn_ms > REDRAW_MS)
		progress_draw(progress);
	else if (!progress->live && progress->now_ms() - progress->reported_ms >= REPORT_MS)
		report(progress);
}

void progress_event(struct progress *progress, unsigned int lane, const struct job *job,
		    const struct event *event, const struct record *record)
{
	struct lane_view *view = &progress->views[lane <= progress->lanes ? lane : 0];

	if (view->job != job)
		begin_job(progress, view, job);
	switch (event->kind) {
	case EVENT_GUEST:
		begin_guest(progress, lane);
		break;
	case EVENT_NOTE:
		end_boot(progress, view);
		break;
	case EVENT_CASE:
		begin_case(progress, lane, record->name);
		break;
	case EVENT_RESULT:
		take_result(progress, lane, record);
		enter(progress, view, PHASE_BETWEEN);
		break;
	case EVENT_BOOT:
		end_boot(progress, view);
		take_boot(progress, lane, event);
		break;
	case EVENT_DONE:
		end_job(progress, lane, event);
		break;
	case EVENT_KINDS:
		break;
	}
	progress_tick(progress);
}

void progress_end(struct progress *progress)
{
	if (progress->live)
		progress_erase(progress);
	fflush(progress->out);
	for (unsigned int i = 0; i <= progress->lanes; i++)
		free(progress->views[i].name);
	free(progress);
}
