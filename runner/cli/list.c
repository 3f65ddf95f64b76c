// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab list: print the cases that run, and why others do not. */
#include "lab/base/cleanup.h"
#include "lab/base/declared.h"
#include "lab/base/needs.h"
#include "lab/base/vocabulary.h"
#include "reports/text/reasons.h"
#include "runner/cli/command.h"
#include "runner/cli/own-settings.h"
#include "runner/lane/pool.h"
#include "runner/plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct probe {
	struct pairs have; /* by KERNEL/MACHINE/DUT: the properties that the guest found */
	struct pairs why;  /* by the same key: why the guest cannot use the DUT */
	struct buf error;
};

struct listing {
	struct choice choice;
	bool no_guests;
	bool each; /* print each case that does not run, instead of each reason */
	struct probe probe;
	struct inventory inventory;
	struct plan plan;
	struct reasons skipped; /* filled by take_skipped() */
	struct reasons refused;
};

static char *probe_key(const struct job *job, const char *dut)
{
	return text("%s/%s/%s", job->kernel, job->machine, dut);
}

/* Take a guest's line "edu has irq=intx:1 irq=msi:1", "edu unusable: why" or "edu absent". */
static void take_dut(struct probe *probe, const struct job *job, const char *line)
{
	cleanup_free char *dut = strndup(line, strcspn(line, " "));
	cleanup_free char *key = probe_key(job, dut);
	const char *rest = line + strlen(dut);
	static const char has[] = " has ", unusable[] = " unusable: ";

	if (!strncmp(rest, has, strlen(has)))
		pairs_set(&probe->have, key, rest + strlen(has));
	else if (!strncmp(rest, unusable, strlen(unusable)))
		pairs_set(&probe->why, key, rest + strlen(unusable));
}

static void on_event(void *context, unsigned int lane, const struct job *job,
		     const struct event *event)
{
	struct probe *probe = context;

	(void)lane;
	if (event->text && !strcmp(event->key ?: "", "dut"))
		take_dut(probe, job, event->text);
	if (event->error && !probe->error.len)
		buf_puts(&probe->error, event->error);
}

/* Why a DUT with the properties HAVE does not meet NEEDS in the mode of EACH; NULL if it does. */
static char *properties_unmet(const char *needs, const struct job_case *each, const char *have)
{
	/* The plan has checked whether the mode is the first. */
	cleanup_free char *all = text("%s %s once", have, mode_properties(each->mode));

	return needs_unmet(vocabulary_implied(needs), each->dut, all)
		       ?: needs_unmet(needs, each->dut, all)
		       ?: needs_unmet(mode_needs(each->mode), each->dut, all);
}

/*
 * Why a planned case cannot run on its kernel; NULL if it can, or if no guest was started. The
 * caller frees it.
 */
static char *why_skipped(const struct listing *listing, const struct job *job,
			 const struct job_case *each)
{
	const struct probe *probe = &listing->probe;
	cleanup_free char *key = probe_key(job, each->dut);
	const char *have = pairs_get(&probe->have, key);
	const char *unusable = pairs_get(&probe->why, key);
	const struct scenario_info *scenario =
		catalog_find(&listing->inventory.catalog, each->scenario);

	if (listing->no_guests || scenario->no_dut)
		return NULL;
	if (have)
		return properties_unmet(scenario->needs, each, have);
	if (unusable)
		return text("%s", unusable);
	return text("%s does not exist", each->dut);
}

static void print_line(const char *kernel, const char *machine, const char *name, const char *why)
{
	printf("%-10s %-10s %-60s %s\n", kernel, machine, name, why);
}

static void print_running(struct listing *listing, const struct job *job,
			  const struct job_case *each)
{
	cleanup_free char *why = why_skipped(listing, job, each);

	if (!why)
		print_line(job->kernel, job->machine, each->name, "");
}

static void take_skipped(struct listing *listing, const struct job *job,
			 const struct job_case *each)
{
	cleanup_free char *why = why_skipped(listing, job, each);
	cleanup_free char *place = case_place(each->dut, each->mode);
	cleanup_free char *who = listing->plan.kernels.count > 1 ? text("%s/%s", job->kernel, place)
								 : text("%s", place);

	if (!why)
		return;
	if (listing->each)
		print_line(job->kernel, job->machine, each->name, why);
	else
		reasons_add(&listing->skipped, why, who);
}

static void for_each_case(struct listing *listing,
			  void (*visit)(struct listing *listing, const struct job *job,
					const struct job_case *each))
{
	for (size_t j = 0; j < listing->plan.count; j++) {
		const struct job *job = &listing->plan.jobs[j];

		for (size_t i = 0; i < job->cases.count; i++)
			visit(listing, job, &job->cases.items[i]);
	}
}

/* Refusals are the same on every kernel, so the lines name none. */
static void take_refusals(struct listing *listing)
{
	for (size_t i = 0; i < listing->plan.refusals.count; i++) {
		const struct refusal *refusal = &listing->plan.refusals.items[i];
		cleanup_free char *place = case_place(refusal->dut->name, refusal->mode);
		cleanup_free char *name = text("%s[%s]", refusal->scenario->name, place);

		if (listing->each)
			print_line("-", refusal->machine->name, name, refusal->why);
		else
			reasons_add(&listing->refused, refusal->why, place);
	}
}

static void print_omitted(const struct plan *plan)
{
	for (size_t i = 0; i < plan->omitted.count; i++)
		printf("%sno guest for %s\n", i ? "" : "\n", plan->omitted.items[i]);
}

