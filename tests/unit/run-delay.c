// SPDX-License-Identifier: GPL-2.0-only
/* The time that processes wait for a processor: from a simulated procfs, and from the real one. */
#include "runner/guest/run-delay.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "tests/host/starve.h"

#include <greatest.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MS 1000000ull

struct proc {
	char path[32];
};

static void remove_proc(struct proc *proc)
{
	cleanup_free char *command = text("rm -rf '%s'", proc->path);

	if (system(command))
		perror(proc->path);
}
#define cleanup_proc __attribute__((cleanup(remove_proc)))

static void put_thread(const struct proc *proc, int pid, int tid, unsigned long long waited_ns)
{
	cleanup_free char *folder = text("%s/%d/task/%d", proc->path, pid, tid);
	cleanup_free char *path = text("%s/schedstat", folder);
	cleanup_free char *content = text("123456 %llu 9\n", waited_ns);

	if (make_folders(folder) || file_write(path, content, strlen(content)))
		abort();
}

static void put_name(const struct proc *proc, int pid, const char *name)
{
	cleanup_free char *path = text("%s/%d/comm", proc->path, pid);

	if (file_write(path, name, strlen(name)))
		abort();
}

/* QEMU with two threads, and a device model. */
static void put_processes(struct proc *proc)
{
	strcpy(proc->path, "/tmp/proc.XXXXXX");
	if (!mkdtemp(proc->path))
		abort();
	put_thread(proc, 7, 7, 10 * MS);
	put_thread(proc, 7, 8, 20 * MS);
	put_thread(proc, 12, 12, 30 * MS);
	put_name(proc, 7, "qemu-system-x86\n");
	put_name(proc, 12, "device\n");
}

static struct processes find(const struct proc *proc)
{
	struct processes found = {0};

	processes_find(&found, proc->path, "qemu-system-x86");
	processes_find(&found, proc->path, "device");
	return found;
}

TEST processes_are_found_by_name(void)
{
	cleanup_proc struct proc proc;
	struct processes found;

	put_processes(&proc);
	found = find(&proc);
	ASSERT_EQ(2, found.count);
	ASSERT_EQ(7, found.ids[0]);
	ASSERT_EQ(12, found.ids[1]);
	processes_find(&found, proc.path, "qemu");
	ASSERT_EQ(2, found.count);
	PASS();
}

/*
 * The longest wait of a process's threads counts, and that of both processes: the guest waits for
 * the model.
 */
TEST threads_that_waited_longest_add_up(void)
{
	cleanup_proc struct proc proc;
	struct processes found;
	struct run_delay delay;

	put_processes(&proc);
	found = find(&proc);
	run_delay_begin(&delay, proc.path, &found);
	ASSERT_EQ(0, run_delay_ms(&delay, proc.path));
	put_thread(&proc, 7, 7, 15 * MS);
	put_thread(&proc, 7, 8, 420 * MS);
	put_thread(&proc, 12, 12, 130 * MS);
	/* A new thread: its earlier wait time is unknown. */
	put_thread(&proc, 7, 9, 900 * MS);
	ASSERT_EQ_FMT(500u, run_delay_ms(&delay, proc.path), "%u");
	PASS();
}

TEST missing_counts_are_0(void)
{
	const struct processes gone = {{7}, 1};
	cleanup_proc struct proc proc;
	struct run_delay delay;

	put_processes(&proc);
	run_delay_begin(&delay, proc.path, &(struct processes){0});
	ASSERT_EQ(0, run_delay_ms(&delay, proc.path));
	run_delay_begin(&delay, "/no/such", &gone);
	ASSERT_EQ(0, run_delay_ms(&delay, "/no/such"));
	PASS();
}

/* Terminates: the kernel counts the wait of a process while another one has its processor. */
TEST real_kernel_counts_a_starved_process(void)
{
	const struct processes self = {{getpid()}, 1};
	struct run_delay delay;

	if (access("/proc/self/schedstat", R_OK))
		SKIPm("this kernel does not count it");
	run_delay_begin(&delay, "/proc", &self);
	starve(&delay, 51);
	ASSERT(run_delay_ms(&delay, "/proc") > 50);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(processes_are_found_by_name);
	RUN_TEST(threads_that_waited_longest_add_up);
	RUN_TEST(missing_counts_are_0);
	RUN_TEST(real_kernel_counts_a_starved_process);
	GREATEST_MAIN_END();
}
