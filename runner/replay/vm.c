// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual machines without libvirt: a QEMU process for each, with the arguments of the bundle, and
 * its monitor. The URI of a hypervisor is the path of QEMU; its root is the folder of the log.
 */
#include "runner/guest/hypervisor.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/list.h"
#include "runner/bundle/bundle.h"
#include "runner/guest/removals.h"
#include "runner/replay/bound.h"
#include "runner/replay/qmp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

struct hypervisor {
	const char *program;
	char *log;
};

struct vm {
	pid_t pid;
	struct qmp *qmp;
	_Atomic int end;
	int event;
	struct removals removals;
};

int hypervisor_open(const char *uri, const char *root, struct hypervisor **hypervisor,
		    struct buf *why)
{
	struct hypervisor *made = zalloc(1, sizeof(*made));

	(void)why;
	made->program = uri;
	made->log = text("%s/qemu.log", root);
	*hypervisor = made;
	return 0;
}

/* Keep the first end: a machine that panicked is stopped afterwards. */
static void set_end(struct vm *vm, enum vm_end end)
{
	int running = VM_RUNNING;

	if (atomic_compare_exchange_strong(&vm->end, &running, end))
		eventfd_write(vm->event, 1);
}

static void on_event(void *context, const char *name, const struct qmp_data *data)
{
	struct vm *vm = context;

	if (!name)
		set_end(vm, VM_DIED);
	else if (!strcmp(name, "GUEST_PANICKED"))
		set_end(vm, VM_PANICKED);
	else if (!strcmp(name, "SHUTDOWN"))
		set_end(vm, data->guest ? VM_POWERED_OFF : VM_DIED);
	else if (!strcmp(name, "RESET") && data->guest)
		set_end(vm, VM_RESET);
	else if (!strcmp(name, "DEVICE_DELETED") && data->device)
		removals_add(&vm->removals, data->device);
}

static void __attribute__((noreturn)) become_qemu(char **argv, const char *log, int monitor)
{
	int null = open("/dev/null", O_RDONLY);
	int out = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	dup2(null, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	/* dup2() onto itself would keep the descriptor's close-on-exec flag. */
	monitor = fcntl(monitor, F_DUPFD, BUNDLE_MONITOR_FD + 1);
	dup2(monitor, BUNDLE_MONITOR_FD);
	close_range(BUNDLE_MONITOR_FD + 1, ~0U, 0);
	execvp(argv[0], argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

/* Start QEMU. Returns the runner's end of its monitor, or -errno. */
static int start(struct vm *vm, const struct hypervisor *hypervisor, const char *arguments)
{
	cleanup_list struct list argv = {0};
	const pid_t parent = getpid();
	int ends[2];

	list_add(&argv, hypervisor->program);
	list_add_split(&argv, arguments, "\n");
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -errno;
	vm->pid = fork();
	if (!vm->pid) {
		bind_to_parent(parent);
		become_qemu(argv.items, hypervisor->log, ends[1]);
	}
	close(ends[1]);
	return ends[0];
}

/* Replace the message in WHY by the last line that QEMU printed, if any. */
static void explain(const struct hypervisor *hypervisor, struct buf *why)
{
	cleanup_free char *log = NULL;
	cleanup_list struct list lines = {0};

	if (!file_read(hypervisor->log, &log, NULL))
		list_add_split(&lines, log, "\n");
	if (!lines.count)
		return;
	buf_free(why);
	buf_printf(why, "cannot start the guest: %s", lines.items[lines.count - 1]);
}

int vm_create(struct hypervisor *hypervisor, const char *xml, struct vm **vm, struct buf *why)
{
	struct vm *made = zalloc(1, sizeof(*made));
	const struct qmp_handler handler = {on_event, made};
	int fd, err;

	made->event = eventfd(0, EFD_CLOEXEC);
	if (made->event < 0)
		abort();
	removals_open(&made->removals);
	fd = start(made, hypervisor, xml);
	err = fd < 0 ? fd : qmp_open(fd, &handler, &made->qmp, why);
	if (!err) {
		*vm = made;
		return 0;
	}
	vm_destroy(made);
	explain(hypervisor, why);
	if (!why->len)
		buf_printf(why, "cannot start the guest: %s", strerror(-err));
	return -EIO;
}

int vm_resume(struct vm *vm, struct buf *why)
{
	return qmp_execute(vm->qmp, "cont", why) ? -EIO : 0;
}

int vm_fd(const struct vm *vm)
{
	return vm->event;
}

void vm_forget_reset(struct vm *vm)
{
	int reset = VM_RESET;
	eventfd_t value;

	if (atomic_compare_exchange_strong(&vm->end, &reset, VM_RUNNING))
		eventfd_read(vm->event, &value);
}

enum vm_end vm_ended(const struct vm *vm)
{
	return (enum vm_end)atomic_load(&vm->end);
}

/* A bundle has no place for dumps: job->dumps is not set. */
int vm_dump(struct vm *vm, const char *path, unsigned int ms, struct buf *why)
{
	(void)vm;
	(void)path;
	(void)ms;
	buf_puts(why, "a bundle does not dump memory");
	return -ENOTSUP;
}

int vm_monitor(struct vm *vm, const char *line, struct buf *reply)
{
	return qmp_human(vm->qmp, line, reply) ? -EIO : 0;
}

int vm_plug(struct vm *vm, const char *device, struct buf *reply)
{
	(void)vm;
	(void)device;
	buf_puts(reply, "a bundle does not plug a device model in again");
	return -ENOTSUP;
}

void vm_forget_deleted(struct vm *vm)
{
	removals_forget(&vm->removals);
}

int vm_await_deleted(struct vm *vm, const char *id, unsigned int ms)
{
	return removals_await(&vm->removals, id, ms);
}

void vm_destroy(struct vm *vm)
{
	if (!vm)
		return;
	if (vm->pid > 0) {
		kill(vm->pid, SIGKILL);
		waitpid(vm->pid, NULL, 0);
	}
	qmp_close(vm->qmp);
	close(vm->event);
	removals_close(&vm->removals);
	free(vm);
}

int vm_log(const struct hypervisor *hypervisor, const char *name, char **log)
{
	(void)name;
	return file_read(hypervisor->log, log, NULL);
}
