// SPDX-License-Identifier: GPL-2.0-only
/* Reads a case through all runs. */
#include "reports/history/db.h"

#include "lab/base/alloc.h"

#include <string.h>

/* An execution of the case. Its texts are valid until the next row is read. */
struct execution {
	int64_t run;
	const char *name; /* of the run */
	const char *started;
	const char *kernel;
	int64_t build; /* number of the kernel: several may share a name */
	const char *version;
	const char *machine;
	const char *mode;
	enum verdict verdict;
	bool known;
	bool flaky; /* it did not pass, but another attempt did */
};

/* A track, and the state that is needed to continue it. */
struct growing {
	int64_t run;
	int64_t build;
	enum verdict verdict; /* of the last execution with a verdict; else MISS */
};

struct track_state {
	struct tracks *tracks;
	size_t first; /* index in TRACKS of the case's first track */
	struct {
		struct growing *items; /* one for each track from FIRST on */
		size_t count;
	} growing;
};

static void moment_free(struct moment *moment)
{
	free(moment->run);
	free(moment->started);
	free(moment->version);
	*moment = (struct moment){0};
}

static void moment_set(struct moment *moment, const struct execution *execution)
{
	moment_free(moment);
	moment->run = text("%s", execution->name);
	moment->started = text("%s", execution->started);
	moment->version = text("%s", execution->version);
}

/* Further attempts in the same run have no mark of their own. */
static void add_mark(struct track *track, struct growing *growing,
		     const struct execution *execution)
{
	const char mark = (char)mark_of(execution->verdict, execution->known);

	if (growing->run != execution->run) {
		buf_add(&track->strip, &mark, 1);
		track->runs++;
	} else if (track->strip.data[track->strip.len - 1] != mark) {
		track->strip.data[track->strip.len - 1] = MARK_DIFFER;
	}
	growing->run = execution->run;
}

static bool judged(enum verdict verdict)
{
	return verdict == VERDICT_PASS || verdict == VERDICT_FAIL;
}

static void count_flip(struct track *track, struct growing *growing,
		       const struct execution *execution)
{
	if (!judged(execution->verdict))
		return;
	if (judged(growing->verdict) && growing->build == execution->build) {
		track->pairs++;
		track->flips += growing->verdict != execution->verdict;
	}
	growing->verdict = execution->verdict;
	growing->build = execution->build;
}

static void note_moments(struct track *track, const struct execution *execution)
{
	if (execution->verdict == VERDICT_PASS) {
		moment_set(&track->passed, execution);
		moment_free(&track->since);
		track->fails = false;
	}
	if (execution->verdict != VERDICT_FAIL || execution->known || execution->flaky)
		return;
	if (!track->first_failed.run)
		moment_set(&track->first_failed, execution);
	if (!track->since.run)
		moment_set(&track->since, execution);
	moment_set(&track->last_failed, execution);
	track->fails = true;
}

/* The index of EXECUTION's track. Adds the track if there is none. */
static size_t place_of(struct track_state *state, const struct execution *execution)
{
	struct tracks *tracks = state->tracks;
	struct track *made;

	for (size_t i = state->first; i < tracks->count; i++)
		if (!strcmp(tracks->items[i].kernel, execution->kernel) &&
		    !strcmp(tracks->items[i].machine, execution->machine) &&
		    !strcmp(tracks->items[i].mode, execution->mode))
			return i - state->first;
	made = array_add(tracks);
	made->kernel = text("%s", execution->kernel);
	made->machine = text("%s", execution->machine);
	made->mode = text("%s", execution->mode);
	array_add(&state->growing);
	return state->growing.count - 1;
}

static void take(struct track_state *state, const struct execution *execution)
{
	size_t place = place_of(state, execution);
	struct track *track = &state->tracks->items[state->first + place];
	struct growing *growing = &state->growing.items[place];

	add_mark(track, growing, execution);
	count_flip(track, growing, execution);
	note_moments(track, execution);
}

static struct execution read_execution(sqlite3_stmt *row)
{
	return (struct execution){
		.run = sqlite3_column_int64(row, 0),
		.name = db_text(row, 1),
		.started = db_text(row, 2),
		.build = sqlite3_column_int64(row, 3),
		.kernel = db_text(row, 4),
		.version = db_text(row, 5),
		.machine = db_text(row, 6),
		.mode = db_text(row, 7),
		.verdict = verdict_of_letter(db_text(row, 8)),
		.known = sqlite3_column_int(row, 9),
		.flaky = sqlite3_column_int(row, 10),
	};
}

int history_tracks(struct history *history, const char *name, const struct list *kernels,
		   struct tracks *tracks, struct buf *why)
{
	struct track_state state = {.tracks = tracks, .first = tracks->count};
	cleanup_statement sqlite3_stmt *rows = NULL;
	/* One lookup per run: the table's key begins with run and case. */
	int got = db_prepare(history,
			     "SELECT runs.id, runs.name, started, kernel, kernels.name, version,"
			     " machines.text, modes.text, verdict, known IS NOT NULL,"
			     " flaky IS NOT NULL FROM runs"
			     " CROSS JOIN results ON run = runs.id"
			     " AND test = (SELECT id FROM cases WHERE text = ?1)"
			     " CROSS JOIN kernels ON kernels.id = kernel"
			     " CROSS JOIN machines ON machines.id = machine"
			     " CROSS JOIN modes ON modes.id = mode ORDER BY runs.id",
			     &rows, why);

	if (got)
		return got;
	db_bind_text(rows, 1, name);
	while ((got = db_step(history, rows, why)) > 0) {
		const struct execution execution = read_execution(rows);

		if (!kernels->count || list_has(kernels, execution.kernel))
			take(&state, &execution);
	}
	free(state.growing.items);
	return got;
}

void tracks_free(struct tracks *tracks)
{
	for (size_t i = 0; i < tracks->count; i++) {
		struct track *track = &tracks->items[i];

		free(track->kernel);
		free(track->machine);
		free(track->mode);
		buf_free(&track->strip);
		moment_free(&track->first_failed);
		moment_free(&track->last_failed);
		moment_free(&track->since);
		moment_free(&track->passed);
	}
	free(tracks->items);
	*tracks = (struct tracks){0};
}
