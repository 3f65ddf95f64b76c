/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long a guest had to wait for a processor of the host.
 *
 * A deadline that passes while QEMU waits for its turn says nothing about the guest's kernel. The
 * scheduler counts that waiting, thread by thread: the second field of /proc/PID/task/TID/schedstat
 * (Documentation/scheduler/sched-stats.rst).
 */
#ifndef RUNNER_GUEST_RUN_DELAY_H
#define RUNNER_GUEST_RUN_DELAY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* QEMU has a thread for each virtual processor, a main loop, RCU, and some that come and go. */
#define RUN_DELAY_THREADS_MAX 32

struct run_delay {
	struct {
		pid_t tid;
		uint64_t ns;
	} threads[RUN_DELAY_THREADS_MAX];
	size_t count;
	pid_t pid;
};

/*
 * The process below PROC (a mounted procfs, "/proc") whose command name, which the kernel cuts
 * after 15 characters, is NAME. Returns its ID, or 0 if there is none. Does not block.
 */
pid_t process_find(const char *proc, const char *name);

/*
 * Note what each thread of process PID below PROC has waited so far. Nothing is noted if PID is 0.
 */
void run_delay_begin(struct run_delay *delay, const char *proc, pid_t pid);

/*
 * How many milliseconds the thread that waited longest has waited since run_delay_begin(). 0 if
 * the kernel does not count it.
 */
unsigned int run_delay_ms(const struct run_delay *delay, const char *proc);

#endif
