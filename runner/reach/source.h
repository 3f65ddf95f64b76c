/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of a source file in the kernel's style, found without parsing C. */
#ifndef RUNNER_REACH_SOURCE_H
#define RUNNER_REACH_SOURCE_H

#include <stddef.h>

struct source_function {
	char *name;
	unsigned int first, last; /* lines, from the return type to the closing brace */
};

struct source_functions {
	struct source_function *items; /* in the order of their lines */
	size_t count;
};

/*
 * Find the functions in TEXT, the content of a C file. A function begins in the first column, and
 * ends with a closing brace there.
 */
void source_scan(const char *text, struct source_functions *functions);

/* The function that has LINE, or NULL. */
const struct source_function *source_at(const struct source_functions *functions,
					unsigned int line);

void source_free(struct source_functions *functions);
#define cleanup_source __attribute__((cleanup(source_free)))

#endif
