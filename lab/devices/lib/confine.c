// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devices/lib/confine.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#define NOBODY	  65534
#define FILES_MAX 4096 /* one eventfd per MSI-X vector, and shared memory */

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#error "lab/devices/lib/confine.c: add this machine's AUDIT_ARCH"
#endif

#define CALL_NUMBER offsetof(struct seccomp_data, nr)
#define CALL_ARCH   offsetof(struct seccomp_data, arch)

#define LOAD(offset)   BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (offset))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define ALLOW(call)                                                                                \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), RETURN(SECCOMP_RET_ALLOW)
#define REFUSE(call)                                                                               \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_##call, 0, 1), RETURN(SECCOMP_RET_ERRNO | EPERM)

static const struct sock_filter filter[] = {
	LOAD(CALL_ARCH),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCH, 1, 0),
	RETURN(SECCOMP_RET_KILL_PROCESS),
	LOAD(CALL_NUMBER),
	/* serving: sockets, eventfds, timers */
	ALLOW(read),
	ALLOW(write),
	ALLOW(recvmsg),
	ALLOW(sendmsg),
	ALLOW(recvfrom),
	ALLOW(sendto),
	ALLOW(accept4),
	ALLOW(shutdown),
	ALLOW(getsockopt),
	ALLOW(epoll_pwait),
	ALLOW(epoll_ctl),
	ALLOW(ppoll),
	ALLOW(timerfd_settime),
	ALLOW(clock_gettime),
	ALLOW(fcntl),
	ALLOW(fstat),
	ALLOW(lseek),
	ALLOW(close),
	/* memory: of clients, and the allocator's */
	ALLOW(mmap),
	ALLOW(munmap),
	ALLOW(mremap),
	ALLOW(mprotect),
	ALLOW(madvise),
	ALLOW(brk),
	ALLOW(futex),
	ALLOW(getrandom), /* json-c seeds its hash tables on first use */
	/* pread and pwrite on shared memory that could be truncated */
	ALLOW(pread64),
	ALLOW(pwrite64),
	ALLOW(preadv),
	ALLOW(pwritev),
	/* exit */
	ALLOW(rt_sigaction),
	ALLOW(rt_sigprocmask),
	ALLOW(rt_sigreturn),
	ALLOW(restart_syscall),
	ALLOW(exit),
	ALLOW(exit_group),
#ifdef __x86_64__
	ALLOW(epoll_wait),
	ALLOW(poll),
	REFUSE(open),
	REFUSE(unlink),
	REFUSE(fork),
	REFUSE(vfork),
	REFUSE(stat),
	REFUSE(access),
#endif
	/* likely mistakes fail with EPERM, so that tests can see them */
	REFUSE(openat),
	REFUSE(newfstatat),
	REFUSE(unlinkat),
	REFUSE(socket),
	REFUSE(connect),
	REFUSE(clone),
	REFUSE(clone3),
	REFUSE(execve),
	REFUSE(getpid),
	REFUSE(gettid),
	REFUSE(tgkill),
	REFUSE(ioctl),
	RETURN(SECCOMP_RET_KILL_PROCESS),
};

static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	const struct __user_cap_data_struct none[2] = {{0}, {0}};

	return syscall(SYS_capset, &header, none) ? -errno : 0;
}

/*
 * A user namespace with a single uid has no other to change to; its uid 0 has no power without
 * capabilities.
 */
static int drop_root(void)
{
	if (geteuid())
		return 0;
	if (setgroups(0, NULL) && errno != EPERM)
		return -errno;
	if (setresgid(NOBODY, NOBODY, NOBODY) && errno != EINVAL)
		return -errno;
	if (setresuid(NOBODY, NOBODY, NOBODY) && errno != EINVAL)
		return -errno;
	return 0;
}

struct ceiling {
	int resource;
	rlim_t most;
};

/*
 * Files: none is written after the BARs have their memory. Processes: rlimits do not apply to uid
 * 0, but the filter does.
 */
static int lower_limits(void)
{
	static const struct ceiling ceilings[] = {
		{RLIMIT_CORE, 0}, {RLIMIT_FSIZE, 0}, {RLIMIT_NPROC, 0}, {RLIMIT_NOFILE, FILES_MAX}};

	for (size_t i = 0; i < ARRAY_SIZE(ceilings); i++) {
		struct rlimit limit;

		if (getrlimit(ceilings[i].resource, &limit))
			return -errno;
		if (limit.rlim_max > ceilings[i].most)
			limit.rlim_max = ceilings[i].most;
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(ceilings[i].resource, &limit))
			return -errno;
	}
	return 0;
}

static int install_filter(void)
{
	const struct sock_fprog program = {.len = ARRAY_SIZE(filter),
					   .filter = (struct sock_filter *)filter};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) ? -errno : 0;
}

int confine(void)
{
	int err = lower_limits();

	if (!err)
		err = drop_root();
	if (!err)
		err = drop_capabilities();
	return err ? err : install_filter();
}
