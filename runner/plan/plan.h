/* SPDX-License-Identifier: GPL-2.0-only */
/* The plan of a run: kernels x machines x scenarios x DUTs, as jobs for lanes. */
#ifndef RUNNER_PLAN_PLAN_H
#define RUNNER_PLAN_PLAN_H

#include "reports/model/outline.h"
#include "runner/plan/catalog.h"
#include "runner/plan/durations.h"
#include "runner/plan/job.h"
#include "runner/plan/machine.h"
#include "runner/plan/rank.h"
#include "runner/plan/settings.h"

/* All kernels, machines and scenarios that a run can select. */
struct inventory {
	struct list kernels; /* built, below O/kernels */
	unsigned int *modes; /* of each kernel: a set (lab/base/mode.h); NULL: type1 alone */
	struct machine **machines;
	size_t machine_count;
	struct catalog catalog;
};

/* A case that is not planned on any kernel. The inventory owns what it points to. */
struct refusal {
	const struct machine *machine;
	const struct machine_dut *dut;
	const struct scenario_info *scenario;
	enum mode mode;
	char *why; /* the text after a semicolon is specific to the DUT */
};

struct refusals {
	struct refusal *items;
	size_t count;
};

struct plan {
	struct job *jobs; /* the longest first, so that all lanes end at about the same time */
	size_t count;
	size_t cases;
	unsigned int lanes;	/* that run the jobs: those of the choice, or lane_count() */
	struct list kernels;	/* selected */
	struct list omitted;	/* "MACHINE on KERNEL, ...": no guest, and why (omit.h) */
	struct outline outline; /* of all cases, whatever the shard; empty for other jobs */
	struct refusals refusals;
	struct ranked ranked; /* of the last kernel, if the choice has a ranking */
};

/*
 * Read the machines, the scenarios and the names of the built kernels. Blocks until the agent has
 * listed the scenarios. Returns 0, or -errno with a message in WHY. The caller frees INVENTORY in
 * any case.
 */
int inventory_survey(const struct settings *settings, struct inventory *inventory, struct buf *why);

/* Like inventory_survey(), but returns -ENOENT if no kernel is built. */
int inventory_read(const struct settings *settings, struct inventory *inventory, struct buf *why);

void inventory_free(struct inventory *inventory);
#define cleanup_inventory __attribute__((cleanup(inventory_free)))

/* The modes of the built kernel NAME: a set. */
unsigned int inventory_modes(const struct inventory *inventory, const char *name);

/* The machine NAME, or NULL. */
const struct machine *inventory_machine(const struct inventory *inventory, const char *name);

/*
 * Plan the run that CHOICE selects from INVENTORY. KIND is JOB_CASES, or JOB_PROBE for the same
 * guests without cases. DURATIONS, which may be NULL, decides how jobs are split. Returns 0, or
 * -errno with a message in WHY: -ENOENT if a glob selects nothing. PLAN may end up without cases.
 * It must not outlive INVENTORY.
 */
int plan_make(const struct settings *settings, const struct inventory *inventory,
	      const struct choice *choice, enum job_kind kind, const struct durations *durations,
	      struct plan *plan, struct buf *why);

/* Returns 0 if PLAN of CHOICE has cases, in any shard, or -ENOENT with the reason in WHY. */
int plan_require_cases(const struct plan *plan, const struct choice *choice, struct buf *why);

/* Append a zeroed job to PLAN. The pointer is valid until the next job is added. */
struct job *plan_add_job(struct plan *plan);

/*
 * Set the paths of each job's files, in FOLDER/KERNEL: MACHINE.streams, a folder shared by all
 * parts of a job, MACHINE.kept and MACHINE.console. Part N (2, 3, ...) of a job has MACHINE.N.kept
 * and MACHINE.N.console. All traces are in MACHINE.traces. Creates FOLDER/KERNEL and
 * MACHINE.streams. Returns 0 or -errno.
 */
int plan_place(struct plan *plan, const char *folder);

void plan_free(struct plan *plan);
#define cleanup_plan __attribute__((cleanup(plan_free)))

#endif
