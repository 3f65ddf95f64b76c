// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/shard.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "runner/plan/plan.h"
#include "runner/plan/weights.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* What a case takes on a DUT without a weight: about the mean of all DUTs. */
#define GUESS_MS 100

/* Cost of booting a machine in one more shard. */
#define BOOT_MS 3000

static int parse_pair(const char *value, struct shard *shard)
{
	int end = 0;

	if (sscanf(value, "%4u/%4u%n", &shard->index, &shard->count, &end) != 2 || value[end] ||
	    strspn(value, "0123456789/") != strlen(value))
		return -EINVAL;
	return shard->index >= 1 && shard->index <= shard->count && shard->count <= SHARDS_MAX
		       ? 0
		       : -EINVAL;
}

/* The variables in which a CI engine numbers the tasks of a job. */
struct engine {
	const char *index;
	const char *count;
	const char *first; /* the lowest index; 1 if it is not set */
	const char *step;  /* from one index to the next; 1 if it is not set */
	const char *remedy;
};

static const struct engine engines[] = {
	{"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN",
	 "SLURM_ARRAY_TASK_STEP", "submit the array as --array=1-N"},
	{"CI_NODE_INDEX", "CI_NODE_TOTAL", NULL, NULL, "set parallel: N"},
};

static long number_in(const char *variable)
{
	const char *value = variable ? getenv(variable) : NULL;

	return value ? strtol(value, NULL, 10) : 1;
}

static int take_engine(const struct engine *engine, struct shard *shard, struct buf *why)
{
	const char *count = getenv(engine->count) ?: "";
	long step = number_in(engine->step);
	long past = number_in(engine->index) - number_in(engine->first);
	cleanup_free char *pair = text("%ld/%s", step > 0 ? past / step + 1 : 0, count);

	if (!parse_pair(pair, shard))
		return 0;
	buf_printf(why,
		   "%s=%s with %s=%s is not one shard of several: %s, or name the shard, as "
		   "i/N",
		   engine->index, getenv(engine->index), engine->count, count, engine->remedy);
	return -EINVAL;
}

static int ask_engine(const char *what, struct shard *shard, struct buf *why)
{
	for (size_t i = 0; i < ARRAY_SIZE(engines); i++)
		if (getenv(engines[i].index))
			return take_engine(&engines[i], shard, why);
	buf_printf(why, "%s auto: neither %s nor %s is set: name the shard, as i/N", what,
		   engines[0].index, engines[1].index);
	return -EINVAL;
}

int parse_shard(const char *what, const char *value, struct shard *shard, struct buf *why)
{
	if (!strcmp(value, "auto"))
		return ask_engine(what, shard, why);
	if (!parse_pair(value, shard))
		return 0;
	buf_printf(why, "%s %s: expected i/N, from 1/N to N/N with N up to %u, or auto", what,
		   value, SHARDS_MAX);
	return -EINVAL;
}

/* The cases of one DUT, all of which are in one shard. */
struct unit {
	char *machine;
	char *dut;
	uint64_t ms;
	unsigned int shard; /* from 0 */
};

struct units {
	struct unit *items;
	size_t count;
};

static void units_free(struct units *units)
{
	for (size_t i = 0; i < units->count; i++) {
		free(units->items[i].machine);
		free(units->items[i].dut);
	}
	free(units->items);
}
#define cleanup_units __attribute__((cleanup(units_free)))

static struct unit *find_unit(const struct units *units, const char *machine, const char *dut)
{
	for (size_t i = 0; i < units->count; i++)
		if (!strcmp(units->items[i].machine, machine) && !strcmp(units->items[i].dut, dut))
			return &units->items[i];
	return NULL;
}

static void gather(const struct plan *plan, const struct weights *weights, struct units *units)
{
	for (size_t j = 0; j < plan->count; j++) {
		const struct job *job = &plan->jobs[j];

		for (size_t i = 0; i < job->cases.count; i++) {
			const char *dut = job->cases.items[i].dut;
			struct unit *unit = find_unit(units, job->machine, dut);

			if (!unit) {
				unit = array_add(units);
				unit->machine = text("%s", job->machine);
				unit->dut = text("%s", dut);
			}
			unit->ms += weight_of(weights, job->machine, dut, GUESS_MS);
		}
	}
}

static int heaviest_first(const void *left, const void *right)
{
	const struct unit *a = left, *b = right;

	if (a->ms != b->ms)
		return a->ms < b->ms ? 1 : -1;
	return strcmp(a->machine, b->machine) ?: strcmp(a->dut, b->dut);
}

/* Whether SHARD has one of the first COUNT units that is on MACHINE. */
static bool boots(const struct units *units, size_t count, unsigned int shard, const char *machine)
{
	for (size_t i = 0; i < count; i++)
		if (units->items[i].shard == shard && !strcmp(units->items[i].machine, machine))
			return true;
	return false;
}

/* Assign each unit to the shard that ends first. */
static void deal(struct units *units, unsigned int shards, uint64_t boot_ms)
{
	cleanup_free uint64_t *load = zalloc(shards, sizeof(*load));

	qsort(units->items, units->count, sizeof(*units->items), heaviest_first);
	for (size_t i = 0; i < units->count; i++) {
		struct unit *unit = &units->items[i];
		uint64_t least = UINT64_MAX;

		for (unsigned int s = 0; s < shards; s++) {
			uint64_t boot = boots(units, i, s, unit->machine) ? 0 : boot_ms;

			if (load[s] + boot + unit->ms >= least)
				continue;
			least = load[s] + boot + unit->ms;
			unit->shard = s;
		}
		load[unit->shard] = least;
	}
}

static void free_case(struct job_case *each)
{
	free(each->name);
	free(each->scenario);
	free(each->dut);
}

/* Remove the cases of other shards from JOB, and renumber the rest. */
static void keep_cases(struct job *job, const struct units *units, unsigned int shard)
{
	size_t kept = 0;

	for (size_t i = 0; i < job->cases.count; i++) {
		struct job_case each = job->cases.items[i];

		if (find_unit(units, job->machine, each.dut)->shard != shard) {
			free_case(&each);
			continue;
		}
		each.number = (unsigned int)kept + 1;
		job->cases.items[kept++] = each;
	}
	job->cases.count = kept;
	job->total = (unsigned int)kept;
}

static void keep_jobs(struct plan *plan, const struct units *units, unsigned int shard)
{
	size_t kept = 0;

	plan->cases = 0;
	for (size_t j = 0; j < plan->count; j++) {
		struct job job = plan->jobs[j];

		keep_cases(&job, units, shard);
		plan->cases += job.cases.count;
		if (job.cases.count)
			plan->jobs[kept++] = job;
		else
			job_free(&job);
	}
	plan->count = kept;
}

int shard_plan(struct plan *plan, const struct shard *shard, const char *weights, struct buf *why)
{
	cleanup_weights struct weights known = {0};
	cleanup_units struct units units = {0};
	int err = weights_read(weights, &known, why);

	if (err)
		return err;
	gather(plan, &known, &units);
	if (units.count)
		deal(&units, shard->count, BOOT_MS * plan->kernels.count);
	keep_jobs(plan, &units, shard->index - 1);
	return 0;
}
