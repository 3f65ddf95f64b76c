/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parses the Kconfig files of a kernel source, as far as needed to explain the value of an option.
 */
#ifndef KERNEL_TOOLS_LIB_KCONFIG_TREE_H
#define KERNEL_TOOLS_LIB_KCONFIG_TREE_H

#include "lab/base/list.h"

#include <stdbool.h>

/* A menu, an if or a choice, with the conditions for everything in it. */
struct kscope {
	struct kscope *up;	/* the enclosing scope; NULL at the top */
	struct list conditions; /* depends on, visible if, if */
	bool choice;
	struct kscope *made_before;
};

/* One definition of an option; an option may have several. */
struct kdef {
	struct kdef *next;
	char *name;		/* without CONFIG_ */
	char *where;		/* FILE:LINE below the source */
	struct list conditions; /* depends on, and the if of the prompt */
	bool prompt;		/* a user can set the option here */
	bool bool_only;		/* the option cannot be m */
	const struct kscope *scope;
};

/* BY selects TARGET, if CONDITION (NULL: always). */
struct kselect {
	struct kselect *next;
	char *by;
	char *target;
	char *condition;
};

struct ktree {
	struct kdef *defs;
	struct kselect *selects;
	struct kscope *scopes;
};

#define KTREE_INIT {NULL, NULL, NULL}

/*
 * Parses SOURCE/Kconfig, for x86, and all files that it sources, into TREE, which must be empty.
 * Missing sourced files are skipped; their dependencies are then not explained. Blocks on file I/O.
 * Returns 0, or -errno if SOURCE/Kconfig cannot be read.
 */
int ktree_read(const char *source, struct ktree *tree);

void ktree_free(struct ktree *tree);

#define cleanup_ktree __attribute__((cleanup(ktree_free)))

#endif
