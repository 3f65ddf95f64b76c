// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/domain-image.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <string.h>

static int write_file(const char *folder, const char *name, const char *content, struct buf *why)
{
	cleanup_free char *path = text("%s/%s", folder, name);
	int err = file_write(path, content, strlen(content));

	if (err)
		buf_printf(why, "cannot write %s: %s", path, strerror(-err));
	return err;
}

int seed_write(const struct domain_files *files, struct buf *why)
{
	cleanup_free char *folder = text("%s/seed", files->run);
	cleanup_free char *meta = text("instance-id: %s\nlocal-hostname: vfiolab\n", files->name);

	make_folders(folder);
	return write_file(folder, "user-data", files->user_data ?: "#cloud-config\n{}\n", why)
		       ?: write_file(folder, "meta-data", meta, why);
}
