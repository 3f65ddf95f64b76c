// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/one-case.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/select.h"
#include "runner/cli/case-line.h"
#include "runner/cli/kernel-about.h"
#include "runner/cli/own-settings.h"
#include "runner/plan/named.h"
#include "runner/plan/suites.h"

#include <errno.h>
#include <string.h>

static int read_words(struct one_case *one, struct case_line *line, struct buf *why)
{
	cleanup_list struct list words = {0};
	cleanup_free char *joined = NULL;

	for (char *const *word = one->words; word && *word; word++)
		list_add(&words, *word);
	joined = list_join(&words, " ");
	if (case_line_read(joined, line)) {
		case_line_free(line);
		if (case_name_read(joined, line)) {
			buf_printf(why,
				   "'%s' is not SCENARIO[DUT], nor a line that a run prints "
				   "for a case",
				   joined);
			return -EINVAL;
		}
	}
	if (line->duts.count > 1)
		buf_printf(&one->note, "the line names %zu cases: this is the first, [%s]",
			   line->duts.count, line->duts.items[0]);
	return 0;
}

static bool selected(const struct list *globs, const char *name)
{
	cleanup_list struct list all = {0}, chosen = {0};
	cleanup_buf struct buf why = BUF_INIT;

	list_add(&all, name);
	return !list_select(&all, globs, "", &chosen, &why);
}

static bool is_at(const char *wanted, const struct list *globs, const char *name)
{
	return wanted ? !strcmp(wanted, name) : selected(globs, name);
}

static bool matches(const struct one_case *one, const struct case_line *line,
		    const struct record *record)
{
	cleanup_free char *place = record_place(record);

	return !strcmp(record->scenario, line->scenario) && !strcmp(place, line->duts.items[0]) &&
	       is_at(line->kernel, &one->choice.kernels, record->kernel) &&
	       is_at(line->machine, &one->choice.machines, record->machine);
}

/* A failure is what users look for; a case without a verdict is of no use. */
static int rank(const struct record *record)
{
	switch (record->result.verdict) {
	case VERDICT_MISS:
		return 0;
	case VERDICT_FAIL:
		return 2;
	default:
		return 1;
	}
}

static bool same_place(const struct record *a, const struct record *b)
{
	return !strcmp(a->kernel, b->kernel) && !strcmp(a->machine, b->machine);
}

/* Find the record: the first that failed, or else the last. Returns 0 or -EINVAL. */
static int find_record(struct one_case *one, const struct case_line *line, struct buf *why)
{
	const struct records *cases = &one->found.results.cases;
	const struct record *best = NULL, *other = NULL;

	for (size_t i = 0; i < cases->count; i++) {
		const struct record *record = &cases->items[i];

		if (!matches(one, line, record) || (best && rank(record) < rank(best)))
			continue;
		if (best && rank(record) == rank(best)) {
			if (!same_place(record, best))
				other = record;
			if (!same_place(record, best) || rank(record) == 2)
				continue;
		} else {
			other = NULL;
		}
		best = record;
	}
	one->record = best;
	if (!other)
		return 0;
	buf_printf(why, "%s ran on %s/%s and on %s/%s: name one, as in '%s/%s %s'", best->name,
		   best->kernel, best->machine, other->kernel, other->machine, best->kernel,
		   best->machine, best->name);
	return -EINVAL;
}

/* Forget a record that says nothing about the kernel as it is now. */
static void check_record(struct one_case *one)
{
	const struct kernel_about *then;
	struct kernel_about now;

	if (!one->record)
		return;
	then = results_kernel(&one->found.results, one->record->kernel);
	now = kernel_about(&one->settings, one->record->kernel);
	if (one->record->result.verdict == VERDICT_MISS) {
		one->record = NULL;
	} else if (then && then->key && now.key && strcmp(then->key, now.key) != 0) {
		buf_printf(&one->note, "%skernel %s was built again after run %s",
			   one->note.len ? "; " : "", one->record->kernel, one->found.name);
		one->record = NULL;
	}
	json_free(&kernel_type, &now);
}

/* The run that has the results. Without --run, there need not be one. */
static int read_run(struct one_case *one, struct buf *why)
{
	cleanup_buf struct buf reason = BUF_INIT;
	int err = find_run(&one->settings, one->run ?: "latest", &one->found, &reason);

	if (err && one->run) {
		buf_puts(why, reason.data);
		return err;
	}
	if (err)
		results_free(&one->found.results);
	return 0;
}

/* Replace LIST by the one WORD, unless that is NULL. */
static void set_only(struct list *list, const char *word)
{
	if (!word)
		return;
	list_free(list);
	list_add(list, word);
}

