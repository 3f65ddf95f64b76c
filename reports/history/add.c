// SPDX-License-Identifier: GPL-2.0-only
/* Adds a run to the history. */
#include "reports/history/db.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/hash.h"

#include <errno.h>
#include <string.h>

/* Tables that assign numbers to texts. */
enum texts { TEXT_CASE, TEXT_MACHINE, TEXT_MODE, TEXT_REASON, TEXT_COUNT };

static const struct {
	const char *find, *add;
} text_sql[TEXT_COUNT] = {
	[TEXT_CASE] = {"SELECT id FROM cases WHERE text = ?1",
		       "INSERT INTO cases (text) VALUES (?1)"},
	[TEXT_MACHINE] = {"SELECT id FROM machines WHERE text = ?1",
			  "INSERT INTO machines (text) VALUES (?1)"},
	[TEXT_MODE] = {"SELECT id FROM modes WHERE text = ?1",
		       "INSERT INTO modes (text) VALUES (?1)"},
	[TEXT_REASON] = {"SELECT id FROM reasons WHERE text = ?1",
			 "INSERT INTO reasons (text) VALUES (?1)"},
};

/* A kernel of the run. */
struct added_kernel {
	const char *name;
	int64_t id;
	unsigned int of[VERDICT_COUNT];
	unsigned int known, flaky;
};

struct adding {
	struct history *history;
	struct buf *why;
	int64_t run;
	struct {
		struct added_kernel *items;
		size_t count;
	} kernels;
	sqlite3_stmt *find[TEXT_COUNT], *add[TEXT_COUNT];
	sqlite3_stmt *find_facts, *add_facts, *add_result;
};

static void adding_free(struct adding *adding)
{
	for (int i = 0; i < TEXT_COUNT; i++) {
		sqlite3_finalize(adding->find[i]);
		sqlite3_finalize(adding->add[i]);
	}
	sqlite3_finalize(adding->find_facts);
	sqlite3_finalize(adding->add_facts);
	sqlite3_finalize(adding->add_result);
	free(adding->kernels.items);
}

static int prepare_texts(struct adding *adding)
{
	int err = 0;

	for (int i = 0; i < TEXT_COUNT && !err; i++) {
		err = db_prepare(adding->history, text_sql[i].find, &adding->find[i], adding->why);
		if (!err)
			err = db_prepare(adding->history, text_sql[i].add, &adding->add[i],
					 adding->why);
	}
	return err;
}

static int prepare(struct adding *adding)
{
	const struct {
		const char *sql;
		sqlite3_stmt **statement;
	} all[] = {
		{"SELECT text FROM facts WHERE hash = ?1", &adding->find_facts},
		{"INSERT INTO facts (hash, text) VALUES (?1, ?2)", &adding->add_facts},
		{"INSERT INTO results (run, test, kernel, machine, mode, attempt, verdict, ms,"
		 " reason, known, facts, flaky)"
		 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
		 &adding->add_result},
	};
	int err = prepare_texts(adding);

	for (size_t i = 0; i < ARRAY_SIZE(all) && !err; i++)
		err = db_prepare(adding->history, all[i].sql, all[i].statement, adding->why);
	return err;
}

/* Execute STATEMENT and reset it for its next use. */
static int finish(const struct adding *adding, sqlite3_stmt *statement)
{
	int got = db_step(adding->history, statement, adding->why);

	sqlite3_reset(statement);
	return got < 0 ? got : 0;
}

