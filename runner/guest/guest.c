// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/guest.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"

#include "runner/guest/acpi-properties.h"
#include "runner/guest/domain-image.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

/* With an image, the guest is ready when cloud-init is done: minutes on a busy host. */
#define BOOT_MS	      60000
#define IMAGE_BOOT_MS 900000

#define RESET_MS 60000

static int connect_port(const char *folder, const char *name, int *fd, struct buf *why)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int len = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", folder, name);

	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (*fd >= 0 && len < (int)sizeof(address.sun_path) &&
	    !connect(*fd, (struct sockaddr *)&address, sizeof(address)))
		return 0;
	buf_printf(why, "cannot connect to the guest's port %s: %s", name, strerror(errno));
	return -EIO;
}

int guest_start(struct hypervisor *hypervisor, const struct machine *machine,
		const struct domain_files *files, struct guest **guest, struct buf *why)
{
	cleanup_guest struct guest *made = calloc(1, sizeof(*made));
	cleanup_free char *xml = NULL;
	int err;

	if (!made)
		abort();
	made->ktap = made->request = -1;
	made->machine = machine;
	made->run = text("%s", files->run);
	made->trace = files->trace;
	made->boot_limit_ms = files->image ? IMAGE_BOOT_MS : BOOT_MS;
	err = files->image ? seed_write(files, why) : 0;
	if (!err)
		err = acpi_write(machine, files, why);
	if (!err)
		err = domain_xml(machine, files, &xml, why);
	if (!err)
		err = models_start(machine, files, &made->models, why);
	if (!err) {
		err = vm_create(hypervisor, xml, &made->vm, why);
		if (err)
			models_blame(made->models, why);
	}
	if (!err)
		err = connect_port(files->run, "ktap", &made->ktap, why);
	if (!err)
		err = connect_port(files->run, "request", &made->request, why);
	if (!err && !files->gdb)
		err = vm_resume(made->vm, why);
	if (err)
		/* cppcheck-suppress memleak -- the cleanup attribute frees it */
		return err;
	made->started_ms = now_ms();
	*guest = steal(made);
	return 0;
}

void guest_end(struct guest *guest)
{
	if (!guest)
		return;
	vm_destroy(guest->vm);
	models_end(guest->models);
	cleanup_close_p(&guest->ktap);
	cleanup_close_p(&guest->request);
	buf_free(&guest->received);
	free(guest->run);
	free(guest);
}

int guest_request(struct guest *guest, struct frame *frame)
{
	char chunk[65536];
	int taken = frame_take(&guest->received, frame);
	ssize_t got;

	if (taken)
		return taken;
	got = read(guest->request, chunk, sizeof(chunk));
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -EPIPE;
	if (!got)
		return -EPIPE;
	buf_add(&guest->received, chunk, (size_t)got);
	return frame_take(&guest->received, frame);
}

int guest_answer(struct guest *guest, const char *word, const char *payload)
{
	return frame_send(guest->request, word, payload, strlen(payload));
}

int guest_await_reset(struct guest *guest, double scale, struct buf *why)
{
	struct pollfd event = {.fd = vm_fd(guest->vm), .events = POLLIN};
	int ready;

	do
		ready = poll(&event, 1, (int)(RESET_MS * scale));
	while (ready < 0 && errno == EINTR);
	if (vm_ended(guest->vm) != VM_RESET) {
		buf_puts(why, "the guest announced a reboot and did not reset itself");
		return -EIO;
	}
	vm_forget_reset(guest->vm);
	buf_free(&guest->received);
	guest->started_ms = now_ms();
	guest->rebooted = true;
	return 0;
}

enum cause cause_of_end(const struct vm *vm)
{
	switch (vm_ended(vm)) {
	case VM_PANICKED:
		return CAUSE_PANIC;
	case VM_RESET:
		return CAUSE_GUEST_RESET;
	case VM_POWERED_OFF:
		return CAUSE_POWER_OFF;
	case VM_DISK_FULL:
		return CAUSE_DISK_FULL;
	case VM_RUNNING:
	case VM_DIED:
		break;
	}
	return CAUSE_QEMU_DIED;
}
