/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A job: a unit of work for a lane, cases of one machine on one kernel. The plan creates it and
 * runner/guest/wire.h sends it to the lane.
 */
#ifndef RUNNER_PLAN_JOB_H
#define RUNNER_PLAN_JOB_H

#include "lab/base/json.h"
#include "lab/base/list.h"
#include "lab/base/mode.h"

#include <stdbool.h>
#include <stddef.h>

/* The folder of the sockets, in the private /tmp of a lane. */
#define JOB_RUN_DEFAULT "/tmp/run"

enum job_kind {
	JOB_CASES,    /* run the cases */
	JOB_PROBE,    /* ask the guest for the properties of its DUTs */
	JOB_EXEC,     /* run a command */
	JOB_DESCRIBE, /* print the guest's definition, start nothing */
	JOB_STAND_BY, /* start a guest for a later job of kind JOB_CASES */
	JOB_KINDS
};

struct job_case {
	unsigned int number;  /* in the KTAP stream of the machine */
	unsigned int attempt; /* which execution: 1, 2, ... */
	char *name;	      /* case_name() of the next three */
	char *scenario;
	char *dut;
	enum mode mode;
	unsigned int memory; /* minimum of its guest in MiB; 0: no minimum; not sent to the lane */
	size_t record;	     /* index in the cases of struct results; not sent to the lane */
};

/* How an image was made from another one, with which a guest may have been started before. */
struct image_delta {
	char *base;	   /* path of that image; NULL: no guest stands by */
	char *folder;	   /* with the files that replace those of the base */
	struct list files; /* their paths, below FOLDER and in the guest */
};

/* The command of a job of kind JOB_EXEC. */
struct guest_command {
	struct list argv;
	char *cwd;
	bool tty;
	bool banner;		    /* print kernel, machine and DUTs first */
	unsigned int rows, columns; /* of the terminal */
};

struct job {
	enum job_kind kind;
	char *kernel;
	char *machine;
	char *vmlinux;
	char *initrd;
	char *cmdline;	 /* additional parameters on the kernel command line; may be NULL */
	char *image;	 /* disk that the guest boots from; NULL: only the initramfs */
	char *user_data; /* for cloud-init in the image; may be NULL */
	char *accel;	 /* "kvm" or "tcg" */
	char *xml;	 /* path of the machine's file */
	char *common;	 /* path of the file with what all machines share */
	char *device;	 /* the program of the device models */
	char *run;	 /* folder for the sockets of guests; NULL: JOB_RUN_DEFAULT */
	char *streams;	 /* folder for the guests' KTAP streams, one file PART.GUEST each */
	char *console;	 /* file for the output of the guests' consoles */
	char *traces;	 /* folder for the traces of device models; NULL: they are not traced */
	char *kept;	 /* folder for files that guests leave behind; may be NULL */
	/* Folder of the run for memory dumps of lost guests, at most DUMPS_MAX; NULL: none. */
	char *dumps;
	char *gdb;	/* socket of the gdb stub: the guest waits for gdb; NULL: none */
	bool reach;	/* keep the counters of gcov that each case raised (runner/reach) */
	bool trace;	/* plan_place() is to set TRACES */
	bool trace_all; /* also trace accesses to memory of BARs, which the guest cannot map then */
	double scale;	/* factor on deadlines */
	unsigned int deadline_ms; /* overrides the deadline of each case; 0: no override */
	unsigned int memory;	  /* minimum in MiB; 0: no minimum */
	unsigned int cpus;	  /* 0: as many as the machine has */
	unsigned int total;	  /* cases of the machine on this kernel, over all of its jobs */
	unsigned int part;	  /* index of this part of a split job; otherwise 0 */
	unsigned int dumps_max;
	struct {
		struct job_case *items;
		size_t count;
	} cases;
	struct guest_command command;
	struct image_delta delta; /* how INITRD was made */
	size_t leading; /* of the cases: how many matter more than the rest; not sent to the lane */
	bool rest;	/* none of them does, but others of the plan do; not sent to the lane */
	unsigned int ms; /* expected duration of the cases; not sent to the lane */
};

/* The JSON members of a job as it is sent to a lane. */
extern const struct json_table job_type;

/* The case NUMBER of JOB, owned by JOB; NULL if there is none. */
struct job_case *job_find(const struct job *job, unsigned int number);

/* Append a case, attempt 1, to JOB and return it. The strings are copied. */
struct job_case *job_add(struct job *job, unsigned int number, const char *scenario,
			 const char *dut, enum mode mode);

/* Make the delta of JOB a copy of DELTA. */
void job_set_delta(struct job *job, const struct image_delta *delta);

/* Make TO, a zeroed job, a copy of FROM. */
void job_copy(struct job *to, const struct job *from);

/* Make TO, a zeroed job, a copy of FROM that has no cases. */
void job_copy_bare(struct job *to, const struct job *from);

/* Free what JOB holds. */
void job_free(struct job *job);
#define cleanup_job __attribute__((cleanup(job_free)))

#endif
