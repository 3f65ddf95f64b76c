/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel trees, described by the files kernel/trees/NAME (docs/kernels.md) of the lab and of
 * overlays.
 */
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
	char *series; /* a folder of patches, relative to the top of the lab or of an overlay */
	char *known;  /* names of files in kernel/known, beside those of its version */
};

/*
 * Read the tree NAME below ROOTS (runner/plan/roots.h). Returns 0, or -errno with a message in WHY:
 * -ENOENT if the tree or its base does not exist. The caller frees TREE in any case.
 */
int tree_load(const struct list *roots, const char *name, struct tree *tree, struct buf *why);

void tree_free(struct tree *tree);
#define cleanup_tree __attribute__((cleanup(tree_free)))

/* Add to NAMES the trees below ROOTS, those of each root sorted. */
void tree_names(const struct list *roots, struct list *names);

/*
 * Add to NAMES the kernels that can be built from the trees below ROOTS: each tree without a
 * flavour and with each flavour of the lab, the first of ROOTS.
 */
void tree_kernels(const struct list *roots, struct list *names);

/* Whether kernel/config in TOP has the flavour NAME. */
bool tree_has_flavour(const char *top, const char *name);

#endif
