/* SPDX-License-Identifier: GPL-2.0-only */
/* Mechanical bugs: all small changes that a table of operators makes to a C source. */
#ifndef KERNEL_TOOLS_LIB_MUTANTS_H
#define KERNEL_TOOLS_LIB_MUTANTS_H

#include "kernel/tools/lib/csource.h"

/* One change: TEXT instead of the bytes between FROM and TO. */
struct mutant {
	const char *operation; /* its name, such as "negate" */
	struct span function;
	unsigned int line;  /* where the change begins */
	unsigned int begin; /* where the statement begins that it is in */
	size_t from, to;    /* bytes of the source */
	char *text;
};

struct mutants {
	struct mutant *items;
	size_t count;
};

/* Adds all mutants of SOURCE, which must outlive them, in the order of the source. */
void mutants_find(const struct csource *source, struct mutants *mutants);

void mutants_free(struct mutants *mutants);

#define cleanup_mutants __attribute__((cleanup(mutants_free)))

#endif
