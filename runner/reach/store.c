// SPDX-License-Identifier: GPL-2.0-only
/* What the cases reach, in a database: sets of lines that several cases share are stored once. */
#include "runner/reach/reach.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

/* Raise it if the tables or their meaning change: what an older lab wrote is then made again. */
#define SCHEMA 1

static const char tables[] =
	"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA user_version = 1;"
	"BEGIN;"
	"CREATE TABLE about (kernel TEXT, tree TEXT, source TEXT, series TEXT, release TEXT, "
	"plan INTEGER);"
	"CREATE TABLE lines (id INTEGER PRIMARY KEY, file TEXT, line INTEGER, function TEXT);"
	"CREATE TABLE sets (id INTEGER PRIMARY KEY, lines BLOB);"
	"CREATE TABLE cases (machine TEXT, name TEXT, ms INTEGER, skipped INTEGER, body INTEGER, "
	"setup INTEGER);";

static void close_db(sqlite3 **db)
{
	sqlite3_close(*db);
}
#define cleanup_db __attribute__((cleanup(close_db)))

static void finalize(sqlite3_stmt **statement)
{
	sqlite3_finalize(*statement);
}
#define cleanup_statement __attribute__((cleanup(finalize)))

static int db_failed(sqlite3 *db, const char *path, struct buf *why)
{
	buf_printf(why, "%s: %s: remove it, and run make reach", path, sqlite3_errmsg(db));
	return -EIO;
}

static char *column_text(sqlite3_stmt *row, int column)
{
	return text("%s", (const char *)sqlite3_column_text(row, column) ?: "");
}

static unsigned int column_number(sqlite3_stmt *row, int column)
{
	return (unsigned int)sqlite3_column_int64(row, column);
}

typedef void row_reader(sqlite3_stmt *row, void *context);

static int each_row(sqlite3 *db, const char *sql, row_reader *read, void *context)
{
	cleanup_statement sqlite3_stmt *statement = NULL;
	int got = sqlite3_prepare_v2(db, sql, -1, &statement, NULL) ? SQLITE_ERROR : SQLITE_ROW;

	while (got == SQLITE_ROW && (got = sqlite3_step(statement)) == SQLITE_ROW)
		read(statement, context);
	return got == SQLITE_DONE ? 0 : -EIO;
}

static void read_about(sqlite3_stmt *row, void *context)
{
	struct reach *reach = context;

	reach->kernel = column_text(row, 0);
	reach->tree = column_text(row, 1);
	reach->source = column_text(row, 2);
	reach->series = column_text(row, 3);
	reach->release = column_text(row, 4);
	reach->plan = (uint64_t)sqlite3_column_int64(row, 5);
}

static void read_line(sqlite3_stmt *row, void *context)
{
	struct reach *reach = context;

	*array_add(&reach->lines) = (struct reach_line){
		.file = column_text(row, 0),
		.line = column_number(row, 1),
		.function = column_text(row, 2),
	};
}

static void read_set(sqlite3_stmt *row, int column, struct reach_set *set)
{
	size_t size = (size_t)sqlite3_column_bytes(row, column);
	const void *bytes = sqlite3_column_blob(row, column);

	if (!size)
		return;
	set->bytes = zalloc(size, 1);
	set->size = size;
	memcpy(set->bytes, bytes, size);
}

static void read_case(sqlite3_stmt *row, void *context)
{
	struct reach *reach = context;
	struct reach_case *each = array_add(&reach->cases);

	each->machine = column_text(row, 0);
	each->name = column_text(row, 1);
	each->ms = column_number(row, 2);
	each->skipped = column_number(row, 3);
	read_set(row, 4, &each->of[REACH_BODY]);
	read_set(row, 5, &each->of[REACH_SETUP]);
}

static void read_version(sqlite3_stmt *row, void *context)
{
	*(unsigned int *)context = column_number(row, 0);
}

/* Opens PATH and reads what it is about. Returns 0, or -errno with a message in WHY. */
static int open_db(const char *path, sqlite3 **db, struct reach *reach, struct buf *why)
{
	unsigned int version = 0;

	if (sqlite3_open_v2(path, db, SQLITE_OPEN_READONLY, NULL) ||
	    each_row(*db, "PRAGMA user_version", read_version, &version))
		return db_failed(*db, path, why);
	if (version != SCHEMA) {
		buf_printf(why, "%s is of another version of the lab: run make reach", path);
		return -EINVAL;
	}
	if (each_row(*db, "SELECT kernel, tree, source, series, release, plan FROM about",
		     read_about, reach))
		return db_failed(*db, path, why);
	return 0;
}

int reach_load_about(const char *path, struct reach *reach, struct buf *why)
{
	cleanup_db sqlite3 *db = NULL;

	return open_db(path, &db, reach, why);
}

int reach_load(const char *path, struct reach *reach, struct buf *why)
{
	cleanup_db sqlite3 *db = NULL;
	int err = open_db(path, &db, reach, why);

	if (err)
		return err;
	if (each_row(db, "SELECT file, line, function FROM lines ORDER BY id", read_line, reach) ||
	    each_row(db,
		     "SELECT machine, name, ms, skipped, b.lines, s.lines FROM cases "
		     "JOIN sets b ON b.id = body JOIN sets s ON s.id = setup ORDER BY cases.rowid",
		     read_case, reach))
		return db_failed(db, path, why);
	return 0;
}

