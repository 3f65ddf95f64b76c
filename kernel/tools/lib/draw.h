/* SPDX-License-Identifier: GPL-2.0-only */
/* A random but repeatable order of all mutants of a kernel's reached lines. */
#ifndef KERNEL_TOOLS_LIB_DRAW_H
#define KERNEL_TOOLS_LIB_DRAW_H

#include "kernel/tools/lib/equivalents.h"
#include "kernel/tools/lib/mutants.h"

#include <stdint.h>

/* A source with its mutants. */
struct draw_file {
	char *name; /* below the kernel's source, such as drivers/vfio/vfio.c */
	struct csource source;
	struct mutants mutants;
};

/* A mutant in the order in which they are drawn. */
struct draw_item {
	const struct draw_file *file;
	const struct mutant *mutant;
	unsigned int line; /* reached by a case: where the mutant or its statement begins */
	unsigned int round;
	uint64_t line_key, operation_key, key;
};

struct draw {
	struct {
		struct draw_file *items;
		size_t count;
	} files;
	struct {
		struct draw_item *items;
		size_t count;
	} order;
	struct equivalents equivalents;
};

/*
 * Finds the mutants of the reached lines of the kernel in the folder SOURCE, and orders them by
 * SEED: first one of each line, then another one of each line that has more, and so on. Among the
 * mutants of a line, each operator is as likely as any other to be the first. LINES is a file with
 * FILE, LINE between tabs; more fields are ignored. Returns 0, or -errno with a message in WHY.
 * Blocks on I/O. Initialise DRAW with zeros.
 */
int draw_read(const char *source, const char *lines, unsigned long seed, struct draw *draw,
	      struct buf *why);

/* Returns why ITEM is equivalent to the original, or NULL. */
const char *draw_equivalent(const struct draw *draw, const struct draw_item *item);

/* Appends the lines that ITEM changes, as they are (WITH false) or as they become. */
void draw_lines(const struct draw_item *item, bool with, struct buf *lines);

/* Appends ITEM as a patch with three lines of context. */
void draw_patch(const struct draw_item *item, struct buf *patch);

void draw_free(struct draw *draw);

#define cleanup_draw __attribute__((cleanup(draw_free)))

#endif
