// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/list.h"

#include "lab/base/cleanup.h"

#include <string.h>

/* Takes ownership of TEXT. */
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
