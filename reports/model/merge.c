// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/merge.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/merge-check.h"
#include "reports/model/merge-compare.h"
#include "reports/model/outline.h"

#include <errno.h>
#include <string.h>
#include <time.h>

/* A record of a part, and whether the plan has it. */
struct part_record {
	struct merge_part *part;
	size_t place;
	bool taken;
};

struct sources {
	struct part_record *items;
	size_t count;
};

static struct record *record_of(const struct part_record *source)
{
	return &source->part->results.cases.items[source->place];
}

static int order(const struct record *a, const struct record *b)
{
	int by_name = strcmp(a->name, b->name)
			      ?: strcmp(a->machine, b->machine) ?: strcmp(a->kernel, b->kernel);

	return by_name ?: (a->attempt > b->attempt) - (a->attempt < b->attempt);
}

static int by_case(const void *a, const void *b)
{
	return order(record_of(a), record_of(b));
}

static void list_sources(struct merge_parts *parts, struct sources *sources)
{
	for (size_t p = 0; p < parts->count; p++) {
		struct merge_part *part = &parts->items[p];

		part->numbers = zalloc(part->results.cases.count, sizeof(*part->numbers));
		for (size_t i = 0; i < part->results.cases.count; i++)
			*array_add(sources) = (struct part_record){.part = part, .place = i};
	}
	if (sources->count)
		qsort(sources->items, sources->count, sizeof(*sources->items), by_case);
}

/* Check that no case is in two parts, as it is if the shards were split differently. */
static int check_once(const struct sources *sources, struct buf *why)
{
	for (size_t i = 1; i < sources->count; i++) {
		const struct part_record *a = &sources->items[i - 1], *b = a + 1;

		if (by_case(a, b))
			continue;
		buf_printf(why, "%s and %s both have %s/%s %s: run both with the same lab",
			   a->part->folder, b->part->folder, record_of(a)->kernel,
			   record_of(a)->machine, record_of(a)->name);
		return -EINVAL;
	}
	return 0;
}

static int compare_source(const void *key, const void *item)
{
	return order(key, record_of(item));
}

/* An empty record for case number I of PLANNED. */
static struct record planned_record(const struct planned *planned, size_t i)
{
	const char *name = planned->cases.items[i];
	struct case_parts parts;

	case_split(name, &parts);
	return (struct record){
		.kernel = text("%s", planned->kernel),
		.machine = text("%s", planned->machine),
		.name = text("%s", name),
		.scenario = parts.scenario,
		.dut = parts.dut,
		.mode = parts.mode,
		.number = (unsigned int)i + 1,
		.attempt = planned_attempt(planned, i),
	};
}

/* Added to the numbers of guests and lanes of a part, to make them unique. */
struct offset {
	unsigned int guests;
	unsigned int lanes;
};

static struct offset offset_of(const struct merge_parts *parts, const struct merge_part *part)
{
	struct offset offset = {0};

	for (const struct merge_part *at = parts->items; at < part; at++) {
		offset.guests += (unsigned int)at->results.guests.count;
		offset.lanes += at->results.run.lanes;
	}
	return offset;
}

/* Move the record of SOURCE to TO, an empty record, with the number NUMBER. */
static void take(const struct merge_parts *parts, struct part_record *source, unsigned int number,
		 struct record *to)
{
	const struct offset offset = offset_of(parts, source->part);

	json_copy(&record_type, to, record_of(source));
	to->number = number;
	if (to->guest) {
		to->guest += offset.guests;
		to->lane += offset.lanes;
	}
	source->part->numbers[source->place] = number;
	source->taken = true;
}

static void add_planned(const struct merge_parts *parts, const struct sources *sources,
			const struct planned *planned, const char *absent, struct results *merged)
{
	for (size_t i = 0; i < planned->cases.count; i++) {
		struct record made = planned_record(planned, i);
		struct part_record *source =
			sources->count ? bsearch(&made, sources->items, sources->count,
						 sizeof(*sources->items), compare_source)
				       : NULL;
		struct record *record = array_add(&merged->cases);

		if (!source) {
			*record = made;
			result_judge(&record->result, CAUSE_SHARD_ABSENT, absent);
			continue;
		}
		take(parts, source, made.number, record);
		json_free(&record_type, &made);
	}
}

static unsigned int count_cases(const struct results *results, const struct record *like)
{
	unsigned int count = 0;

	for (size_t i = 0; i < results->cases.count; i++)
		count += results->cases.items[i].number &&
			 !strcmp(results->cases.items[i].kernel, like->kernel) &&
			 !strcmp(results->cases.items[i].machine, like->machine);
	return count;
}

/* Add what is not in the plan: subtests, and retries of failed cases. */
static void add_unplanned(const struct merge_parts *parts, const struct sources *sources,
			  struct results *merged)
{
	for (size_t i = 0; i < sources->count; i++) {
		struct part_record *source = &sources->items[i];
		unsigned int number;

		if (source->taken)
			continue;
		number = record_of(source)->number ? count_cases(merged, record_of(source)) + 1 : 0;
		take(parts, source, number, array_add(&merged->cases));
	}
}

