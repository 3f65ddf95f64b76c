// SPDX-License-Identifier: GPL-2.0-only
#include "tests/reports/shards.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/attempts.h"
#include "reports/model/outline.h"

#include <string.h>

static const char *const kernels[] = {"base", "series"};
static const char *const duts[] = {"edu", "igb"};
static const char *const scenarios[] = {"bind/x", "bind/y"};

/* The plan: two scenarios on two DUTs, DUT by DUT, on both kernels. */
static void make_outline(struct outline *outline)
{
	for (size_t k = 0; k < ARRAY_SIZE(kernels); k++) {
		struct planned *planned = outline_add(outline, kernels[k], "pci");

		for (size_t d = 0; d < ARRAY_SIZE(duts); d++)
			for (size_t s = 0; s < ARRAY_SIZE(scenarios); s++)
				list_addf(&planned->cases, "%s[%s]", scenarios[s], duts[d]);
	}
}

void shard_add_record(struct results *results, const char *kernel, const char *dut,
		      const char *scenario, unsigned int number)
{
	struct record *record = array_add(&results->cases);

	record->kernel = text("%s", kernel);
	record->machine = text("pci");
	record->name = text("%s[%s]", scenario, dut);
	record->scenario = text("%s", scenario);
	record->dut = text("%s", dut);
	record->number = number;
	record->attempt = 1;
	record->guest = 1;
	record->lane = 1;
	result_judge(&record->result, CAUSE_PASSED, NULL);
	pairs_set(&record->result.facts, "dut", dut);
}

static void add_comparison(struct results *results, const char *dut)
{
	struct comparison *comparison = array_add(&results->comparisons);
	struct difference *listed = array_add(&comparison->of[DIFFERENCE_LISTED]);
	static const char *const facts[] = {"never", "edu", "igb"};

	comparison->a = text("base");
	comparison->b = text("series");
	listed->name = text("bind/x[%s]", dut);
	listed->machine = text("pci");
	listed->fact = text("%s", dut);
	for (size_t i = 0; i < ARRAY_SIZE(facts); i++)
		if (strcmp(facts[i], dut))
			*array_add(&comparison->unseen) =
				(struct unseen){text("%s", ""), text("%s", facts[i]), text("why")};
}

static void add_about(struct results *results)
{
	for (size_t k = 0; k < ARRAY_SIZE(kernels); k++) {
		struct kernel_about *kernel = array_add(&results->kernels);

		kernel->name = text("%s", kernels[k]);
		kernel->key = text("%s-key", kernels[k]);
	}
	((struct machine_about *)array_add(&results->machines))->name = text("pci");
}

struct results *make_shard(struct merge_parts *parts, unsigned int index, unsigned int count,
			   const char *dut)
{
	struct merge_part *part = array_add(parts);
	struct results *results = &part->results;
	struct guest_record *guest = array_add(&results->guests);

	part->folder = text("shard-%u", index);
	results->schema = RESULTS_SCHEMA;
	results->run = (struct run_about){
		.lab = text("v1"),
		.accel = text("tcg"),
		.started = text("2026-01-02T03:04:0%uZ", 5 + index),
		.seconds = 10 * index,
		.lanes = 2,
		.repeat = 1,
		.complete = true,
		.shard = index,
		.shards = count,
	};
	add_about(results);
	make_outline(&results->plan);
	results->run.plan = outline_hash(&results->plan, results);
	for (size_t k = 0; k < ARRAY_SIZE(kernels); k++)
		for (unsigned int s = 0; s < ARRAY_SIZE(scenarios); s++)
			shard_add_record(results, kernels[k], dut, scenarios[s], s + 1);
	guest->kernel = text("base");
	guest->machine = text("pci");
	guest->guest = guest->lane = 1;
	guest->end = text("done");
	results->kernels.items[index - 1].guest = text("Linux %u", index);
	add_comparison(results, dut);
	return results;
}

/* The first attempt at the first case of KERNEL. */
static struct record *first_of(struct results *results, const char *kernel)
{
	size_t i = 0;

	while (strcmp(results->cases.items[i].kernel, kernel))
		i++;
	return &results->cases.items[i];
}

void shard_add_retry(struct results *results, const char *kernel, const char *dut,
		     unsigned int number)
{
	struct record *failed = first_of(results, kernel);

	result_free(&failed->result);
	result_judge(&failed->result, CAUSE_FAILED, "expected 1, got 2");
	shard_add_record(results, kernel, dut, failed->scenario, number);
	results->cases.items[results->cases.count - 1].attempt = 2;
	attempts_flag(results);
}
