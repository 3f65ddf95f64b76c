// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/descriptors.h"

#include <errno.h>

int limit_descriptors(int first, struct rlimit *before)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, before))
		return -errno;
	limit = *before;
	limit.rlim_cur = (rlim_t)first;
	return setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0;
}
