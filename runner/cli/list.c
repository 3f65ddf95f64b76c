// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab list: the cases that run, and why others do not. */
#include "lab/base/cleanup.h"
#include "lab/base/declared.h"
#include "lab/base/needs.h"
#include "lab/base/vocabulary.h"
#include "reports/model/record.h"
#include "reports/text/reasons.h"
#include "runner/cli/command.h"
#include "runner/lane/pool.h"
#include "runner/plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct probe {
	json_object *have; /* KERNEL/MACHINE/DUT: what it has, as guests found */
	json_object *why;  /* the same: why it cannot be used */
	struct buf error;
};

struct listing {
	struct choice choice;
	bool no_guests;
	bool each; /* a line for each case that does not run, in place of one for each reason */
	struct probe probe;
	struct inventory inventory;
	struct plan plan;
	struct reasons skipped; /* filled as the cases are gone through */
	struct reasons refused;
};

static char *probe_key(json_object *job, const char *dut)
{
	return text("%s/%s/%s", record_text(job, "kernel"), record_text(job, "machine"), dut);
}

/* "edu has irq=intx:1 irq=msi:1", "edu unusable: why" or "edu absent" */
static void take_dut(struct probe *probe, json_object *job, const char *said)
{
	cleanup_free char *dut = strndup(said, strcspn(said, " "));
	cleanup_free char *key = probe_key(job, dut);
	const char *rest = said + strlen(dut);
	static const char has[] = " has ", unusable[] = " unusable: ";

	if (!strncmp(rest, has, strlen(has)))
		json_object_object_add(probe->have, key,
				       json_object_new_string(rest + strlen(has)));
	else if (!strncmp(rest, unusable, strlen(unusable)))
		json_object_object_add(probe->why, key,
				       json_object_new_string(rest + strlen(unusable)));
}

static void on_event(void *context, unsigned int lane, json_object *job, json_object *event)
{
	struct probe *probe = context;

	(void)lane;
	if (!strcmp(record_text(event, "event"), "note") &&
	    !strcmp(record_text(event, "key"), "dut"))
		take_dut(probe, job, record_text(event, "text"));
	if (*record_text(event, "error") && !probe->error.len)
		buf_puts(&probe->error, record_text(event, "error"));
}

/*
 * Why a case of the plan cannot run on its kernel; NULL: it can, or nobody looked. The caller frees
 * it.
 */
static char *why_skipped(const struct listing *listing, json_object *job, json_object *record)
{
	const struct probe *probe = &listing->probe;
	const char *dut = record_text(record, "dut");
	cleanup_free char *key = probe_key(job, dut);
	json_object *have = json_object_object_get(probe->have, key);
	json_object *unusable = json_object_object_get(probe->why, key);

	if (listing->no_guests)
		return NULL;
	if (have)
		return needs_unmet(
			catalog_find(&listing->inventory.catalog, record_text(record, "scenario"))
				->needs,
			dut, json_object_get_string(have));
	if (unusable)
		return text("%s", json_object_get_string(unusable));
	return text("%s does not exist", dut);
}

static void print_line(const char *kernel, const char *machine, const char *name, const char *why)
{
	printf("%-10s %-10s %-60s %s\n", kernel, machine, name, why);
}

static void print_running(struct listing *listing, json_object *job, json_object *record)
{
	cleanup_free char *why = why_skipped(listing, job, record);

	if (!why)
		print_line(record_text(job, "kernel"), record_text(job, "machine"),
			   record_text(record, "case"), "");
}

static void take_skipped(struct listing *listing, json_object *job, json_object *record)
{
	const char *kernel = record_text(job, "kernel"), *dut = record_text(record, "dut");
	cleanup_free char *why = why_skipped(listing, job, record);
	cleanup_free char *who =
		listing->plan.kernels.count > 1 ? text("%s/%s", kernel, dut) : text("%s", dut);

	if (!why)
		return;
	if (listing->each)
		print_line(kernel, record_text(job, "machine"), record_text(record, "case"), why);
	else
		reasons_add(&listing->skipped, why, who);
}

static void for_each_case(struct listing *listing,
			  void (*visit)(struct listing *listing, json_object *job,
					json_object *record))
{
	for (size_t j = 0; j < listing->plan.count; j++) {
		json_object *job = listing->plan.jobs[j];
		json_object *cases = json_object_object_get(job, "cases");

		for (size_t i = 0; i < json_object_array_length(cases); i++)
			visit(listing, job, json_object_array_get_idx(cases, i));
	}
}

