/* SPDX-License-Identifier: GPL-2.0-only */
/* The Kconfig files of a kernel source, as far as they say why an option is what it is. */
#ifndef KERNEL_TOOLS_LIB_KCONFIG_TREE_H
#define KERNEL_TOOLS_LIB_KCONFIG_TREE_H

#include "lab/base/list.h"

#include <stdbool.h>

/* A menu, an if or a choice, and what holds for all in it. */
struct kscope {
	struct kscope *up;	/* the one around it; NULL at the top */
	struct list conditions; /* depends on, visible if, if */
	bool choice;
	struct kscope *made_before;
};

/* One place where an option is defined; it may have more. */
struct kdef {
	struct kdef *next;
	char *name;		/* without CONFIG_ */
	char *where;		/* FILE:LINE below the source */
	struct list conditions; /* depends on, and the if of its prompt */
	bool prompt;		/* a user can set it here */
	bool bool_only;		/* it cannot be m */
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
 * Read SOURCE/Kconfig, as for x86, and all that it sources, into TREE, which is
 * empty. Files that are sourced and not there are passed over: a dependency in
 * them would go unexplained, no more. 0, or -errno where SOURCE/Kconfig cannot be read.
 */
int ktree_read(const char *source, struct ktree *tree);

void ktree_free(struct ktree *tree);

#define cleanup_ktree __attribute__((cleanup(ktree_free)))

#endif
