// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/failed.h"

#include "lab/base/cleanup.h"
#include "reports/model/results.h"
#include "runner/plan/named.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

struct search {
	const struct inventory *inventory;
	struct choice *choice;
	unsigned int failed, missed, differ, gone;
	struct buf why_gone; /* the first of them */
};

static size_t length(json_object *array)
{
	return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

static void add_case(struct search *search, const char *kernel, const char *machine,
		     const char *name)
{
	const char *dut = strchr(name, '[');
	cleanup_free char *scenario = text("%.*s", (int)strcspn(name, "["), name);
	cleanup_free char *its_dut =
		dut ? text("%.*s", (int)strcspn(dut + 1, "]"), dut + 1) : text("%s", "");
	cleanup_buf struct buf why = BUF_INIT;

	if (named_add(search->inventory, search->choice, kernel, machine, scenario, its_dut,
		      &why) &&
	    !search->gone++)
		buf_puts(&search->why_gone, why.data);
}

/* Attempts of one case count once. */
static bool is_new(const struct search *search, json_object *record)
{
	return !search->choice->cases ||
	       !named_has(search->choice, record_text(record, "kernel"),
			  record_text(record, "machine"), record_text(record, "scenario"),
			  record_text(record, "dut"));
}

static void add_records(struct search *search, json_object *cases)
{
	for (size_t i = 0; i < length(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		enum verdict verdict = record_get_verdict(record);
		unsigned int *count = verdict == VERDICT_MISS ? &search->missed : &search->failed;

		if (verdict != VERDICT_MISS && verdict != VERDICT_ERROR && !record_failed(record))
			continue;
		*count += is_new(search, record);
		add_case(search, record_text(record, "kernel"), record_text(record, "machine"),
			 record_text(record, "case"));
	}
}

/* Kernels that should not differ have to run the same case again. */
static void add_differences(struct search *search, json_object *comparison)
{
	json_object *unlisted = json_object_object_get(comparison, "unlisted");

	for (size_t i = 0; i < length(unlisted); i++) {
		json_object *made = json_object_array_get_idx(unlisted, i);

		search->differ++;
		add_case(search, record_text(comparison, "a"), record_text(made, "machine"),
			 record_text(made, "case"));
		add_case(search, record_text(comparison, "b"), record_text(made, "machine"),
			 record_text(made, "case"));
	}
}

static void add_leaks(struct search *search, json_object *leaks)
{
	for (size_t i = 0; i < length(leaks); i++) {
		json_object *leak = json_object_array_get_idx(leaks, i);

		if (*record_text(leak, "known") || !strchr(record_text(leak, "case"), '['))
			continue;
		search->failed++;
		add_case(search, record_text(leak, "kernel"), record_text(leak, "machine"),
			 record_text(leak, "case"));
	}
}

static void add_all(struct search *search, json_object *results)
{
	json_object *comparisons = results_part(results, "comparisons");

	add_records(search, results_part(results, "cases"));
	for (size_t i = 0; i < length(comparisons); i++)
		add_differences(search, json_object_array_get_idx(comparisons, i));
	add_leaks(search, results_part(results, "leaks"));
}

static void describe(const struct search *search, const char *run, struct buf *said)
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
		buf_printf(said, "failed cases of %s: %s", run, joined);
	else
		buf_printf(said, "nothing failed in %s: nothing to run", run);
}

int failed_read(const char *folder, const struct inventory *inventory, struct choice *choice,
		struct buf *said, struct buf *why)
{
	struct search search = {.inventory = inventory, .choice = choice};
	char whole[PATH_MAX];
	const char *run = realpath(folder, whole) ? strrchr(whole, '/') + 1 : folder;
	json_object *results = NULL;
	int err = results_read(folder, &results);

	if (err == -ENOENT)
		buf_printf(why, "there is no earlier run in %s: run without FAILED= first", folder);
	else if (err)
		buf_printf(
			why, "cannot read %s/results.json: %s: run without FAILED= first", folder,
			err == -EINVAL ? "it is damaged, or of another version" : strerror(-err));
	if (err)
		return err;
	add_all(&search, results);
	json_object_put(results);
	describe(&search, run, said);
	if (search.gone && !choice->cases) {
		buf_printf(why, "nothing that failed in %s can run: %s", run, search.why_gone.data);
		err = -ENOENT;
	}
	buf_free(&search.why_gone);
	return err;
}
