/* SPDX-License-Identifier: GPL-2.0-only */
/* One case, found by its name: its result in a run, and the job that runs it again. */
#ifndef RUNNER_CLI_ONE_CASE_H
#define RUNNER_CLI_ONE_CASE_H

#include "runner/cli/find-run.h"
#include "runner/plan/plan.h"

struct one_case {
	const char *run; /* --run: the run that has its result; NULL: the latest, if there is one */
	char *const *words; /* the arguments of the command, which name the case */
	struct choice choice;
	/* results of one_case_find(): */
	struct settings settings; /* with the machine of --lspci */
	struct inventory inventory;
	struct found_run found;
	const struct record
		*record;  /* its result in the run; NULL: it did not run on this kernel */
	struct plan plan; /* one job, whose last case it is */
	struct buf note;  /* what the user should know; empty: nothing */
};

/*
 * Find the case that ONE names: "SCENARIO[DUT]", or a line that a run prints for it. The run that
 * has its result, --kernel and --machine decide where, if the words do not. Returns 0, or -errno
 * with a message in WHY.
 */
int one_case_find(const struct settings *settings, struct one_case *one, struct buf *why);

/* The job of ONE, and the case. ONE owns them. */
struct job *one_case_job(const struct one_case *one);
const struct job_case *one_case_target(const struct one_case *one);

/*
 * Let the job run the cases BEFORE ("SCENARIO[DUT]") and then the case, instead of what it ran
 * until now.
 */
void one_case_precede(struct one_case *one, const struct list *before);

/* Returns 0 if the case NAME can run in the guest of ONE, or -ENOENT with a message in WHY. */
int one_case_check(const struct one_case *one, const char *name, struct buf *why);

/*
 * Add to BEFORE the cases that ran before the case in its guest, in their order: none if there is
 * no record.
 */
void one_case_predecessors(const struct one_case *one, struct list *before);

void one_case_free(struct one_case *one);

#endif
