// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/arrange.h"

#include "lab/base/alloc.h"
#include "runner/plan/fit.h"
#include "runner/plan/guest-image.h"
#include "runner/plan/named.h"

#include <errno.h>
#include <string.h>

/* The index after the last scenario of the family of the one at FIRST. */
static size_t family_end(const struct list *scenarios, size_t first)
{
	const char *name = scenarios->items[first];
	size_t len = strcspn(name, "/") + 1, end = first + 1;

	while (end < scenarios->count && !strncmp(name, scenarios->items[end], len))
		end++;
	return end;
}

/* A DUT of a machine in one of the modes of a kernel. */
struct station {
	const struct machine *machine;
	const struct machine_dut *dut;
	unsigned int modes; /* of the kernel: a set */
	enum mode mode;
};

static bool is_first_mode(const struct station *place)
{
	return place->mode == mode_first(place->modes);
}

/* Why SCENARIO is not planned at PLACE; NULL if it is. A reason is given once for all modes. */
static char *refusal_of(const struct station *place, const struct scenario_info *scenario,
			bool *of_all)
{
	char *why = fit_refusal(place->dut, scenario);

	*of_all = why;
	return why ?: fit_mode_refusal(place->dut, scenario, place->mode, is_first_mode(place));
}

/* Whether SCENARIO is planned at PLACE. If not, add the reason to REFUSALS, which may be NULL. */
static bool is_planned(const struct station *place, const struct scenario_info *scenario,
		       struct refusals *refusals)
{
	bool of_all;
	char *why = refusal_of(place, scenario, &of_all);

	if (why && refusals && (!of_all || is_first_mode(place)))
		*array_add(refusals) = (struct refusal){place->machine, place->dut, scenario,
							of_all ? MODE_TYPE1 : place->mode, why};
	else
		free(why);
	return !why;
}

/* Add to JOB the cases at PLACE with the scenarios from FIRST up to END. */
static void add_family(const struct planning *planning, const struct station *place, size_t first,
		       size_t end, struct refusals *refusals, struct job *job)
{
	const char *dut = place->dut->name;

	for (size_t s = first; s < end; s++) {
		const char *name = planning->selection->scenarios.items[s];
		const struct scenario_info *scenario =
			catalog_find(&planning->inventory->catalog, name);

		if (!scenario->no_dut &&
		    image_suits(scenario, image_of(planning->choice, place->machine)) &&
		    named_has(&planning->named, job->kernel, place->machine->name, name, dut,
			      place->mode) &&
		    is_planned(place, scenario, refusals))
			job_add(job, (unsigned int)job->cases.count + 1, name, dut, place->mode)
				->memory = scenario->memory;
	}
}

/* Add to JOB the cases of DUT with the scenarios from FIRST up to END, mode by mode. */
static void add_modes(const struct planning *planning, const struct machine *machine,
		      const struct machine_dut *dut, size_t first, size_t end,
		      struct refusals *refusals, struct job *job)
{
	const unsigned int modes = inventory_modes(planning->inventory, job->kernel);

	for (unsigned int mode = 0; mode < MODE_COUNT; mode++) {
		const struct station place = {machine, dut, modes, (enum mode)mode};

		if (modes & planning->selection->modes & MODE_BIT(mode))
			add_family(planning, &place, first, end, refusals, job);
	}
}

/* Add to JOB the cases without a DUT. They have no mode either. */
static void add_without_dut(const struct planning *planning, const struct machine *machine,
			    size_t first, size_t end, struct job *job)
{
	const struct list *scenarios = &planning->selection->scenarios;

	for (size_t s = first; s < end; s++) {
		const struct scenario_info *scenario =
			catalog_find(&planning->inventory->catalog, scenarios->items[s]);

		if (scenario->no_dut &&
		    image_suits(scenario, image_of(planning->choice, machine)) &&
		    list_has(&planning->selection->duts, fit_no_dut.name) &&
		    named_has(&planning->named, job->kernel, machine->name, scenario->name,
			      fit_no_dut.name, MODE_TYPE1))
			job_add(job, (unsigned int)job->cases.count + 1, scenario->name,
				fit_no_dut.name, MODE_TYPE1)
				->memory = scenario->memory;
	}
}

/*
 * Add all cases to JOB, sorted by family, as the report's table is, and within a family by DUT and
 * mode: a DUT can then stay open from one case to the next, without the reset that a close implies.
 */
static void add_all(const struct planning *planning, const struct machine *machine,
		    struct refusals *refusals, struct job *job)
{
	const struct list *scenarios = &planning->selection->scenarios;

	for (size_t first = 0, end; first < scenarios->count; first = end) {
		end = family_end(scenarios, first);
		add_without_dut(planning, machine, first, end, job);
		for (size_t d = 0; d < machine->dut_count; d++)
			if (list_has(&planning->selection->duts, machine->duts[d].name))
				add_modes(planning, machine, &machine->duts[d], first, end,
					  refusals, job);
	}
}

static void repeat_case(const struct job_case *each, unsigned int repeat, struct job *job)
{
	for (unsigned int attempt = 1; attempt <= repeat; attempt++) {
		struct job_case *added = job_add(job, (unsigned int)job->cases.count + 1,
						 each->scenario, each->dut, each->mode);

		added->attempt = attempt;
		added->memory = each->memory;
	}
}

/*
 * Add the cases of ONCE to JOB, in reverse if CHOICE asks for it, each as many times as CHOICE
 * repeats it. Each execution has its own attempt and its own number. Those that need LARGE guests
 * come last: they get guests of their own (share_jobs), and the stream is in the order of numbers.
 */
static void repeat_cases(const struct choice *choice, const struct job *once, bool large,
			 struct job *job)
{
	size_t count = once->cases.count;

	for (size_t i = 0; i < count; i++) {
		const struct job_case *each =
			&once->cases.items[choice->reverse ? count - 1 - i : i];

		if (large == (each->memory > job->memory))
			repeat_case(each, choice->repeat ?: 1, job);
	}
}

static int check_count(const struct choice *choice, size_t cases, struct buf *why)
{
	unsigned int repeat = choice->repeat ?: 1;

	if (cases * repeat <= JOB_CASES_MAX)
		return 0;
	buf_printf(why,
		   "REPEAT=%u makes %zu cases for one machine, the limit is %u: select fewer with "
		   "SCENARIOS= or DUTS=",
		   repeat, cases * repeat, JOB_CASES_MAX);
	return -E2BIG;
}

int arrange_cases(const struct planning *planning, const struct machine *machine,
		  struct refusals *refusals, struct job *job, struct buf *why)
{
	cleanup_job struct job once = {.kernel = text("%s", job->kernel)};
	struct planning here = *planning;
	int err;

	/* Of the thousands of cases that a run of mutants names, few are of one kernel. */
	here.named = named_of(planning->choice, job->kernel, machine->name);
	if (here.named.count || !planning->choice->cases.count)
		add_all(&here, machine, refusals, &once);
	free(here.named.items);
	err = check_count(planning->choice, once.cases.count, why);
	for (int large = 0; large <= 1 && !err; large++)
		repeat_cases(planning->choice, &once, large, job);
	job->total = (unsigned int)job->cases.count;
	return err;
}
