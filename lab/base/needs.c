// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/needs.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define BLANK " \t\n"

bool needs_next(const char **text, struct need *word)
{
	const char *at = *text + strspn(*text, BLANK);
	const char *end = at + strcspn(at, BLANK);
	const char *colon, *equals;

	if (at == end)
		return false;
	*word = (struct need){.start = at, .len = (size_t)(end - at), .count = 1};
	*text = end;
	if (*at == '!') {
		word->negated = true;
		at++;
	}
	colon = memchr(at, ':', (size_t)(end - at));
	word->counted = colon;
	if (colon)
		word->count = strtoul(colon + 1, NULL, 10);
	else
		colon = end;
	equals = memchr(at, '=', (size_t)(colon - at));
	if (equals) {
		word->value = equals + 1;
		word->value_len = (size_t)(colon - equals - 1);
	}
	word->key = at;
	word->key_len = (size_t)((equals ? equals : colon) - at);
	return true;
}

static bool same_key(const struct need *a, const struct need *b)
{
	return a->key_len == b->key_len && !memcmp(a->key, b->key, a->key_len);
}

bool needs_meets(const struct need *property, const struct need *need)
{
	if (!same_key(property, need) || property->count < need->count)
		return false;
	if (!need->value)
		return true;
	return property->value && property->value_len == need->value_len &&
	       !memcmp(property->value, need->value, need->value_len);
}

static bool met(const struct need *need, const char *properties)
{
	struct need property;

	for_each_need(property, properties)
	{
		if (needs_meets(&property, need))
			return !need->negated;
	}
	return need->negated;
}

static bool mentioned(const struct need *word, const char *text)
{
	struct need other;

	for_each_need(other, text)
	{
		if (same_key(&other, word))
			return true;
	}
	return false;
}

/* Prints the properties with WORD's key, such as " irq=intx:1 irq=msi:1", or " no irq". */
static void describe(const struct need *word, const char *properties, struct buf *out)
{
	size_t before = out->len;
	struct need property;

	for_each_need(property, properties)
	{
		if (same_key(&property, word))
			buf_printf(out, " %.*s", (int)property.len, property.start);
	}
	if (out->len == before)
		buf_printf(out, " no %.*s", (int)word->key_len, word->key);
}

char *needs_unmet(const char *needs, const char *name, const char *properties)
{
	cleanup_buf struct buf unmet = BUF_INIT;
	cleanup_buf struct buf instead = BUF_INIT;
	struct need need;

	for_each_need(need, needs)
	{
		if (met(&need, properties))
			continue;
		if (!mentioned(&need, unmet.data ? unmet.data : ""))
			describe(&need, properties, &instead);
		buf_printf(&unmet, " %.*s", (int)need.len, need.start);
	}
	if (!unmet.len)
		return NULL;
	return text("needs%s; %s has%s", unmet.data, name, instead.data);
}

bool needs_mention(const char *needs, const char *key)
{
	return mentioned(&(struct need){.key = key, .key_len = strlen(key)}, needs);
}

/* Returns true if the text consists of characters that never need quoting in a list of words. */
static bool plain(const char *at, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)at[i]) && !strchr("-_.", at[i]))
			return false;
	}
	return len > 0;
}

static bool valid(const struct need *word)
{
	const char *end = word->start + word->len;
	const char *colon = memchr(word->start, ':', word->len);

	if (!plain(word->key, word->key_len) ||
	    (word->value && !plain(word->value, word->value_len)))
		return false;
	if (!colon)
		return true;
	return colon + 1 < end && strspn(colon + 1, "0123456789") == (size_t)(end - colon - 1) &&
	       word->count;
}

bool needs_agree(const char *needs, const char *property)
{
	struct need need, given;

	for_each_need(given, property)
	{
		for_each_need(need, needs)
		{
			if (same_key(&need, &given) && !met(&need, property))
				return false;
		}
	}
	return true;
}

bool needs_valid(const char *needs, char **word)
{
	struct need need;

	for_each_need(need, needs)
	{
		if (valid(&need))
			continue;
		*word = strndup(need.start, need.len);
		return false;
	}
	return true;
}
