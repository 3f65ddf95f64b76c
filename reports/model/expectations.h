/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists of what is expected, and why: differences that a series means to make, failures that are
 * known of a kernel.
 */
#ifndef REPORTS_MODEL_EXPECTATIONS_H
#define REPORTS_MODEL_EXPECTATIONS_H

#include "lab/base/buf.h"

#include <stddef.h>

/*
 * Both are globs, over "case" and over a fact's name ("verdict" for the
 * verdict), in which * and ? are special, and [ is not.
 */
struct expectation {
	char *cases; /* as written; NULL: any case */
	char *fact;
	char *reason;
	unsigned int seen; /* how often it occurred */
};

struct expectations {
	struct expectation *items;
	size_t count;
};

/*
 * Read a list of differences: lines "FACT-GLOB  # REASON" or "CASE-GLOB FACT-GLOB  #
 * REASON"; empty lines and lines that begin with # are comments. 0, or -errno (-ENOENT: there is no
 * such list) and one line in WHY (-EINVAL: the line that is not understood).
 */
int expectations_read(const char *path, struct expectations *expectations, struct buf *why);

/*
 * The same with a list of failures: lines "CASE-GLOB # REASON", which are expectations of the fact
 * "verdict", and
 * "CASE-GLOB FUNCTION  # REASON", whose fact is the name of a function of the kernel's.
 */
int expectations_read_failures(const char *path, struct expectations *expectations,
			       struct buf *why);

/* The first that is of this FACT of the case NAME; NULL where there is none. */
struct expectation *expectations_find(const struct expectations *expectations, const char *name,
				      const char *fact);

void expectations_free(struct expectations *expectations);
#define cleanup_expectations __attribute__((cleanup(expectations_free)))

#endif