/* Store the number of VALUE in *ID. Adds VALUE to the table if it is not there. */
static int number_of(const struct adding *adding, enum texts table, const char *value, int64_t *id)
{
	sqlite3_stmt *find = adding->find[table], *add = adding->add[table];
	int got;

	db_bind_text(find, 1, value);
	got = db_step(adding->history, find, adding->why);
	if (got > 0)
		*id = sqlite3_column_int64(find, 0);
	sqlite3_reset(find);
	if (got)
		return got < 0 ? got : 0;
	db_bind_text(add, 1, value);
	got = finish(adding, add);
	*id = sqlite3_last_insert_rowid(adding->history->db);
	return got;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

static const struct json_member facts_members[] = {JSON_PAIRS(struct result, facts)};
static const struct json_table facts_type = JSON_TYPE(struct result, facts_members);

/* The facts of RESULT as text, sorted by name. The caller frees it. */
static char *facts_text(const struct result *result)
{
	size_t count = result->facts.count;
	struct result sorted = {.facts = {zalloc(count, sizeof(struct pair)), count}};
	char *written;

	memcpy(sorted.facts.items, result->facts.items, count * sizeof(struct pair));
	qsort(sorted.facts.items, count, sizeof(struct pair), by_name);
	written = json_write(&facts_type, &sorted, false);
	free(sorted.facts.items);
	return written;
}

/*
 * Returns 1 if HASH is unused, 0 if it has these FACTS, -EEXIST if it has others, or another
 * -errno.
 */
static int look_up_facts(const struct adding *adding, int64_t hash, const char *facts)
{
	sqlite3_stmt *find = adding->find_facts;
	int got;

	sqlite3_bind_int64(find, 1, hash);
	got = db_step(adding->history, find, adding->why);
	if (!got)
		got = 1;
	else if (got > 0)
		got = strcmp(db_text(find, 0), facts) ? -EEXIST : 0;
	sqlite3_reset(find);
	return got;
}

/*
 * The hash of the facts of RESULT, which are stored only once. On a collision, uses the next
 * number.
 */
static int facts_hash(const struct adding *adding, const struct result *result, int64_t *hash)
{
	cleanup_free char *facts = facts_text(result);
	int got;

	*hash = (int64_t)hash_text(HASH_INIT, facts);
	while ((got = look_up_facts(adding, *hash, facts)) == -EEXIST)
		*hash = (int64_t)((uint64_t)*hash + 1);
	if (got <= 0)
		return got;
	sqlite3_bind_int64(adding->add_facts, 1, *hash);
	db_bind_text(adding->add_facts, 2, facts);
	return finish(adding, adding->add_facts);
}

/* Bind the number of VALUE, or NULL if VALUE is NULL. */
static int bind_reason(const struct adding *adding, int index, const char *value)
{
	int64_t id;
	int err;

	if (!value) {
		sqlite3_bind_null(adding->add_result, index);
		return 0;
	}
	err = number_of(adding, TEXT_REASON, value, &id);
	sqlite3_bind_int64(adding->add_result, index, id);
	return err;
}

static int bind_facts(const struct adding *adding, const struct result *result)
{
	int64_t hash;
	int err;

	if (!result->facts.count) {
		sqlite3_bind_null(adding->add_result, 11);
		return 0;
	}
	err = facts_hash(adding, result, &hash);
	sqlite3_bind_int64(adding->add_result, 11, hash);
	return err;
}

static int bind_text_number(const struct adding *adding, int index, enum texts table,
			    const char *value)
{
	int64_t id;
	int err = number_of(adding, table, value, &id);

	sqlite3_bind_int64(adding->add_result, index, id);
	return err;
}

static int add_result(const struct adding *adding, struct added_kernel *kernel,
		      const struct record *record)
{
	const struct result *result = &record->result;
	const char verdict[] = {verdict_letter(result->verdict), '\0'};
	const char *known = record->xfail ?: record->xpass;
	sqlite3_stmt *add = adding->add_result;
	int err = bind_text_number(adding, 2, TEXT_CASE, record->name)
			  ?: bind_text_number(adding, 4, TEXT_MACHINE, record->machine)
			  ?: bind_text_number(adding, 5, TEXT_MODE, mode_names[record->mode])
			  ?: bind_reason(adding, 9, result->reason)
			  ?: bind_reason(adding, 10, known)
			  ?: bind_reason(adding, 12, record->flaky)
			  ?: bind_facts(adding, result);

	sqlite3_bind_int64(add, 1, adding->run);
	sqlite3_bind_int64(add, 3, kernel->id);
	sqlite3_bind_int64(add, 6, record->attempt ? record->attempt : 1);
	db_bind_text(add, 7, verdict);
	sqlite3_bind_int64(add, 8, result->ms);
	(*(record->flaky ? &kernel->flaky : &kernel->of[result->verdict]))++;
	kernel->known += record->xfail != NULL;
	return err ?: finish(adding, add);
}

/* A hash of RESULTS. It is the same if they are written to a file and read back. */
static int64_t hash_of(const struct results *results)
{
	uint64_t hash = hash_text(HASH_INIT, results->run.started);

	hash = hash_text(hash, results->run.lab);
	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];

		hash = hash_text(hash, record->kernel);
		hash = hash_text(hash, record->machine);
		hash = hash_text(hash, record->name);
		hash = hash_bytes(hash, &record->attempt, sizeof(record->attempt));
		hash = hash_text(hash, verdict_names[record->result.verdict]);
		hash = hash_bytes(hash, &record->result.ms, sizeof(record->result.ms));
	}
	return (int64_t)hash;
}

