/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the history share: the database, and statements on it. */
#ifndef REPORTS_HISTORY_DB_H
#define REPORTS_HISTORY_DB_H

#include "reports/history/history.h"

#include <sqlite3.h>
#include <stdint.h>

struct history {
	sqlite3 *db;
	char *path;
};

/* A verdict in the database is a letter: 'P', 'F', 'S', 'E', 'M', whatever the enum's order. */
char verdict_letter(enum verdict verdict);
enum verdict verdict_of_letter(const char *letter);

/* The last error of HISTORY as -errno, with a message in WHY that names the file. */
int db_error(const struct history *history, struct buf *why);

/* Run the statements of SQL, which return nothing. Returns 0, or -errno and WHY. */
int db_exec(const struct history *history, const char *sql, struct buf *why);

/* Prepare SQL as *STATEMENT. Returns 0, or -errno and WHY. */
int db_prepare(const struct history *history, const char *sql, sqlite3_stmt **statement,
	       struct buf *why);

/* The next row of STATEMENT: 1 if there is one, 0 if not, or -errno and WHY. */
int db_step(const struct history *history, sqlite3_stmt *statement, struct buf *why);

/* The number in the first column of the first row of SQL, or 0. Returns 0, or -errno and WHY. */
int db_number(const struct history *history, const char *sql, int64_t *number, struct buf *why);

/* Set parameter INDEX to TEXT, which must stay until the next step. */
void db_bind_text(sqlite3_stmt *statement, int index, const char *text);

/* The text in COLUMN of the current row; "" if it is NULL. Valid until the next step. */
const char *db_text(sqlite3_stmt *statement, int column);

/* A copy of it, or NULL; the caller frees it. */
char *db_copy(sqlite3_stmt *statement, int column);

static inline void cleanup_statement_p(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
}
#define cleanup_statement __attribute__((cleanup(cleanup_statement_p)))

/*
 * Bring the tables of HISTORY up to VERSION, or to the newest if that is 0: whole or not at all.
 * Returns 0, or -errno and WHY.
 */
int schema_migrate(const struct history *history, unsigned int version, struct buf *why);

/* Refuse a file that is no history, or one of a newer lab: -EINVAL and WHY. */
int schema_check(const struct history *history, struct buf *why);

#endif
