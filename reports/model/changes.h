/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What changed between two runs of any date, kernel, machine and host, or what differs between two
 * modes of one run. Every case is in one class.
 * Every fact that differs is a change.
 */
#ifndef REPORTS_MODEL_CHANGES_H
#define REPORTS_MODEL_CHANGES_H

#include "reports/model/expectations.h"
#include "reports/model/results.h"

/* In the order of the report. */
enum change_kind {
	CHANGE_NONE,
	CHANGE_REGRESSION,    /* passed before, fails now */
	CHANGE_NEW_FAILURE,   /* fails; had no verdict before, or failed for another reason */
	CHANGE_LOST,	      /* passed or failed before, skipped now */
	CHANGE_FACT,	      /* passed or failed both times, but the value of a fact changed */
	CHANGE_STILL_FAILING, /* failed both times */
	CHANGE_FIXED,	      /* failed before, passes now */
	CHANGE_NEW_PASS,      /* passes; had no verdict before */
	CHANGE_APPEARED,      /* not in the first run; does not fail */
	CHANGE_DISAPPEARED,   /* not in the second run */
	CHANGE_KNOWN,	      /* is a known failure now, and was not before */
	CHANGE_UNJUDGED,      /* passed or failed before; has an error now or did not run */
	CHANGE_KINDS
};

/* "regression", "new failure", ...; by value. */
extern const char *const change_names[CHANGE_KINDS];

/* Cases of one kernel of a run. */
struct run_part {
	const struct results *results;
	const char *kernel;
	const char *machine; /* NULL: all; otherwise the machines' names may differ */
	/*
	 * A set of modes; 0: all. If both parts have one, a case in a mode of A is compared with
	 * the same case in a mode of B, and cases that one of them lacks are left out.
	 */
	unsigned int modes;
};

struct change {
	enum change_kind kind;
	const struct record *a; /* both owned by the results; NULL: none */
	const struct record *b;
	char *fact; /* of CHANGE_FACT, with its values */
	char *was;
	char *is;
};

struct changes {
	struct change *items;
	size_t count;
	unsigned int of[CHANGE_KINDS]; /* count of each; CHANGE_NONE: unchanged cases */
	unsigned int listed;	       /* expected differences, which are not among the items */
};

/*
 * Append to CHANGES what changed from A to B, sorted by class. If a case has several attempts, the
 * one that attempts_gather() selects counts. EXPECTATIONS lists facts that may differ, and as
 * "verdict" cases that need not run any more, as "failure" cases that may fail; it may be NULL.
 */
void changes_find(const struct run_part *a, const struct run_part *b,
		  struct expectations *expectations, struct changes *changes);

/* Whether something is worse or unexpected: the first four classes. */
bool changes_failed(const struct changes *changes);

void changes_free(struct changes *changes);
#define cleanup_changes __attribute__((cleanup(changes_free)))

#endif
