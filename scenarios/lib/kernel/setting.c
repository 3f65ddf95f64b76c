// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/setting.h"

#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>

int setting_change(const char *path, uint64_t value, struct kept_setting *kept)
{
	cleanup_free char *wanted = text("%llu", (unsigned long long)value);
	cleanup_free char *was = NULL;
	int err = file_read(path, &was, NULL);

	*kept = (struct kept_setting){0};
	if (!err)
		err = value_write(path, wanted);
	if (err)
		return err;
	*kept = (struct kept_setting){.path = text("%s", path), .value = steal(was)};
	return 0;
}

void setting_restore(struct kept_setting *kept)
{
	if (kept->path)
		value_write(kept->path, kept->value);
	free(kept->path);
	free(kept->value);
	*kept = (struct kept_setting){0};
}
