// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/rcu.h"

#include "scenarios/lib/kernel/module.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

bool rcu_settle(void)
{
	if (!module_set("rcutree", "do_rcu_barrier", "1"))
		return true;
	for (unsigned int i = 0; i < 2; i++) /* one, and what follows it */
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	return false;
}
