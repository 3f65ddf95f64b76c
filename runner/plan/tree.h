/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel trees, as the files kernel/trees/NAME describe them (docs/kernels.md). */
#ifndef RUNNER_PLAN_TREE_H
#define RUNNER_PLAN_TREE_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

/* Each is NULL if neither the tree nor the one that it is on has it. */
struct tree {
	char *about;
	char *base;	/* "tree": another tree, whose settings apply unless this one has its own */
	char *source;	/* "deb SUITE PACKAGE" */
	char *prebuilt; /* the same, or "installed": nothing is built */
	char *cc;
	char *series; /* a folder of patches, below the top of the lab */
	char *known;  /* names of files in kernel/known, with blanks between them */
};

/*
 * Read the tree NAME of the lab in TOP. Returns 0, or -errno with one line in WHY: -ENOENT if there
 * is no such tree, or its base is missing. TREE is to be freed in any case.
 */
int tree_load(const char *top, const char *name, struct tree *tree, struct buf *why);

void tree_free(struct tree *tree);
#define cleanup_tree __attribute__((cleanup(tree_free)))

/*
 * Add to NAMES the kernels that the lab in TOP can build: each tree, alone and in each flavour.
 * Sorted.
 */
void tree_kernels(const char *top, struct list *names);

/* Whether kernel/config in TOP has the flavour NAME. */
bool tree_has_flavour(const char *top, const char *name);

#endif
