/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a guest had to wait for a host CPU.
 *
 * A deadline that passes while QEMU or one of its device models waits to be scheduled proves
 * nothing about the guest's kernel. The scheduler accounts this run delay per thread: the second
 * field of /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst).
 */
#ifndef RUNNER_GUEST_RUN_DELAY_H
#define RUNNER_GUEST_RUN_DELAY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* QEMU has a thread for each vCPU, the main loop, RCU, and some short-lived ones. */
#define RUN_DELAY_THREADS_MAX	64
#define RUN_DELAY_PROCESSES_MAX 32

/* The processes that a guest consists of. */
struct processes {
	pid_t ids[RUN_DELAY_PROCESSES_MAX];
	size_t count;
};

struct run_delay {
	struct {
		pid_t pid, tid;
		uint64_t ns;
	} threads[RUN_DELAY_THREADS_MAX];
	size_t count;
};

/*
 * Add to PROCESSES all processes in PROC (the path of a procfs) whose comm is NAME. The kernel
 * truncates comm to 15 characters. Does not block.
 */
void processes_find(struct processes *processes, const char *proc, const char *name);

/* Store the present run delay of each thread of PROCESSES in DELAY. */
void run_delay_begin(struct run_delay *delay, const char *proc, const struct processes *processes);

/*
 * How many milliseconds the processes have waited since run_delay_begin(): the sum over the
 * processes of the longest wait of a thread, as they wait for each other. 0 if the kernel does not
 * account it.
 */
unsigned int run_delay_ms(const struct run_delay *delay, const char *proc);

#endif
