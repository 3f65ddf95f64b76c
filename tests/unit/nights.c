// SPDX-License-Identifier: GPL-2.0-only
/* Thirty nights: the history of the runs, and the comparison of each with the one before. */
#include "reports/history/history.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/attempts.h"
#include "reports/model/changes.h"
#include "reports/text/text.h"

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
	const struct run_part a = {before, "6.12", NULL, 0}, b = {after, "6.12", NULL, 0};

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

/* The mail of a night has its subject in the first line. The caller frees it. */
static char *mail_of(const struct news *tonight)
{
	char *mail = NULL;
	size_t len = 0;
	struct page page = {.out = open_memstream(&mail, &len)};

	news_print(tonight, "index.html", &page);
	fclose(page.out);
	return mail;
}

static const struct {
	unsigned int night;
	const char *subject; /* behind the date */
	const char *text;    /* in the mail */
} mails[] = {
	{1, "nothing new", "6.12.2, the first run"},
	{BROKEN, "1 regression",
	 "again: make lab-run KERNELS=6.12 MACHINES=pci SCENARIOS=reset/flr DUTS=edu"},
	{BROKEN + 1, "nothing new", "1 still failing"},
	{FIXED, "1 fixed", "6.12.3 -> 6.12.4"},
	{FLAKY, "nothing new", "flaky"},
	{FEATURE_LOST, "1 case no longer runs", "PASS -> SKIP"},
	{MACHINE_ADDED, "nothing new", "4 appeared"},
	{RENAMED, "nothing new", "DISAPPEARED  6.12  bind/old_name"},
	{FACT_CHANGED, "2 changed facts", "class: 0x00 -> 0x01"},
	{NIGHTS, "nothing new", "as before"},
};

static int status_of(unsigned int night)
{
	for (size_t i = 0; i < ARRAY_SIZE(news); i++)
		if (news[i].night == night)
			return news[i].failed;
	return 0;
}

TEST a_night_mails_what_is_new(struct history *history, unsigned int night)
{
	cleanup_results struct results before = {0}, results = {0};
	cleanup_news struct news tonight = {0};
	cleanup_free char *mail = NULL;

	make_night(night, &results);
	ASSERT_EQ(0, history_before(history, &results, "night-*", &before, NULL));
	news_find(&before, &results, &tonight);
	ASSERT_EQ_FMT(status_of(night), news_status(&tonight), "%d");
	mail = mail_of(&tonight);
	for (size_t i = 0; i < ARRAY_SIZE(mails); i++) {
		cleanup_free char *subject =
			text("Subject: [vfiolab] 2026-11-%02u: %s\n", night, mails[i].subject);

		if (mails[i].night != night)
			continue;
		ASSERT_STRN_EQ(subject, mail, strlen(subject));
		ASSERTm(mail, strstr(mail, mails[i].text));
	}
	PASS();
}

/* The cases of the last night, on "6.12+mine": 6.12 with patches that break reset/flr. */
static void add_patched(struct results *results)
{
	struct kernel_about *kernel = array_add(&results->kernels);
	size_t count = results->cases.count;

	kernel->name = text("6.12+mine");
	kernel->make = text("KERNELS=6.12 SERIES=mine.mbox");
	for (size_t i = 0; i < count; i++) {
		const char *name = results->cases.items[i].name;
		bool broken = !strcmp(name, "reset/flr[edu]");
		struct record *record = add(results, results->cases.items[i].machine, name,
					    broken ? VERDICT_FAIL : VERDICT_PASS);

		free(record->kernel);
		record->kernel = text("6.12+mine");
	}
}

