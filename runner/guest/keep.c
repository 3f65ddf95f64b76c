// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/keep.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

static bool is_plain(char c)
{
	return isalnum((unsigned char)c) || strchr("._+-", c);
}

/* Whether PART is a safe component of a path: not empty, not hidden, not "..". */
static bool is_part(const char *part, size_t len)
{
	if (!len || len > NAME_MAX || *part == '.')
		return false;
	while (len && is_plain(part[len - 1]))
		len--;
	return !len;
}

static bool is_path(const char *name)
{
	size_t len;

	if (strlen(name) >= PATH_MAX / 2)
		return false;
	for (; is_part(name, len = strcspn(name, "/")); name += len + 1)
		if (!name[len])
			return true;
	return false;
}

static int write_below(const char *folder, const char *name, const void *data, size_t len)
{
	cleanup_free char *path = text("%s/%s", folder, name);
	char *slash = strrchr(path, '/');
	int err;

	*slash = '\0';
	err = make_folders(path);
	*slash = '/';
	return err ?: file_write(path, data, len);
}

int keep_file(struct keeper *keeper, const struct buf *payload, struct buf *reply)
{
	const char *name = payload->data ?: "";
	size_t len = strlen(name) + 1;
	int err = 0;

	if (!keeper->folder)
		err = -ENOENT;
	else if (payload->len < len || !is_path(name))
		err = -EINVAL;
	else if (payload->len - len > KEEP_MAX - keeper->used)
		err = -EFBIG;
	if (!err)
		err = write_below(keeper->folder, name, payload->data + len, payload->len - len);
	if (err)
		buf_printf(reply, "cannot keep '%.200s': %s", name, strerror(-err));
	else
		keeper->used += payload->len - len;
	return err;
}
