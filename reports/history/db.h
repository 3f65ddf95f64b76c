/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of the history: the database, and statements on it. */
#ifndef REPORTS_HISTORY_DB_H
#define REPORTS_HISTORY_DB_H

#include "reports/history/history.h"

#include <sqlite3.h>
#include <stdint.h>

struct history {
	sqlite3 *db;
	char *path;
};

/* A verdict is stored as a letter, 'P', 'F', 'S', 'E' or 'M', so that the enum may change. */
char verdict_letter(enum verdict verdict);
enum verdict verdict_of_letter(const char *letter);

/* Returns the last error of HISTORY as -errno, with a message in WHY that names the file. */
int db_error(const struct history *history, struct buf *why);

/* Run the statements of SQL, which have no results. Returns 0, or -errno with a message in WHY. */
int db_exec(const struct history *history, const char *sql, struct buf *why);

/* Prepare SQL as *STATEMENT. Returns 0, or -errno with a message in WHY. */
int db_prepare(const struct history *history, const char *sql, sqlite3_stmt **statement,
	       struct buf *why);

/*
 * Fetch the next row of STATEMENT. Returns 1, 0 if there is none, or -errno with a message in WHY.
 */
int db_step(const struct history *history, sqlite3_stmt *statement, struct buf *why);

/*
 * Store the first column of the first row of SQL in *NUMBER, or 0 if there is no row. Returns 0, or
 * -errno with a message in WHY.
 */
int db_number(const struct history *history, const char *sql, int64_t *number, struct buf *why);

/* Set parameter INDEX to TEXT, which must stay valid until the next step. */
void db_bind_text(sqlite3_stmt *statement, int index, const char *text);

/* The text in COLUMN of the current row; "" if it is NULL. Valid until the next step. */
const char *db_text(sqlite3_stmt *statement, int column);

/* A copy of the text, or NULL. The caller frees it. */
char *db_copy(sqlite3_stmt *statement, int column);

/*
 * Append the kernels and the records of the run with the number RUN to RESULTS. Returns 0, or
 * -errno and WHY.
 */
int load_run(const struct history *history, int64_t run, struct results *results, struct buf *why);

/* The columns of table totals that db_totals() reads. */
#define DB_TOTALS "pass, fail, skip, error, miss, known"

/*
 * Add the totals in the columns of the current row from FIRST on (DB_TOTALS) to OF, by verdict, and
 * to KNOWN.
 */
void db_totals(sqlite3_stmt *row, int first, unsigned int of[VERDICT_COUNT], unsigned int *known);

static inline void cleanup_statement_p(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
}
#define cleanup_statement __attribute__((cleanup(cleanup_statement_p)))

/*
 * Migrate the tables of HISTORY to VERSION, or to the newest version if it is 0, in one
 * transaction. Returns 0, or -errno with a message in WHY.
 */
int schema_migrate(const struct history *history, unsigned int version, struct buf *why);

/*
 * Check that HISTORY is a history, and not of a newer lab. Returns 0, or -EINVAL with a message in
 * WHY.
 */
int schema_check(const struct history *history, struct buf *why);

#endif