/* Returns 0, 1 if the run exists already, or -errno. */
static int add_run(struct adding *adding, const char *name, const struct results *results)
{
	const struct run_about *run = &results->run;
	cleanup_statement sqlite3_stmt *add = NULL;
	int err = db_prepare(adding->history,
			     "INSERT OR IGNORE INTO runs (name, hash, started, lab, accel, seconds,"
			     " complete, boot_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
			     &add, adding->why);

	if (err)
		return err;
	db_bind_text(add, 1, name);
	sqlite3_bind_int64(add, 2, hash_of(results));
	db_bind_text(add, 3, run->started);
	db_bind_text(add, 4, run->lab);
	db_bind_text(add, 5, run->accel);
	sqlite3_bind_double(add, 6, run->seconds);
	sqlite3_bind_int(add, 7, run->complete);
	sqlite3_bind_int64(add, 8, results_boot_ms(results));
	err = finish(adding, add);
	adding->run = sqlite3_last_insert_rowid(adding->history->db);
	return err || sqlite3_changes(adding->history->db) ? err : 1;
}

static void bind_kernel(sqlite3_stmt *statement, const char *name, const struct kernel_about *about)
{
	db_bind_text(statement, 1, name);
	db_bind_text(statement, 2, about && about->key ? about->key : "");
	db_bind_text(statement, 3, about && about->version ? about->version : "");
	db_bind_text(statement, 4, about && about->compiler ? about->compiler : "");
	db_bind_text(statement, 5, about && about->config ? about->config : "");
	db_bind_text(statement, 6, about && about->make ? about->make : "");
}

static int add_kernel(struct adding *adding, const char *name, const struct kernel_about *about)
{
	cleanup_statement sqlite3_stmt *add = NULL, *find = NULL;
	struct added_kernel *kernel = array_add(&adding->kernels);
	int got = db_prepare(adding->history,
			     "INSERT OR IGNORE INTO kernels (name, key, version, compiler, config,"
			     " make) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
			     &add, adding->why)
			  ?: db_prepare(adding->history,
					"SELECT id FROM kernels WHERE name = ?1 AND key = ?2"
					" AND version = ?3 AND compiler = ?4 AND config = ?5"
					" AND make = ?6",
					&find, adding->why);

	if (got)
		return got;
	bind_kernel(add, name, about);
	bind_kernel(find, name, about);
	got = finish(adding, add) ?: db_step(adding->history, find, adding->why);
	kernel->name = name;
	kernel->id = got > 0 ? sqlite3_column_int64(find, 0) : 0;
	return got < 0 ? got : 0;
}

static struct added_kernel *kernel_of(const struct adding *adding, const char *name)
{
	for (size_t i = 0; i < adding->kernels.count; i++)
		if (!strcmp(adding->kernels.items[i].name, name))
			return &adding->kernels.items[i];
	return NULL;
}

static int add_results(struct adding *adding, const struct results *results)
{
	int err = 0;

	for (size_t i = 0; i < results->cases.count && !err; i++) {
		const struct record *record = &results->cases.items[i];

		if (!kernel_of(adding, record->kernel))
			err = add_kernel(adding, record->kernel,
					 results_kernel(results, record->kernel));
		if (!err)
			err = add_result(adding, kernel_of(adding, record->kernel), record);
	}
	return err;
}

static int add_totals(const struct adding *adding)
{
	cleanup_statement sqlite3_stmt *add = NULL;
	int err =
		db_prepare(adding->history,
			   "INSERT INTO totals (run, kernel, pass, fail, known, skip, error, miss,"
			   " flaky) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
			   &add, adding->why);

	for (size_t i = 0; i < adding->kernels.count && !err; i++) {
		const struct added_kernel *kernel = &adding->kernels.items[i];

		sqlite3_bind_int64(add, 1, adding->run);
		sqlite3_bind_int64(add, 2, kernel->id);
		sqlite3_bind_int64(add, 3, kernel->of[VERDICT_PASS]);
		sqlite3_bind_int64(add, 4, kernel->of[VERDICT_FAIL]);
		sqlite3_bind_int64(add, 5, kernel->known);
		sqlite3_bind_int64(add, 6, kernel->of[VERDICT_SKIP]);
		sqlite3_bind_int64(add, 7, kernel->of[VERDICT_ERROR]);
		sqlite3_bind_int64(add, 8, kernel->of[VERDICT_MISS]);
		sqlite3_bind_int64(add, 9, kernel->flaky);
		err = finish(adding, add);
	}
	return err;
}

int history_add(struct history *history, const char *name, const struct results *results,
		struct buf *why)
{
	__attribute__((cleanup(adding_free))) struct adding adding = {.history = history,
								      .why = why};
	int err = prepare(&adding) ?: db_exec(history, "BEGIN IMMEDIATE", why);

	if (err)
		return err;
	err = add_run(&adding, name, results)
		      ?: add_results(&adding, results)
		      ?: add_totals(&adding)
		      ?: db_exec(history, "COMMIT", why);
	if (err)
		sqlite3_exec(history->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}
