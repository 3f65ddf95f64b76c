// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/wants.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/settings.h"

#include <errno.h>
#include <string.h>

#define SCALE_MAX  100
#define MEMORY_MAX 65536

/* Split "KEY = VALUE" in place. Returns whether LINE has that form. */
static bool split(char *line, const char **key, const char **value)
{
	char *equals = strchr(line, '=');

	if (!equals)
		return false;
	*key = line;
	*value = equals + 1 + strspn(equals + 1, " ");
	*equals = '\0';
	line[strcspn(line, " ")] = '\0';
	return true;
}

static int take_line(char *line, struct wants *wants, struct buf *why)
{
	const char *key, *value;

	if (!split(line, &key, &value)) {
		buf_printf(why, "'%s' is not 'KEY = VALUE'", line);
		return -EINVAL;
	}
	if (!strcmp(key, "scale"))
		return parse_number(key, value, SCALE_MAX, &wants->scale, why);
	if (!strcmp(key, "memory"))
		return parse_number(key, value, MEMORY_MAX, &wants->memory, why);
	if (!strcmp(key, "cmdline") && !wants->cmdline) {
		wants->cmdline = text("%s", value);
		return 0;
	}
	buf_printf(why, "'%s': expected scale, memory or cmdline, each once", key);
	return -EINVAL;
}

int wants_read(const char *path, struct wants *wants, struct buf *why)
{
	cleanup_buf struct buf reason = BUF_INIT;
	cleanup_free char *lines = NULL;
	char *save = NULL;
	int err = 0;

	*wants = (struct wants){.scale = 1};
	if (file_read(path, &lines, NULL))
		return 0;
	for (char *line = strtok_r(lines, "\n", &save); line && !err;
	     line = strtok_r(NULL, "\n", &save))
		err = take_line(line, wants, &reason);
	if (err)
		buf_printf(why, "%s: %s", path, reason.data);
	return err;
}

void wants_free(struct wants *wants)
{
	free(wants->cmdline);
	*wants = (struct wants){0};
}
