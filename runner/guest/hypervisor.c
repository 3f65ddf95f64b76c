// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/hypervisor.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/json.h"
#include "runner/guest/guest.h"
#include "runner/guest/removals.h"

#include <errno.h>
#include <fcntl.h>
#include <libvirt/libvirt-qemu.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>

struct hypervisor {
	virConnectPtr connection;
	const char *root; /* of the embedded libvirt, or NULL */
};

struct vm {
	struct hypervisor *hypervisor;
	virDomainPtr domain;
	_Atomic int end;
	_Atomic int references; /* one for the owner, one for each callback */
	int event;
	int lifecycle_callback;
	int reboot_callback;
	int deleted_callback;
	struct removals removals;
};

static void keep_quiet(void *context, virErrorPtr error)
{
	(void)context;
	(void)error;
}

/*
 * Put libvirt's last error in WHY. If it contains QEMU's output, only the last line is used:
 * earlier lines are warnings.
 */
static int explain(struct buf *why, const char *what)
{
	const char *message = virGetLastErrorMessage();
	size_t len = strlen(message);
	const char *newline;

	while (len && message[len - 1] == '\n')
		len--;
	newline = memrchr(message, '\n', len);
	if (newline)
		len -= (size_t)(newline + 1 - message);
	buf_printf(why, "%s: %.*s", what, (int)len, newline ? newline + 1 : message);
	return -EIO;
}

static void *serve_events(void *unused)
{
	(void)unused;
	while (!virEventRunDefaultImpl())
		;
	return NULL;
}

int hypervisor_open(const char *uri, const char *root, struct hypervisor **hypervisor,
		    struct buf *why)
{
	cleanup_free char *embed = text("qemu:///embed?root=%s", root);
	struct hypervisor *made = calloc(1, sizeof(*made));
	pthread_t thread;

	if (!made)
		abort();
	virSetErrorFunc(NULL, keep_quiet);
	if (virEventRegisterDefaultImpl() || pthread_create(&thread, NULL, serve_events, NULL))
		abort();
	made->connection = virConnectOpen(uri ? uri : embed);
	if (!made->connection) {
		free(made);
		return explain(why, uri ? uri : "libvirt");
	}
	made->root = uri ? NULL : root;
	*hypervisor = made;
	return 0;
}

static void unref(void *opaque)
{
	struct vm *vm = opaque;

	if (atomic_fetch_sub(&vm->references, 1) > 1)
		return;
	virDomainFree(vm->domain);
	close(vm->event);
	removals_close(&vm->removals);
	free(vm);
}

/* Keep the first end: a machine that panicked is destroyed afterwards. */
static void set_end(struct vm *vm, enum vm_end end)
{
	int running = VM_RUNNING;

	if (atomic_compare_exchange_strong(&vm->end, &running, end))
		eventfd_write(vm->event, 1);
}

static enum vm_end end_of(int detail)
{
	switch (detail) {
	case VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN:
		return VM_POWERED_OFF;
	case VIR_DOMAIN_EVENT_STOPPED_CRASHED:
		return VM_PANICKED;
	default:
		return VM_DIED;
	}
}

static int on_lifecycle(virConnectPtr connection, virDomainPtr domain, int event, int detail,
			void *opaque)
{
	(void)connection;
	(void)domain;
	if (event == VIR_DOMAIN_EVENT_CRASHED)
		set_end(opaque, VM_PANICKED);
	else if (event == VIR_DOMAIN_EVENT_SUSPENDED &&
		 detail == VIR_DOMAIN_EVENT_SUSPENDED_IOERROR)
		set_end(opaque, VM_DISK_FULL);
	else if (event == VIR_DOMAIN_EVENT_STOPPED)
		set_end(opaque, end_of(detail));
	return 0;
}

static int on_reboot(virConnectPtr connection, virDomainPtr domain, void *opaque)
{
	(void)connection;
	(void)domain;
	set_end(opaque, VM_RESET);
	return 0;
}

