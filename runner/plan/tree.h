/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel trees, described by the files kernel/trees/NAME (docs/kernels.md). */
#ifndef RUNNER_PLAN_TREE_H
#define RUNNER_PLAN_TREE_H

#include "lab/base/buf.h"
#include "lab/base/list.h"

/* Each member is NULL if neither the tree nor its base sets it. */
struct tree {
	char *about;
	char *base;	/* "tree": another tree, whose settings this one overrides */
	char *source;	/* "deb SUITE PACKAGE" */
	char *prebuilt; /* "deb SUITE PACKAGE" or "installed": nothing is built */
	char *cc;
	char *series; /* a folder of patches, relative to the top of the lab */
	char *known;  /* names of files in kernel/known, separated by blanks */
};

/*
 * Read the tree NAME of the lab in TOP. Returns 0, or -errno with a message in WHY: -ENOENT if the
 * tree or its base does not exist. The caller frees TREE in any case.
 */
int tree_load(const char *top, const char *name, struct tree *tree, struct buf *why);

void tree_free(struct tree *tree);
#define cleanup_tree __attribute__((cleanup(tree_free)))

/*
 * Add to NAMES, sorted, the kernels that the lab in TOP can build: each tree without a flavour and
 * with each flavour.
 */
void tree_kernels(const char *top, struct list *names);

/* Whether kernel/config in TOP has the flavour NAME. */
bool tree_has_flavour(const char *top, const char *name);

#endif
