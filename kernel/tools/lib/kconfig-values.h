/* SPDX-License-Identifier: GPL-2.0-only */
/* The values of options in a .config or in a fragment of one. */
#ifndef KERNEL_TOOLS_LIB_KCONFIG_VALUES_H
#define KERNEL_TOOLS_LIB_KCONFIG_VALUES_H

#include <stddef.h>

struct kvalue {
	char *name;  /* without CONFIG_ */
	char *value; /* y, m, n, or the text after "="; strings keep their quotes */
};

struct kvalues {
	struct kvalue *items; /* in the order of the text, until kvalues_sort() */
	size_t count;
};

#define KVALUES_INIT {NULL, 0}

/*
 * Appends the options of the file PATH to VALUES. "# CONFIG_X is not set" gives X the value n;
 * other lines that set no option are skipped. Blocks on file I/O. Returns 0, or -errno if PATH
 * cannot be read.
 */
int kvalues_add(const char *path, struct kvalues *values);

/* Sorts the items by name, for kvalues_get(). */
void kvalues_sort(struct kvalues *values);

/* Returns the value of the option NAME, or n if VALUES (sorted) lacks it. */
const char *kvalues_get(const struct kvalues *values, const char *name);

void kvalues_free(struct kvalues *values);

#define cleanup_kvalues __attribute__((cleanup(kvalues_free)))

#endif
