// SPDX-License-Identifier: GPL-2.0-only
/* Shards: how they are named, and how a plan is cut. */
#include "runner/plan/shard.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/plan.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <unistd.h>

#define CASES 40

/* Variables of engines, for one test. */
static void set_engine(const char *const pairs[])
{
	static const char *const all[] = {"SLURM_ARRAY_TASK_ID",  "SLURM_ARRAY_TASK_COUNT",
					  "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP",
					  "CI_NODE_INDEX",	  "CI_NODE_TOTAL"};

	for (size_t i = 0; i < ARRAY_SIZE(all); i++)
		unsetenv(all[i]);
	for (; pairs && pairs[0]; pairs += 2)
		setenv(pairs[0], pairs[1], 1);
}

struct spelling {
	const char *value;
	unsigned int index, count; /* 0: it is refused */
	const char *engine[9];
	const char *message; /* part of it */
};

static const struct spelling spellings[] = {
	{"1/1", 1, 1, {NULL}, NULL},
	{"3/12", 3, 12, {NULL}, NULL},
	{"1000/1000", 1000, 1000, {NULL}, NULL},
	{"0/4", 0, 0, {NULL}, "SHARD 0/4: expected i/N"},
	{"5/4", 0, 0, {NULL}, "SHARD 5/4: expected i/N"},
	{"1/1001", 0, 0, {NULL}, "up to 1000"},
	{"1", 0, 0, {NULL}, "expected i/N"},
	{"1/", 0, 0, {NULL}, "expected i/N"},
	{"/2", 0, 0, {NULL}, "expected i/N"},
	{"-1/2", 0, 0, {NULL}, "expected i/N"},
	{"+1/2", 0, 0, {NULL}, "expected i/N"},
	{" 1/2", 0, 0, {NULL}, "expected i/N"},
	{"1/2/3", 0, 0, {NULL}, "expected i/N"},
	{"1/4294967298", 0, 0, {NULL}, "expected i/N"},
	{"AUTO", 0, 0, {NULL}, "expected i/N"},
	{"auto", 0, 0, {NULL}, "neither SLURM_ARRAY_TASK_ID nor CI_NODE_INDEX is set"},
	{"auto", 2, 3, {"CI_NODE_INDEX", "2", "CI_NODE_TOTAL", "3"}, NULL},
	{"auto", 0, 0, {"CI_NODE_INDEX", "2"}, "set parallel: N"},
	{"auto", 2, 4, {"SLURM_ARRAY_TASK_ID", "2", "SLURM_ARRAY_TASK_COUNT", "4"}, NULL},
	{"auto",
	 1,
	 4,
	 {"SLURM_ARRAY_TASK_ID", "0", "SLURM_ARRAY_TASK_COUNT", "4", "SLURM_ARRAY_TASK_MIN", "0"},
	 NULL},
	{"auto",
	 3,
	 4,
	 {"SLURM_ARRAY_TASK_ID", "14", "SLURM_ARRAY_TASK_COUNT", "4", "SLURM_ARRAY_TASK_MIN", "10",
	  "SLURM_ARRAY_TASK_STEP", "2"},
	 NULL},
	/* --array=1,3,7 */
	{"auto",
	 0,
	 0,
	 {"SLURM_ARRAY_TASK_ID", "7", "SLURM_ARRAY_TASK_COUNT", "3", "SLURM_ARRAY_TASK_MIN", "1",
	  "SLURM_ARRAY_TASK_STEP", "1"},
	 "--array=1-N"},
	/* A given shard needs no engine. */
	{"1/2", 1, 2, {"CI_NODE_INDEX", "2", "CI_NODE_TOTAL", "3"}, NULL},
};

TEST a_shard_is_read_or_refused(const struct spelling *spelling)
{
	cleanup_buf struct buf why = BUF_INIT;
	struct shard shard = {0};
	int err;

	set_engine(spelling->engine);
	err = parse_shard("SHARD", spelling->value, &shard, &why);
	set_engine(NULL);
	ASSERT_EQm(spelling->value, spelling->count ? 0 : -EINVAL, err);
	if (spelling->message)
		ASSERTm(why.data, strstr(why.data, spelling->message));
	if (err)
		PASS();
	ASSERT_EQ(spelling->index, shard.index);
	ASSERT_EQ(spelling->count, shard.count);
	PASS();
}

/* A job of KERNEL on MACHINE, the cases of its DUTs in turn. */
static void add_job(struct plan *plan, const char *kernel, const char *machine,
		    const char *const duts[])
{
	struct job *job = plan_add_job(plan);

	job->kernel = text("%s", kernel);
	job->machine = text("%s", machine);
	for (unsigned int i = 0; i < CASES; i++)
		for (size_t d = 0; duts[d]; d++) {
			cleanup_free char *scenario = text("bind/%02u", i);

			job_add(job, (unsigned int)job->cases.count + 1, scenario, duts[d],
				MODE_TYPE1);
		}
	job->total = (unsigned int)job->cases.count;
	plan->cases += job->cases.count;
}

/* Two kernels, two machines. */
static void fill(struct plan *plan)
{
	static const char *const kernels[] = {"base", "series"};
	static const char *const pci[] = {"edu", "igb", "nvme", NULL};
	static const char *const vf[] = {"igb", "nvme-vf", NULL};

	for (size_t k = 0; k < ARRAY_SIZE(kernels); k++) {
		list_add(&plan->kernels, kernels[k]);
		add_job(plan, kernels[k], "pci", pci);
		add_job(plan, kernels[k], "vf", vf);
	}
}

