// SPDX-License-Identifier: GPL-2.0-only
/* What a run is to be compared with: for each kernel and machine, the last complete run of both. */
#include "reports/history/db.h"

#include "lab/base/alloc.h"

#include <string.h>

/* A kernel and a machine of the run. */
struct pair_of {
	const char *kernel;
	const char *machine;
	int64_t run; /* that has both; 0: none so far */
};

struct earlier {
	struct {
		struct pair_of *items;
		size_t count;
	} pairs;
	size_t missing; /* pairs without a run */
	struct results *before;
};

static void search_free(struct earlier *search)
{
	free(search->pairs.items);
}

static struct pair_of *find_pair(const struct earlier *search, const struct record *record)
{
	for (size_t i = 0; i < search->pairs.count; i++) {
		struct pair_of *pair = &search->pairs.items[i];

		if (!strcmp(pair->kernel, record->kernel) &&
		    !strcmp(pair->machine, record->machine))
			return pair;
	}
	return NULL;
}

static void list_pairs(const struct results *results, struct earlier *search)
{
	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];
		struct pair_of *pair;

		if (find_pair(search, record))
			continue;
		pair = array_add(&search->pairs);
		pair->kernel = record->kernel;
		pair->machine = record->machine;
	}
	search->missing = search->pairs.count;
}

/* A kernel that several runs contribute to is described by the newest of them. */
static void take_kernel(struct earlier *search, struct results *from, const char *name)
{
	struct kernel_about *kernel = results_kernel(from, name);

	if (!kernel || results_kernel(search->before, name))
		return;
	*array_add(&search->before->kernels) = *kernel;
	*kernel = (struct kernel_about){.name = text("%s", name)};
}

static void take_records(struct earlier *search, int64_t run, struct results *from)
{
	for (size_t i = 0; i < from->cases.count; i++) {
		struct record *record = &from->cases.items[i];
		struct pair_of *pair = find_pair(search, record);

		if (!pair || (pair->run && pair->run != run))
			continue;
		search->missing -= !pair->run;
		pair->run = run;
		take_kernel(search, from, record->kernel);
		*array_add(&search->before->cases) = *record;
		*record = (struct record){0};
	}
}

static int search_run(const struct history *history, int64_t run, struct earlier *search,
		      struct buf *why)
{
	cleanup_results struct results found = {0};
	int err = load_run(history, run, &found, why);

	if (!err)
		take_records(search, run, &found);
	return err;
}

int history_before(struct history *history, const struct results *results, const char *runs,
		   struct results *before, struct buf *why)
{
	__attribute__((cleanup(search_free))) struct earlier search = {.before = before};
	cleanup_statement sqlite3_stmt *rows = NULL;
	int got = db_prepare(history,
			     "SELECT id FROM runs WHERE started < ?1 AND complete AND name GLOB ?2"
			     " ORDER BY id DESC LIMIT ?3",
			     &rows, why);

	if (got)
		return got;
	list_pairs(results, &search);
	db_bind_text(rows, 1, results->run.started);
	db_bind_text(rows, 2, runs);
	sqlite3_bind_int(rows, 3, HISTORY_BEFORE_MAX);
	while (search.missing && (got = db_step(history, rows, why)) > 0) {
		got = search_run(history, sqlite3_column_int64(rows, 0), &search, why);
		if (got)
			break;
	}
	return got < 0 ? got : 0;
}
