// SPDX-License-Identifier: GPL-2.0-only
#include "reports/history/history.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/history/db.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

struct fixture {
	char folder[32];
	char *path;
	struct history *history;
	struct results results;
	struct buf why;
};

static void tear_down(struct fixture *fixture)
{
	cleanup_free char *remove = text("rm -rf %s", fixture->folder);

	history_close(fixture->history);
	results_free(&fixture->results);
	buf_free(&fixture->why);
	free(fixture->path);
	if (system(remove))
		abort();
}

static void set_up(struct fixture *fixture)
{
	if (!mkdtemp(fixture->folder))
		abort();
	fixture->path = text("%s/below/history.db", fixture->folder);
	if (history_open(fixture->path, &fixture->history, &fixture->why))
		abort();
}

#define FIXTURE                                                                                    \
	__attribute__((cleanup(tear_down))) struct fixture f = {.folder = "/tmp/history.XXXXXX"};  \
	set_up(&f)

static struct record *add_case(struct results *results, const char *kernel, const char *machine,
			       const char *name, enum verdict verdict)
{
	struct record *record = array_add(&results->cases);

	record->kernel = text("%s", kernel);
	record->machine = text("%s", machine);
	record->name = text("%s", name);
	record->scenario = text("%.*s", (int)strcspn(name, "["), name);
	record->dut = text("edu");
	record->result.verdict = verdict;
	record->result.ms = 7;
	return record;
}

static void add_kernel(struct results *results, const char *name, const char *version)
{
	struct kernel_about *kernel = array_add(&results->kernels);

	kernel->name = text("%s", name);
	kernel->version = text("%s", version);
	kernel->key = text("key of %s", version);
}

/* A run of one case on one kernel and machine, the NIGHT-th. Returns history_add()'s result. */
static int add_night(struct fixture *f, unsigned int night, const char *version,
		     enum verdict verdict)
{
	cleanup_results struct results results = {.schema = RESULTS_SCHEMA};
	cleanup_free char *name = text("night-%u", night);

	results.run.started = text("2026-11-%02uT01:00:00Z", night);
	add_kernel(&results, "6.12", version);
	add_case(&results, "6.12", "pci", "reset/flr[nvme]", verdict);
	return history_add(f->history, name, &results, &f->why);
}

static int64_t number(const struct history *history, const char *sql)
{
	int64_t found;

	return db_number(history, sql, &found, NULL) ? -1 : found;
}

static bool is_whole(const struct history *history)
{
	cleanup_statement sqlite3_stmt *check = NULL;

	return !db_prepare(history, "PRAGMA integrity_check", &check, NULL) &&
	       db_step(history, check, NULL) == 1 && !strcmp(db_text(check, 0), "ok");
}

TEST a_run_comes_back_as_it_was(void)
{
	FIXTURE;
	cleanup_results struct results again = {0};
	struct record *record;

	f.results.run.started = text("2026-11-01T01:00:00Z");
	add_kernel(&f.results, "base", "5.10.251");
	record = add_case(&f.results, "base", "pci", "bind/x[edu]", VERDICT_FAIL);
	record->xfail = text("a bug");
	record->result.reason = text("expected 1, saw 0");
	pairs_set(&record->result.facts, "z", "1");
	pairs_set(&record->result.facts, "a", "\"2\"");
	record = add_case(&f.results, "base", "pci", "bind/x[edu]", VERDICT_PASS);
	record->attempt = 2;
	ASSERT_EQ(0, history_add(f.history, "one", &f.results, &f.why));
	ASSERT_EQ(0, history_load(f.history, "one", &again, &f.why));
	ASSERT_STR_EQ("2026-11-01T01:00:00Z", again.run.started);
	ASSERT_EQ(1, again.kernels.count);
	ASSERT_STR_EQ("key of 5.10.251", again.kernels.items[0].key);
	ASSERT_EQ(2, again.cases.count);
	record = &again.cases.items[0];
	ASSERT_STR_EQ("bind/x", record->scenario);
	ASSERT_STR_EQ("edu", record->dut);
	ASSERT_STR_EQ("a bug", record->xfail);
	ASSERT_STR_EQ("expected 1, saw 0", record->result.reason);
	ASSERT_STR_EQ("\"2\"", pairs_get(&record->result.facts, "a"));
	ASSERT_EQ(7, record->result.ms);
	ASSERT_EQ(2, again.cases.items[1].attempt);
	ASSERT_EQ(VERDICT_PASS, again.cases.items[1].result.verdict);
	PASS();
}

