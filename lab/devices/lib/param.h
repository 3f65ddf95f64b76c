/* SPDX-License-Identifier: GPL-2.0-only */
/* Parameters: NAME=VALUE words that fill in a struct, as a table says. */
#ifndef LAB_DEVICES_LIB_PARAM_H
#define LAB_DEVICES_LIB_PARAM_H

#include "lab/base/buf.h"

#include <stddef.h>
#include <stdint.h>

/* A member is a uint64_t, the index of a choice included; that of a text is a const char *. */
struct param {
	const char *name;
	size_t offset; /* of the member */
	enum param_kind {
		PARAM_KIND_NUMBER,
		PARAM_KIND_CHOICE,
		PARAM_KIND_TEXT,
	} kind;
	uint64_t number; /* when it is not given */
	uint64_t most;	 /* of a number */
	const char *text;
	const char *const *choices; /* ended by NULL */
	const char *help;
};

/* Of struct TYPE, a member each. */
#define PARAM_NUMBER(type, member, otherwise, most_, help_)                                        \
	{#member, offsetof(type, member), PARAM_KIND_NUMBER, (otherwise), (most_), NULL, NULL,     \
	 (help_)}
#define PARAM_CHOICE(type, member, choices_, help_)                                                \
	{#member, offsetof(type, member), PARAM_KIND_CHOICE, 0, 0, NULL, (choices_), (help_)}
#define PARAM_TEXT(type, member, otherwise, help_)                                                 \
	{#member, offsetof(type, member), PARAM_KIND_TEXT, 0, 0, (otherwise), NULL, (help_)}
#define PARAM_END {NULL, 0, PARAM_KIND_NUMBER, 0, 0, NULL, NULL, NULL}

/* Give all members their values for when nothing is given. PARAMS may be NULL. */
void params_init(const struct param *params, void *values);

/*
 * Take one "name=value" (which must outlive VALUES). 0; -ENOENT where PARAMS have no such name;
 * -EINVAL where the value does not do, with a line in WHY.
 */
int params_take(const struct param *params, void *values, const char *word, struct buf *why);

/* A line for each, for --help. */
void params_describe(const struct param *params, struct buf *text);

/*
 * A number: decimal, 0x..., with K, M or G for powers of 1024. 0, or -EINVAL where it is none or
 * above MOST.
 */
int param_number(const char *text, uint64_t most, uint64_t *number);

#endif
