// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab list: every case, and where it cannot run, why. */
#include "lab/base/cleanup.h"
#include "lab/base/needs.h"
#include "reports/model/record.h"
#include "runner/cli/command.h"
#include "runner/lane/pool.h"
#include "runner/plan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct listing {
	struct choice choice;
	bool no_guests;
};

struct probe {
	bool looked;
	json_object *have; /* KERNEL/MACHINE/DUT: what it has, as guests found */
	json_object *why;  /* the same: why it cannot be used */
	struct buf error;
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
		json_object_object_add(probe->have, key, json_object_new_string(rest + strlen(has)));
	else if (!strncmp(rest, unusable, strlen(unusable)))
		json_object_object_add(probe->why, key, json_object_new_string(rest + strlen(unusable)));
}

static void on_event(void *context, unsigned int lane, json_object *job, json_object *event)
{
	struct probe *probe = context;

	(void)lane;
	if (!strcmp(record_text(event, "event"), "note") && !strcmp(record_text(event, "key"), "dut"))
		take_dut(probe, job, record_text(event, "text"));
	if (*record_text(event, "error") && !probe->error.len)
		buf_puts(&probe->error, record_text(event, "error"));
}

static void print_case(const struct probe *probe, const struct catalog *catalog, json_object *job,
		       json_object *record)
{
	const char *dut = record_text(record, "dut");
	const char *needs = catalog_find(catalog, record_text(record, "scenario"))->needs;
	cleanup_free char *key = probe_key(job, dut);
	json_object *have = json_object_object_get(probe->have, key);
	json_object *unusable = json_object_object_get(probe->why, key);
	cleanup_free char *why = NULL;

	if (!probe->looked)
		why = text("%s", "");
	else if (have)
		why = needs_unmet(needs, dut, json_object_get_string(have));
	else if (unusable)
		why = text("%s", json_object_get_string(unusable));
	else
		why = text("%s is not there", dut);

	printf("%-10s %-10s %-60s %s\n", record_text(job, "kernel"), record_text(job, "machine"),
	       record_text(record, "case"), why ?: "");
}

/* The guests of a run, started only to be looked at. */
static int probe_guests(const struct settings *settings, const struct choice *choice, struct plan *plan,
			struct probe *probe, struct buf *why)
{
	char folder[] = "/tmp/list.XXXXXX";
	struct pool pool = {
		.settings = settings,
		.folder = folder,
		.jobs = plan->jobs,
		.count = plan->count,
		.lanes = choice->lanes,
		.event = on_event,
		.context = probe,
	};
	int err = mkdtemp(folder) ? plan_place(plan, folder) : -errno;

	if (!err)
		err = pool_run(&pool);
	if (err)
		buf_printf(why, "no guest could be looked at: %s", strerror(-err));
	else if (probe->error.len)
		buf_puts(why, probe->error.data);
	return err ?: probe->error.len ? -EIO : 0;
}

static int list_cases(const struct settings *settings, const struct listing *listing, struct probe *probe,
		      struct buf *why)
{
	const struct choice *choice = &listing->choice;
	cleanup_inventory struct inventory inventory = {0};
	cleanup_plan struct plan guests = {0};
	cleanup_plan struct plan plan = {0};
	int err = inventory_read(settings, &inventory, why);

	if (!err)
		err = plan_make(settings, &inventory, choice, "probe", NULL, &guests, why);
	if (!err)
		err = plan_make(settings, &inventory, choice, "cases", NULL, &plan, why);
	if (!err && !listing->no_guests) {
		err = probe_guests(settings, choice, &guests, probe, why);
		probe->looked = true;
	}
	for (size_t j = 0; !err && j < plan.count; j++) {
		json_object *cases = json_object_object_get(plan.jobs[j], "cases");

		for (size_t i = 0; i < json_object_array_length(cases); i++)
			print_case(probe, &inventory.catalog, plan.jobs[j],
				   json_object_array_get_idx(cases, i));
	}
	return err;
}

enum { OPTION_NO_GUESTS = 'n' };

static const struct argp_option options[] = {
	{"no-guests", OPTION_NO_GUESTS, NULL, 0, "do not look which of them can run", 0},
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
	else
		return ARGP_ERR_UNKNOWN;
	return 0;
}

static void free_listing(struct listing *listing)
{
	choice_free(&listing->choice);
}

static int run_list(const struct settings *settings, int argc, char **argv)
{
	const struct argp argp = {
		.options = options,
		.parser = parse,
		.children = (struct argp_child[]){{.argp = &choice_argp}, {0}},
		.doc = "List the cases of a run, and beside each that cannot run, why. Starts its guests to "
		       "look at them.",
	};
	struct probe probe = {.have = json_object_new_object(), .why = json_object_new_object()};
	__attribute__((cleanup(free_listing))) struct listing listing = {0};
	cleanup_buf struct buf why = BUF_INIT;
	int err = choice_read(&listing.choice, &why);

	if (!err) {
		parse_options(&argp, argc, argv, 0, &listing);
		err = list_cases(settings, &listing, &probe, &why);
	}
	json_object_put(probe.have);
	json_object_put(probe.why);
	buf_free(&probe.error);
	return err ? complain(&why) : 0;
}

COMMAND(list, .name = "list", .summary = "list the cases, and why one cannot run", .run = run_list);