TEST a_run_is_added_once(void)
{
	FIXTURE;

	ASSERT_EQ(0, add_night(&f, 1, "6.12.1", VERDICT_PASS));
	ASSERT_EQ(1, add_night(&f, 1, "6.12.1", VERDICT_PASS));
	ASSERT_EQ(0, add_night(&f, 1, "6.12.1", VERDICT_FAIL));
	ASSERT_EQ(2, number(f.history, "SELECT count(*) FROM runs"));
	PASS();
}

TEST facts_are_stored_once(void)
{
	FIXTURE;
	cleanup_free char *other = NULL;

	for (int i = 0; i < 3; i++) {
		struct record *record = add_case(&f.results, "base", "pci",
						 i ? "bind/y[edu]" : "bind/x[edu]", VERDICT_PASS);

		record->attempt = (unsigned int)i;
		/* The same facts in another order. */
		pairs_set(&record->result.facts, i ? "b" : "a", i ? "2" : "1");
		pairs_set(&record->result.facts, i ? "a" : "b", i ? "1" : "2");
	}
	f.results.cases.items[2].attempt = 2;
	ASSERT_EQ(0, history_add(f.history, "one", &f.results, &f.why));
	ASSERT_EQ(1, number(f.history, "SELECT count(*) FROM facts"));
	ASSERT_EQ(3, number(f.history, "SELECT count(*) FROM results WHERE facts NOT NULL"));
	/* A text that happens to have the same hash gets the next number. */
	ASSERT_EQ(0, db_exec(f.history, "UPDATE facts SET text = 'other'", &f.why));
	free(f.results.run.started);
	f.results.run.started = text("later");
	ASSERT_EQ(0, history_add(f.history, "two", &f.results, &f.why));
	ASSERT_EQ(2, number(f.history, "SELECT count(*) FROM facts"));
	ASSERT_EQ(1, number(f.history, "SELECT max(hash) - min(hash) FROM facts"));
	PASS();
}

TEST a_flaky_case_is_marked_and_no_failure(void)
{
	FIXTURE;
	cleanup_history_runs struct history_runs runs = {0};
	cleanup_results struct results again = {0};
	cleanup_tracks struct tracks tracks = {0};
	const struct list all = {0};
	struct record *record;

	record = add_case(&f.results, "6.12", "pci", "reset/flr[nvme]", VERDICT_FAIL);
	record->flaky = text("attempt 2 passed");
	add_case(&f.results, "6.12", "pci", "reset/flr[nvme]", VERDICT_PASS)->attempt = 2;
	ASSERT_EQ(0, history_add(f.history, "one", &f.results, &f.why));
	ASSERT_EQ(0, history_tracks(f.history, "reset/flr[nvme]", &all, &tracks, &f.why));
	ASSERT_STR_EQ("~", tracks.items[0].strip.data);
	ASSERT_FALSE(tracks.items[0].fails);
	ASSERT_FALSE(tracks.items[0].first_failed.run);
	ASSERT_EQ(1, tracks.items[0].flips);
	ASSERT_EQ(0, history_runs(f.history, &all, 1, &runs, &f.why));
	ASSERT_EQ(0, runs.items[0].of[VERDICT_FAIL]);
	ASSERT_EQ(1, runs.items[0].flaky);
	ASSERT_EQ(0, history_load(f.history, "one", &again, &f.why));
	ASSERT_STR_EQ("attempt 2 passed", again.cases.items[0].flaky);
	PASS();
}

static const struct track *track_of(struct fixture *f, struct tracks *tracks)
{
	const struct list all = {0};

	if (history_tracks(f->history, "reset/flr[nvme]", &all, tracks, &f->why) || !tracks->count)
		return NULL;
	return &tracks->items[tracks->count - 1];
}

