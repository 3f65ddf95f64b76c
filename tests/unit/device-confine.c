// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devices/lib/confine.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <greatest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* The attempts, in a process that has confined itself. Each returns 0 if it works, or an errno. */
static int try_open(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 ? errno : 0;
}

static int try_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int try_fork(void)
{
	return syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL) < 0 ? errno : 0;
}

static int try_connect(void)
{
	struct sockaddr unknown = {.sa_family = AF_UNIX};

	return connect(STDIN_FILENO, &unknown, sizeof(unknown)) ? errno : 0;
}

static int try_exec(void)
{
	char *const words[] = {(char *)"true", NULL};

	return execve("/bin/true", words, words + 1) ? errno : 0;
}

static int try_unlink(void)
{
	return unlink("/tmp/nothing") ? errno : 0;
}

static int try_memory(void)
{
	return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno
											     : 0;
}

static int try_ptrace(void)
{
	return syscall(SYS_ptrace, 0, 0, 0, 0) < 0 ? errno : 0;
}

/*
 * Returns the status of a process that runs ATTEMPT: its result, or 256 and more if a signal killed
 * it.
 */
static int outcome(int (*attempt)(void))
{
	int status;
	pid_t pid = fork();

	if (!pid)
		syscall(SYS_exit_group, confine() ? 255 : attempt());
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}

TEST calls_needed_for_serving_are_allowed(void)
{
	ASSERT_EQ(0, outcome(try_memory));
	PASS();
}

TEST files_sockets_and_processes_are_refused(void)
{
	ASSERT_EQ(EPERM, outcome(try_open));
	ASSERT_EQ(EPERM, outcome(try_socket));
	ASSERT_EQ(EPERM, outcome(try_connect));
	ASSERT_EQ(EPERM, outcome(try_fork));
	ASSERT_EQ(EPERM, outcome(try_exec));
	ASSERT_EQ(EPERM, outcome(try_unlink));
	PASS();
}

TEST anything_stranger_kills(void)
{
	ASSERT_EQ(256 + SIGSYS, outcome(try_ptrace));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(calls_needed_for_serving_are_allowed);
	RUN_TEST(files_sockets_and_processes_are_refused);
	RUN_TEST(anything_stranger_kills);
	GREATEST_MAIN_END();
}