static int refuse_several(const struct one_case *one, const struct case_line *line, struct buf *why)
{
	const struct job *job = &one->plan.jobs[0];
	cleanup_list struct list places = {0};
	cleanup_free char *joined = NULL;

	for (size_t i = 0; i < one->plan.count; i++)
		list_addf(&places, "%s/%s", one->plan.jobs[i].kernel, one->plan.jobs[i].machine);
	joined = list_join(&places, ", ");
	buf_printf(why, "%s[%s] can run on %s: name one, as in '%s/%s %s[%s]'", line->scenario,
		   line->duts.items[0], joined, job->kernel, job->machine, line->scenario,
		   line->duts.items[0]);
	return -EINVAL;
}

static int plan_case(struct one_case *one, const struct case_line *line, struct buf *why)
{
	const char *place = line->duts.items[0], *comma = strchr(place, ',');
	cleanup_free char *dut = text("%.*s", (int)strcspn(place, ","), place);
	struct choice *choice = &one->choice;
	int err;

	set_only(&choice->kernels, one->record ? one->record->kernel : line->kernel);
	set_only(&choice->machines, one->record ? one->record->machine : line->machine);
	set_only(&choice->scenarios, line->scenario);
	set_only(&choice->duts, dut);
	set_only(&choice->modes, comma ? comma + 1 : mode_names[MODE_TYPE1]);
	choice->shard = (struct shard){0};
	choice->repeat = 0;
	err = plan_make(&one->settings, &one->inventory, choice, JOB_CASES, NULL, &one->plan, why)
		      ?: plan_require_cases(&one->plan, choice, why)
		      ?: suites_pack(&one->settings, &one->inventory, &one->plan, why);
	return err || one->plan.count == 1 ? err : refuse_several(one, line, why);
}

int one_case_find(const struct settings *settings, struct one_case *one, struct buf *why)
{
	cleanup_case_line struct case_line line = {0};
	int err = read_words(one, &line, why);

	if (!err)
		err = own_settings_make(settings, &one->choice, &one->settings, stdout, why);
	if (!err)
		err = inventory_read(&one->settings, &one->inventory, why) ?: read_run(one, why);
	if (!err)
		err = find_record(one, &line, why);
	if (err)
		return err;
	err = plan_case(one, &line, why);
	check_record(one);
	return err;
}

struct job *one_case_job(const struct one_case *one)
{
	return &one->plan.jobs[0];
}

const struct job_case *one_case_target(const struct one_case *one)
{
	const struct job *job = one_case_job(one);

	return &job->cases.items[job->cases.count - 1];
}

/* Append the case NAME to JOB. */
static void add_case(struct job *job, const char *name)
{
	cleanup_case_parts struct case_parts parts;

	case_split(name, &parts);
	job_add(job, (unsigned int)job->cases.count + 1, parts.scenario, parts.dut, parts.mode);
}

void one_case_precede(struct one_case *one, const struct list *before)
{
	cleanup_free char *target = text("%s", one_case_target(one)->name);
	struct job *job = one_case_job(one);
	struct job bare = {0};

	job_copy_bare(&bare, job);
	for (size_t i = 0; i < before->count; i++)
		add_case(&bare, before->items[i]);
	add_case(&bare, target);
	bare.total = (unsigned int)bare.cases.count;
	job_free(job);
	*job = bare;
}

int one_case_check(const struct one_case *one, const char *name, struct buf *why)
{
	const struct job *job = one_case_job(one);
	cleanup_case_line struct case_line line = {0};
	struct choice none = {0};
	int err;

	if (case_name_read(name, &line) || line.duts.count > 1) {
		buf_printf(why, "'%s' is not SCENARIO[DUT]", name);
		return -EINVAL;
	}
	err = named_add(&one->inventory, &none, job->kernel, job->machine, line.scenario,
			line.duts.items[0], why);
	choice_free(&none);
	return err;
}

static int by_number(const void *left, const void *right)
{
	const struct record *const *a = left, *const *b = right;

	return ((*a)->number > (*b)->number) - ((*a)->number < (*b)->number);
}

void one_case_predecessors(const struct one_case *one, struct list *before)
{
	const struct records *cases = &one->found.results.cases;
	const struct record *record = one->record;
	cleanup_free const struct record **found = zalloc(cases->count, sizeof(*found));
	size_t count = 0;

	for (size_t i = 0; record && record->guest && i < cases->count; i++) {
		const struct record *other = &cases->items[i];

		if (other->guest == record->guest && other->number < record->number &&
		    same_place(other, record))
			found[count++] = other;
	}
	if (count)
		qsort(found, count, sizeof(*found), by_number);
	for (size_t i = 0; i < count; i++)
		list_add(before, found[i]->name);
}

void one_case_free(struct one_case *one)
{
	choice_free(&one->choice);
	plan_free(&one->plan);
	inventory_free(&one->inventory);
	found_run_free(&one->found);
	own_settings_free(&one->settings);
	buf_free(&one->note);
}
