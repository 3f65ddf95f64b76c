/* SPDX-License-Identifier: GPL-2.0-only */
/* What one case came to (docs/schema.md): everything that a report prints is derived from these. */
#ifndef REPORTS_MODEL_RECORD_H
#define REPORTS_MODEL_RECORD_H

#include "lab/base/json.h"
#include "lab/base/list.h"
#include "reports/model/verdict.h"

/*
 * What an execution of a case adds to it. The lane makes it and sends it to the host. A string is
 * NULL, and a number 0, if there is nothing to report.
 */
struct result {
	enum verdict verdict;
	char *reason;	       /* with the values seen */
	char *where;	       /* "file:line" of the scenario */
	unsigned int ms;       /* by the guest's clock */
	unsigned int host_ms;  /* by the runner's */
	struct list discarded; /* why earlier executions do not count */
	struct pairs facts;
	struct list kernel_log; /* a report of the kernel's */
	struct list mess;	/* leftovers */
	struct list console;	/* of a lost guest */
};

/* A case of one kernel on one machine, and its result. */
struct record {
	char *kernel;
	char *machine;
	char *name; /* "SCENARIO[DUT]" */
	char *scenario;
	char *dut;
	unsigned int number;  /* in the KTAP stream */
	unsigned int attempt; /* which execution in this run: 1, 2, ...; 0: the only one */
	struct result result;
	char *xfail;	    /* it failed as it is known to, for this reason */
	char *xpass;	    /* it passed, and is listed as known to fail */
	char *flaky;	    /* it did not pass, but another attempt did: which (RETRY=) */
	unsigned int guest; /* which guest of the run ran it; 0: none did */
	unsigned int lane;
};

/* The tables of both. */
extern const struct json_table result_type;
extern const struct json_table record_type;

struct records {
	struct record *items;
	size_t count;
};

/* Free what RESULT holds; it is empty then. */
void result_free(struct result *result);
#define cleanup_result __attribute__((cleanup(result_free)))

/*
 * Give RESULT the verdict of CAUSE, and as its reason REASON, or the rule's if that is NULL; a
 * reason that is there already stays.
 */
void result_judge(struct result *result, enum cause cause, const char *reason);

/* "PASS", "FAIL", ...; "XFAIL" if it failed as it is known to. */
const char *record_verdict_name(const struct record *record);

/* Whether it failed, that is not known of it, and no retry passed. */
bool record_failed(const struct record *record);

/* Whether A and B are records of one case on one machine, of whatever kernel and attempt. */
bool record_same_case(const struct record *a, const struct record *b);

/*
 * SAID as text that every report can show: what is not printable ASCII becomes '?'. A guest may
 * write anything. The caller frees it.
 */
char *printable(const char *said);

#endif
