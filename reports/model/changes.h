/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What changed from one run to another, of whatever day, kernel, machine and place: each case in a
 * class of its own, and each fact that differs.
 */
#ifndef REPORTS_MODEL_CHANGES_H
#define REPORTS_MODEL_CHANGES_H

#include "reports/model/expectations.h"
#include "reports/model/results.h"

/* In the order in which they are reported. */
enum change_kind {
	CHANGE_NONE,
	CHANGE_REGRESSION,    /* passed, and fails */
	CHANGE_NEW_FAILURE,   /* fails, and had no verdict or another reason to fail before */
	CHANGE_LOST,	      /* passed or failed, and is skipped */
	CHANGE_FACT,	      /* passed or failed both times, with another value of a fact */
	CHANGE_STILL_FAILING, /* failed both times */
	CHANGE_FIXED,	      /* failed, and passes */
	CHANGE_NEW_PASS,      /* passes, and had no verdict before */
	CHANGE_APPEARED,      /* was not in the first run, and does not fail */
	CHANGE_DISAPPEARED,   /* is not in the second run */
	CHANGE_KNOWN,	      /* fails as it is known to, and did not before */
	CHANGE_UNJUDGED,      /* passed or failed, and has an error now or did not run */
	CHANGE_KINDS
};

/* "regression", "new failure", ...; by value. */
extern const char *const change_names[CHANGE_KINDS];

/* Cases of one kernel of a run. */
struct run_part {
	const struct results *results;
	const char *kernel;
	const char *machine; /* NULL: all; else cases are paired whatever their machines' names */
};

struct change {
	enum change_kind kind;
	const struct record *a; /* the results own both; NULL: there is none */
	const struct record *b;
	char *fact; /* of CHANGE_FACT, with its values */
	char *was;
	char *is;
};

struct changes {
	struct change *items;
	size_t count;
	unsigned int of[CHANGE_KINDS]; /* how many of each; CHANGE_NONE: cases that are the same */
	unsigned int listed; /* differences of facts that are expected, not among the items */
};

/*
 * Append to CHANGES what changed from A to B, by class. Of several attempts the one that counts is
 * that of attempts_gather(). EXPECTATIONS, which may be NULL, has facts that are to differ.
 */
void changes_find(const struct run_part *a, const struct run_part *b,
		  struct expectations *expectations, struct changes *changes);

/* Whether something is worse, or other than expected: the first four classes. */
bool changes_failed(const struct changes *changes);

void changes_free(struct changes *changes);
#define cleanup_changes __attribute__((cleanup(changes_free)))

#endif
