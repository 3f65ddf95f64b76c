/* SPDX-License-Identifier: GPL-2.0-only */
/* Parameters: NAME=VALUE words that fill in a struct, described by a table. */
#ifndef LAB_DEVICES_LIB_PARAM_H
#define LAB_DEVICES_LIB_PARAM_H

#include "lab/base/buf.h"

#include <stddef.h>
#include <stdint.h>

/* The member is a uint64_t for a number and for a choice (its index), a const char * for a text. */
struct param {
	const char *name;
	size_t offset; /* of the member */
	enum param_kind {
		PARAM_KIND_NUMBER,
		PARAM_KIND_CHOICE,
		PARAM_KIND_TEXT,
	} kind;
	uint64_t number; /* default */
	uint64_t most;	 /* maximum of a number */
	const char *text;
	const char *const *choices; /* terminated by NULL */
	const char *help;
};

/* Each describes one member of struct TYPE. */
#define PARAM_NUMBER(type, member, otherwise, most_, help_)                                        \
	{#member, offsetof(type, member), PARAM_KIND_NUMBER, (otherwise), (most_), NULL, NULL,     \
	 (help_)}
#define PARAM_CHOICE(type, member, choices_, help_)                                                \
	{#member, offsetof(type, member), PARAM_KIND_CHOICE, 0, 0, NULL, (choices_), (help_)}
#define PARAM_TEXT(type, member, otherwise, help_)                                                 \
	{#member, offsetof(type, member), PARAM_KIND_TEXT, 0, 0, (otherwise), NULL, (help_)}
#define PARAM_END {NULL, 0, PARAM_KIND_NUMBER, 0, 0, NULL, NULL, NULL}

/* Sets all members to their defaults. PARAMS may be NULL. */
void params_init(const struct param *params, void *values);

/*
 * Parses one "name=value" WORD, which must outlive VALUES. Returns 0, -ENOENT if PARAMS lacks the
 * name, or -EINVAL with a message in WHY if the value is invalid.
 */
int params_take(const struct param *params, void *values, const char *word, struct buf *why);

/* Appends the parameters and their help, for --help. */
void params_describe(const struct param *params, struct buf *text);

/*
 * Parses a number: decimal or 0x..., with an optional suffix K, M or G for powers of 1024. Returns
 * 0, or -EINVAL if TEXT is not a number or above MOST.
 */
int param_number(const char *text, uint64_t most, uint64_t *number);

#endif
