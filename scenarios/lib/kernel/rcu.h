/* SPDX-License-Identifier: GPL-2.0-only */
/* Read-copy-update, controlled from user space. */
#ifndef SCENARIOS_LIB_KERNEL_RCU_H
#define SCENARIOS_LIB_KERNEL_RCU_H

#include <stdbool.h>

/*
 * Wait for pending RCU callbacks. Returns true if they are certain to have run. Since 5.19 a
 * parameter of rcutree makes it call rcu_barrier(), which also flushes callbacks that are delayed
 * for seconds (CONFIG_RCU_LAZY). Older kernels only offer a wait for a grace period, and not with
 * one processor (membarrier(2)). Does not wait for the objects of kfree_rcu().
 */
bool rcu_settle(void);

/*
 * Have the kernel free the objects of kfree_rcu() now, by shrinking its caches, instead of seconds
 * later. Does nothing and returns false before 5.19, which does not delay the objects counted here
 * and has no rcu_barrier() for user space. Blocks for grace periods.
 */
bool rcu_flush_kfree(void);

#endif
