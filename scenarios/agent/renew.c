// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/renew.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "scenarios/lib/report.h"

static char *renew(const char *file, struct channel *requests)
{
	cleanup_free char *path = text("/%s", file);
	cleanup_free char *content = NULL;
	size_t len;
	int err = channel_request(requests, "file", file, &content, &len);

	if (!err)
		err = file_write(path, content, len);
	return err ? text("cannot renew %s: %s", path, error_name(err)) : NULL;
}

char *renew_files(const struct work *plan, struct channel *requests)
{
	char *why = NULL;

	for (size_t i = 0; i < plan->files_count && !why; i++)
		why = renew(plan->files[i], requests);
	return why;
}
