/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The tokens of a C source: enough of the language to find its functions, statements and calls.
 * Comments and preprocessor lines are skipped.
 */
#ifndef KERNEL_TOOLS_LIB_CTOKEN_H
#define KERNEL_TOOLS_LIB_CTOKEN_H

#include "kernel/tools/lib/series-text.h"

enum ctoken_kind {
	CTOKEN_NAME, /* identifiers and keywords */
	CTOKEN_NUMBER,
	CTOKEN_TEXT, /* string and character constants */
	CTOKEN_SIGN, /* operators and punctuation */
};

struct ctoken {
	enum ctoken_kind kind;
	struct span text;
	unsigned int line; /* from 1 */
	size_t pair;	   /* of a bracket: its counterpart. Otherwise the token itself */
	size_t open;	   /* the innermost bracket around it, or CTOKEN_NONE */
};

#define CTOKEN_NONE ((size_t)-1)

struct ctokens {
	struct ctoken *items;
	size_t count;
};

/*
 * Splits TEXT, which must outlive TOKENS. Returns 0, or -EINVAL with a message in WHY if a bracket
 * has no counterpart.
 */
int ctokens_read(struct span text, struct ctokens *tokens, struct buf *why);

/* Returns true if TOKENS has the token TEXT at AT. */
bool ctoken_is(const struct ctokens *tokens, size_t at, const char *text);

/* Returns true if the token at AT is one of the words of TEXTS, which are separated by blanks. */
bool ctoken_among(const struct ctokens *tokens, size_t at, const char *texts);

/* Returns true if the token at AT exists and is of KIND. */
bool ctoken_kind_is(const struct ctokens *tokens, size_t at, enum ctoken_kind kind);

void ctokens_free(struct ctokens *tokens);

#define cleanup_ctokens __attribute__((cleanup(ctokens_free)))

#endif
