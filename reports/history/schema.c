// SPDX-License-Identifier: GPL-2.0-only
/* The tables of the history, version by version (docs/history.md). */
#include "reports/history/db.h"

#include "lab/base/cleanup.h"

#include <errno.h>

/* Marks a file as a history of the lab: "vfio" as PRAGMA application_id. */
#define APPLICATION 0x7666696f

/*
 * The steps from each version to the next. A released step never changes; append a new one. The key
 * of results begins with the run, so that adding a run touches only the end of the table, however
 * long it is.
 */
static const char *const steps[] = {
	"CREATE TABLE runs (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hash INTEGER NOT NULL,"
	" started TEXT, lab TEXT, accel TEXT, seconds REAL, complete INTEGER, UNIQUE (name, hash));"
	"CREATE TABLE kernels (id INTEGER PRIMARY KEY, name TEXT NOT NULL, key TEXT NOT NULL,"
	" version TEXT NOT NULL, compiler TEXT NOT NULL, config TEXT NOT NULL, make TEXT NOT NULL,"
	" UNIQUE (name, key, version, compiler, config, make));"
	"CREATE TABLE cases (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
	"CREATE TABLE machines (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
	"CREATE TABLE modes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
	"CREATE TABLE reasons (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE);"
	"CREATE TABLE facts (hash INTEGER PRIMARY KEY, text TEXT NOT NULL);"
	"CREATE TABLE results (run INTEGER REFERENCES runs, test INTEGER REFERENCES cases,"
	" kernel INTEGER REFERENCES kernels, machine INTEGER REFERENCES machines,"
	" mode INTEGER REFERENCES modes, attempt INTEGER, verdict TEXT NOT NULL, ms INTEGER,"
	" reason INTEGER REFERENCES reasons, known INTEGER REFERENCES reasons,"
	" facts INTEGER REFERENCES facts,"
	" PRIMARY KEY (run, test, kernel, machine, mode, attempt)) WITHOUT ROWID;"
	"CREATE TABLE totals (run INTEGER REFERENCES runs, kernel INTEGER REFERENCES kernels,"
	" pass INTEGER, fail INTEGER, known INTEGER, skip INTEGER, error INTEGER, miss INTEGER,"
	" PRIMARY KEY (run, kernel)) WITHOUT ROWID;"
	"CREATE VIEW everything AS SELECT runs.name AS run, started, kernels.name AS kernel, "
	"version,"
	" machines.text AS machine, modes.text AS mode, cases.text AS name, attempt, verdict, ms,"
	" reasons.text AS reason, known.text AS known, facts.text AS facts"
	" FROM results JOIN runs ON runs.id = run JOIN kernels ON kernels.id = kernel"
	" JOIN machines ON machines.id = machine JOIN modes ON modes.id = mode"
	" JOIN cases ON cases.id = test LEFT JOIN reasons ON reasons.id = reason"
	" LEFT JOIN reasons AS known ON known.id = results.known"
	" LEFT JOIN facts ON facts.hash = results.facts;",
	/* 2: attempts that did not pass, and do not count because a retry passed. */
	"ALTER TABLE results ADD COLUMN flaky INTEGER REFERENCES reasons;"
	"ALTER TABLE totals ADD COLUMN flaky INTEGER NOT NULL DEFAULT 0;",
	/* 3: how long guests take to boot; 0: not known. */
	"ALTER TABLE runs ADD COLUMN boot_ms INTEGER NOT NULL DEFAULT 0;",
};

static int version_of(const struct history *history, int64_t *version, struct buf *why)
{
	return db_number(history, "PRAGMA user_version", version, why);
}

int schema_check(const struct history *history, struct buf *why)
{
	int64_t tables, application, version;
	int err = db_number(history, "SELECT count(*) FROM sqlite_master", &tables, why)
			  ?: db_number(history, "PRAGMA application_id", &application, why)
				     ?: version_of(history, &version, why);

	if (err)
		return err;
	if (tables && application != APPLICATION) {
		buf_printf(why,
			   "%s is a database, but not a history of the lab: "
			   "set LAB_HISTORY= to a file of its own",
			   history->path);
		return -EINVAL;
	}
	if (version <= (int64_t)ARRAY_SIZE(steps))
		return 0;
	buf_printf(why,
		   "history %s is of version %lld, this lab knows %zu: use a newer lab, or set "
		   "LAB_HISTORY= to another file",
		   history->path, (long long)version, ARRAY_SIZE(steps));
	return -EINVAL;
}

static int take_steps(const struct history *history, int64_t from, int64_t to, struct buf *why)
{
	cleanup_free char *mark =
		text("PRAGMA application_id = %d; PRAGMA user_version = %d", APPLICATION, (int)to);
	int err = 0;

	for (int64_t at = from; at < to && !err; at++)
		err = db_exec(history, steps[at], why);
	return err ?: db_exec(history, mark, why);
}

int schema_migrate(const struct history *history, unsigned int version, struct buf *why)
{
	int64_t to = version ? version : ARRAY_SIZE(steps), from;
	int err = version_of(history, &from, why);

	if (err || from >= to)
		return err;
	err = db_exec(history, "BEGIN IMMEDIATE", why);
	if (err)
		return err;
	/* Another program may have migrated it meanwhile. */
	err = version_of(history, &from, why);
	if (!err && from < to)
		err = take_steps(history, from, to, why);
	err = err ?: db_exec(history, "COMMIT", why);
	if (err)
		sqlite3_exec(history->db, "ROLLBACK", NULL, NULL, NULL);
	return err;
}
