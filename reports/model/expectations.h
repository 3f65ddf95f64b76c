/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lists of expectations with reasons: differences that a series intends, and known failures of a
 * kernel.
 */
#ifndef REPORTS_MODEL_EXPECTATIONS_H
#define REPORTS_MODEL_EXPECTATIONS_H

#include "lab/base/buf.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Globs over the case and over the name of a fact ("verdict" for the verdict). * and ? are special;
 * [ is not. "SCENARIO[DUT]" is about the case in each mode, "SCENARIO[DUT,MODE]" about one mode.
 */
struct expectation {
	char *cases; /* as written; NULL: every case */
	char *fact;
	char *reason;
	bool maybe;	   /* a case may also pass */
	unsigned int seen; /* number of occurrences */
	unsigned int line; /* in its file */
};

struct expectations {
	struct expectation *items;
	size_t count;
};

/*
 * Read a list of differences: lines "FACT-GLOB  # REASON" or "CASE-GLOB FACT-GLOB  # REASON". Empty
 * lines and lines that begin with # are ignored. Returns 0, or -errno with a message in WHY:
 * -ENOENT if there is no such file, -EINVAL if a line is malformed.
 */
int expectations_read(const char *path, struct expectations *expectations, struct buf *why);

/*
 * Read a list of failures: lines "CASE-GLOB  # REASON", which become expectations of the fact
 * "verdict", and "CASE-GLOB FUNCTION  # REASON", whose fact is the name of a kernel function. A
 * CASE-GLOB after a ? has cases of which only some fail. Returns the same.
 */
int expectations_read_failures(const char *path, struct expectations *expectations,
			       struct buf *why);

/* The first expectation that matches FACT of the case NAME, or NULL. */
struct expectation *expectations_find(const struct expectations *expectations, const char *name,
				      const char *fact);

void expectations_free(struct expectations *expectations);
#define cleanup_expectations __attribute__((cleanup(expectations_free)))

#endif
