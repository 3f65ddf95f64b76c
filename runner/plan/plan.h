/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run is to do: kernels x machines x scenarios x DUTs, as jobs for lanes. */
#ifndef RUNNER_PLAN_PLAN_H
#define RUNNER_PLAN_PLAN_H

#include "runner/plan/catalog.h"
#include "runner/plan/machine.h"
#include "runner/plan/settings.h"

#include <json-c/json.h>

/* What there is to choose from. */
struct inventory {
	struct list kernels; /* built, below O/kernels */
	struct machine **machines;
	size_t machine_count;
	struct catalog catalog;
};

/* A case that is not planned on any kernel. What it points to is the inventory's. */
struct refusal {
	const struct machine *machine;
	const struct machine_dut *dut;
	const struct scenario_info *scenario;
	char *why; /* what is particular to the DUT follows a semicolon */
};

struct plan {
	json_object **jobs; /* runner/guest/job.h; the longest first, so that lanes end together */
	size_t count;
	size_t cases;
	struct list kernels; /* chosen */
	struct refusal *refusals;
	size_t refusal_count;
};

/*
 * Read what is described, and which kernels are built. Blocks for the life of the agent that lists
 * the scenarios. Returns 0, or -errno with one line in WHY. INVENTORY is to be freed in any case.
 */
int inventory_survey(const struct settings *settings, struct inventory *inventory, struct buf *why);

/* The same; a run needs a kernel: returns -ENOENT if none is built. */
int inventory_read(const struct settings *settings, struct inventory *inventory, struct buf *why);

void inventory_free(struct inventory *inventory);
#define cleanup_inventory __attribute__((cleanup(inventory_free)))

/* The machine NAME, or NULL. */
const struct machine *inventory_machine(const struct inventory *inventory, const char *name);

/*
 * Plan the run that CHOICE selects from INVENTORY, in MODE ("cases", or
 * "probe": no cases, but the same guests), cut by DURATIONS (runner/plan/durations.h). Returns 0,
 * or
 * -ENOENT with a message in WHY if a glob selects nothing. PLAN may have no cases; it must not
 * outlive INVENTORY.
 */
int plan_make(const struct settings *settings, const struct inventory *inventory,
	      const struct choice *choice, const char *mode, json_object *durations,
	      struct plan *plan, struct buf *why);

/* Returns 0 if PLAN has cases, or -ENOENT with a line in WHY that says why none is left. */
int plan_require_cases(const struct plan *plan, struct buf *why);

/*
 * Tell each job where its files are, in FOLDER/KERNEL, and make those folders.
 * 0 or -errno.
 */
int plan_place(struct plan *plan, const char *folder);

/*
 * After the run: make the KTAP streams of a machine that was split into several
 * jobs the one stream FOLDER/KERNEL/MACHINE.ktap. 0 or -errno.
 */
int plan_join(const struct plan *plan);

void plan_free(struct plan *plan);
#define cleanup_plan __attribute__((cleanup(plan_free)))

#endif
