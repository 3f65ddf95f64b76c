/* SPDX-License-Identifier: GPL-2.0-only */
/* What a .config, or a fragment of one, says of options. */
#ifndef KERNEL_TOOLS_LIB_KCONFIG_VALUES_H
#define KERNEL_TOOLS_LIB_KCONFIG_VALUES_H

#include <stddef.h>

struct kvalue {
	char *name;  /* without CONFIG_ */
	char *value; /* y, m, n, or what is after the "="; strings in their quotes */
};

struct kvalues {
	struct kvalue *items; /* in the order of the text, until kvalues_sort() */
	size_t count;
};

#define KVALUES_INIT {NULL, 0}

/*
 * Append what the file PATH says to VALUES. "# CONFIG_X is not set" gives
 * X the value n; other lines that are no option's are passed over.
 * 0, or the -errno of reading it.
 */
int kvalues_add(const char *path, struct kvalues *values);

/* Bring the items into the order of their names, for kvalues_get(). */
void kvalues_sort(struct kvalues *values);

/* The value of the option NAME, n where VALUES (sorted) does not have it. */
const char *kvalues_get(const struct kvalues *values, const char *name);

void kvalues_free(struct kvalues *values);

#define cleanup_kvalues __attribute__((cleanup(kvalues_free)))

#endif
