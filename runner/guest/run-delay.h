/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a guest had to wait for a processor of the host.
 *
 * A deadline that passes while QEMU, or a device model that it waits for, waits for its turn says
 * nothing about the guest's kernel. The scheduler counts that waiting, thread by thread: the second
 * field of /proc/PID/task/TID/schedstat (Documentation/scheduler/sched-stats.rst).
 */
#ifndef RUNNER_GUEST_RUN_DELAY_H
#define RUNNER_GUEST_RUN_DELAY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* QEMU has a thread for each virtual processor, a main loop, RCU, and some that come and go. */
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
 * Add to PROCESSES those below PROC (a mounted procfs, "/proc") whose command name, which the
 * kernel cuts after 15 characters, is NAME. Does not block.
 */
void processes_find(struct processes *processes, const char *proc, const char *name);

/* Note what each thread of PROCESSES below PROC has waited so far. */
void run_delay_begin(struct run_delay *delay, const char *proc, const struct processes *processes);

/*
 * How many milliseconds the processes have waited since run_delay_begin(): for each of them what
 * its thread that waited longest did, as one works for the other. 0 if the kernel does not count
 * it.
 */
unsigned int run_delay_ms(const struct run_delay *delay, const char *proc);

#endif
