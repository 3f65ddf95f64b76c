// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/progress-state.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "reports/text/page.h"

#include <string.h>

/* After this time, a phase is shown with its duration and what it waits for. */
#define SLOW_MS 3000

void progress_erase(struct progress *progress)
{
	if (progress->drawn)
		fprintf(progress->out, "\033[%uA\033[J", progress->drawn);
	progress->drawn = 0;
}

char *lane_activity(const struct progress *progress, const struct lane_view *view)
{
	int64_t ms = progress->now_ms() - view->since_ms;
	unsigned int seconds = (unsigned int)(ms / 1000);
	bool slow = ms >= SLOW_MS;

	switch (view->phase) {
	case PHASE_BOOT:
		return slow ? text("guest %u boots, %u s: waiting for its agent", view->guest,
				   seconds)
			    : text("guest %u boots", view->guest);
	case PHASE_SET_UP:
		return slow ? text("guest %u is up, %u s: preparing the DUTs", view->guest, seconds)
			    : text("guest %u is up", view->guest);
	case PHASE_CASE:
		return slow ? text("%s, %u s", view->name, seconds) : text("%s", view->name);
	case PHASE_BETWEEN:
		return slow ? text("guest %u, %u s: %s", view->guest, seconds,
				   view->done < view->total ? "between two cases" : "ends")
			    : text("%s", view->name ?: "");
	case PHASE_START:
		break;
	}
	return text("%s", "starts");
}

char *lane_place(const struct lane_view *view)
{
	return text("%s/%s", view->job->kernel, view->job->machine);
}

static int width_of_places(const struct progress *progress)
{
	int width = 0;

	for (unsigned int i = 1; i <= progress->lanes; i++) {
		cleanup_free char *place =
			progress->views[i].job ? lane_place(&progress->views[i]) : NULL;

		if (place && (int)strlen(place) > width)
			width = (int)strlen(place);
	}
	return width;
}

static void draw_line(struct progress *progress, const struct page *page, const char *line)
{
	fprintf(progress->out, "%.*s\n", (int)page_cut(line, page->width - 1), line);
	progress->drawn++;
}

static void draw_lane(struct progress *progress, unsigned int lane, int width,
		      const struct page *page)
{
	const struct lane_view *view = &progress->views[lane];
	cleanup_free char *place = lane_place(view);
	cleanup_free char *what = lane_activity(progress, view);
	cleanup_free char *line = text("lane %-2u %-*s %5zu/%-5zu %s", lane, width, place,
				       view->done, view->total, what);

	draw_line(progress, page, line);
}

char *progress_outlook(const struct progress *progress)
{
	int64_t left =
		estimate_left_ms(&progress->estimate, progress->now_ms() - progress->started_ms);
	cleanup_free char *time = estimate_text(left);

	if (!left)
		return text("%u failed", progress->failed);
	return text("%u failed, about %s left", progress->failed, time);
}

static void draw_total(struct progress *progress, int width, const struct page *page)
{
	cleanup_free char *what = progress_outlook(progress);
	cleanup_free char *line = text("total   %-*s %5zu/%-5zu %s", width, "", progress->done,
				       progress->total, what);

	draw_line(progress, page, line);
}

void progress_draw(struct progress *progress)
{
	const struct page page = page_of(progress->out);
	int width = width_of_places(progress);

	if (!page.width)
		return;
	progress_erase(progress);
	for (unsigned int i = 1; i <= progress->lanes && progress->drawn + 2 < page.height; i++)
		if (progress->views[i].job)
			draw_lane(progress, i, width, &page);
	draw_total(progress, width, &page);
	fflush(progress->out);
	progress->drawn_ms = progress->now_ms();
}
