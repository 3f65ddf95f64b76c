// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

int privilege_set(unsigned int capability, bool on)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {0};
	const uint32_t bit = 1u << capability % 32;
	uint32_t *effective = &data[capability / 32].effective;

	if (syscall(SYS_capget, &header, data))
		return -errno;
	*effective = on ? *effective | bit : *effective & ~bit;
	return syscall(SYS_capset, &header, data) ? -errno : 0;
}
