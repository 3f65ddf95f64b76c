/* SPDX-License-Identifier: GPL-2.0-only */
/* The result of one case (docs/schema.md). All reports are derived from these. */
#ifndef REPORTS_MODEL_RECORD_H
#define REPORTS_MODEL_RECORD_H

#include "lab/base/json.h"
#include "lab/base/list.h"
#include "lab/base/mode.h"
#include "reports/model/verdict.h"

/* A part of a case, as the program of a suite reports it: on the host it becomes a record. */
struct subtest {
	char *name;
	enum verdict verdict;
	char *reason;
	char *xfail; /* reason, if it failed as the program expected */
};

/*
 * The result of one execution of a case. The lane makes it and sends it to the host. A string is
 * NULL and a number 0 if there is nothing to report.
 */
struct result {
	enum verdict verdict;
	char *reason;	       /* with the observed values */
	char *where;	       /* "file:line" of the scenario */
	unsigned int ms;       /* by the guest's clock */
	unsigned int host_ms;  /* by the runner's */
	struct list discarded; /* why earlier executions do not count */
	struct pairs facts;
	struct list kernel_log; /* a kernel report (WARNING, BUG, ...) */
	struct list leftovers;
	struct list console; /* of a lost guest */
	struct {
		struct subtest *items;
		size_t count;
	} subtests; /* empty in a record: they have records of their own */
};

/* A case of one kernel on one machine, and its result. */
struct record {
	char *kernel;
	char *machine;
	char *name; /* case_name() of the next three */
	char *scenario;
	char *dut;
	enum mode mode;
	char *program;	      /* the scenario of which it is a subtest; NULL: of none */
	unsigned int number;  /* in the KTAP stream; 0: it is a subtest */
	unsigned int attempt; /* number of the execution in this run: 1, 2, ...; 0: the only one */
	struct result result;
	char *xfail;	    /* reason, if it is a known failure */
	char *xpass;	    /* reason, if it passed although it is listed as a known failure */
	char *flaky;	    /* it did not pass, but the attempt named here did (RETRY=) */
	unsigned int guest; /* number of the guest in the run; 0: none ran it */
	unsigned int lane;
};

/* The tables of both structs. */
extern const struct json_table result_type;
extern const struct json_table record_type;

struct records {
	struct record *items;
	size_t count;
};

/* Free the content of RESULT, which is empty afterwards. */
void result_free(struct result *result);
#define cleanup_result __attribute__((cleanup(result_free)))

/*
 * Set the verdict of RESULT to that of CAUSE, and its reason to REASON, or to the rule's reason if
 * that is NULL. An existing reason is kept.
 */
void result_judge(struct result *result, enum cause cause, const char *reason);

/*
 * Whether A and B have the same reason, or none: durations ("2010 ms") may differ, as they are
 * measured.
 */
bool result_same_reason(const struct result *a, const struct result *b);

/* The scenario that is selected to run the case again: that of its program, if it is a subtest. */
const char *record_selected(const struct record *record);

/* "PASS", "FAIL", ...; "XFAIL" for a known failure. */
const char *record_verdict_name(const struct record *record);

/* Whether it failed, the failure is not known, and no retry passed. */
bool record_failed(const struct record *record);

/* The DUT of RECORD, with its mode unless that is type1: "edu", "edu,cdev". The caller frees it. */
char *record_place(const struct record *record);

/* Whether A and B are records of one case on one machine, on any kernel and attempt. */
bool record_same_case(const struct record *a, const struct record *b);

/*
 * VALUE as every report can show it: bytes that are not printable ASCII become '?', because a guest
 * may write anything. The caller frees it.
 */
char *printable(const char *value);

#endif
