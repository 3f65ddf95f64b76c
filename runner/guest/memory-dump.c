// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/memory-dump.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#define DUMP_MS 60000

/*
 * Create the folder of the next dump. The lanes of a run are processes, and mkdir() is what they
 * have in common. Returns NULL if there are enough.
 */
static char *claim(const struct job *job)
{
	if (make_folders(job->dumps))
		return NULL;
	for (unsigned int n = 1; n <= job->dumps_max; n++) {
		cleanup_free char *folder = text("%s/%u", job->dumps, n);

		if (!mkdir(folder, 0755))
			return steal(folder);
	}
	return NULL;
}

/* Returns 0, or -errno with a message in WHY if the dump cannot be kept. */
static int check_size(const char *path, unsigned int *mib, struct buf *why)
{
	struct stat info;

	if (stat(path, &info))
		return -errno;
	*mib = (unsigned int)((info.st_size + (1 << 20) - 1) >> 20);
	if (info.st_size <= DUMP_MAX)
		return 0;
	buf_printf(why, "it has %u MiB, more than %u", *mib, DUMP_MAX >> 20);
	return -EFBIG;
}

static char *dump_to(const struct job *job, struct vm *vm, const char *folder)
{
	cleanup_free char *path = text("%s/%s.%s.kdump", folder, job->kernel, job->machine);
	cleanup_buf struct buf why = BUF_INIT;
	unsigned int mib = 0;
	int err = vm_dump(vm, path, DUMP_MS, &why);

	if (!err)
		err = check_size(path, &mib, &why);
	if (!err)
		return text("%s (%u MiB)", path, mib);
	unlink(path);
	rmdir(folder);
	return text("none: %s", why.data ?: strerror(-err));
}

char *dump_guest(const struct job *job, struct vm *vm, enum cause cause)
{
	bool wanted = cause == CAUSE_PANIC || cause == CAUSE_HANG || cause == CAUSE_NO_START;
	cleanup_free char *folder = job->dumps && wanted ? claim(job) : NULL;

	return folder ? dump_to(job, vm, folder) : NULL;
}
