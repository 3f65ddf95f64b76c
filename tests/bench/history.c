// SPDX-License-Identifier: GPL-2.0-only
/*
 * history FOLDER ROWS: make a history of ROWS results in FOLDER, print what it takes to add a run
 * and to ask for what reports need, and fail if that is too long.
 */
#include "reports/history/history.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <string.h>
#include <sys/stat.h>

/* A run as they are: cases on two kernels. */
#define CASES	5500
#define KERNELS 2
#define RUN	(CASES * KERNELS)

#define ADD_MAX_MS   2000
#define QUERY_MAX_MS 200

static struct kernel_about *add_kernel(struct results *results, unsigned int n, const char *version)
{
	struct kernel_about *kernel = array_add(&results->kernels);

	kernel->name = text(n ? "series" : "base");
	kernel->version = text("%s", version);
	kernel->key = text("%u of %s", n, version);
	return kernel;
}

/* One case in 500 fails in a given run, some facts and reasons are particular to the run. */
static void add_case(struct results *results, const char *kernel, unsigned int n, unsigned int run)
{
	struct record *record = array_add(&results->cases);
	struct result *result = &record->result;

	record->kernel = text("%s", kernel);
	record->machine = text("machine-%u", n / 500);
	record->name = text("family-%u/scenario_of_some_length_%u[dut-%u]", n / 300, n / 3, n % 3);
	result->ms = 1 + (n * 7919 + run) % 900;
	result->verdict = (n + run) % 500 ? n % 3 ? VERDICT_PASS : VERDICT_SKIP : VERDICT_FAIL;
	if (result->verdict == VERDICT_SKIP)
		result->reason = text("needs an interrupt that dut-%u does not have", n % 3);
	if (result->verdict == VERDICT_FAIL)
		result->reason = text("expected 1 event, saw 0 in %u ms", 500 + run);
	for (unsigned int i = 0; result->verdict == VERDICT_PASS && i < n % 8; i++) {
		cleanup_free char *name = text("region[%u].flags", i);
		cleanup_free char *value = text("0x%x", n % 97 ? n : n + run);

		pairs_set(&result->facts, name, value);
	}
}

static void make_run(unsigned int run, struct results *results)
{
	cleanup_free char *version = text("6.12.%u", run / 3);

	results->schema = RESULTS_SCHEMA;
	results->run.complete = true;
	results->run.started =
		text("2026-%02u-%02uT01:%02u:00Z", 1 + run / 28 % 12, 1 + run % 28, run / 336 % 60);
	for (unsigned int k = 0; k < KERNELS; k++) {
		const struct kernel_about *kernel = add_kernel(results, k, version);

		for (unsigned int n = 0; n < CASES; n++)
			add_case(results, kernel->name, n, run);
	}
}

/* Print what took MS, and whether that is within MOST. */
static bool report(const char *what, int64_t ms, int64_t most)
{
	printf("%-52s %6lld ms  (at most %lld)%s\n", what, (long long)ms, (long long)most,
	       ms > most ? "  TOO SLOW" : "");
	return ms <= most;
}

static int add(struct history *history, unsigned int run, int64_t *ms, struct buf *why)
{
	cleanup_results struct results results = {0};
	cleanup_free char *name = text("run-%u", run);
	int64_t started;
	int err;

	make_run(run, &results);
	started = now_ms();
	err = history_add(history, name, &results, why);
	*ms = now_ms() - started;
	return err;
}

/* Fill HISTORY. *LAST gets the time of the last run, *LONGEST that of the longest. */
static int fill(struct history *history, unsigned int runs, int64_t *last, int64_t *longest,
		struct buf *why)
{
	int err = 0;

	for (unsigned int run = 0; run < runs && !err; run++) {
		err = add(history, run, last, why);
		*longest = *last > *longest ? *last : *longest;
	}
	return err;
}

/* The queries, each as a report asks it. */
static int ask_runs(struct history *history, const struct results *next, struct buf *why)
{
	cleanup_history_runs struct history_runs found = {0};
	const struct list all = {0};

	(void)next;
	return history_runs(history, &all, 30, &found, why);
}

static int ask_names(struct history *history, const struct results *next, struct buf *why)
{
	cleanup_list struct list names = {0};

	(void)next;
	return history_kernels(history, &names, why) ?: history_cases(history, &names, why);
}

static int ask_case(struct history *history, const struct results *next, struct buf *why)
{
	cleanup_tracks struct tracks tracks = {0};
	const struct list all = {0};

	(void)next;
	return history_tracks(history, "family-9/scenario_of_some_length_999[dut-2]", &all, &tracks,
			      why);
}

static int ask_run(struct history *history, const struct results *next, struct buf *why)
{
	cleanup_results struct results results = {0};

	(void)next;
	return history_load(history, "run-9", &results, why);
}

static int ask_past(struct history *history, const struct results *next, struct buf *why)
{
	cleanup_past struct past past = {0};

	return history_past(history, next, &past, why);
}

static int ask_before(struct history *history, const struct results *next, struct buf *why)
{
	cleanup_results struct results before = {0};

	return history_before(history, next, "*", &before, why);
}

static const struct {
	const char *what;
	int (*ask)(struct history *history, const struct results *next, struct buf *why);
} questions[] = {
	{"the last 30 runs", ask_runs},
	{"names of all kernels and cases", ask_names},
	{"a case through all runs", ask_case},
	{"a whole run of 11,000 results", ask_run},
	{"the marks of 11,000 cases in the last 30 runs", ask_past},
	{"the last run of each kernel and machine", ask_before},
};

static bool ask_all(struct history *history, unsigned int runs, struct buf *why)
{
	cleanup_results struct results next = {0};
	bool good = true;

	make_run(runs, &next);
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		int64_t started = now_ms();

		good &= !questions[i].ask(history, &next, why);
		good &= report(questions[i].what, now_ms() - started, QUERY_MAX_MS);
	}
	return good;
}

static bool measure(const char *path, unsigned int rows, struct buf *why)
{
	cleanup_history struct history *history = NULL;
	unsigned int runs = (rows + RUN - 1) / RUN;
	int64_t last = 0, longest = 0;
	struct stat file;
	bool good;

	if (history_open(path, &history, why) || fill(history, runs, &last, &longest, why))
		return false;
	good = report("adding the last run of 11,000 results", last, ADD_MAX_MS);
	good &= report("adding the slowest run", longest, ADD_MAX_MS);
	good &= ask_all(history, runs, why);
	if (!stat(path, &file))
		printf("%u runs, %u results, %lld MB\n", runs, runs * RUN,
		       (long long)file.st_size / 1000000);
	return good;
}

static void clear(const char *path)
{
	static const char *const parts[] = {"", "-wal", "-shm"};

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		cleanup_free char *part = text("%s%s", path, parts[i]);

		unlink(part);
	}
}

int main(int argc, char **argv)
{
	cleanup_free char *path = text("%s/history.db", argc > 1 ? argv[1] : ".");
	cleanup_buf struct buf why = BUF_INIT;
	unsigned int rows = argc == 3 ? (unsigned int)strtoul(argv[2], NULL, 10) : 0;
	bool good;

	if (!rows) {
		fprintf(stderr, "usage: history FOLDER ROWS\n");
		return 2;
	}
	clear(path);
	good = measure(path, rows, &why);
	clear(path);
	if (why.len)
		fprintf(stderr, "%s\n", why.data);
	return !good;
}