/* The same on every kernel, so none is named. */
static void take_refusals(struct listing *listing)
{
	for (size_t i = 0; i < listing->plan.refusal_count; i++) {
		const struct refusal *refusal = &listing->plan.refusals[i];
		cleanup_free char *name =
			text("%s[%s]", refusal->scenario->name, refusal->dut->name);

		if (listing->each)
			print_line("-", refusal->machine->name, name, refusal->why);
		else
			reasons_add(&listing->refused, refusal->why, refusal->dut->name);
	}
}

static void print_reasons(struct reasons *reasons, const char *title)
{
	if (!reasons->count)
		return;
	printf("\n%s: %u cases (-v lists each)\n", title, reasons->cases);
	reasons_print(reasons, stdout);
}

/* What runs first, then what does not, and why. */
static void print_cases(struct listing *listing)
{
	for_each_case(listing, print_running);
	for_each_case(listing, take_skipped);
	take_refusals(listing);
	print_reasons(&listing->skipped, "Skipped, as the kernel or the device lacks something");
	print_reasons(&listing->refused, "Not planned, as no kernel could run them");
}

/* Compare what JOB's guest found of DUT with what its machine declares. Adds differences to WHY. */
static void compare_dut(const struct listing *listing, json_object *job,
			const struct machine_dut *dut, struct buf *why)
{
	cleanup_free char *key = probe_key(job, dut->name);
	json_object *have = json_object_object_get(listing->probe.have, key);
	const char *properties = have ? json_object_get_string(have) : "";
	cleanup_free char *error = vocabulary_error(properties, false);
	cleanup_free char *words = declared_words(properties);

	if (have && !error && dut->has)
		error = declared_differs(dut->has, properties);
	if (error)
		buf_printf(why, "%s%s: %s", why->len ? "\nvfiolab: " : "", key, error);
	else if (have && !dut->has && !dut->purpose)
		printf("\n%s: its machine does not declare what it has; on this kernel that is\n   "
		       " "
		       "has=\"%s\"\n",
		       key, words);
}

static int compare_declared(const struct listing *listing, const struct plan *guests,
			    struct buf *why)
{
	for (size_t j = 0; j < guests->count; j++) {
		const struct machine *machine = inventory_machine(
			&listing->inventory, record_text(guests->jobs[j], "machine"));

		for (size_t d = 0; d < machine->dut_count; d++)
			compare_dut(listing, guests->jobs[j], &machine->duts[d], why);
	}
	return why->len ? -EINVAL : 0;
}

/* The guests of a run, started only to be looked at. */
static int probe_guests(const struct settings *settings, struct listing *listing, struct plan *plan,
			struct buf *why)
{
	char folder[] = "/tmp/list.XXXXXX";
	struct pool pool = {
		.settings = settings,
		.folder = folder,
		.jobs = plan->jobs,
		.count = plan->count,
		.lanes = listing->choice.lanes,
		.event = on_event,
		.context = &listing->probe,
	};
	int err = mkdtemp(folder) ? plan_place(plan, folder) : -errno;

	if (!err)
		err = pool_run(&pool);
	if (err)
		buf_printf(why, "no guest could be looked at: %s", strerror(-err));
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
		err = plan_make(settings, &listing->inventory, choice, "probe", NULL, &guests, why);
	if (!err)
		err = plan_make(settings, &listing->inventory, choice, "cases", NULL,
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
	{"no-guests", OPTION_NO_GUESTS, NULL, 0, "do not look which of them can run", 0},
	{"verbose", OPTION_EACH, NULL, 0,
	 "a line for each case that does not run, not for each reason", 0},
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
	json_object_put(listing->probe.have);
	json_object_put(listing->probe.why);
	buf_free(&listing->probe.error);
}

static const struct argp list_argp = {
	.options = options,
	.parser = parse,
	.children = (struct argp_child[]){{.argp = &choice_argp}, {0}},
	.doc = "List the cases that run, then those that do not and why: the kernel or the device "
	       "lacks "
	       "something, or no kernel can run them. Starts the guests of a run to find out."};

static int run_list(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(free_listing))) struct listing listing = {
		.probe = {.have = json_object_new_object(), .why = json_object_new_object()},
	};
	cleanup_buf struct buf why = BUF_INIT;
	int err = choice_read(&listing.choice, &why);

	if (!err) {
		parse_options(&list_argp, argc, argv, 0, &listing);
		err = list_cases(settings, &listing, &why);
	}
	return err ? complain(&why) : 0;
}

COMMAND(list, .name = "list", .summary = "list the cases, and why one cannot run",
	.argp = &list_argp, .run = run_list);