struct weights_file {
	char path[32];
};

static void file_remove(struct weights_file *file)
{
	unlink(file->path);
}
#define cleanup_weights_file __attribute__((cleanup(file_remove)))

static struct weights_file file_make(const char *content)
{
	struct weights_file file = {"/tmp/weights.XXXXXX"};
	cleanup_close int fd = mkstemp(file.path);

	if (fd < 0 || write_all(fd, content, strlen(content)))
		abort();
	return file;
}

static const char weights[] = "# comment\n\npci edu 10\npci igb 300\npci nvme 200\nvf igb 90\n";

/* "KERNEL/MACHINE DUT" of all cases of PLAN, each once. */
static void list_duts(const struct plan *plan, struct list *list)
{
	for (size_t j = 0; j < plan->count; j++)
		for (size_t i = 0; i < plan->jobs[j].cases.count; i++) {
			cleanup_free char *name =
				text("%s/%s %s", plan->jobs[j].kernel, plan->jobs[j].machine,
				     plan->jobs[j].cases.items[i].dut);

			list_add_once(list, name);
		}
}

/* All cases are in one shard each, those of a DUT in the same one on both kernels. */
TEST shards_cover_the_plan_once(unsigned int *count)
{
	cleanup_weights_file struct weights_file file = file_make(weights);
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_list struct list seen = {0};
	size_t cases = 0;

	for (unsigned int s = 1; s <= *count; s++) {
		cleanup_plan struct plan plan = {0};
		const struct shard shard = {s, *count};
		cleanup_list struct list duts = {0};
		size_t in_jobs = 0;

		fill(&plan);
		ASSERT_EQ(0, shard_plan(&plan, &shard, file.path, &why));
		list_duts(&plan, &duts);
		for (size_t i = 0; i < duts.count; i++) {
			ASSERT_FALSEm(duts.items[i], list_has(&seen, duts.items[i]));
			list_add(&seen, duts.items[i]);
		}
		ASSERT_EQ_FMT((size_t)0, duts.count % 2, "%zu");
		for (size_t j = 0; j < plan.count; j++)
			in_jobs += plan.jobs[j].cases.count;
		ASSERT_EQ_FMT(in_jobs, plan.cases, "%zu");
		ASSERT_EQ_FMT(duts.count * CASES, plan.cases, "%zu");
		cases += plan.cases;
	}
	ASSERT_EQ_FMT((size_t)10, seen.count, "%zu");
	ASSERT_EQ_FMT((size_t)10 * CASES, cases, "%zu");
	PASS();
}

TEST cases_are_numbered_by_machine(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	const struct shard shard = {2, 2};

	fill(&plan);
	ASSERT_EQ(0, shard_plan(&plan, &shard, "/nonexistent", &why));
	ASSERT(plan.count);
	for (size_t j = 0; j < plan.count; j++) {
		const struct job *job = &plan.jobs[j];

		ASSERT(job->cases.count);
		ASSERT_EQ_FMT((unsigned int)job->cases.count, job->total, "%u");
		for (size_t i = 0; i < job->cases.count; i++)
			ASSERT_EQ_FMT((unsigned int)i + 1, job->cases.items[i].number, "%u");
	}
	PASS();
}

/* The heaviest DUT is alone, the other four are elsewhere. */
TEST shards_are_balanced_by_weight(void)
{
	cleanup_weights_file struct weights_file file =
		file_make("pci edu 10\npci igb 900\npci nvme 200\nvf igb 90\nvf nvme-vf 90\n");
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	cleanup_list struct list duts = {0};
	const struct shard shard = {1, 2};

	fill(&plan);
	ASSERT_EQ(0, shard_plan(&plan, &shard, file.path, &why));
	list_duts(&plan, &duts);
	ASSERT_EQ_FMT((size_t)2, duts.count, "%zu");
	ASSERT_STR_EQ("base/pci igb", duts.items[0]);
	ASSERT_STR_EQ("series/pci igb", duts.items[1]);
	PASS();
}

TEST a_bad_weight_is_refused(const char *line)
{
	cleanup_weights_file struct weights_file file = file_make(line);
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	const struct shard shard = {1, 2};

	fill(&plan);
	ASSERT_EQ(-EINVAL, shard_plan(&plan, &shard, file.path, &why));
	ASSERTm(why.data, strstr(why.data, file.path));
	ASSERTm(why.data, strstr(why.data, "is not 'MACHINE DUT MS'"));
	PASS();
}

TEST an_empty_plan_has_empty_shards(void)
{
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_plan struct plan plan = {0};
	const struct shard shard = {3, 4};

	ASSERT_EQ(0, shard_plan(&plan, &shard, "/nonexistent", &why));
	ASSERT_EQ(0, plan.count);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	unsigned int counts[] = {1, 2, 3, 4, 7, 20};

	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++)
		RUN_TEST1(a_shard_is_read_or_refused, &spellings[i]);
	for (size_t i = 0; i < ARRAY_SIZE(counts); i++)
		RUN_TEST1(shards_cover_the_plan_once, &counts[i]);
	RUN_TEST(cases_are_numbered_by_machine);
	RUN_TEST(shards_are_balanced_by_weight);
	RUN_TESTp(a_bad_weight_is_refused, "pci edu\n");
	RUN_TESTp(a_bad_weight_is_refused, "pci edu 5 6\n");
	RUN_TESTp(a_bad_weight_is_refused, "pci edu x\n");
	RUN_TEST(an_empty_plan_has_empty_shards);
	GREATEST_MAIN_END();
}
