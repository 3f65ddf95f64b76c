// SPDX-License-Identifier: GPL-2.0-only
/* What a process waited for a processor: read of a procfs made by hand, and of the real one. */
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

static void put_thread(const struct proc *proc, int tid, unsigned long long waited_ns)
{
	cleanup_free char *folder = text("%s/7/task/%d", proc->path, tid);
	cleanup_free char *path = text("%s/schedstat", folder);
	cleanup_free char *content = text("123456 %llu 9\n", waited_ns);

	if (make_folders(folder) || file_write(path, content, strlen(content)))
		abort();
}

static void put_process(struct proc *proc)
{
	cleanup_free char *path = NULL;

	strcpy(proc->path, "/tmp/proc.XXXXXX");
	if (!mkdtemp(proc->path))
		abort();
	put_thread(proc, 7, 10 * MS);
	put_thread(proc, 8, 20 * MS);
	path = text("%s/7/comm", proc->path);
	if (file_write(path, "qemu-system-x86\n", 16))
		abort();
}

TEST a_process_is_found_by_its_name(void)
{
	cleanup_proc struct proc proc;

	put_process(&proc);
	ASSERT_EQ(7, process_find(proc.path, "qemu-system-x86"));
	ASSERT_EQ(0, process_find(proc.path, "qemu"));
	PASS();
}

TEST the_thread_that_waited_longest_counts(void)
{
	cleanup_proc struct proc proc;
	struct run_delay delay;

	put_process(&proc);
	run_delay_begin(&delay, proc.path, 7);
	ASSERT_EQ(0, run_delay_ms(&delay, proc.path));
	put_thread(&proc, 7, 15 * MS);
	put_thread(&proc, 8, 420 * MS);
	put_thread(&proc, 9, 900 * MS); /* came later: nobody knows since when it waited */
	ASSERT_EQ_FMT(400u, run_delay_ms(&delay, proc.path), "%u");
	PASS();
}

TEST what_is_not_counted_is_0(void)
{
	cleanup_proc struct proc proc;
	struct run_delay delay;

	put_process(&proc);
	run_delay_begin(&delay, proc.path, 0);
	ASSERT_EQ(0, run_delay_ms(&delay, proc.path));
	run_delay_begin(&delay, "/no/such", 7);
	ASSERT_EQ(0, run_delay_ms(&delay, "/no/such"));
	PASS();
}

/* It ends: the kernel counts what a process waits while another one has its processor. */
TEST a_starved_process_is_seen_by_the_real_kernel(void)
{
	struct run_delay delay;

	if (access("/proc/self/schedstat", R_OK))
		SKIPm("this kernel does not count it");
	run_delay_begin(&delay, "/proc", getpid());
	starve(&delay, 51);
	ASSERT(run_delay_ms(&delay, "/proc") > 50);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(a_process_is_found_by_its_name);
	RUN_TEST(the_thread_that_waited_longest_counts);
	RUN_TEST(what_is_not_counted_is_0);
	RUN_TEST(a_starved_process_is_seen_by_the_real_kernel);
	GREATEST_MAIN_END();
}
