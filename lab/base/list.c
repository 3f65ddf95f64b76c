// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/list.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fnmatch.h>
#include <string.h>

/* So many names are listed one by one where one was not found. */
#define MANY 24

/* Takes TEXT over. */
static void list_push(struct list *list, char *text)
{
	list->items = reallocarray(list->items, list->count + 2, sizeof(*list->items));
	if (!list->items || !text)
		abort();
	list->items[list->count++] = text;
	list->items[list->count] = NULL;
}

void list_add(struct list *list, const char *text)
{
	list_push(list, strdup(text));
}

void list_addf(struct list *list, const char *format, ...)
{
	struct buf buf = BUF_INIT;
	va_list args;

	va_start(args, format);
	buf_vprintf(&buf, format, args);
	va_end(args);
	list_push(list, buf_steal(&buf));
}

void list_add_split(struct list *list, const char *text, const char *separators)
{
	while (*(text += strspn(text, separators))) {
		size_t len = strcspn(text, separators);

		list_push(list, strndup(text, len));
		text += len;
	}
}

void list_add_words(struct list *list, const char *text)
{
	list_add_split(list, text, " \t\n,");
}

bool list_has(const struct list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->items[i], text))
			return true;
	return false;
}

void list_add_once(struct list *list, const char *text)
{
	if (!list_has(list, text))
		list_add(list, text);
}

char *list_join(const struct list *list, const char *separator)
{
	struct buf buf = BUF_INIT;

	for (size_t i = 0; i < list->count; i++)
		buf_printf(&buf, "%s%s", i ? separator : "", list->items[i]);
	return buf_steal(&buf);
}

void list_free(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct list){0};
}

static bool matches_any(const struct list *all, const char *glob)
{
	for (size_t i = 0; i < all->count; i++)
		if (!fnmatch(glob, all->items[i], 0))
			return true;
	return false;
}

static bool any_matches(const struct list *globs, const char *item)
{
	for (size_t i = 0; i < globs->count; i++)
		if (!fnmatch(globs->items[i], item, 0))
			return true;
	return !globs->count;
}

/* What there is to choose from, in a line: of many names only what stands before their first slash. */
static char *choices(const struct list *all)
{
	cleanup_list struct list heads = {0};

	for (size_t i = 0; i < all->count && all->count > MANY; i++) {
		cleanup_free char *name = text("%.*s", (int)strcspn(all->items[i], "/"), all->items[i]);

		list_add_once(&heads, name);
	}
	return list_join(heads.count ? &heads : all, " ");
}

int list_select(const struct list *all, const struct list *globs, const char *what, struct list *chosen,
		struct buf *why)
{
	for (size_t i = 0; i < globs->count; i++) {
		if (!matches_any(all, globs->items[i])) {
			cleanup_free char *there = choices(all);

			buf_printf(why, "no %s matches '%s': there is %s", what, globs->items[i], there);
			return -ENOENT;
		}
	}
	for (size_t i = 0; i < all->count; i++)
		if (any_matches(globs, all->items[i]))
			list_add_once(chosen, all->items[i]);
	return 0;
}
