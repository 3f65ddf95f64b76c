/* SPDX-License-Identifier: GPL-2.0-only */
/* Read-copy-update, from where user space is. */
#ifndef SCENARIOS_LIB_KERNEL_RCU_H
#define SCENARIOS_LIB_KERNEL_RCU_H

#include <stdbool.h>

/*
 * Wait until the kernel has called what waits for a grace period of RCU, and tell whether that is
 * certain. Since 5.19 a parameter of rcutree has it call rcu_barrier(), which callbacks that are
 * put off for seconds (CONFIG_RCU_LAZY) do not outlast. Before, that a grace period passes is all
 * that can be asked for, and not that with one processor (membarrier(2)). What kfree_rcu() is to
 * free is not waited for.
 */
bool rcu_settle(void);

/*
 * Have the kernel free what kfree_rcu() has collected, by shrinking its caches, instead of some
 * seconds later. Does nothing and returns false before 5.19, which frees what is counted here
 * without it and has no rcu_barrier() for user space. Blocks for grace periods.
 */
bool rcu_flush_kfree(void);

#endif
