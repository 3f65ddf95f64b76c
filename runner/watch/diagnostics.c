// SPDX-License-Identifier: GPL-2.0-only
#include "runner/watch/diagnostics.h"

#include "lab/base/cleanup.h"

#include <stdbool.h>
#include <string.h>

/* Where kernel/run-in-build mounts the source. */
static const char *const prefixes[] = {"/tmp/linux/source/", "../source/"};

/* LINE without what stands before the path of a file in the source. */
static const char *below_source(const char *line)
{
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncmp(line, prefixes[i], strlen(prefixes[i])))
			return line + strlen(prefixes[i]);
	return line;
}

/* Lines of the compiler, of the linker, and of modpost. */
static bool is_diagnosis(const char *line)
{
	static const char *const marks[] = {": error: ", ": fatal error: ",	": warning: ",
					    ": note: ",	 "undefined reference", "ERROR: "};

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		if (strstr(line, marks[i]))
			return true;
	return false;
}

/* "FILE: In function 'x':" is before its diagnosis, the source with a caret behind it. */
static bool is_heading(const char *line)
{
	return strstr(line, ": In function ") || strstr(line, ": At top level:");
}

void diagnostics_find(const char *log, struct list *lines)
{
	cleanup_list struct list all = {0};
	const char *heading = NULL;
	bool inside = false;

	list_add_split(&all, log, "\n");
	for (size_t i = 0; i < all.count; i++) {
		const char *line = all.items[i];
		bool diagnosis = is_diagnosis(line);

		if (is_heading(line))
			heading = line;
		if (diagnosis && heading)
			list_add(lines, below_source(heading));
		if (diagnosis)
			heading = NULL;
		inside = diagnosis || (inside && *line == ' ' && strchr(line, '|'));
		if (inside)
			list_add(lines, below_source(line));
	}
}