/* QEMU's event DEVICE_DELETED. */
struct deleted {
	char *device;
};

static const struct json_member deleted_members[] = {
	JSON_STRING(struct deleted, device),
};
static const struct json_table deleted_type = JSON_TYPE(struct deleted, deleted_members);

static void on_deleted(virConnectPtr connection, virDomainPtr domain, const char *event,
		       long long seconds, unsigned int micros, const char *details, void *opaque)
{
	const struct vm *vm = opaque;
	struct deleted deleted = {0};

	(void)connection;
	(void)domain;
	(void)event;
	(void)seconds;
	(void)micros;
	if (!json_read(&deleted_type, details ?: "", &deleted, NULL) && deleted.device)
		removals_add(&vm->removals, deleted.device);
	json_free(&deleted_type, &deleted);
}

static void watch(struct vm *vm)
{
	virConnectPtr connection = vm->hypervisor->connection;

	vm->references = 4;
	vm->lifecycle_callback = virConnectDomainEventRegisterAny(
		connection, vm->domain, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
		VIR_DOMAIN_EVENT_CALLBACK(on_lifecycle), vm, unref);
	vm->reboot_callback =
		virConnectDomainEventRegisterAny(connection, vm->domain, VIR_DOMAIN_EVENT_ID_REBOOT,
						 VIR_DOMAIN_EVENT_CALLBACK(on_reboot), vm, unref);
	vm->deleted_callback = virConnectDomainQemuMonitorEventRegister(
		connection, vm->domain, "DEVICE_DELETED", on_deleted, vm, unref, 0);
}

int vm_create(struct hypervisor *hypervisor, const char *xml, struct vm **vm, struct buf *why)
{
	struct vm *made = calloc(1, sizeof(*made));

	if (!made)
		abort();
	made->hypervisor = hypervisor;
	made->domain = virDomainCreateXML(hypervisor->connection, xml, VIR_DOMAIN_START_PAUSED);
	if (!made->domain) {
		free(made);
		return explain(why, "cannot start the guest");
	}
	made->event = eventfd(0, EFD_CLOEXEC);
	if (made->event < 0)
		abort();
	removals_open(&made->removals);
	watch(made);
	*vm = made;
	return 0;
}

int vm_resume(struct vm *vm, struct buf *why)
{
	return virDomainResume(vm->domain) ? explain(why, "cannot resume the guest") : 0;
}

int vm_fd(const struct vm *vm)
{
	return vm->event;
}

enum vm_end vm_ended(const struct vm *vm)
{
	return (enum vm_end)atomic_load(&vm->end);
}

void vm_forget_reset(struct vm *vm)
{
	int reset = VM_RESET;
	eventfd_t value;

	if (atomic_compare_exchange_strong(&vm->end, &reset, VM_RUNNING))
		eventfd_read(vm->event, &value);
}

void vm_destroy(struct vm *vm)
{
	virConnectPtr connection;

	if (!vm)
		return;
	connection = vm->hypervisor->connection;
	virDomainDestroy(vm->domain);
	virConnectDomainEventDeregisterAny(connection, vm->lifecycle_callback);
	virConnectDomainEventDeregisterAny(connection, vm->reboot_callback);
	virConnectDomainQemuMonitorEventDeregister(connection, vm->deleted_callback);
	unref(vm);
}

int vm_monitor(struct vm *vm, const char *line, struct buf *reply)
{
	cleanup_free char *answer = NULL;

	if (virDomainQemuMonitorCommand(vm->domain, line, &answer,
					VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP))
		return explain(reply, "QEMU's monitor");
	buf_puts(reply, answer ?: "");
	return 0;
}

