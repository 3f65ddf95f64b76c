// SPDX-License-Identifier: GPL-2.0-only
/* Reads runs from the history. */
#include "reports/history/db.h"

#include "lab/base/alloc.h"

#include <errno.h>
#include <string.h>

static int find_run(const struct history *history, const char *name, struct results *results,
		    int64_t *run, struct buf *why)
{
	cleanup_statement sqlite3_stmt *find = NULL;
	int got = db_prepare(history,
			     "SELECT id, started, lab, accel, seconds, complete FROM runs"
			     " WHERE name = ?1 ORDER BY id DESC",
			     &find, why);

	if (got)
		return got;
	db_bind_text(find, 1, name);
	got = db_step(history, find, why);
	if (!got)
		buf_printf(why, "history %s has no run %s: vfiolab history lists them",
			   history->path, name);
	if (got <= 0)
		return got ? got : -ENOENT;
	*run = sqlite3_column_int64(find, 0);
	results->schema = RESULTS_SCHEMA;
	results->run.started = db_copy(find, 1);
	results->run.lab = db_copy(find, 2);
	results->run.accel = db_copy(find, 3);
	results->run.seconds = sqlite3_column_double(find, 4);
	results->run.complete = sqlite3_column_int(find, 5);
	return 0;
}

static int load_kernels(const struct history *history, int64_t run, struct results *results,
			struct buf *why)
{
	cleanup_statement sqlite3_stmt *rows = NULL;
	int got = db_prepare(history,
			     "SELECT name, key, version, compiler, config, make FROM totals"
			     " JOIN kernels ON kernels.id = kernel WHERE run = ?1",
			     &rows, why);

	if (got)
		return got;
	sqlite3_bind_int64(rows, 1, run);
	while ((got = db_step(history, rows, why)) > 0) {
		struct kernel_about *kernel = array_add(&results->kernels);

		kernel->name = db_copy(rows, 0);
		kernel->key = db_copy(rows, 1);
		kernel->version = db_copy(rows, 2);
		kernel->compiler = db_copy(rows, 3);
		kernel->config = db_copy(rows, 4);
		kernel->make = db_copy(rows, 5);
	}
	return got;
}

static const struct json_member facts_members[] = {JSON_PAIRS(struct result, facts)};
static const struct json_table facts_type = JSON_TYPE(struct result, facts_members);

/* Set the members that follow from NAME. */
static void name_case(struct record *record, char *name)
{
	struct case_parts parts;

	case_split(name, &parts);
	record->name = name;
	record->scenario = parts.scenario;
	record->dut = parts.dut;
	record->mode = parts.mode;
}

static void load_record(sqlite3_stmt *row, struct record *record)
{
	const char *facts = db_text(row, 8);

	record->kernel = db_copy(row, 0);
	record->machine = db_copy(row, 1);
	name_case(record, db_copy(row, 2));
	record->attempt = (unsigned int)sqlite3_column_int(row, 3);
	record->result.verdict = verdict_of_letter(db_text(row, 4));
	record->result.ms = (unsigned int)sqlite3_column_int(row, 5);
	record->result.reason = db_copy(row, 6);
	if (record->result.verdict == VERDICT_FAIL)
		record->xfail = db_copy(row, 7);
	else
		record->xpass = db_copy(row, 7);
	record->flaky = db_copy(row, 9);
	if (*facts)
		json_read(&facts_type, facts, &record->result, NULL);
}

static int load_records(const struct history *history, int64_t run, struct results *results,
			struct buf *why)
{
	cleanup_statement sqlite3_stmt *rows = NULL;
	int got = db_prepare(history,
			     "SELECT kernels.name, machines.text, cases.text, attempt, verdict, ms,"
			     " reasons.text, known.text, facts.text, flaky.text FROM results"
			     " JOIN kernels ON kernels.id = kernel"
			     " JOIN machines ON machines.id = machine"
			     " JOIN cases ON cases.id = test"
			     " LEFT JOIN reasons ON reasons.id = reason"
			     " LEFT JOIN reasons AS known ON known.id = results.known"
			     " LEFT JOIN reasons AS flaky ON flaky.id = results.flaky"
			     " LEFT JOIN facts ON facts.hash = results.facts WHERE run = ?1",
			     &rows, why);

	if (got)
		return got;
	sqlite3_bind_int64(rows, 1, run);
	while ((got = db_step(history, rows, why)) > 0)
		load_record(rows, array_add(&results->cases));
	return got;
}

int load_run(const struct history *history, int64_t run, struct results *results, struct buf *why)
{
	return load_kernels(history, run, results, why) ?: load_records(history, run, results, why);
}

int history_load(struct history *history, const char *name, struct results *results,
		 struct buf *why)
{
	int64_t run;

	return find_run(history, name, results, &run, why) ?: load_run(history, run, results, why);
}

static void load_totals(sqlite3_stmt *row, struct history_run *run)
{
	run->name = db_copy(row, 0);
	run->started = db_copy(row, 1);
	run->kernel = db_copy(row, 2);
	run->version = db_copy(row, 3);
	db_totals(row, 4, run->of, &run->known);
	run->flaky = (unsigned int)sqlite3_column_int(row, 5 + VERDICT_COUNT);
}

static void free_run(struct history_run *run)
{
	free(run->name);
	free(run->started);
	free(run->kernel);
	free(run->version);
}

static void reverse(struct history_run *items, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct history_run other = items[i];

		items[i] = items[count - 1 - i];
		items[count - 1 - i] = other;
	}
}

int history_runs(struct history *history, const struct list *kernels, unsigned int count,
		 struct history_runs *runs, struct buf *why)
{
	cleanup_statement sqlite3_stmt *rows = NULL;
	size_t before = runs->count;
	int got = db_prepare(history,
			     "SELECT runs.name, started, kernels.name, version, " DB_TOTALS
			     ", flaky FROM runs CROSS JOIN totals ON run = runs.id"
			     " JOIN kernels ON kernels.id = kernel"
			     " ORDER BY runs.id DESC, kernel DESC",
			     &rows, why);

	if (got)
		return got;
	while (runs->count - before < count && (got = db_step(history, rows, why)) > 0)
		if (!kernels->count || list_has(kernels, db_text(rows, 2)))
			load_totals(rows, array_add(runs));
	if (runs->items)
		reverse(runs->items + before, runs->count - before);
	return got < 0 ? got : 0;
}

void history_runs_free(struct history_runs *runs)
{
	for (size_t i = 0; i < runs->count; i++)
		free_run(&runs->items[i]);
	free(runs->items);
	*runs = (struct history_runs){0};
}

static int list_names(const struct history *history, const char *sql, struct list *names,
		      struct buf *why)
{
	cleanup_statement sqlite3_stmt *rows = NULL;
	int got = db_prepare(history, sql, &rows, why);

	if (got)
		return got;
	while ((got = db_step(history, rows, why)) > 0)
		list_add(names, db_text(rows, 0));
	return got;
}

int history_kernels(struct history *history, struct list *names, struct buf *why)
{
	return list_names(history, "SELECT DISTINCT name FROM kernels ORDER BY name", names, why);
}

int history_cases(struct history *history, struct list *names, struct buf *why)
{
	return list_names(history, "SELECT text FROM cases ORDER BY text", names, why);
}
