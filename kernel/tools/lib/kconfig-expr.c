// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/kconfig-expr.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/*
 * An expression being parsed. Each parser below consumes its part at AT and appends it, annotated
 * with values, to TOLD.
 */
struct reading {
	const char *at;
	const struct kvalues *values;
	int depth; /* nesting of parentheses and '!' */
};

/* Maximum depth, so that hostile input cannot exhaust the stack. No Kconfig file comes near it. */
#define DEPTH_MAX 100

static int read_or(struct reading *r, struct buf *out);

enum tristate tristate_of(const char *value)
{
	if (!strcmp(value, "y"))
		return TRI_Y;
	return strcmp(value, "m") ? TRI_N : TRI_M;
}

static bool take(struct reading *r, const char *token)
{
	r->at += strspn(r->at, " \t");
	if (strncmp(r->at, token, strlen(token)))
		return false;
	r->at += strlen(token);
	return true;
}

/* Returns the length of the possibly nested $(...) at TEXT, or 0 if it is not terminated. */
static size_t macro_length(const char *text)
{
	int depth = 0;

	for (size_t i = 1; text[i]; i++) {
		depth += text[i] == '(';
		depth -= text[i] == ')';
		if (!depth)
			return i + 1;
	}
	return 0;
}

static size_t word_length(const char *at)
{
	const char *end;

	if (*at == '"' || *at == '\'') {
		end = strchr(at + 1, *at);
		return end ? (size_t)(end - at) + 1 : 0;
	}
	if (at[0] == '$' && at[1] == '(')
		return macro_length(at);
	for (end = at; isalnum((unsigned char)*end) || *end == '_' || *end == '-' || *end == '.';
	     end++)
		;
	return (size_t)(end - at);
}

/* Consumes a word: an option or a constant. Returns NULL if there is none. The caller frees it. */
static char *take_word(struct reading *r)
{
	size_t len;
	char *word;

	take(r, "");
	len = word_length(r->at);
	if (!len)
		return NULL;
	word = text("%.*s", (int)len, r->at);
	r->at += len;
	return word;
}

static bool is_constant(const char *word)
{
	return strchr("\"'$", *word) || isdigit((unsigned char)*word) ||
	       (!word[1] && strchr("nmy", *word));
}

static const char *word_value(const struct reading *r, const char *word)
{
	if (*word == '$')
		return "y";
	return is_constant(word) ? word : kvalues_get(r->values, word);
}

static void print_word(const struct reading *r, const char *word, struct buf *out)
{
	buf_puts(out, word);
	if (!is_constant(word))
		buf_printf(out, " [=%s]", kvalues_get(r->values, word));
}

/* Compares two words, ignoring quotes. Numbers are compared by value. */
static int compare(const char *a, const char *b)
{
	size_t skip_a = *a == '"' || *a == '\'', skip_b = *b == '"' || *b == '\'';
	size_t len_a = strlen(a) - 2 * skip_a, len_b = strlen(b) - 2 * skip_b;
	char *end_a, *end_b;
	long long x = strtoll(a + skip_a, &end_a, 0), y = strtoll(b + skip_b, &end_b, 0);

	if (end_a != a + skip_a && end_b != b + skip_b)
		return (x > y) - (x < y);
	if (len_a != len_b)
		return len_a < len_b ? -1 : 1;
	return strncmp(a + skip_a, b + skip_b, len_a);
}

/* Comparison operators. Longer ones come before their prefixes. */
static const char *const comparisons[] = {"!=", "<=", ">=", "=", "<", ">"};

static bool holds(const char *op, int order)
{
	switch (*op) {
	case '!':
		return order != 0;
	case '=':
		return order == 0;
	case '<':
		return op[1] ? order <= 0 : order < 0;
	default:
		return op[1] ? order >= 0 : order > 0;
	}
}

/* Parses WORD, or a comparison of two words. */
static int read_comparison(struct reading *r, struct buf *out)
{
	cleanup_free char *left = take_word(r);
	cleanup_free char *right = NULL;
	const char *op = NULL;

	if (!left)
		return -EINVAL;
	print_word(r, left, out);
	for (size_t i = 0; i < ARRAY_SIZE(comparisons) && !op; i++)
		op = take(r, comparisons[i]) ? comparisons[i] : NULL;
	if (!op)
		return (int)tristate_of(word_value(r, left));
	right = take_word(r);
	if (!right)
		return -EINVAL;
	buf_printf(out, " %s ", op);
	print_word(r, right, out);
	return holds(op, compare(word_value(r, left), word_value(r, right))) ? TRI_Y : TRI_N;
}

static int read_parenthesis(struct reading *r, struct buf *out)
{
	int value;

	buf_puts(out, "(");
	value = read_or(r, out);
	buf_puts(out, ")");
	return value >= 0 && !take(r, ")") ? -EINVAL : value;
}

static int read_inverse(struct reading *r, struct buf *out);

static int read_one(struct reading *r, struct buf *out)
{
	int value;

	if (++r->depth > DEPTH_MAX)
		return -EINVAL;
	if (take(r, "("))
		value = read_parenthesis(r, out);
	else if (r->at[0] == '!' && r->at[1] != '=')
		value = read_inverse(r, out);
	else
		value = read_comparison(r, out);
	r->depth--;
	return value;
}

static int read_inverse(struct reading *r, struct buf *out)
{
	int value;

	r->at++;
	buf_puts(out, "!");
	value = read_one(r, out);
	return value < 0 ? value : TRI_Y - value;
}

static int read_and(struct reading *r, struct buf *out)
{
	int value = read_one(r, out);

	while (value >= 0 && take(r, "&&")) {
		int next;

		buf_puts(out, " && ");
		next = read_one(r, out);
		if (next < value)
			value = next;
	}
	return value;
}

static int read_or(struct reading *r, struct buf *out)
{
	int value = read_and(r, out);

	while (value >= 0 && take(r, "||")) {
		int next;

		buf_puts(out, " || ");
		next = read_and(r, out);
		if (next < 0 || next > value)
			value = next;
	}
	return value;
}

static bool at_end(struct reading *r)
{
	take(r, "");
	return !*r->at;
}

int expr_value(const char *expr, const struct kvalues *values)
{
	struct reading r = {expr, values, 0};
	cleanup_buf struct buf out = BUF_INIT;
	int value = read_or(&r, &out);

	return value >= 0 && !at_end(&r) ? -EINVAL : value;
}

/* Checks the conjuncts of EXPR, which has no || outside parentheses. */
static void unmet_conjuncts(const char *expr, const struct kvalues *values, int wanted,
			    struct list *unmet)
{
	struct reading r = {expr, values, 0};

	do {
		cleanup_buf struct buf out = BUF_INIT;

		if (read_one(&r, &out) < wanted)
			list_add(unmet, out.data);
	} while (take(&r, "&&"));
}

int expr_unmet(const char *expr, const struct kvalues *values, enum tristate wanted,
	       struct list *unmet)
{
	int value = expr_value(expr, values);
	cleanup_buf struct buf out = BUF_INIT;
	struct reading r = {expr, values, 0};

	if (value < 0 || value >= (int)wanted)
		return value;
	read_and(&r, &out);
	if (at_end(&r)) {
		unmet_conjuncts(expr, values, (int)wanted, unmet);
		return value;
	}
	r.at = expr;
	out.len = 0;
	read_or(&r, &out);
	list_add(unmet, out.data);
	return value;
}