/* libvirt passes an error of QEMU on as the answer. */
int vm_plug(struct vm *vm, const char *device, struct buf *reply)
{
	cleanup_free char *command =
		text("{\"execute\": \"device_add\", \"arguments\": %s}", device);
	cleanup_free char *answer = NULL;

	if (virDomainQemuMonitorCommand(vm->domain, command, &answer,
					VIR_DOMAIN_QEMU_MONITOR_COMMAND_DEFAULT))
		return explain(reply, "QEMU's monitor");
	if (!answer || !strstr(answer, "\"error\""))
		return 0;
	buf_printf(reply, "%.*s", (int)strcspn(answer, "\r\n"), answer);
	return -EIO;
}

void vm_forget_deleted(struct vm *vm)
{
	removals_forget(&vm->removals);
}

int vm_await_deleted(struct vm *vm, const char *id, unsigned int ms)
{
	return removals_await(&vm->removals, id, ms);
}

/* A dump in its own thread, because libvirt waits for QEMU without a limit. */
struct dump {
	virDomainPtr domain;
	char *path;
	char *why;		/* NULL: it was written */
	int done;		/* eventfd */
	_Atomic int references; /* the thread and its creator */
};

static void dump_unref(struct dump *dump)
{
	if (atomic_fetch_sub(&dump->references, 1) > 1)
		return;
	virDomainFree(dump->domain);
	close(dump->done);
	free(dump->path);
	free(dump->why);
	free(dump);
}

/*
 * Let QEMU write the file itself: libvirt would need a helper program. Returns NULL, or why it
 * cannot, which the caller frees.
 */
static char *dump_as(const struct dump *dump, const char *format)
{
	cleanup_free char *answer = NULL;
	cleanup_free char *command =
		text("{\"execute\": \"dump-guest-memory\", \"arguments\": {\"paging\": false, "
		     "\"format\": \"%s\", \"protocol\": \"file:%s\"}}",
		     format, dump->path);

	if (virDomainQemuMonitorCommand(dump->domain, command, &answer, 0))
		return text("%s", virGetLastErrorMessage());
	return answer && strstr(answer, "\"error\"") ? steal(answer) : NULL;
}

/* QEMU before 9.0 has only the flattened format, which is larger and which crash reads slowly. */
static void *write_dump(void *context)
{
	struct dump *dump = context;
	cleanup_free char *why = dump_as(dump, "kdump-raw-zlib");

	dump->why = why ? dump_as(dump, "kdump-zlib") : NULL;
	eventfd_write(dump->done, 1);
	dump_unref(dump);
	return NULL;
}

int vm_dump(struct vm *vm, const char *path, unsigned int ms, struct buf *why)
{
	struct dump *dump = calloc(1, sizeof(*dump));
	struct pollfd event = {.events = POLLIN};
	pthread_t thread;
	int err = 0;

	if (!dump || virDomainRef(vm->domain))
		abort();
	*dump = (struct dump){.domain = vm->domain,
			      .path = text("%s", path),
			      .done = eventfd(0, EFD_CLOEXEC),
			      .references = 2};
	if (dump->done < 0 || pthread_create(&thread, NULL, write_dump, dump))
		abort();
	pthread_detach(thread);
	event.fd = dump->done;
	if (poll(&event, 1, (int)ms) != 1) {
		buf_printf(why, "QEMU did not write it in %u s", ms / 1000);
		err = -ETIMEDOUT;
	} else if (dump->why) {
		buf_puts(why, dump->why);
		err = -EIO;
	}
	dump_unref(dump);
	return err;
}

int vm_qemu_line(struct hypervisor *hypervisor, const char *xml, char **argv, struct buf *why)
{
	*argv = virConnectDomainXMLToNative(hypervisor->connection, "qemu-argv", xml, 0);
	return *argv ? 0 : explain(why, "no QEMU command line");
}

int vm_log(const struct hypervisor *hypervisor, const char *name, char **log)
{
	cleanup_free char *path = NULL;

	if (!hypervisor->root)
		return -ENOENT;
	path = text("%s/log/qemu/%s.log", hypervisor->root, name);
	return file_read(path, log, NULL);
}
