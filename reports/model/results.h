/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The results of a run: the content of results.json (docs/schema.md). All reports are derived from
 * it.
 */
#ifndef REPORTS_MODEL_RESULTS_H
#define REPORTS_MODEL_RESULTS_H

#include "reports/model/record.h"

#define RESULTS_SCHEMA 1

/* The value of FLAKY= that makes a flaky case a failure. */
#define FLAKY_FAIL "fail"

/* The run as a whole. */
struct run_about {
	char *lab;	/* version of its source */
	char *started;	/* UTC: "2026-01-02T03:04:05Z" */
	double seconds; /* duration */
	char *accel;	/* "kvm" or "tcg" */
	unsigned int lanes;
	unsigned int repeat; /* executions of each case */
	unsigned int retry;  /* further executions of a case that fails */
	char *flaky;	     /* "fail": a case that passed only when retried is a failure */
	bool complete;	     /* false: interrupted, or the lab failed */
	char *plan;	     /* a hash of the plan: outline_hash() */
	unsigned int shard;  /* number of this part of the plan: 1, 2, ...; 0: the whole plan */
	unsigned int shards; /* number of parts; 0: not a part */
};

/* The cases of one machine on one kernel in a plan. */
struct planned {
	char *kernel;
	char *machine;
	struct list cases; /* "SCENARIO[DUT]" for each execution, in order */
};

struct outline {
	struct planned *items;
	size_t count;
};

struct kernel_about {
	char *name;
	char *make;	/* the make variables that select it */
	char *guest;	/* name and version that it reports */
	char *key;	/* a hash of its inputs: the name of its folder in the cache */
	char *version;	/* "6.12.107" */
	char *compiler; /* its name and version */
	char *config;	/* a hash of its configuration */
};

struct machine_about {
	char *name;
	char *about;
	char *make;  /* what selects it in MACHINES=, the path of its file; NULL: its name */
	char *lspci; /* what makes it in LSPCI=, the path of a dump; NULL: there is none */
	char *image; /* the disk image that its guests boot, "cloud"; NULL: none */
};

struct scenario_about {
	char *name;
	char *promise; /* the sentence that must hold */
	char *where;   /* "file:line" */
};

/* A guest that was started. */
struct guest_record {
	char *kernel;
	char *machine;
	unsigned int guest; /* 1, 2, ...: unique in the run */
	unsigned int lane;
	unsigned int boot_ms; /* from the start of QEMU to the agent's first request; 0: none */
	char *end;	      /* "done", or why it ended */
};

/* Memory of the kernel that kmemleak found leaked. */
struct leak {
	char *kernel;
	char *machine;
	char *name; /* the case during which it was allocated; NULL: none, or not known */
	unsigned int bytes;
	unsigned int times;
	struct list stack; /* of the allocation */
	char *known;	   /* the reason, if it is known */
};

/* A fact, or the verdict, of a case that differs between kernels A and B. */
struct difference {
	char *name; /* of the case */
	char *machine;
	char *fact; /* "verdict" for the verdict */
	char *a;
	char *b;
	char *reason; /* why it is expected */
};

/* An expected difference that did not occur. */
struct unseen {
	char *cases; /* globs */
	char *fact;
	char *reason;
};

enum difference_kind {
	DIFFERENCE_REGRESSION, /* passed on A and fails on B, not as a known failure */
	DIFFERENCE_FIXED,      /* failed on A and passes on B */
	DIFFERENCE_UNJUDGED,   /* only one of the two has a verdict on the case */
	DIFFERENCE_UNLISTED,   /* unexpected: a fact differs, or the verdict became SKIP */
	DIFFERENCE_LISTED,     /* the same, but expected; and known failures of B */
	DIFFERENCE_KINDS
};

struct differences {
	struct difference *items;
	size_t count;
};

/* Kernel B compared with kernel A. */
struct comparison {
	char *a;
	char *b;
	char *make; /* the make variables that select B */
	struct differences of[DIFFERENCE_KINDS];
	struct {
		struct unseen *items;
		size_t count;
	} unseen;
};

struct results {
	unsigned int schema;
	struct run_about run;
	struct outline plan; /* the whole plan, in the results of a shard; otherwise empty */
	struct {
		struct kernel_about *items;
		size_t count;
	} kernels;
	struct {
		struct machine_about *items;
		size_t count;
	} machines;
	struct {
		struct scenario_about *items;
		size_t count;
	} scenarios;
	struct {
		struct guest_record *items;
		size_t count;
	} guests;
	struct records cases;
	struct {
		struct leak *items;
		size_t count;
	} leaks;
	struct {
		struct comparison *items;
		size_t count;
	} comparisons;
};

/* The tables of struct results and of its parts, to copy or free one. */
extern const struct json_table results_type;
extern const struct json_table kernel_type;
extern const struct json_table guest_type;
extern const struct json_table leak_type;
extern const struct json_table difference_type;
extern const struct json_table unseen_type;
extern const struct json_table comparison_type;

/* The kernel, machine or scenario NAME; NULL if RESULTS lacks it. RESULTS owns it. */
struct kernel_about *results_kernel(const struct results *results, const char *name);
struct machine_about *results_machine(const struct results *results, const char *name);
struct scenario_about *results_scenario(const struct results *results, const char *name);

/*
 * The make variables that select KERNEL ("KERNELS=base SERIES=my.mbox"), as far as they are known.
 * The caller frees them.
 */
char *results_choice(const struct results *results, const char *kernel);

/*
 * The make variable that selects MACHINES, names: "MACHINES='pci testdev'", or "LSPCI=card.txt" if
 * it is the machine of a dump. The caller frees it.
 */
char *results_machine_choice(const struct results *results, const struct list *machines);

/* The modes of all cases: a set. */
unsigned int results_modes(const struct results *results);

/* The promise of SCENARIO; "" if it is not known. RESULTS owns it. */
const char *results_promise(const struct results *results, const char *scenario);

/* The number of cases with VERDICT. */
unsigned int results_count(const struct results *results, enum verdict verdict);

/* The median of the boot times of guests, in ms; 0 if none booted. */
unsigned int results_boot_ms(const struct results *results);

/* The number of failed cases that are not known failures (reports/model/known.h). */
unsigned int results_failures(const struct results *results);

/*
 * The exit status of the run: 1 if a case failed (not as a known failure), a kernel leaks memory, a
 * comparison failed, or a case is flaky and run.flaky is FLAKY_FAIL; 2 if the lab failed on a case,
 * or the run is not complete; 4 if all cases were skipped; otherwise 0.
 */
int results_status(const struct results *results);

/* Write RESULTS to FOLDER/results.json, completely or not at all. Returns 0 or -errno. */
int results_write(const struct results *results, const char *folder);

/*
 * Read FOLDER/results.json into RESULTS, which the caller frees in any case. Returns 0, or -errno
 * (-EINVAL: another schema) with a message in WHY, which may be NULL.
 */
int results_read(const char *folder, struct results *results, struct buf *why);

/* Free the content of RESULTS, which is empty afterwards. */
void results_free(struct results *results);
#define cleanup_results __attribute__((cleanup(results_free)))

#endif