static void print_reasons(struct reasons *reasons, const char *title)
{
	if (!reasons->count)
		return;
	printf("\n%s: %u cases (-v lists each)\n", title, reasons->cases);
	reasons_print(reasons, stdout);
}

/* Print the cases that run, then the others with the reasons. */
static void print_cases(struct listing *listing)
{
	for_each_case(listing, print_running);
	for_each_case(listing, take_skipped);
	take_refusals(listing);
	print_reasons(&listing->skipped,
		      "Skipped, because the kernel or the device lacks something");
	print_reasons(&listing->refused, "Not planned, because no kernel could run them");
	print_omitted(&listing->plan);
}

/*
 * Compare the properties of DUT that JOB's guest found with those that its machine declares. Adds
 * differences to WHY.
 */
static void compare_dut(const struct listing *listing, const struct job *job,
			const struct machine_dut *dut, struct buf *why)
{
	cleanup_free char *key = probe_key(job, dut->name);
	const char *have = pairs_get(&listing->probe.have, key);
	const char *properties = have ?: "";
	cleanup_free char *error = vocabulary_error(properties, false);
	cleanup_free char *words = declared_words(properties);

	if (have && !error && dut->has)
		error = declared_differs(dut->has, properties);
	if (error)
		buf_printf(why, "%s%s: %s", why->len ? "\nvfiolab: " : "", key, error);
	else if (have && !dut->has && !dut->purpose)
		printf("\n%s: its machine does not declare its properties; on this kernel:\n"
		       "    has=\"%s\"\n",
		       key, words);
}

static int compare_declared(const struct listing *listing, const struct plan *guests,
			    struct buf *why)
{
	for (size_t j = 0; j < guests->count; j++) {
		const struct job *job = &guests->jobs[j];
		const struct machine *machine =
			inventory_machine(&listing->inventory, job->machine);

		for (size_t d = 0; d < machine->dut_count; d++)
			compare_dut(listing, job, &machine->duts[d], why);
	}
	return why->len ? -EINVAL : 0;
}

/* Start the guests of a run to get the properties of their DUTs. */
static int probe_guests(const struct settings *settings, struct listing *listing, struct plan *plan,
			struct buf *why)
{
	char folder[] = "/tmp/list.XXXXXX";
	struct pool pool = {
		.settings = settings,
		.folder = folder,
		.jobs = plan->jobs,
		.count = plan->count,
		.lanes = plan->lanes,
		.event = on_event,
		.context = &listing->probe,
	};
	int err = mkdtemp(folder) ? plan_place(plan, folder) : -errno;

	if (!err)
		err = pool_run(&pool);
	if (err)
		buf_printf(why, "cannot start the guests: %s", strerror(-err));
	else if (listing->probe.error.len)
		buf_puts(why, listing->probe.error.data);
	return err ?: listing->probe.error.len ? -EIO : 0;
}

static int list_cases(const struct settings *settings, struct listing *listing, struct buf *why)
{
	const struct choice *choice = &listing->choice;
	cleanup_plan struct plan guests = {0};
	int err = inventory_read(settings, &listing->inventory, why);

	if (!err)
		err = plan_make(settings, &listing->inventory, choice, JOB_PROBE, NULL, &guests,
				why);
	if (!err)
		err = plan_make(settings, &listing->inventory, choice, JOB_CASES, NULL,
				&listing->plan, why);
	if (!err && !listing->no_guests)
		err = probe_guests(settings, listing, &guests, why);
	if (err)
		return err;
	print_cases(listing);
	return compare_declared(listing, &guests, why);
}

enum { OPTION_NO_GUESTS = OPTION_LONG_ONLY, OPTION_EACH = 'v' };

static const struct argp_option options[] = {
	{"no-guests", OPTION_NO_GUESTS, NULL, 0,
	 "do not start guests to find out which cases can run", 0},
	{"verbose", OPTION_EACH, NULL, 0,
	 "print each case that does not run, instead of each reason", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct listing *listing = state->input;

	(void)value;
	if (key == ARGP_KEY_INIT)
		state->child_inputs[0] = &listing->choice;
	else if (key == OPTION_NO_GUESTS)
		listing->no_guests = true;
	else if (key == OPTION_EACH)
		listing->each = true;
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static void free_listing(struct listing *listing)
{
	choice_free(&listing->choice);
	plan_free(&listing->plan);
	inventory_free(&listing->inventory);
	reasons_free(&listing->skipped);
	reasons_free(&listing->refused);
	pairs_free(&listing->probe.have);
	pairs_free(&listing->probe.why);
	buf_free(&listing->probe.error);
}

static const struct argp list_argp = {
	.options = options,
	.parser = parse,
	.children = (struct argp_child[]){{.argp = &case_argp}, {0}},
	.doc = "List the cases that run, then those that do not and why: the kernel or the device "
	       "lacks something, or no kernel can run them. Starts the guests of a run."};

static int run_list(const struct settings *settings, int argc, char **argv)
{
	cleanup_own_settings struct settings own = {0};
	__attribute__((cleanup(free_listing))) struct listing listing = {0};
	cleanup_buf struct buf why = BUF_INIT;
	int err = choice_read(&listing.choice, &why);

	if (!err) {
		parse_options(&list_argp, argc, argv, 0, &listing);
		err = own_settings_make(settings, &listing.choice, &own, stdout, &why)
			      ?: list_cases(&own, &listing, &why);
	}
	return err ? complain(&why) : 0;
}

COMMAND(list, .name = "list", .summary = "list the cases, and why some cannot run",
	.argp = &list_argp, .run = run_list);
