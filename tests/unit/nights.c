// SPDX-License-Identifier: GPL-2.0-only
/* Thirty nights: the history of the runs, and the comparison of each with the one before. */
#include "reports/history/history.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/attempts.h"
#include "reports/model/changes.h"

#include <greatest.h>
#include <string.h>

#define NIGHTS 30

/* The events, and their nights. */
#define BROKEN	      8	 /* 6.12.3 breaks reset/flr, */
#define FIXED	      12 /* and 6.12.4 fixes it */
#define FLAKY	      15 /* hotplug/busy fails, and its retry passes */
#define FEATURE_LOST  18 /* the package no longer has an option */
#define MACHINE_ADDED 21
#define RENAMED	      24
#define FACT_CHANGED  27

static const char *version_of(unsigned int night)
{
	return night < BROKEN ? "6.12.2" : night < FIXED ? "6.12.3" : "6.12.4";
}

static struct record *add(struct results *results, const char *machine, const char *name,
			  enum verdict verdict)
{
	struct record *record = array_add(&results->cases);

	record->kernel = text("6.12");
	record->machine = text("%s", machine);
	record->name = text("%s", name);
	record->scenario = text("%.*s", (int)strcspn(name, "["), name);
	record->dut = text("edu");
	record->attempt = 1;
	record->result.verdict = verdict;
	return record;
}

static void add_machine(struct results *results, const char *machine, unsigned int night)
{
	bool broken = night >= BROKEN && night < FIXED;
	struct record *record;

	add(results, machine, "reset/flr[edu]", broken ? VERDICT_FAIL : VERDICT_PASS);
	add(results, machine, "feature/dma_buf[edu]",
	    night < FEATURE_LOST ? VERDICT_PASS : VERDICT_SKIP);
	add(results, machine, night < RENAMED ? "bind/old_name[edu]" : "bind/new_name[edu]",
	    VERDICT_PASS);
	record = add(results, machine, "config/class[edu]", VERDICT_PASS);
	pairs_set(&record->result.facts, "class", night < FACT_CHANGED ? "0x00" : "0x01");
}

static void make_night(unsigned int night, struct results *results)
{
	struct kernel_about *kernel = array_add(&results->kernels);

	results->schema = RESULTS_SCHEMA;
	results->run.started = text("2026-11-%02uT01:00:00Z", night);
	results->run.complete = true;
	results->run.retry = 1;
	kernel->name = text("6.12");
	kernel->version = text("%s", version_of(night));
	kernel->key = text("%s", version_of(night));
	add_machine(results, "pci", night);
	if (night >= MACHINE_ADDED)
		add_machine(results, "sriov", night);
	add(results, "pci", "hotplug/busy[edu]", night == FLAKY ? VERDICT_FAIL : VERDICT_PASS);
	if (night == FLAKY)
		add(results, "pci", "hotplug/busy[edu]", VERDICT_PASS)->attempt = 2;
	attempts_flag(results);
}

/* The news of a night; all other nights have none. */
static const struct {
	unsigned int night;
	enum change_kind kind;
	unsigned int count;
	bool failed;
} news[] = {
	{BROKEN, CHANGE_REGRESSION, 1, true}, {FIXED, CHANGE_FIXED, 1, false},
	{FEATURE_LOST, CHANGE_LOST, 1, true}, {MACHINE_ADDED, CHANGE_APPEARED, 4, false},
	{RENAMED, CHANGE_APPEARED, 2, false}, {RENAMED, CHANGE_DISAPPEARED, 2, false},
	{FACT_CHANGED, CHANGE_FACT, 2, true},
};

static bool is_news(unsigned int night)
{
	for (size_t i = 0; i < ARRAY_SIZE(news); i++)
		if (news[i].night == night)
			return true;
	return false;
}

static int compare(struct history *history, unsigned int night, struct results *before,
		   struct results *after, struct changes *changes)
{
	cleanup_free char *yesterday = text("night-%02u", night - 1);
	cleanup_free char *today = text("night-%02u", night);
	int err = history_load(history, yesterday, before, NULL)
			  ?: history_load(history, today, after, NULL);
	const struct run_part a = {before, "6.12", NULL}, b = {after, "6.12", NULL};

	if (!err)
		changes_find(&a, &b, NULL, changes);
	return err;
}

TEST a_night_has_its_news_and_no_other(struct history *history, unsigned int night)
{
	cleanup_results struct results a = {0};
	cleanup_results struct results b = {0};
	cleanup_changes struct changes changes = {0};
	unsigned int known = 0;

	ASSERT_EQ(0, compare(history, night, &a, &b, &changes));
	for (size_t i = 0; i < ARRAY_SIZE(news); i++) {
		if (news[i].night != night)
			continue;
		ASSERT_EQ_FMT(news[i].count, changes.of[news[i].kind], "%u");
		ASSERT_EQ(news[i].failed, changes_failed(&changes));
		known += news[i].count;
	}
	known += changes.of[CHANGE_STILL_FAILING];
	ASSERT_EQ_FMT((size_t)known, changes.count, "%zu");
	ASSERT(is_news(night) || !changes_failed(&changes));
	PASS();
}

static const struct track *track_of(struct history *history, const char *name,
				    struct tracks *tracks)
{
	const struct list all = {0};

	return history_tracks(history, name, &all, tracks, NULL) ? NULL : tracks->items;
}

TEST the_history_tells_all_of_it(struct history *history)
{
	cleanup_tracks struct tracks tracks = {0}, flaky = {0}, old = {0};
	const struct track *track = track_of(history, "reset/flr[edu]", &tracks);

	ASSERT_STR_EQ(".......FFFF...................", track->strip.data);
	ASSERT_STR_EQ("6.12.3", track->first_failed.version);
	ASSERT_STR_EQ("night-11", track->last_failed.run);
	ASSERT_EQ(0, track->flips);
	ASSERT_EQ(2, tracks.count);
	ASSERT_EQ(NIGHTS - MACHINE_ADDED + 1, tracks.items[1].runs);
	track = track_of(history, "hotplug/busy[edu]", &flaky);
	ASSERT_STR_EQ("..............~...............", track->strip.data);
	ASSERT_FALSE(track->first_failed.run);
	ASSERT_EQ(2, track->flips);
	track = track_of(history, "bind/old_name[edu]", &old);
	ASSERT_EQ(RENAMED - 1, track->runs);
	PASS();
}

static int add_night(struct history *history, unsigned int night)
{
	cleanup_results struct results results = {0};
	cleanup_free char *name = text("night-%02u", night);

	make_night(night, &results);
	return history_add(history, name, &results, NULL);
}

SUITE(nights)
{
	char folder[] = "/tmp/nights.XXXXXX";
	cleanup_history struct history *history = NULL;
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *path = NULL, *remove = NULL;

	if (!mkdtemp(folder))
		abort();
	path = text("%s/history.db", folder);
	remove = text("rm -rf %s", folder);
	if (history_open(path, &history, &why))
		abort();
	for (unsigned int night = 1; night <= NIGHTS; night++)
		if (add_night(history, night))
			abort();
	for (unsigned int night = 2; night <= NIGHTS; night++)
		RUN_TESTp(a_night_has_its_news_and_no_other, history, night);
	RUN_TESTp(the_history_tells_all_of_it, history);
	if (system(remove))
		abort();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_SUITE(nights);
	GREATEST_MAIN_END();
}
