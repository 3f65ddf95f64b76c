// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/kconfig-values.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

static void add(struct kvalues *values, const char *name, const char *value)
{
	values->items =
		must(reallocarray(values->items, values->count + 1, sizeof(*values->items)));
	values->items[values->count++] = (struct kvalue){must(strdup(name)), must(strdup(value))};
}

static bool starts(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

/* Adds the option in LINE, "CONFIG_X=value" or "# CONFIG_X is not set"; ignores other lines. */
static void add_line(struct kvalues *values, char *line)
{
	bool unset = starts(line, "# CONFIG_");
	char *name = line + strlen(unset ? "# CONFIG_" : "CONFIG_");
	char *end;

	if (!unset && !starts(line, "CONFIG_"))
		return;
	end = strpbrk(name, unset ? " " : "=");
	if (!end || (unset && strcmp(end, " is not set")))
		return;
	*end = 0;
	add(values, name, unset ? "n" : end + 1);
}

int kvalues_add(const char *path, struct kvalues *values)
{
	cleanup_free char *text = NULL;
	int err = file_read(path, &text, NULL);
	char *rest = text;
	char *line;

	while (!err && (line = strsep(&rest, "\n")))
		add_line(values, line);
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct kvalue *)a)->name, ((const struct kvalue *)b)->name);
}

void kvalues_sort(struct kvalues *values)
{
	if (values->count)
		qsort(values->items, values->count, sizeof(*values->items), by_name);
}

const char *kvalues_get(const struct kvalues *values, const char *name)
{
	struct kvalue wanted = {(char *)name, NULL};
	const struct kvalue *found = NULL;

	if (values->count)
		found = bsearch(&wanted, values->items, values->count, sizeof(wanted), by_name);
	return found ? found->value : "n";
}

void kvalues_free(struct kvalues *values)
{
	for (size_t i = 0; i < values->count; i++) {
		free(values->items[i].name);
		free(values->items[i].value);
	}
	free(values->items);
	*values = (struct kvalues)KVALUES_INIT;
}
