// SPDX-License-Identifier: GPL-2.0-only
/* Which cases of a run matter to what SERIES= or KDIR= changes (docs/reach.md). */
#include "runner/cli/run-changed.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/history/history.h"
#include "runner/plan/selection.h"
#include "runner/reach/edits.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* How many functions are named. */
#define NAMED_MAX 3

/* A case of which something is known, "NAME MACHINE". */
struct case_rank {
	char *key;
	enum rank rank;
};

struct changed {
	struct ranking ranking;
	struct edits edits;
	struct {
		struct case_rank *items;
		size_t count;
	} cases;	    /* sorted */
	struct list failed; /* in the last run, "NAME MACHINE" */
	struct list sensitive;
};

static int by_key(const void *a, const void *b)
{
	const struct case_rank *left = a, *right = b;

	return strcmp(left->key, right->key);
}

static enum rank rank_of(const void *context, const char *machine, const char *name)
{
	const struct changed *changed = context;
	cleanup_free char *key = text("%s %s", name, machine);
	const struct case_rank wanted = {.key = key};
	const struct case_rank *found =
		changed->cases.count ? bsearch(&wanted, changed->cases.items, changed->cases.count,
					       sizeof(wanted), by_key)
				     : NULL;
	enum rank rank = found ? found->rank : RANK_UNKNOWN;

	if (list_has(&changed->failed, key))
		return RANK_FAILED;
	/* Nobody knows what the change does to the rest. */
	if (rank == RANK_REST && changed->edits.beyond.len)
		rank = RANK_UNKNOWN;
	return rank != RANK_REST && list_has(&changed->sensitive, key) ? RANK_SENSITIVE : rank;
}

/* The selected kernel that a user changes: with SERIES= or, if there is none, KDIR=; NULL: none. */
static const char *find_kernel(const struct settings *settings, const struct list *kernels)
{
	for (unsigned int series = 2; series-- > 0;)
		for (size_t i = kernels->count; i-- > 0;)
			if (edits_any(settings, kernels->items[i], series))
				return kernels->items[i];
	return NULL;
}

static void take_ranks(struct changed *changed, const struct reach *reach)
{
	cleanup_free enum rank *ranks = zalloc(reach->cases.count, sizeof(*ranks));

	edits_rank(&changed->edits, reach, ranks);
	for (size_t i = 0; i < reach->cases.count; i++)
		*array_add(&changed->cases) = (struct case_rank){
			text("%s %s", reach->cases.items[i].name, reach->cases.items[i].machine),
			ranks[i]};
	if (changed->cases.count)
		qsort(changed->cases.items, changed->cases.count, sizeof(*changed->cases.items),
		      by_key);
}

static void add_failed(const struct run *run, struct list *failed)
{
	const struct list *given = run->failing;
	cleanup_free char *latest = text("%s/latest", run->reports);
	cleanup_results struct results results = {0};

	for (size_t i = 0; given && i < given->count; i++)
		list_add(failed, given->items[i]);
	if (given || results_read(latest, &results, NULL))
		return;
	for (size_t i = 0; i < results.cases.count; i++)
		if (record_failed(&results.cases.items[i]))
			list_addf(failed, "%s %s", results.cases.items[i].name,
				  results.cases.items[i].machine);
}

/* Without a history, no case is known to be sensitive. */
static void add_sensitive(const struct run *run, struct list *sensitive)
{
	cleanup_history struct history *history = NULL;
	cleanup_buf struct buf why = BUF_INIT;

	if (access(run->settings->history, R_OK) ||
	    history_open(run->settings->history, &history, &why))
		return;
	history_failures(history, sensitive, &why);
}

/* Why the cases cannot be told apart. Returns 0, or -EINVAL with the remedy in WHY if they must. */
static int cannot(const struct run *run, const char *remedy, struct buf *why)
{
	if (!run->choice.only_changed)
		return 0;
	buf_printf(why, "ONLY=changed: %s", remedy);
	return -EINVAL;
}

static int rank(struct run *run, const char *kernel, struct buf *why)
{
	cleanup_reach struct reach reach = {0};
	cleanup_buf struct buf unknown = BUF_INIT;
	struct changed *changed;
	int err = 0;

	if (reach_nearest(run->settings, kernel, &reach, &unknown))
		return cannot(run, "it is not known what the cases reach: run make reach first",
			      why);
	changed = zalloc(1, sizeof(*changed));
	run->changed = changed;
	if (run->since)
		edits_since(run->settings, kernel, run->since, &reach, &changed->edits);
	else
		err = edits_find(run->settings, kernel, &reach, &changed->edits, why);
	if (err)
		return err;
	take_ranks(changed, &reach);
	add_failed(run, &changed->failed);
	add_sensitive(run, &changed->sensitive);
	changed->ranking = (struct ranking){rank_of, changed, run->choice.only_changed};
	run->choice.ranking = &changed->ranking;
	return 0;
}

int run_rank(struct run *run, const struct inventory *inventory, struct buf *why)
{
	cleanup_selection struct selection selection = {0};
	const char *kernel;
	int err;

	/* All shards must have the same plan, and know different things. */
	if (run->choice.shard.count)
		return cannot(run, "SHARD= excludes it: all shards have the same plan", why);
	err = selection_make(inventory, &run->choice, &selection, why);
	if (err)
		return err;
	kernel = find_kernel(run->settings, &selection.kernels);
	if (!kernel)
		return cannot(run, "it needs SERIES= or KDIR=, which change something", why);
	return rank(run, kernel, why);
}

/* NUMBER with commas: 2,660. */
static char *grouped(size_t number)
{
	if (number < 1000)
		return text("%zu", number);
	return number < 1000000 ? text("%zu,%03zu", number / 1000, number % 1000)
				: text("%zu", number);
}

static void add_names(const struct list *functions, struct buf *line)
{
	buf_printf(line, " (%zu function%s):", functions->count, functions->count == 1 ? "" : "s");
	for (size_t i = 0; i < functions->count && i < NAMED_MAX; i++)
		buf_printf(line, "%s %s", i ? "," : "", strrchr(functions->items[i], ':') + 1);
	if (functions->count > NAMED_MAX)
		buf_printf(line, " and %zu more", functions->count - NAMED_MAX);
}

char *run_describe_changed(const struct run *run)
{
	const struct ranked *ranked = &run->plan.ranked;
	cleanup_free char *all = grouped(ranked->all), *chosen = grouped(ranked->chosen);
	cleanup_buf struct buf line = BUF_INIT;

	if (!run->changed)
		return NULL;
	if (run->changed->edits.beyond.len)
		return text("all %s cases: %s", all, run->changed->edits.beyond.data);
	if (!run->changed->edits.functions.count)
		return text("%s of %s cases: no code changes", chosen, all);
	add_names(&run->changed->edits.functions, &line);
	return text("%s of %s cases reach what changed%s", chosen, all, line.data);
}

void run_print_changed(const struct run *run)
{
	cleanup_free char *line = run_describe_changed(run);

	if (line)
		printf("reach   %s\n", line);
}

void changed_free(struct changed *changed)
{
	if (!changed)
		return;
	for (size_t i = 0; i < changed->cases.count; i++)
		free(changed->cases.items[i].key);
	free(changed->cases.items);
	edits_free(&changed->edits);
	list_free(&changed->failed);
	list_free(&changed->sensitive);
	free(changed);
}
