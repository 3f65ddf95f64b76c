/* SPDX-License-Identifier: GPL-2.0-only */
/* What a run is to do: kernels x machines x scenarios x DUTs, as jobs for lanes. */
#ifndef RUNNER_PLAN_PLAN_H
#define RUNNER_PLAN_PLAN_H

#include "runner/plan/catalog.h"
#include "runner/plan/durations.h"
#include "runner/plan/job.h"
#include "runner/plan/machine.h"
#include "runner/plan/settings.h"

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

struct refusals {
	struct refusal *items;
	size_t count;
};

struct plan {
	struct job *jobs; /* the longest first, so that lanes end together */
	size_t count;
	size_t cases;
	struct list kernels; /* chosen */
	struct refusals refusals;
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
 * Plan the run that CHOICE selects from INVENTORY, in MODE (JOB_CASES; or JOB_PROBE: no cases, but
 * the same guests), cut by DURATIONS, which may be NULL. Returns 0, or -errno with a message in
 * WHY: -ENOENT if a glob selects nothing. PLAN may have no cases; it must not outlive INVENTORY.
 */
int plan_make(const struct settings *settings, const struct inventory *inventory,
	      const struct choice *choice, enum job_mode mode, const struct durations *durations,
	      struct plan *plan, struct buf *why);

/* Returns 0 if PLAN has cases, or -ENOENT with a line in WHY that says why none is left. */
int plan_require_cases(const struct plan *plan, struct buf *why);

/* A zeroed job at the end of those of PLAN; the pointer is valid until the next one is added. */
struct job *plan_add_job(struct plan *plan);

/*
 * Give each job its files, in FOLDER/KERNEL, which is made: MACHINE.streams (shared by the parts
 * of a machine), a folder that is made too; MACHINE.kept and MACHINE.console, which are not. Those
 * of a further part N (2, 3, ...) are MACHINE.N.kept and MACHINE.N.console. Returns 0 or -errno.
 */
int plan_place(struct plan *plan, const char *folder);

void plan_free(struct plan *plan);
#define cleanup_plan __attribute__((cleanup(plan_free)))

#endif
