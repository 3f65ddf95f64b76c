// SPDX-License-Identifier: GPL-2.0-only
/* kill -9 of a program that adds a run to the history, in the middle of a write. */
#include "reports/history/history.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/history/db.h"

#include <errno.h>
#include <fcntl.h>
#include <greatest.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* Points of time at which the program is killed, spread over all of its writes. */
#define MOMENTS 10

#define CASES 100

/* SQLite calls system calls through a table that a program may change, but passes no context. */
static struct {
	unsigned int count;   /* writes so far */
	unsigned int fatal;   /* the one that SIGKILL interrupts; 0: none */
	unsigned int *report; /* shared with the parent */
} writes;

static ssize_t counted_pwrite(int fd, const void *data, size_t len, off64_t offset)
{
	*writes.report = ++writes.count;
	if (writes.count != writes.fatal)
		return pwrite64(fd, data, len, offset);
	pwrite64(fd, data, len / 2, offset);
	raise(SIGKILL);
	return -1;
}

static void watch_writes(unsigned int fatal, unsigned int *report)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	writes.fatal = fatal;
	writes.report = report;
	vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)counted_pwrite);
	vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)counted_pwrite);
}

/* Make run N: CASES cases with distinct facts. */
static void make_run(unsigned int n, struct results *results)
{
	results->schema = RESULTS_SCHEMA;
	results->run.started = text("run %u", n);
	for (unsigned int i = 0; i < CASES; i++) {
		struct record *record = array_add(&results->cases);
		cleanup_free char *fact = text("%u of run %u", i, n);

		record->kernel = text("base");
		record->machine = text("pci");
		record->name = text("bind/case_%u[edu]", i);
		record->result.verdict = VERDICT_PASS;
		pairs_set(&record->result.facts, "fact", fact);
	}
}

static int add(const char *path, unsigned int n)
{
	cleanup_results struct results results = {0};
	cleanup_history struct history *history = NULL;
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *name = text("run-%u", n);

	make_run(n, &results);
	return history_open(path, &history, &why) ?: history_add(history, name, &results, &why);
}

/* Add run N in a child process that is killed in write FATAL, unless 0. Returns its exit status. */
static int add_apart(const char *path, unsigned int n, unsigned int fatal, unsigned int *count)
{
	int status;
	pid_t pid = fork();

	if (!pid) {
		watch_writes(fatal, count);
		_exit(add(path, n) ? 1 : 0);
	}
	waitpid(pid, &status, 0);
	return status;
}

/* Returns the number of complete runs in PATH, or -1 if it is damaged. */
static int64_t whole_runs(const char *path)
{
	cleanup_statement sqlite3_stmt *check = NULL;
	cleanup_history struct history *history = NULL;
	cleanup_buf struct buf why = BUF_INIT;
	int64_t runs, results, facts;

	if (history_open(path, &history, &why) ||
	    db_prepare(history, "PRAGMA integrity_check", &check, &why) ||
	    db_step(history, check, &why) != 1 || strcmp(db_text(check, 0), "ok") != 0)
		return -1;
	if (db_number(history, "SELECT count(*) FROM runs", &runs, &why) ||
	    db_number(history, "SELECT count(*) FROM results", &results, &why) ||
	    db_number(history, "SELECT count(*) FROM results JOIN facts ON facts.hash = facts",
		      &facts, &why))
		return -1;
	return results == runs * CASES && facts == results ? runs : -1;
}

TEST a_kill_loses_and_corrupts_nothing(const char *path, unsigned int moment, unsigned int all,
				       unsigned int *count)
{
	int64_t before = whole_runs(path);
	unsigned int fatal = 1 + moment * (all - 1) / (MOMENTS - 1);
	int status = add_apart(path, moment + 1, fatal, count);
	int64_t after = whole_runs(path);

	ASSERT(before >= 0);
	ASSERT(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	ASSERT(after == before || after == before + 1);
	/* A repeated add must not duplicate it. */
	ASSERT(add(path, moment + 1) == (after == before ? 0 : 1));
	ASSERT_EQ(before + 1, whole_runs(path));
	PASS();
}

SUITE(kills)
{
	char folder[] = "/tmp/history.XXXXXX";
	unsigned int *count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cleanup_free char *path = NULL, *remove = NULL;
	unsigned int all;

	if (count == MAP_FAILED || !mkdtemp(folder))
		abort();
	path = text("%s/history.db", folder);
	remove = text("rm -rf %s", folder);
	/* The first call creates the file, the second counts the writes. */
	add_apart(path, 1000, 0, count);
	add_apart(path, 1001, 0, count);
	all = *count;
	for (unsigned int moment = 0; moment < MOMENTS; moment++)
		RUN_TESTp(a_kill_loses_and_corrupts_nothing, path, moment, all, count);
	munmap(count, sizeof(*count));
	if (system(remove))
		abort();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_SUITE(kills);
	GREATEST_MAIN_END();
}
