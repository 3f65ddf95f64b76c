/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs the lab as a program, reads its output, and kills it, for the life-cycle tests. */
#ifndef TESTS_LIFECYCLE_LAB_H
#define TESTS_LIFECYCLE_LAB_H

#include "lab/base/buf.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <sys/types.h>

/* The results of these runs are kept in a separate folder below O=. */
#define LAB_REPORTS "check"

/* What becomes of a scenario. */
struct expectation {
	const char *scenario;
	const char *verdict;
	const char *reason; /* part of the reason */
};

struct lab {
	pid_t pid;
	int out; /* standard output and error */
	struct buf printed;
	int status; /* exit status after it has ended; 128+N for a signal */
	json_object *results;
};

/*
 * Starts COMMAND, a shell command in which "vfiolab" is the lab's program. Does not block. Returns
 * 0 or -errno.
 */
int lab_start(struct lab *lab, const char *command);

/*
 * Reads the lab's output until it contains WORDS. Returns false if the lab ends, or SECONDS pass,
 * before that.
 */
bool lab_wait_for(struct lab *lab, const char *words, unsigned int seconds);

/*
 * Waits up to SECONDS for the lab to end, and reads its results. Returns false if it does not end.
 */
bool lab_wait(struct lab *lab, unsigned int seconds);

/* Kills the lab if it still runs, and frees the content of LAB. */
void lab_free(struct lab *lab);
#define cleanup_lab __attribute__((cleanup(lab_free)))

/* Returns the result of the case NAME ("selftest/panic[edu]"), or NULL. */
json_object *lab_case(const struct lab *lab, const char *name);

/* Returns a member of RECORD as text, or "" if it is missing. RECORD owns it. */
const char *field(json_object *record, const char *key);

/* Returns the descendant of LAB whose command line begins with WORDS, or 0. */
pid_t lab_process(const struct lab *lab, const char *words);

/* All descendants of a lab at one moment, as pidfds. */
struct family {
	int *members;
	size_t count;
};

/* Records the present descendants of the lab. */
void family_of(const struct lab *lab, struct family *family);

/* Waits until all members have exited, at most SECONDS in total. Frees the content of FAMILY. */
bool family_gone(struct family *family, unsigned int seconds);

/*
 * Returns the mounts of this process's namespace, to check that a run leaves none. The caller frees
 * the string.
 */
char *mounts(void);

#endif
