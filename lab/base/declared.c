// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/declared.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/vocabulary.h"

#include <stdbool.h>
#include <string.h>

static void add(struct buf *words, const struct need *word)
{
	buf_printf(words, "%s%.*s", words->len ? " " : "", (int)word->len, word->start);
}

static enum origin origin_of(const struct need *word)
{
	const struct vocabulary *row = vocabulary_find(word);

	return row ? row->origin : ORIGIN_KERNEL;
}

/* A kernel may offer less than the device has, which can only help a negated need. */
static bool rules_out(const struct need *need)
{
	switch (origin_of(need)) {
	case ORIGIN_PLACE:
	case ORIGIN_DEVICE:
		return true;
	case ORIGIN_OFFERED:
		return !need->negated;
	case ORIGIN_KERNEL:
	case ORIGIN_MODE:
		break;
	}
	return false;
}

char *declared_never(const char *needs, const char *name, const char *declared)
{
	cleanup_buf struct buf fixed = BUF_INIT;
	struct need need;

	for_each_need(need, needs)
	{
		if (rules_out(&need))
			add(&fixed, &need);
	}
	return fixed.len ? needs_unmet(fixed.data, name, declared) : NULL;
}

static bool among(const struct need *word, const char *words)
{
	struct need other;

	for_each_need(other, words)
	{
		if (needs_meets(&other, word))
			return true;
	}
	return false;
}

char *declared_differs(const char *declared, const char *properties)
{
	cleanup_buf struct buf found = BUF_INIT, lost = BUF_INIT, differs = BUF_INIT;
	struct need word;

	for_each_need(word, properties)
	{
		if (origin_of(&word) != ORIGIN_KERNEL && !among(&word, declared))
			add(&found, &word);
	}
	for_each_need(word, declared)
	{
		if (origin_of(&word) != ORIGIN_OFFERED && !among(&word, properties))
			add(&lost, &word);
	}
	if (found.len)
		buf_printf(&differs, "has= in its machine lacks '%s', which the guest finds",
			   found.data);
	if (lost.len)
		buf_printf(&differs,
			   "%shas= in its machine lists '%s', which the guest does not find",
			   differs.len ? "; " : "", lost.data);
	return differs.len ? buf_steal(&differs) : NULL;
}

char *declared_words(const char *properties)
{
	struct buf words = BUF_INIT;
	struct need word;

	for_each_need(word, properties)
	{
		if (origin_of(&word) == ORIGIN_DEVICE || origin_of(&word) == ORIGIN_OFFERED)
			add(&words, &word);
	}
	return buf_steal(&words);
}

char *declared_error(const char *words)
{
	char *error = vocabulary_error(words, false);
	struct need word;

	if (error)
		return error;
	for_each_need(word, words)
	{
		enum origin origin = origin_of(&word);

		if (origin == ORIGIN_KERNEL)
			return text("'%.*s' depends on the kernel alone", (int)word.len,
				    word.start);
		if (origin == ORIGIN_MODE)
			return text("'%.*s' depends on the mode alone", (int)word.len, word.start);
		if (origin == ORIGIN_PLACE)
			return text("'%.*s' follows from the other attributes", (int)word.len,
				    word.start);
	}
	return NULL;
}
