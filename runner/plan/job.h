/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A job: what one lane is given at a time, cases of one machine on one kernel. The plan makes it,
 * runner/guest/wire.h carries it to the lane.
 */
#ifndef RUNNER_PLAN_JOB_H
#define RUNNER_PLAN_JOB_H

#include "lab/base/json.h"
#include "lab/base/list.h"

#include <stdbool.h>
#include <stddef.h>

enum job_mode {
	JOB_CASES,    /* run the cases */
	JOB_PROBE,    /* ask the guest for the properties of its DUTs */
	JOB_EXEC,     /* run a command */
	JOB_DESCRIBE, /* print what would be started */
	JOB_MODES
};

struct job_case {
	unsigned int number;  /* in the KTAP stream of the machine */
	unsigned int attempt; /* which execution: 1, 2, ... */
	char *name;	      /* "SCENARIO[DUT]" */
	char *scenario;
	char *dut;
	size_t record; /* its place among the results' cases; the lane does not know it */
};

/* The command of mode exec. */
struct guest_command {
	struct list argv;
	char *cwd;
	bool tty;
	bool banner;		    /* print kernel, machine and DUTs first */
	unsigned int rows, columns; /* of the terminal */
};

struct job {
	enum job_mode mode;
	char *kernel;
	char *machine;
	char *vmlinux;
	char *initrd;
	char *cmdline;	/* what the kernel wants on its command line besides; may be NULL */
	char *accel;	/* "kvm" or "tcg" */
	char *machines; /* folder of the machines' XML */
	char *device;	/* the program of the device models */
	char *streams;	/* folder that takes each guest's KTAP stream, as PART.GUEST */
	char *console;	/* file that takes the guests' consoles */
	char *kept;	/* folder that takes what guests leave behind; may be NULL */
	double scale;	/* factor on deadlines */
	unsigned int deadline_ms; /* replaces every case's own; 0: does not */
	unsigned int memory;	  /* MiB that the kernel wants at least, or 0 */
	unsigned int total;	  /* cases of the machine on this kernel, over all of its jobs */
	unsigned int part;	  /* 0, or which further job of the machine this is */
	struct {
		struct job_case *items;
		size_t count;
	} cases;
	struct guest_command command;
	unsigned int ms; /* what the cases may take; the lane does not know it */
};

/* The table of what a lane gets of a job. */
extern const struct json_table job_type;

/* The case NUMBER of JOB; NULL if JOB does not have it. JOB owns it. */
struct job_case *job_find(const struct job *job, unsigned int number);

/* Append a case to JOB, which gets copies. */
struct job_case *job_add(struct job *job, unsigned int number, const char *scenario,
			 const char *dut);

/* Make TO, a zeroed job, a copy of FROM. */
void job_copy(struct job *to, const struct job *from);

/* Free what JOB holds. */
void job_free(struct job *job);
#define cleanup_job __attribute__((cleanup(job_free)))

#endif
