// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/kernel/rcu.h"

#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/cleanup.h"

#include <linux/membarrier.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define DROP_CACHES "/proc/sys/vm/drop_caches"

bool rcu_settle(void)
{
	if (!module_set("rcutree", "do_rcu_barrier", "1"))
		return true;
	for (unsigned int i = 0; i < 2; i++) /* one, and what follows it */
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	return false;
}

/*
 * What kfree_rcu() collects for seconds has a shrinker; after it has run, objects wait for a grace
 * period and for a worker of the kernel. 4 keeps the kernel from logging each 2. A batch may be on
 * its way already, hence twice.
 */
bool rcu_flush_kfree(void)
{
	/*
	 * Without rcu_barrier() what the shrinkers free queues up for RCU, and all else behind it.
	 */
	if (!rcu_settle())
		return false;
	for (unsigned int i = 0; i < 2; i++) {
		if (value_write(DROP_CACHES, "4") || value_write(DROP_CACHES, "2"))
			break;
		rcu_settle();
	}
	return true;
}
