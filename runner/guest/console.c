// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/console.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/record.h"

#include <string.h>

#define CONSOLE_LINES_MAX 12

static size_t first_of_interest(const struct list *lines)
{
	for (size_t i = lines->count; i > 0; i--)
		if (strstr(lines->items[i - 1], "Kernel panic"))
			return i - 1;
	return lines->count > CONSOLE_LINES_MAX ? lines->count - CONSOLE_LINES_MAX : 0;
}

void console_excerpt(const char *path, size_t from, struct list *lines)
{
	cleanup_list struct list all = {0};
	cleanup_free char *console = NULL;
	size_t first, len;

	if (file_read(path, &console, &len))
		return;
	list_add_split(&all, console + (from < len ? from : len), "\r\n");
	first = first_of_interest(&all);
	for (size_t i = first; i < all.count && i < first + CONSOLE_LINES_MAX; i++) {
		cleanup_free char *line = printable(all.items[i]);

		list_add(lines, line);
	}
}