static void bind_text(sqlite3_stmt *statement, int index, const char *value)
{
	sqlite3_bind_text(statement, index, value ?: "", -1, SQLITE_STATIC);
}

/* Execute STATEMENT, whose parameters are bound, and prepare it for the next row. */
static bool put(sqlite3_stmt *statement)
{
	return sqlite3_step(statement) == SQLITE_DONE && sqlite3_reset(statement) == SQLITE_OK;
}

static bool write_about(sqlite3 *db, const struct reach *reach)
{
	cleanup_statement sqlite3_stmt *statement = NULL;

	if (sqlite3_prepare_v2(db, "INSERT INTO about VALUES (?, ?, ?, ?, ?, ?)", -1, &statement,
			       NULL))
		return false;
	bind_text(statement, 1, reach->kernel);
	bind_text(statement, 2, reach->tree);
	bind_text(statement, 3, reach->source);
	bind_text(statement, 4, reach->series);
	bind_text(statement, 5, reach->release);
	sqlite3_bind_int64(statement, 6, (int64_t)reach->plan);
	return put(statement);
}

static bool write_lines(sqlite3 *db, const struct reach *reach)
{
	cleanup_statement sqlite3_stmt *statement = NULL;
	bool good = !sqlite3_prepare_v2(db, "INSERT INTO lines VALUES (?, ?, ?, ?)", -1, &statement,
					NULL);

	for (size_t i = 0; i < reach->lines.count && good; i++) {
		const struct reach_line *line = &reach->lines.items[i];

		sqlite3_bind_int64(statement, 1, (int64_t)i);
		bind_text(statement, 2, line->file);
		sqlite3_bind_int64(statement, 3, line->line);
		bind_text(statement, 4, line->function);
		good = put(statement);
	}
	return good;
}

static bool same_set(const struct reach_set *a, const struct reach_set *b)
{
	return a->size == b->size && (!a->size || !memcmp(a->bytes, b->bytes, a->size));
}

/* The sets that were written, by their row. */
struct sets {
	const struct reach_set **items;
	size_t count;
	sqlite3_stmt *insert;
};

/* Returns the row of SET, which is written unless an equal one is there; -1: an error. */
static int64_t write_set(struct sets *sets, const struct reach_set *set)
{
	for (size_t i = sets->count; i-- > 0;)
		if (same_set(sets->items[i], set))
			return (int64_t)i;
	sqlite3_bind_int64(sets->insert, 1, (int64_t)sets->count);
	sqlite3_bind_blob(sets->insert, 2, set->bytes ?: (unsigned char *)"", (int)set->size,
			  SQLITE_STATIC);
	if (!put(sets->insert))
		return -1;
	*array_add(sets) = set;
	return (int64_t)sets->count - 1;
}

static bool write_case(struct sets *sets, sqlite3_stmt *insert, const struct reach_case *each)
{
	int64_t body = write_set(sets, &each->of[REACH_BODY]);
	int64_t setup = write_set(sets, &each->of[REACH_SETUP]);

	bind_text(insert, 1, each->machine);
	bind_text(insert, 2, each->name);
	sqlite3_bind_int64(insert, 3, each->ms);
	sqlite3_bind_int64(insert, 4, each->skipped);
	sqlite3_bind_int64(insert, 5, body);
	sqlite3_bind_int64(insert, 6, setup);
	return body >= 0 && setup >= 0 && put(insert);
}

static bool write_cases(sqlite3 *db, const struct reach *reach)
{
	cleanup_statement sqlite3_stmt *insert = NULL, *insert_set = NULL;
	struct sets sets = {0};
	bool good =
		!sqlite3_prepare_v2(db, "INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?)", -1, &insert,
				    NULL) &&
		!sqlite3_prepare_v2(db, "INSERT INTO sets VALUES (?, ?)", -1, &insert_set, NULL);

	sets.insert = insert_set;
	for (size_t i = 0; i < reach->cases.count && good; i++)
		good = write_case(&sets, insert, &reach->cases.items[i]);
	free(sets.items);
	return good;
}

/* Write a new database. Its journal is off: a file that is not complete is not used. */
static int write_all_tables(const char *path, const struct reach *reach, struct buf *why)
{
	cleanup_db sqlite3 *db = NULL;

	if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) ||
	    sqlite3_exec(db, tables, NULL, NULL, NULL) || !write_about(db, reach) ||
	    !write_lines(db, reach) || !write_cases(db, reach) ||
	    sqlite3_exec(db, "COMMIT", NULL, NULL, NULL)) {
		buf_printf(why, "cannot write %s: %s: is the disk of LAB_CACHE= full?", path,
			   sqlite3_errmsg(db));
		return -EIO;
	}
	return 0;
}

int reach_save(const char *path, const struct reach *reach, struct buf *why)
{
	cleanup_free char *aside = text("%s.%d", path, (int)getpid());
	cleanup_free char *folder = text("%.*s", (int)(strrchr(path, '/') - path), path);
	int err = make_folders(folder);

	if (err) {
		buf_printf(why, "cannot create %s: %s", folder, strerror(-err));
		return err;
	}
	unlink(aside);
	err = write_all_tables(aside, reach, why);
	if (!err && rename(aside, path)) {
		err = -errno;
		buf_printf(why, "cannot write %s: %s", path, strerror(-err));
	}
	if (err)
		unlink(aside);
	return err;
}
