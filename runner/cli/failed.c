// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/failed.h"

#include "lab/base/cleanup.h"
#include "reports/model/results.h"
#include "runner/plan/named.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

struct failed_search {
	const struct inventory *inventory;
	struct choice *choice;
	unsigned int failed, missed, differ, gone;
	struct buf why_gone; /* the first of them */
};

/* Returns whether the case NAME is new: several attempts count once. */
static bool add_case(struct failed_search *search, const char *kernel, const char *machine,
		     const char *name)
{
	struct choice *choice = search->choice;
	cleanup_case_parts struct case_parts parts = {0};
	cleanup_free char *place = NULL;
	cleanup_buf struct buf why = BUF_INIT;
	bool is_new;

	case_split(name, &parts);
	place = case_place(parts.dut, parts.mode);
	is_new = !choice->cases.count ||
		 !named_has(&choice->cases, kernel, machine, parts.scenario, parts.dut, parts.mode);
	if (named_add(search->inventory, choice, kernel, machine, parts.scenario, place, &why) &&
	    !search->gone++)
		buf_puts(&search->why_gone, why.data);
	return is_new;
}

/* An edited file may lack any member. An empty name then matches no case. */
#define or_none(string) ((string) ?: "")

static void add_records(struct failed_search *search, const struct records *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		const struct record *record = &cases->items[i];
		enum verdict verdict = record->result.verdict;
		unsigned int *count = verdict == VERDICT_MISS ? &search->missed : &search->failed;

		if (verdict != VERDICT_MISS && verdict != VERDICT_ERROR && !record_failed(record))
			continue;
		if (record->flaky || record->program)
			continue;
		*count += add_case(search, or_none(record->kernel), or_none(record->machine),
				   or_none(record->name));
	}
}

/* Both kernels of an unlisted difference run the case again. */
static void add_differences(struct failed_search *search, const struct comparison *comparison)
{
	const struct differences *unlisted = &comparison->of[DIFFERENCE_UNLISTED];

	for (size_t i = 0; i < unlisted->count; i++) {
		const struct difference *made = &unlisted->items[i];

		search->differ++;
		add_case(search, or_none(comparison->a), or_none(made->machine),
			 or_none(made->name));
		add_case(search, or_none(comparison->b), or_none(made->machine),
			 or_none(made->name));
	}
}

static void add_leaks(struct failed_search *search, const struct results *results)
{
	for (size_t i = 0; i < results->leaks.count; i++) {
		const struct leak *leak = &results->leaks.items[i];

		if (leak->known || !leak->name || !strchr(leak->name, '['))
			continue;
		search->failed++;
		add_case(search, or_none(leak->kernel), or_none(leak->machine), leak->name);
	}
}

static void add_from(struct failed_search *search, const struct results *results)
{
	add_records(search, &results->cases);
	for (size_t i = 0; i < results->comparisons.count; i++)
		add_differences(search, &results->comparisons.items[i]);
	add_leaks(search, results);
}

static void describe(const struct failed_search *search, const char *run, struct buf *summary)
{
	cleanup_list struct list parts = {0};
	cleanup_free char *joined = NULL;

	if (search->failed)
		list_addf(&parts, "%u failed", search->failed);
	if (search->missed)
		list_addf(&parts, "%u did not run", search->missed);
	if (search->differ)
		list_addf(&parts, "%u unlisted difference%s", search->differ,
			  search->differ > 1 ? "s" : "");
	if (search->gone)
		list_addf(&parts, "%u left out: %s", search->gone, search->why_gone.data);
	joined = list_join(&parts, ", ");
	if (parts.count)
		buf_printf(summary, "failed cases of %s: %s", run, joined);
	else
		buf_printf(summary, "nothing failed in %s: there is nothing to run", run);
}

static int read_results(const char *folder, struct results *results, struct buf *why)
{
	int err = results_read(folder, results, NULL);

	if (err == -ENOENT)
		buf_printf(why, "there is no earlier run in %s: run without FAILED= first", folder);
	else if (err)
		buf_printf(
			why, "cannot read %s/results.json: %s: run without FAILED= first", folder,
			err == -EINVAL ? "it is damaged, or has another version" : strerror(-err));
	return err;
}

int failed_read(const char *folder, const struct inventory *inventory, struct choice *choice,
		struct buf *summary, struct buf *why)
{
	struct failed_search search = {.inventory = inventory, .choice = choice};
	char whole[PATH_MAX];
	const char *run = realpath(folder, whole) ? strrchr(whole, '/') + 1 : folder;
	cleanup_results struct results results = {0};
	int err = read_results(folder, &results, why);

	if (err)
		return err;
	add_from(&search, &results);
	describe(&search, run, summary);
	if (search.gone && !choice->cases.count) {
		buf_printf(why, "no case that failed in %s exists any more: %s", run,
			   search.why_gone.data);
		err = -ENOENT;
	}
	buf_free(&search.why_gone);
	return err;
}
