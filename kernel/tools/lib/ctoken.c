// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/ctoken.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

struct reader {
	struct span rest;
	unsigned int line;
	bool fresh; /* nothing but blanks so far in this line */
	size_t open;
	struct ctokens *tokens;
};

static void skip(struct reader *r, size_t len)
{
	for (size_t i = 0; i < len && i < r->rest.len; i++) {
		if (r->rest.at[i] == '\n') {
			r->line++;
			r->fresh = true;
		}
	}
	r->rest = span_skip(r->rest, len);
}

/* Returns the length up to and including END, or all if it does not occur. */
static size_t length_to(struct span rest, const char *end)
{
	const char *found = memmem(rest.at, rest.len, end, strlen(end));

	return found ? (size_t)(found - rest.at) + strlen(end) : rest.len;
}

/* Returns the length of a preprocessor line with its continuations. */
static size_t directive_length(struct span rest)
{
	size_t len = length_to(rest, "\n");

	while (len < rest.len && len > 1 && rest.at[len - 2] == '\\')
		len += length_to(span_skip(rest, len), "\n");
	return len;
}

/* Returns the length of what is not a token at the beginning of R->rest; 0 if it is a token. */
static size_t gap_length(const struct reader *r)
{
	if (isspace((unsigned char)*r->rest.at))
		return 1;
	if (span_starts(r->rest, "/*"))
		return length_to(r->rest, "*/");
	if (span_starts(r->rest, "//"))
		return length_to(r->rest, "\n");
	if (r->fresh && *r->rest.at == '#')
		return directive_length(r->rest);
	return 0;
}

static size_t word_length(struct span rest)
{
	size_t len = 0;

	while (len < rest.len && (isalnum((unsigned char)rest.at[len]) || rest.at[len] == '_'))
		len++;
	return len;
}

static size_t quoted_length(struct span rest)
{
	size_t len = 1;

	while (len < rest.len && rest.at[len] != *rest.at)
		len += rest.at[len] == '\\' ? 2 : 1;
	return len < rest.len ? len + 1 : rest.len;
}

static size_t sign_length(struct span rest)
{
	static const char *const signs[] = {"<<=", ">>=", "...", "->", "++", "--", "<<", ">>",
					    "<=",  ">=",  "==",	 "!=", "&&", "||", "+=", "-=",
					    "*=",  "/=",  "%=",	 "&=", "|=", "^=", "##"};

	for (size_t i = 0; i < ARRAY_SIZE(signs); i++) {
		if (span_starts(rest, signs[i]))
			return strlen(signs[i]);
	}
	return 1;
}

static enum ctoken_kind kind_of(char first)
{
	if (isdigit((unsigned char)first))
		return CTOKEN_NUMBER;
	if (isalpha((unsigned char)first) || first == '_')
		return CTOKEN_NAME;
	return first == '"' || first == '\'' ? CTOKEN_TEXT : CTOKEN_SIGN;
}

static size_t token_length(struct span rest, enum ctoken_kind kind)
{
	if (kind == CTOKEN_TEXT)
		return quoted_length(rest);
	return kind == CTOKEN_SIGN ? sign_length(rest) : word_length(rest);
}

/* Pairs the bracket at AT. Returns false if it closes none. */
static bool pair(struct reader *r, size_t at)
{
	static const char opening[] = "([{", closing[] = ")]}";
	struct ctoken *items = r->tokens->items;
	char sign = *items[at].text.at;
	const char *closes;

	if (items[at].kind != CTOKEN_SIGN)
		return true;
	if (strchr(opening, sign)) {
		r->open = at;
		return true;
	}
	closes = strchr(closing, sign);
	if (!closes)
		return true;
	if (r->open == CTOKEN_NONE || *items[r->open].text.at != opening[closes - closing])
		return false;
	items[at].pair = r->open;
	items[r->open].pair = at;
	r->open = items[r->open].open;
	items[at].open = r->open;
	return true;
}

/* Adds the token at the beginning of R->rest. Returns false if it is an unpaired bracket. */
static bool add(struct reader *r)
{
	size_t at = r->tokens->count;
	struct ctoken *token = array_add(r->tokens);

	token->kind = kind_of(*r->rest.at);
	token->text = r->rest;
	token->text.len = token_length(r->rest, token->kind);
	token->line = r->line;
	token->pair = at;
	token->open = r->open;
	r->fresh = false;
	skip(r, token->text.len);
	return pair(r, at);
}

int ctokens_read(struct span text, struct ctokens *tokens, struct buf *why)
{
	struct reader r = {
		.rest = text, .line = 1, .fresh = true, .open = CTOKEN_NONE, .tokens = tokens};

	while (r.rest.len) {
		size_t gap = gap_length(&r);

		if (gap)
			skip(&r, gap);
		else if (!add(&r))
			return series_error(why, "line %u: a bracket closes none", r.line);
	}
	if (r.open == CTOKEN_NONE)
		return 0;
	return series_error(why, "line %u: a bracket is not closed", tokens->items[r.open].line);
}

bool ctoken_is(const struct ctokens *tokens, size_t at, const char *text)
{
	return at < tokens->count && span_is(tokens->items[at].text, text);
}

bool ctoken_among(const struct ctokens *tokens, size_t at, const char *texts)
{
	while (*texts) {
		size_t len = strcspn(texts, " ");

		if (at < tokens->count && tokens->items[at].text.len == len &&
		    !memcmp(tokens->items[at].text.at, texts, len))
			return true;
		texts += len + strspn(texts + len, " ");
	}
	return false;
}

bool ctoken_kind_is(const struct ctokens *tokens, size_t at, enum ctoken_kind kind)
{
	return at < tokens->count && tokens->items[at].kind == kind;
}

void ctokens_free(struct ctokens *tokens)
{
	free(tokens->items);
	*tokens = (struct ctokens){0};
}
