// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/equivalents.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

char *squeezed(struct span span)
{
	cleanup_buf struct buf words = BUF_INIT;

	for (size_t i = 0; i < span.len; i++) {
		bool blank = isspace((unsigned char)span.at[i]);

		if (!blank && words.len && isspace((unsigned char)span.at[i - 1]))
			buf_puts(&words, " ");
		if (!blank)
			buf_add(&words, span.at + i, 1);
	}
	return buf_steal(&words);
}

static void store(char **field, struct span text)
{
	free(*field);
	*field = squeezed(text);
}

/* Takes a line of the list. Returns false if it is out of place. */
static bool take(struct equivalents *all, struct span line, unsigned int number)
{
	struct equivalent *last = all->count ? &all->items[all->count - 1] : NULL;
	struct span rest = span_skip(line, 1);

	if (isalpha((unsigned char)*line.at)) {
		if (last && !last->why)
			return false;
		last = array_add(all);
		last->line = number;
		store(&last->place, line);
		return strchr(last->place, ' ');
	}
	if (!last || last->why)
		return false;
	if (*line.at == '-' && !last->before)
		store(&last->before, rest);
	else if (*line.at == '+' && last->before && !last->after)
		store(&last->after, rest);
	else if (*line.at == ' ' && last->after)
		store(&last->why, rest);
	else
		return false;
	return true;
}

int equivalents_parse(struct span text, struct equivalents *equivalents, struct buf *why)
{
	struct span line;
	unsigned int number = 0;

	while (span_line(&text, &line)) {
		number++;
		if (span_blank(line) || *line.at == '#')
			continue;
		if (!take(equivalents, line, number))
			return series_error(why,
					    "line %u: expected FILE FUNCTION, -BEFORE, +AFTER and "
					    "a reason, in lines of this order",
					    number);
	}
	if (equivalents->count && !equivalents->items[equivalents->count - 1].why)
		return series_error(why, "line %u: a reason is missing at the end", number);
	return 0;
}

const struct equivalent *equivalents_find(const struct equivalents *equivalents, const char *file,
					  struct span function, struct span before,
					  struct span after)
{
	cleanup_free char *place = text("%s %.*s", file, (int)function.len, function.at);
	cleanup_free char *old = squeezed(before), *new = squeezed(after);

	for (size_t i = 0; i < equivalents->count; i++) {
		const struct equivalent *one = &equivalents->items[i];

		if (!strcmp(one->place, place) && !strcmp(one->before, old) &&
		    !strcmp(one->after, new))
			return one;
	}
	return NULL;
}

void equivalents_free(struct equivalents *equivalents)
{
	for (size_t i = 0; i < equivalents->count; i++) {
		free(equivalents->items[i].place);
		free(equivalents->items[i].before);
		free(equivalents->items[i].after);
		free(equivalents->items[i].why);
	}
	free(equivalents->items);
	*equivalents = (struct equivalents){0};
}
