// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/csource.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <string.h>

static const char jumps[] = "return goto break continue";
static const char declarators[] =
	"struct union enum const volatile unsigned signed static register "
	"int char long short bool void extern typedef";

/* Returns true if the statement at AT declares something: its first words are a type and a name. */
static bool declares(const struct ctokens *t, size_t at)
{
	if (ctoken_among(t, at, declarators))
		return true;
	if (!ctoken_kind_is(t, at, CTOKEN_NAME) || ctoken_among(t, at, jumps))
		return false;
	at++;
	while (ctoken_is(t, at, "*"))
		at++;
	return ctoken_kind_is(t, at, CTOKEN_NAME);
}

/* Returns true if the tokens from AT to END have one of SIGNS outside of brackets. */
static bool has_sign(const struct ctokens *t, size_t at, size_t end, const char *signs)
{
	for (; at<end; at = t->items[at].pair> at ? t->items[at].pair : at + 1) {
		if (ctoken_among(t, at, signs))
			return true;
	}
	return false;
}

static bool is_call(const struct ctokens *t, size_t at, size_t end)
{
	return ctoken_kind_is(t, at, CTOKEN_NAME) && ctoken_is(t, at + 1, "(") &&
	       t->items[at + 1].pair + 1 == end;
}

static enum cstatement_kind kind_of(const struct ctokens *t, size_t first, size_t end)
{
	if (first == end || declares(t, first) || ctoken_among(t, first, jumps))
		return CSTATEMENT_OTHER;
	if (has_sign(t, first, end, "|= &= ^="))
		return CSTATEMENT_BITS;
	if (has_sign(t, first, end, "= += -= *= /= <<= >>= ++ --"))
		return CSTATEMENT_ASSIGNMENT;
	return is_call(t, first, end) ? CSTATEMENT_CALL : CSTATEMENT_OTHER;
}

/* Returns the first token from AT on, outside of brackets, that is SIGN. */
static size_t next_sign(const struct ctokens *t, size_t at, const char *sign)
{
	while (at < t->count && !ctoken_is(t, at, sign))
		at = t->items[at].pair > at ? t->items[at].pair + 1 : at + 1;
	return at;
}

/* Returns true for `if (...)' and the like, and for a macro like list_for_each_entry(...). */
static bool is_head(const struct ctokens *t, size_t at)
{
	if (!ctoken_kind_is(t, at, CTOKEN_NAME) || !ctoken_is(t, at + 1, "("))
		return false;
	return ctoken_among(t, at, "if while for switch") ||
	       ctoken_is(t, t->items[at + 1].pair + 1, "{") ||
	       ctoken_kind_is(t, t->items[at + 1].pair + 1, CTOKEN_NAME);
}

/* Takes the statement, or the beginning of one, at AT. Returns where the next one is. */
static size_t take(struct csource *source, size_t at)
{
	const struct ctokens *t = &source->tokens;
	struct cstatement *statement;

	if (ctoken_among(t, at, "{ } ; else do"))
		return at + 1;
	if (ctoken_among(t, at, "case default"))
		return next_sign(t, at, ":") + 1;
	if (ctoken_kind_is(t, at, CTOKEN_NAME) && ctoken_is(t, at + 1, ":"))
		return at + 2;
	if (is_head(t, at))
		return t->items[at + 1].pair + 1;
	statement = array_add(&source->statements);
	statement->first = at;
	statement->end = next_sign(t, at, ";");
	statement->kind = kind_of(t, at, statement->end);
	statement->declares = declares(t, at);
	return statement->end + 1;
}

/* Returns true if the type that ends before the function's name at AT is void. */
static bool returns_void(const struct ctokens *t, size_t at)
{
	return at > 0 && ctoken_is(t, at - 1, "void");
}

/* Takes the function whose body begins at AT, if one does. */
static void take_function(struct csource *source, size_t at)
{
	const struct ctokens *t = &source->tokens;
	struct cfunction *function;
	size_t name;

	if (!ctoken_is(t, at, "{") || at < 3 || !ctoken_is(t, at - 1, ")"))
		return;
	name = t->items[at - 1].pair - 1;
	if (name >= at || !ctoken_kind_is(t, name, CTOKEN_NAME))
		return;
	function = array_add(&source->functions);
	function->name = t->items[name].text;
	function->is_void = returns_void(t, name);
	function->first = at;
	function->end = t->items[at].pair;
	for (size_t i = at + 1; i < function->end;)
		i = take(source, i);
}

int csource_parse(char *data, struct csource *source, struct buf *why)
{
	const struct ctokens *t = &source->tokens;
	int err;

	source->data = data;
	err = ctokens_read(span_of(data), &source->tokens, why);
	for (size_t i = 0; !err && i<t->count; i = t->items[i].pair> i ? t->items[i].pair : i + 1)
		take_function(source, i);
	return err;
}

int csource_read(const char *path, struct csource *source, struct buf *why)
{
	char *data;
	int err = file_read(path, &data, NULL);

	if (!err)
		return csource_parse(data, source, why);
	buf_printf(why, "%s", strerror(-err));
	return err;
}

const struct cstatement *csource_statement(const struct csource *source, size_t at)
{
	for (size_t i = 0; i < source->statements.count; i++) {
		const struct cstatement *statement = &source->statements.items[i];

		if (statement->first <= at && at <= statement->end)
			return statement;
	}
	return NULL;
}

size_t csource_beginning(const struct csource *source, size_t at)
{
	const struct cstatement *statement = csource_statement(source, at);
	const struct ctoken *items = source->tokens.items;

	if (statement)
		return statement->first;
	for (size_t open = items[at].open; open != CTOKEN_NONE; open = items[open].open) {
		if (open && ctoken_among(&source->tokens, open - 1, "if while for switch"))
			return open - 1;
	}
	return at;
}

void csource_free(struct csource *source)
{
	free(source->data);
	ctokens_free(&source->tokens);
	free(source->functions.items);
	free(source->statements.items);
	*source = (struct csource){0};
}
