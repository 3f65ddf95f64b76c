/* SPDX-License-Identifier: GPL-2.0-only */
/* A C source with its functions and simple statements. */
#ifndef KERNEL_TOOLS_LIB_CSOURCE_H
#define KERNEL_TOOLS_LIB_CSOURCE_H

#include "kernel/tools/lib/ctoken.h"

enum cstatement_kind {
	CSTATEMENT_OTHER, /* declarations, return, goto and the like */
	CSTATEMENT_ASSIGNMENT,
	CSTATEMENT_BITS, /* |=, &= and ^= */
	CSTATEMENT_CALL,
};

/* A statement that ends with a semicolon and contains no other statement. */
struct cstatement {
	enum cstatement_kind kind;
	bool declares;
	size_t first, end; /* its tokens; END is the semicolon */
};

struct cfunction {
	struct span name;
	bool is_void;
	size_t first, end; /* the braces of its body */
};

struct csource {
	char *data;
	struct ctokens tokens;
	struct {
		struct cfunction *items;
		size_t count;
	} functions;
	struct {
		struct cstatement *items;
		size_t count;
	} statements; /* of all functions, in order */
};

/*
 * Reads C from PATH. Returns 0, or -errno with a message in WHY. Blocks on I/O. Initialise SOURCE
 * with zeros.
 */
int csource_read(const char *path, struct csource *source, struct buf *why);

/* The same for DATA, which SOURCE then owns. */
int csource_parse(char *data, struct csource *source, struct buf *why);

/*
 * Returns the first token of the simple statement, or of the head of the if, while or switch, that
 * the token at AT is in; AT itself if there is none.
 */
size_t csource_beginning(const struct csource *source, size_t at);

/* Returns the statement that the token at AT is in, or NULL. */
const struct cstatement *csource_statement(const struct csource *source, size_t at);

void csource_free(struct csource *source);

#define cleanup_csource __attribute__((cleanup(csource_free)))

#endif
