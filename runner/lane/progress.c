// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/progress.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "reports/model/record.h"
#include "runner/guest/guest.h"

#include <string.h>
#include <sys/ioctl.h>

/* On a terminal, how often lines are drawn anew at most; elsewhere, how often a lane says where it is. */
#define REDRAW_MS 100
#define REPORT_MS 10000

struct lane_view {
	json_object *job;
	char *now; /* what it does */
	size_t done, total;
	int64_t reported_ms;
};

struct progress {
	bool terminal;
	bool verbose;
	unsigned int lanes;
	unsigned int drawn; /* lines on the terminal that are ours */
	int64_t drawn_ms;
	struct lane_view views[];
};

struct progress *progress_begin(unsigned int lanes, bool terminal, bool verbose)
{
	struct progress *progress = calloc(1, sizeof(*progress) + (lanes + 1) * sizeof(progress->views[0]));

	if (!progress)
		abort();
	progress->lanes = lanes;
	progress->terminal = terminal && !verbose;
	progress->verbose = verbose;
	return progress;
}

static void erase(struct progress *progress)
{
	if (progress->drawn)
		printf("\033[%uA\033[J", progress->drawn);
	progress->drawn = 0;
}

static int columns(void)
{
	struct winsize size;

	return !ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col > 40 ? size.ws_col : 80;
}

static void draw(struct progress *progress)
{
	int width = columns();

	erase(progress);
	for (unsigned int i = 1; i <= progress->lanes; i++) {
		struct lane_view *view = &progress->views[i];
		cleanup_free char *line = NULL;

		if (!view->job)
			continue;
		line = text("lane %u  %s/%-8s %5zu/%zu  %s", i, record_text(view->job, "kernel"),
			    record_text(view->job, "machine"), view->done, view->total,
			    view->now ? view->now : "starting");
		printf("%.*s\n", width - 1, line);
		progress->drawn++;
	}
	fflush(stdout);
	progress->drawn_ms = now_ms();
}

static void say(struct progress *progress, unsigned int lane, const char *what)
{
	struct lane_view *view = &progress->views[lane];

	erase(progress);
	printf("lane %u  %s/%-8s %s\n", lane, record_text(view->job, "kernel"),
	       record_text(view->job, "machine"), what);
	fflush(stdout);
}

static void tell_verdict(struct progress *progress, unsigned int lane, json_object *record)
{
	enum verdict verdict = record_get_verdict(record);
	cleanup_free char *line = NULL;
	bool fine = verdict == VERDICT_PASS || verdict == VERDICT_SKIP || verdict == VERDICT_MISS ||
		    *record_text(record, "xfail");

	if (fine && !progress->verbose)
		return;
	line = text("%s  %s%s%s", record_verdict_name(record), record_text(record, "case"),
		    *record_text(record, "reason") ? ": " : "", record_text(record, "reason"));
	say(progress, lane, line);
}

static void tell_boot(struct progress *progress, unsigned int lane, json_object *event)
{
	cleanup_free char *line = NULL;
	const char *end = record_text(event, "end");

	if (!strcmp(end, "done"))
		return;
	line = text("guest %d ended: %s", record_number(event, "guest"), end);
	say(progress, lane, line);
}

static void report(struct progress *progress, unsigned int lane)
{
	struct lane_view *view = &progress->views[lane];
	cleanup_free char *line = NULL;

	if (progress->terminal || now_ms() - view->reported_ms < REPORT_MS)
		return;
	view->reported_ms = now_ms();
	line = text("%zu of %zu cases", view->done, view->total);
	say(progress, lane, line);
}

static void begin_job(struct lane_view *view, json_object *job)
{
	json_object *cases;

	view->job = job;
	view->done = 0;
	view->total = json_object_object_get_ex(job, "cases", &cases) ? json_object_array_length(cases) : 0;
	view->reported_ms = now_ms();
}

static void set_now(struct lane_view *view, const char *now)
{
	free(view->now);
	view->now = strdup(now);
}

static void begin_case(struct progress *progress, unsigned int lane, const char *name)
{
	cleanup_free char *line = text("begins  %s", name);

	set_now(&progress->views[lane], name);
	if (progress->verbose)
		say(progress, lane, line);
}

static void end_job(struct progress *progress, unsigned int lane, json_object *event)
{
	struct lane_view *view = &progress->views[lane];
	const char *error = record_text(event, "error");
	cleanup_free char *line =
		text("%zu of %zu cases%s%s", view->done, view->total, *error ? ": " : "", error);

	if (!progress->terminal || *error)
		say(progress, lane, line);
	view->job = NULL;
}

void progress_event(struct progress *progress, unsigned int lane, json_object *job, json_object *event)
{
	struct lane_view *view = &progress->views[lane <= progress->lanes ? lane : 0];
	const char *kind = record_text(event, "event");

	if (view->job != job)
		begin_job(view, job);
	if (!strcmp(kind, "guest")) {
		set_now(view, "guest boots");
	} else if (!strcmp(kind, "case")) {
		begin_case(progress, lane, record_text(event, "case"));
	} else if (!strcmp(kind, "record")) {
		view->done++;
		tell_verdict(progress, lane, json_object_object_get(event, "record"));
		report(progress, lane);
	} else if (!strcmp(kind, "boot")) {
		tell_boot(progress, lane, event);
	} else if (!strcmp(kind, "done")) {
		end_job(progress, lane, event);
	}
	if (progress->terminal && now_ms() - progress->drawn_ms > REDRAW_MS)
		draw(progress);
}

void progress_end(struct progress *progress)
{
	if (progress->terminal)
		erase(progress);
	fflush(stdout);
	for (unsigned int i = 0; i <= progress->lanes; i++)
		free(progress->views[i].now);
	free(progress);
}
