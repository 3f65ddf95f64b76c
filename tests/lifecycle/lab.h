/* SPDX-License-Identifier: GPL-2.0-only */
/* The lab as its life-cycle tests see it: a program that is run, read from, and killed. */
#ifndef TESTS_LIFECYCLE_LAB_H
#define TESTS_LIFECYCLE_LAB_H

#include "lab/base/buf.h"

#include <json-c/json.h>
#include <stdbool.h>
#include <sys/types.h>

/* The results of these runs are kept apart from the user's, below O=. */
#define LAB_REPORTS "check"

struct lab {
	pid_t pid;
	int out; /* its standard output and error */
	struct buf said;
	int status; /* exit status, once ended; 128+N for a signal */
	json_object *results;
};

/*
 * Start COMMAND (a shell's words, of which "vfiolab" is the lab's program).
 * Does not wait. 0 or -errno.
 */
int lab_start(struct lab *lab, const char *command);

/* Read what the lab says until it has said WORDS. False where it ends, or SECONDS pass, before. */
bool lab_wait_for(struct lab *lab, const char *words, unsigned int seconds);

/*
 * Wait for the lab's end, SECONDS at most, and read the results that it left. False where it does
 * not end.
 */
bool lab_wait(struct lab *lab, unsigned int seconds);

/* End the lab if it still runs, and free what LAB holds. */
void lab_free(struct lab *lab);
#define cleanup_lab __attribute__((cleanup(lab_free)))

/* The result of the case NAME ("selftest/panic[edu]"), or NULL. */
json_object *lab_case(const struct lab *lab, const char *name);

/* A member of RECORD as text; "" if it has none of that name. RECORD owns it. */
const char *field(json_object *record, const char *key);

/* The descendant of LAB whose command line begins with WORDS; 0 where there is none. */
pid_t lab_process(const struct lab *lab, const char *words);

/* All descendants of a lab at one moment, by descriptors that tell when each is gone. */
struct family {
	int *members;
	size_t count;
};

/* Look at the lab's family now. */
void family_of(const struct lab *lab, struct family *family);

/* Wait, SECONDS at most in all, until every member is gone. Frees what FAMILY holds. */
bool family_gone(struct family *family, unsigned int seconds);

/*
 * The mounts of this process's namespace: equal before and after where nothing was left. The caller
 * frees it.
 */
char *mounts(void);

#endif