TEST a_strip_has_a_mark_for_each_run(void)
{
	FIXTURE;
	static const enum verdict verdicts[] = {VERDICT_PASS,  VERDICT_FAIL, VERDICT_SKIP,
						VERDICT_ERROR, VERDICT_MISS, VERDICT_PASS};
	cleanup_tracks struct tracks tracks = {0};
	const struct track *track;

	for (unsigned int i = 0; i < ARRAY_SIZE(verdicts); i++)
		ASSERT_EQ(0, add_night(&f, i + 1, "6.12.1", verdicts[i]));
	track = track_of(&f, &tracks);
	ASSERT(track);
	ASSERT_STR_EQ(".FsE-.", track->strip.data);
	ASSERT_EQ(6, track->runs);
	ASSERT_STR_EQ("pci", track->machine);
	ASSERT_STR_EQ("type1", track->mode);
	ASSERT_EQ(2, track->flips);
	ASSERT_EQ(2, track->pairs);
	ASSERT_FALSE(track->fails);
	PASS();
}

TEST a_track_knows_since_when_it_fails(void)
{
	FIXTURE;
	cleanup_tracks struct tracks tracks = {0};
	const struct track *track;

	add_night(&f, 1, "6.12.1", VERDICT_FAIL);
	add_night(&f, 2, "6.12.2", VERDICT_PASS);
	add_night(&f, 3, "6.12.3", VERDICT_FAIL);
	add_night(&f, 4, "6.12.4", VERDICT_FAIL);
	track = track_of(&f, &tracks);
	ASSERT(track && track->fails);
	ASSERT_STR_EQ("night-1", track->first_failed.run);
	ASSERT_STR_EQ("6.12.3", track->since.version);
	ASSERT_STR_EQ("6.12.2", track->passed.version);
	ASSERT_STR_EQ("night-4", track->last_failed.run);
	/* Each kernel is different: a regression and its fix are not flips. */
	ASSERT_EQ(0, track->pairs);
	PASS();
}

TEST runs_are_counted_by_kernel(void)
{
	FIXTURE;
	cleanup_history_runs struct history_runs runs = {0};
	cleanup_list struct list kernels = {0};

	for (unsigned int night = 1; night <= 5; night++)
		add_night(&f, night, "6.12.1", night == 4 ? VERDICT_FAIL : VERDICT_PASS);
	ASSERT_EQ(0, history_runs(f.history, &kernels, 2, &runs, &f.why));
	ASSERT_EQ(2, runs.count);
	ASSERT_STR_EQ("night-4", runs.items[0].name);
	ASSERT_EQ(1, runs.items[0].of[VERDICT_FAIL]);
	ASSERT_EQ(1, runs.items[1].of[VERDICT_PASS]);
	list_add(&kernels, "base");
	ASSERT_EQ(0, history_runs(f.history, &kernels, 2, &runs, &f.why));
	ASSERT_EQ(2, runs.count);
	ASSERT_EQ(0, history_kernels(f.history, &kernels, &f.why));
	ASSERT_STR_EQ("6.12", kernels.items[1]);
	PASS();
}

TEST a_run_that_is_not_there_is_named(void)
{
	FIXTURE;

	ASSERT_EQ(-ENOENT, history_load(f.history, "never", &f.results, &f.why));
	ASSERT(strstr(f.why.data, "no run never"));
	PASS();
}

/* Other content at the history's path, and the error message. */
static const struct {
	const char *sql;  /* of a database, or NULL */
	const char *text; /* of a file */
	const char *message;
} others[] = {
	{"CREATE TABLE recipes (x)", NULL, "not a history"},
	{NULL,
	 "no database at all, but long enough to look like one.............................."
	 "...........................................................................",
	 "LAB_HISTORY="},
	{"PRAGMA application_id = 0x7666696f; PRAGMA user_version = 99; CREATE TABLE runs (x)",
	 NULL, "version 99"},
};

TEST another_file_is_refused(size_t i)
{
	FIXTURE;
	cleanup_free char *path = text("%s/other", f.folder);
	cleanup_history struct history *history = NULL;
	sqlite3 *db = NULL;

	if (others[i].text) {
		ASSERT_EQ(0, file_write(path, others[i].text, strlen(others[i].text)));
	} else {
		ASSERT_EQ(0, sqlite3_open(path, &db));
		ASSERT_EQ(0, sqlite3_exec(db, others[i].sql, NULL, NULL, NULL));
		sqlite3_close(db);
	}
	ASSERT_EQ(-EINVAL, history_open(path, &history, &f.why));
	ASSERT(strstr(f.why.data, path));
	ASSERT(strstr(f.why.data, others[i].message));
	PASS();
}

TEST an_empty_file_becomes_one(void)
{
	FIXTURE;
	cleanup_free char *path = text("%s/empty", f.folder);
	cleanup_history struct history *history = NULL;

	ASSERT_EQ(0, file_write(path, "", 0));
	ASSERT_EQ(0, history_open(path, &history, &f.why));
	ASSERT_EQ(0, number(history, "SELECT count(*) FROM runs"));
	PASS();
}

