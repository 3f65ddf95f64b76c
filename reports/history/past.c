// SPDX-License-Identifier: GPL-2.0-only
/* The last runs, and the marks of cases in them: what the pages of a run show of earlier ones. */
#include "reports/history/db.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <string.h>

/* Runs, by number in the database, in the order of struct past. */
struct run_ids {
	int64_t items[PAST_RUNS_MAX];
	size_t count;
};

/* Rows come the newest run first, those of one run together. Returns false after the last run. */
static bool add_run(sqlite3_stmt *row, struct past *past, struct run_ids *ids)
{
	int64_t id = sqlite3_column_int64(row, 0);
	struct past_run *run;

	if (ids->count && ids->items[ids->count - 1] == id) {
		run = &past->runs.items[ids->count - 1];
		db_totals(row, 6, run->of, &run->known);
		return true;
	}
	if (ids->count == PAST_RUNS_MAX)
		return false;
	ids->items[ids->count++] = id;
	run = array_add(&past->runs);
	run->name = db_copy(row, 1);
	run->started = db_copy(row, 2);
	run->seconds = sqlite3_column_double(row, 3);
	run->boot_ms = (unsigned int)sqlite3_column_int(row, 4);
	db_totals(row, 6, run->of, &run->known);
	return true;
}

static void reverse(struct past *past, struct run_ids *ids)
{
	size_t count = ids->count;

	for (size_t i = 0; i < count / 2; i++) {
		struct past_run run = past->runs.items[i];
		int64_t id = ids->items[i];

		past->runs.items[i] = past->runs.items[count - 1 - i];
		past->runs.items[count - 1 - i] = run;
		ids->items[i] = ids->items[count - 1 - i];
		ids->items[count - 1 - i] = id;
	}
}

static int find_runs(const struct history *history, const struct results *results,
		     struct past *past, struct run_ids *ids, struct buf *why)
{
	cleanup_statement sqlite3_stmt *rows = NULL;
	int got = db_prepare(history,
			     "SELECT runs.id, runs.name, started, seconds, boot_ms, kernels.name,"
			     " " DB_TOTALS " FROM runs CROSS JOIN totals ON run = runs.id"
			     " JOIN kernels ON kernels.id = kernel"
			     " WHERE started < ?1 ORDER BY runs.id DESC",
			     &rows, why);

	if (got)
		return got;
	db_bind_text(rows, 1, results->run.started);
	while ((got = db_step(history, rows, why)) > 0)
		if (results_kernel(results, db_text(rows, 5)) && !add_run(rows, past, ids))
			break;
	reverse(past, ids);
	return got < 0 ? got : 0;
}

/* A case of RESULTS by numbers: 330,000 rows are looked up in these. */
struct past_place {
	int64_t test;
	int64_t machine;
	const struct kernel_about *kernel;
	char *marks;
};

struct past_places {
	const struct history *history;
	struct buf *why;
	struct past_place *items;
	size_t count;
	const struct kernel_about **kernels; /* by number; NULL: not one of RESULTS */
	int64_t kernel_max;
};

static void places_free(struct past_places *places)
{
	free(places->items);
	free(places->kernels);
}

static int by_numbers(const void *left, const void *right)
{
	const struct past_place *a = left, *b = right;

	if (a->test != b->test)
		return a->test < b->test ? -1 : 1;
	if (a->machine != b->machine)
		return a->machine < b->machine ? -1 : 1;
	return (a->kernel > b->kernel) - (a->kernel < b->kernel);
}

static int number_kernels(struct past_places *places, const struct results *results)
{
	cleanup_statement sqlite3_stmt *rows = NULL;
	int got = db_number(places->history, "SELECT max(id) FROM kernels", &places->kernel_max,
			    places->why)
			  ?: db_prepare(places->history, "SELECT id, name FROM kernels", &rows,
					places->why);

	if (got)
		return got;
	places->kernels = zalloc((size_t)places->kernel_max + 1, sizeof(*places->kernels));
	while ((got = db_step(places->history, rows, places->why)) > 0)
		places->kernels[sqlite3_column_int64(rows, 0)] =
			results_kernel(results, db_text(rows, 1));
	return got;
}

