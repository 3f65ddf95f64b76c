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
	for (unsigned int i = 0; i < 2; i++) /* the current grace period, and the next */
		syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
	return false;
}

/*
 * kfree_rcu() keeps objects for seconds; it has a shrinker. After the shrinker has run, the objects
 * wait for a grace period and for a kernel worker. Bit 4 silences the log message of bit 2. A batch
 * may already be in progress, so this is done twice.
 */
bool rcu_flush_kfree(void)
{
	/*
	 * Without rcu_barrier(), the objects freed by the shrinkers queue up and delay all other
	 * RCU work.
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
