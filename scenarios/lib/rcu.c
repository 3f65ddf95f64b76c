// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/rcu.h"

#include "lab/base/cleanup.h"

#include <fcntl.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#define BARRIER "/sys/module/rcutree/parameters/do_rcu_barrier"

bool rcu_settle(void)
{
	cleanup_close int barrier = open(BARRIER, O_WRONLY | O_CLOEXEC);

	if (barrier >= 0 && write(barrier, "1", 1) == 1)
		return true;
	for (unsigned int i = 0; i < 2; i++) /* one, and what follows it */
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	return false;
}