TEST patches_are_compared_with_the_kernel_without_them(struct history *history)
{
	cleanup_results struct results before = {0}, results = {0};
	cleanup_news struct news tonight = {0};
	cleanup_free char *mail = NULL;

	make_night(NIGHTS, &results);
	add_patched(&results);
	ASSERT_EQ(0, history_before(history, &results, "night-*", &before, NULL));
	news_find(&before, &results, &tonight);
	mail = mail_of(&tonight);
	ASSERT_EQ(1, news_status(&tonight));
	ASSERT_EQ_FMT(2u, news_count(&tonight, CHANGE_REGRESSION), "%u");
	ASSERTm(mail, strstr(mail, "compared with 6.12"));
	free(results.kernels.items[1].make);
	results.kernels.items[1].make = NULL;
	news_free(&tonight);
	news_find(&before, &results, &tonight);
	ASSERT_EQ_FMT(0u, news_count(&tonight, CHANGE_REGRESSION), "%u");
	PASS();
}

TEST a_retried_failure_counts_once(struct history *history)
{
	cleanup_results struct results before = {0}, results = {0};
	cleanup_news struct news tonight = {0};

	make_night(NIGHTS, &results);
	add(&results, "pci", "hotplug/late[edu]", VERDICT_FAIL);
	add(&results, "pci", "hotplug/late[edu]", VERDICT_FAIL)->attempt = 2;
	attempts_flag(&results);
	ASSERT_EQ(0, history_before(history, &results, "night-*", &before, NULL));
	news_find(&before, &results, &tonight);
	ASSERT_EQ_FMT(1u, tonight.kernels.items[0].of[VERDICT_FAIL], "%u");
	ASSERT_EQ_FMT(0u, tonight.kernels.items[0].flaky, "%u");
	PASS();
}

/* Everything fails, in another way each time. */
TEST a_mail_has_fewer_than_200_lines(struct history *history)
{
	cleanup_results struct results before = {0}, results = {0};
	cleanup_news struct news tonight = {0};
	cleanup_free char *mail = NULL;
	unsigned int lines = 0;

	make_night(NIGHTS, &results);
	for (unsigned int i = 0; i < 500; i++) {
		cleanup_free char *kernel = text("6.12+%u", i / 10);
		cleanup_free char *name = text("reset/way_%u[edu]", i);
		struct record *record = add(&results, "pci", name, VERDICT_FAIL);

		free(record->kernel);
		record->kernel = text("%s", kernel);
		if (!results_kernel(&results, kernel))
			((struct kernel_about *)array_add(&results.kernels))->name = steal(kernel);
	}
	ASSERT_EQ(0, history_before(history, &results, "*", &before, NULL));
	news_find(&before, &results, &tonight);
	mail = mail_of(&tonight);
	for (const char *at = mail; *at; at++)
		lines += *at == '\n';
	ASSERT(lines > 100 && lines < 200);
	ASSERT(strstr(mail, "[cut off here]"));
	ASSERT_EQ(1, news_status(&tonight));
	PASS();
}

TEST pages_show_the_last_thirty_nights(struct history *history)
{
	cleanup_results struct results results = {0};
	cleanup_past struct past past = {0};

	make_night(NIGHTS, &results);
	ASSERT_EQ(0, history_past(history, &results, &past, NULL));
	ASSERT_EQ(NIGHTS - 1, past.runs.count);
	ASSERT_STR_EQ("night-01", past.runs.items[0].name);
	ASSERT_STR_EQ(".......FFFF..................",
		      past_marks(&past, "6.12", "pci", "reset/flr[edu]"));
	ASSERT_STR_EQ("..............~..............",
		      past_marks(&past, "6.12", "pci", "hotplug/busy[edu]"));
	ASSERT_STR_EQ("                       ......",
		      past_marks(&past, "6.12", "pci", "bind/new_name[edu]"));
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
	for (unsigned int night = 1; night <= NIGHTS; night++)
		RUN_TESTp(a_night_mails_what_is_new, history, night);
	RUN_TESTp(patches_are_compared_with_the_kernel_without_them, history);
	RUN_TESTp(a_retried_failure_counts_once, history);
	RUN_TESTp(a_mail_has_fewer_than_200_lines, history);
	RUN_TESTp(pages_show_the_last_thirty_nights, history);
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