/* "shards 2/4, 3/4 are absent", or NULL if all are present. The caller frees it. */
static char *describe_absent(const struct merge_parts *parts)
{
	unsigned int shards = parts->items[0].results.run.shards;
	cleanup_list struct list absent = {0};
	cleanup_free char *joined = NULL;

	for (unsigned int s = 1; s <= shards; s++) {
		bool found = false;

		for (size_t p = 0; p < parts->count; p++)
			found |= parts->items[p].results.run.shard == s;
		if (!found)
			list_addf(&absent, "%u/%u", s, shards);
	}
	joined = list_join(&absent, ", ");
	if (!absent.count)
		return NULL;
	return text("shard%s %s %s absent", absent.count > 1 ? "s" : "", joined,
		    absent.count > 1 ? "are" : "is");
}

static double started_at(const struct run_about *run)
{
	struct tm tm = {0};

	return run->started && strptime(run->started, "%Y-%m-%dT%H:%M:%SZ", &tm)
		       ? (double)timegm(&tm)
		       : 0;
}

/* The time from the start of the first part to the end of the last one. */
static void merge_times(const struct merge_parts *parts, struct run_about *run)
{
	double start = started_at(run), end = start;

	for (size_t p = 0; p < parts->count; p++) {
		const struct run_about *its = &parts->items[p].results.run;
		double its_start = started_at(its);

		if (its_start < start) {
			free(run->started);
			run->started = text("%s", its->started);
			start = its_start;
		}
		if (its_start + its->seconds > end)
			end = its_start + its->seconds;
	}
	run->seconds = end - start;
}

static void merge_kernels(const struct merge_parts *parts, struct results *merged)
{
	for (size_t p = 0; p < parts->count; p++)
		for (size_t k = 0; k < merged->kernels.count; k++) {
			struct kernel_about *to = &merged->kernels.items[k];
			const struct kernel_about *from =
				results_kernel(&parts->items[p].results, to->name);

			if (!to->guest && from && from->guest)
				to->guest = text("%s", from->guest);
		}
}

/* Copy what is the same in all parts from the first, and merge the times. */
static void merge_about(const struct merge_parts *parts, bool whole, struct results *merged)
{
	struct results about = parts->items[0].results;

	/* Do not copy cases, guests, leaks and comparisons. */
	about.cases.count = about.guests.count = about.leaks.count = about.comparisons.count = 0;
	about.plan.count = 0;
	json_copy(&results_type, merged, &about);
	merged->run.shard = merged->run.shards = 0;
	merged->run.lanes = 0;
	merged->run.complete = whole;
	for (size_t p = 0; p < parts->count; p++) {
		merged->run.lanes += parts->items[p].results.run.lanes;
		merged->run.complete &= parts->items[p].results.run.complete;
	}
	merge_times(parts, &merged->run);
	merge_kernels(parts, merged);
}

static void add_guests(const struct merge_parts *parts, const struct merge_part *part,
		       struct results *merged)
{
	const struct offset offset = offset_of(parts, part);

	for (size_t i = 0; i < part->results.guests.count; i++) {
		struct guest_record *guest = array_add(&merged->guests);

		json_copy(&guest_type, guest, &part->results.guests.items[i]);
		guest->guest += offset.guests;
		guest->lane += offset.lanes;
	}
}

static void add_leaks(const struct merge_part *part, struct results *merged)
{
	for (size_t i = 0; i < part->results.leaks.count; i++)
		json_copy(&leak_type, array_add(&merged->leaks), &part->results.leaks.items[i]);
}

int merge_results(struct merge_parts *parts, struct results *merged, struct buf *why)
{
	struct sources sources = {0};
	cleanup_free char *absent = NULL;
	int err = merge_check(parts, why);

	if (err)
		return err;
	list_sources(parts, &sources);
	err = check_once(&sources, why);
	if (err)
		goto out;
	absent = describe_absent(parts);
	merge_about(parts, !absent, merged);
	for (size_t i = 0; i < parts->items[0].results.plan.count; i++)
		add_planned(parts, &sources, &parts->items[0].results.plan.items[i],
			    absent ?: "no shard has it", merged);
	add_unplanned(parts, &sources, merged);
	for (size_t p = 0; p < parts->count; p++) {
		add_guests(parts, &parts->items[p], merged);
		add_leaks(&parts->items[p], merged);
	}
	merge_comparisons(parts, merged);
out:
	free(sources.items);
	return err;
}

void merge_parts_free(struct merge_parts *parts)
{
	for (size_t p = 0; p < parts->count; p++) {
		free(parts->items[p].folder);
		free(parts->items[p].numbers);
		results_free(&parts->items[p].results);
	}
	free(parts->items);
	*parts = (struct merge_parts){0};
}