/* The number that the prepared FIND has for NAME; 0: none, there are no results of it. */
static int64_t number_of(const struct past_places *places, sqlite3_stmt *find, const char *name)
{
	int64_t number = 0;

	db_bind_text(find, 1, name);
	if (db_step(places->history, find, places->why) > 0)
		number = sqlite3_column_int64(find, 0);
	sqlite3_reset(find);
	return number;
}

/* The cases of RESULTS, each once, without a mark yet. */
static int list_cases(struct past_places *places, const struct results *results, struct past *past)
{
	cleanup_statement sqlite3_stmt *test = NULL, *machine = NULL;
	int err = db_prepare(places->history, "SELECT id FROM cases WHERE text = ?1", &test,
			     places->why)
			  ?: db_prepare(places->history, "SELECT id FROM machines WHERE text = ?1",
					&machine, places->why);

	for (size_t i = 0; i < results->cases.count && !err; i++) {
		const struct record *record = &results->cases.items[i];
		struct past_case *item;

		if (record->attempt > 1)
			continue;
		item = array_add(&past->cases);
		item->kernel = text("%s", record->kernel);
		item->machine = text("%s", record->machine);
		item->name = text("%s", record->name);
		item->marks = text("%*s", (int)past->runs.count, "");
		*array_add(places) = (struct past_place){
			.test = number_of(places, test, record->name),
			.machine = number_of(places, machine, record->machine),
			.kernel = results_kernel(results, record->kernel),
			.marks = item->marks,
		};
	}
	if (places->count)
		qsort(places->items, places->count, sizeof(*places->items), by_numbers);
	past_sort(past);
	return err;
}

static void set_mark(char *marks, size_t run, enum mark mark)
{
	char *at = &marks[run];

	*at = (char)(*at == MARK_ABSENT || *at == (char)mark ? mark : MARK_DIFFER);
}

static struct past_place *place_of(const struct past_places *places, sqlite3_stmt *row)
{
	int64_t kernel = sqlite3_column_int64(row, 2);
	const struct past_place wanted = {
		.test = sqlite3_column_int64(row, 0),
		.machine = sqlite3_column_int64(row, 1),
		.kernel = kernel <= places->kernel_max ? places->kernels[kernel] : NULL,
	};

	if (!wanted.kernel || !places->count)
		return NULL;
	return bsearch(&wanted, places->items, places->count, sizeof(wanted), by_numbers);
}

static int mark_run(const struct past_places *places, int64_t id, size_t run)
{
	cleanup_statement sqlite3_stmt *rows = NULL;
	int got = db_prepare(places->history,
			     "SELECT test, machine, kernel, verdict, known IS NOT NULL FROM results"
			     " WHERE run = ?1",
			     &rows, places->why);

	if (got)
		return got;
	sqlite3_bind_int64(rows, 1, id);
	while ((got = db_step(places->history, rows, places->why)) > 0) {
		struct past_place *place = place_of(places, rows);

		if (place)
			set_mark(place->marks, run,
				 mark_of(verdict_of_letter(db_text(rows, 3)),
					 sqlite3_column_int(rows, 4)));
	}
	return got;
}

int history_past(struct history *history, const struct results *results, struct past *past,
		 struct buf *why)
{
	__attribute__((cleanup(places_free))) struct past_places places = {.history = history,
									   .why = why};
	struct run_ids ids = {0};
	/* In one transaction, because each of its own would lock the file. */
	int err = db_exec(history, "BEGIN", why);

	if (err)
		return err;
	err = find_runs(history, results, past, &ids, why)
		      ?: number_kernels(&places, results)
		      ?: list_cases(&places, results, past);
	for (size_t run = 0; run < ids.count && !err; run++)
		err = mark_run(&places, ids.items[run], run);
	sqlite3_exec(history->db, "COMMIT", NULL, NULL, NULL);
	return err;
}