/* The history of the first version of the lab that had one. */
static const char first_version[] =
	"INSERT INTO runs VALUES (1, 'old', 1, '2026-10-01T01:00:00Z', 'v1', 'tcg', 1.0, 1);"
	"INSERT INTO kernels VALUES (1, '6.12', 'k', '6.12.1', 'gcc', 'c', '');"
	"INSERT INTO cases VALUES (1, 'reset/flr[nvme]'); INSERT INTO machines VALUES (1, 'pci');"
	"INSERT INTO modes VALUES (1, 'type1');"
	"INSERT INTO results VALUES (1, 1, 1, 1, 1, 1, 'F', 7, NULL, NULL, NULL);"
	"INSERT INTO totals VALUES (1, 1, 0, 1, 0, 0, 0, 0);";

TEST an_older_history_is_brought_up(void)
{
	FIXTURE;
	cleanup_free char *path = text("%s/old", f.folder);
	struct history old = {.path = path};
	cleanup_tracks struct tracks tracks = {0};
	const struct list all = {0};

	ASSERT_EQ(0, sqlite3_open(path, &old.db));
	ASSERT_EQ(0, schema_migrate(&old, 1, &f.why));
	ASSERT_EQ(0, db_exec(&old, first_version, &f.why));
	sqlite3_close(old.db);
	history_close(f.history);
	ASSERT_EQ(0, history_open(path, &f.history, &f.why));
	ASSERT_EQ(0, add_night(&f, 1, "6.12.1", VERDICT_PASS));
	ASSERT_EQ(0, history_tracks(f.history, "reset/flr[nvme]", &all, &tracks, &f.why));
	ASSERT_STR_EQ("F.", tracks.items[0].strip.data);
	ASSERT_EQ(3, number(f.history, "PRAGMA user_version"));
	PASS();
}

/* WRITERS processes create the file concurrently, and add RUNS runs each. */
#define WRITERS 8
#define RUNS	5

static int write_runs(const char *path, unsigned int writer)
{
	struct fixture f = {.path = text("%s", path)};
	int err = history_open(path, &f.history, &f.why);

	for (unsigned int i = 0; i < RUNS && !err; i++)
		err = add_night(&f, writer * RUNS + i, "6.12.1", VERDICT_PASS);
	if (err)
		fprintf(stderr, "writer %u: %s\n", writer, f.why.data);
	return err ? 1 : 0;
}

TEST several_writers_lose_nothing(void)
{
	FIXTURE;
	cleanup_free char *path = text("%s/shared", f.folder);
	cleanup_history struct history *history = NULL;
	int status, failed = 0;

	for (unsigned int writer = 0; writer < WRITERS; writer++)
		if (!fork())
			_exit(write_runs(path, writer));
	for (unsigned int writer = 0; writer < WRITERS; writer++) {
		wait(&status);
		failed += !WIFEXITED(status) || WEXITSTATUS(status);
	}
	ASSERT_EQ(0, failed);
	ASSERT_EQ(0, history_open(path, &history, &f.why));
	ASSERT_EQ(WRITERS * RUNS, number(history, "SELECT count(*) FROM runs"));
	ASSERT_EQ(WRITERS * RUNS, number(history, "SELECT count(*) FROM results"));
	ASSERT(is_whole(history));
	PASS();
}

SUITE(runs)
{
	RUN_TEST(a_run_comes_back_as_it_was);
	RUN_TEST(a_run_is_added_once);
	RUN_TEST(facts_are_stored_once);
	RUN_TEST(a_flaky_case_is_marked_and_no_failure);
	RUN_TEST(a_strip_has_a_mark_for_each_run);
	RUN_TEST(a_track_knows_since_when_it_fails);
	RUN_TEST(runs_are_counted_by_kernel);
	RUN_TEST(a_run_that_is_not_there_is_named);
}

SUITE(files)
{
	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		RUN_TESTp(another_file_is_refused, i);
	RUN_TEST(an_empty_file_becomes_one);
	RUN_TEST(an_older_history_is_brought_up);
	RUN_TEST(several_writers_lose_nothing);
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_SUITE(runs);
	RUN_SUITE(files);
	GREATEST_MAIN_END();
}
