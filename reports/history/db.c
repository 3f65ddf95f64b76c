// SPDX-License-Identifier: GPL-2.0-only
#include "reports/history/db.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>

static const struct {
	int code;
	int err;
	const char *remedy;
} errors[] = {
	{SQLITE_BUSY, -EBUSY, "another program writes to it: try again"},
	{SQLITE_FULL, -ENOSPC, "make room there, or set LAB_HISTORY="},
	{SQLITE_NOTADB, -EINVAL, "set LAB_HISTORY= to a file of its own"},
	{SQLITE_CORRUPT, -EINVAL,
	 "move it away; docs/history.md describes how to save its content"},
	{SQLITE_READONLY, -EACCES, "set LAB_HISTORY= to a file in a folder that you own"},
	{SQLITE_CANTOPEN, -EACCES, "set LAB_HISTORY= to a file in a folder that you own"},
};

int db_error(const struct history *history, struct buf *why)
{
	int code = sqlite3_errcode(history->db);

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		if (errors[i].code != code)
			continue;
		buf_printf(why, "history %s: %s: %s", history->path, sqlite3_errmsg(history->db),
			   errors[i].remedy);
		return errors[i].err;
	}
	buf_printf(why, "history %s: %s", history->path, sqlite3_errmsg(history->db));
	return -EIO;
}

int db_exec(const struct history *history, const char *sql, struct buf *why)
{
	return sqlite3_exec(history->db, sql, NULL, NULL, NULL) ? db_error(history, why) : 0;
}

int db_prepare(const struct history *history, const char *sql, sqlite3_stmt **statement,
	       struct buf *why)
{
	return sqlite3_prepare_v2(history->db, sql, -1, statement, NULL) ? db_error(history, why)
									 : 0;
}

int db_step(const struct history *history, sqlite3_stmt *statement, struct buf *why)
{
	switch (sqlite3_step(statement)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		return db_error(history, why);
	}
}

int db_number(const struct history *history, const char *sql, int64_t *number, struct buf *why)
{
	cleanup_statement sqlite3_stmt *statement = NULL;
	int got = db_prepare(history, sql, &statement, why);

	*number = 0;
	if (!got)
		got = db_step(history, statement, why);
	if (got > 0)
		*number = sqlite3_column_int64(statement, 0);
	return got < 0 ? got : 0;
}

void db_bind_text(sqlite3_stmt *statement, int index, const char *text)
{
	sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC);
}

const char *db_text(sqlite3_stmt *statement, int column)
{
	return (const char *)sqlite3_column_text(statement, column) ?: "";
}

char *db_copy(sqlite3_stmt *statement, int column)
{
	const char *value = (const char *)sqlite3_column_text(statement, column);

	return value ? text("%s", value) : NULL;
}

char verdict_letter(enum verdict verdict)
{
	return verdict_names[verdict][0];
}

enum verdict verdict_of_letter(const char *letter)
{
	for (enum verdict verdict = 0; verdict < VERDICT_COUNT; verdict++)
		if (verdict_names[verdict][0] == *letter)
			return verdict;
	return VERDICT_MISS;
}

/* Wait for other writers. A committed transaction survives a power failure. */
static int set_up(struct history *history, struct buf *why)
{
	sqlite3_busy_timeout(history->db, HISTORY_WAIT_MS);
	return db_exec(history, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", why);
}

static int open_file(struct history *history, struct buf *why)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

	return sqlite3_open_v2(history->path, &history->db, flags, NULL) ? db_error(history, why)
									 : 0;
}

/*
 * Create a new history under a temporary name and link it to PATH when it is complete. So no other
 * program sees a history without tables, and none competes for the change to WAL, for which SQLite
 * does not wait.
 */
static int make_file(const char *path, struct buf *why)
{
	struct history made = {.path = text("%s.new.XXXXXX", path)};
	int fd = mkstemp(made.path);
	int err = fd < 0 ? -errno : 0;

	if (err) {
		buf_printf(why,
			   "history %s: %s: set LAB_HISTORY= to a file in a folder that you own",
			   path, strerror(-err));
	} else {
		close(fd);
		err = open_file(&made, why) ?: set_up(&made, why) ?: schema_migrate(&made, 0, why);
		if (sqlite3_close(made.db) == SQLITE_OK && !err && link(made.path, path) &&
		    errno != EEXIST) {
			err = -errno;
			buf_printf(why, "history %s: %s", path, strerror(-err));
		}
		unlink(made.path);
	}
	free(made.path);
	return err;
}

static int make_if_missing(const char *path, struct buf *why)
{
	const char *slash = strrchr(path, '/');
	cleanup_free char *folder = text("%.*s", slash ? (int)(slash - path) : 0, path);
	int err = *folder ? make_folders(folder) : 0;

	if (err)
		buf_printf(why,
			   "history %s: %s: set LAB_HISTORY= to a file in a folder that you own",
			   path, strerror(-err));
	else if (access(path, F_OK))
		err = make_file(path, why);
	return err;
}

int history_open(const char *path, struct history **history, struct buf *why)
{
	struct history *opened = zalloc(1, sizeof(*opened));
	int err;

	opened->path = text("%s", path);
	err = make_if_missing(path, why) ?: open_file(opened, why);
	if (!err)
		sqlite3_busy_timeout(opened->db, HISTORY_WAIT_MS);
	err = err ?: schema_check(opened, why) ?: set_up(opened, why);
	err = err ?: schema_migrate(opened, 0, why);
	if (err) {
		history_close(opened);
		opened = NULL;
	}
	*history = opened;
	return err;
}

void history_close(struct history *history)
{
	if (!history)
		return;
	/*
	 * Unlike sqlite3_close(), this works while a statement is not finalized yet: cleanups have
	 * no defined order.
	 */
	sqlite3_close_v2(history->db);
	free(history->path);
	free(history);
}

void db_totals(sqlite3_stmt *row, int first, unsigned int of[VERDICT_COUNT], unsigned int *known)
{
	/* In the order of DB_TOTALS. */
	static const enum verdict columns[] = {VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP,
					       VERDICT_ERROR, VERDICT_MISS};

	for (int i = 0; i < VERDICT_COUNT; i++)
		of[columns[i]] += (unsigned int)sqlite3_column_int(row, first + i);
	*known += (unsigned int)sqlite3_column_int(row, first + VERDICT_COUNT);
}
