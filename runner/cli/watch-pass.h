/* SPDX-License-Identifier: GPL-2.0-only */
/* A pass of vfiolab watch: a process that builds the kernel and runs the cases. */
#ifndef RUNNER_CLI_WATCH_PASS_H
#define RUNNER_CLI_WATCH_PASS_H

#include "reports/model/record.h"
#include "runner/plan/settings.h"

#include <sys/types.h>

/* The folder of the runs, below O=. */
#define PASSES "passes"

struct ready_lanes;

struct pass {
	const struct settings *settings;
	const struct choice *choice;
	const char *source; /* KDIR= */
	/*
	 * What the last pass ran that was not ended early, and the last one that built the whole
	 * source: folders that runner/watch/build named. NULL: none.
	 */
	const char *since, *since_whole;
	const struct list *saved;   /* files, since the last build; empty: any */
	const struct list *failing; /* cases, "NAME MACHINE" */
	struct ready_lanes *ready;  /* lanes whose guests fit what small builds make */
	const char *log;	    /* what the build and the run print */
	const char *build_log;	    /* what the compiler prints */
};

enum pass_word {
	PASS_BUILT,  /* the text is what runner/watch/build prints */
	PASS_BROKEN, /* the source does not build */
	PASS_REACH,  /* the text is what is going to run, and why */
	PASS_CASE,   /* a result */
	PASS_JOB,    /* a job that ran, or may run in the next pass: JSON, without cases */
	PASS_IDLE,   /* the first pass has nothing to run */
	PASS_ERROR,  /* the lab failed; the text is the message */
	PASS_WORDS
};

struct pass_line {
	enum pass_word word;
	char *text;
	struct record record; /* of PASS_CASE: the verdict, the reason, and what they are about */
};

struct pass_process {
	pid_t pid;
	int fd; /* what it sends, line by line */
	struct buf pending;
};

/* Start PASS. Returns 0 or -errno. The caller ends it with pass_end() in any case. */
int pass_start(const struct pass *pass, struct pass_process *process);

/*
 * Store the next line of PROCESS in LINE, which the caller frees. Reads only if MAY_READ, and then
 * blocks if nothing has arrived. Returns 1 if there was one, 0 if not, -EPIPE after the last, or
 * -EPROTO.
 */
int pass_read(struct pass_process *process, bool may_read, struct pass_line *line);

/* End PROCESS, if it still runs, with all that it has started. Blocks until it has ended. */
void pass_end(struct pass_process *process);

void pass_line_free(struct pass_line *line);
#define cleanup_pass_line __attribute__((cleanup(pass_line_free)))

#endif
