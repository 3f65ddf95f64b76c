// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/hotplug.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define GONE_MS 4000

/* Find the -device argument of NAME. Only names in the machine's file reach QEMU's monitor. */
static int find(struct guest *guest, const char *name, char **device, struct buf *reply)
{
	*device = machine_device(guest->machine, name);
	if (*device)
		return 0;
	buf_printf(reply, "machine %s has no -device with id=%s", guest->machine->name, name);
	return -ENOENT;
}

/* Run LINE in QEMU's monitor. The monitor prints nothing on success. */
static int run_monitor(struct guest *guest, const char *line, struct buf *reply)
{
	cleanup_buf struct buf answer = BUF_INIT;
	int err = vm_monitor(guest->vm, line, &answer);

	if (err || (answer.len && strstr(answer.data, "Error"))) {
		buf_printf(reply, "%.*s", (int)strcspn(answer.data ?: "", "\r\n"),
			   answer.data ?: "");
		return err ?: -EINVAL;
	}
	return 0;
}

int hotplug_remove(struct guest *guest, const char *name, struct buf *reply)
{
	cleanup_free char *device = NULL;
	cleanup_free char *line = text("device_del %s", name);
	int err = machine_model(guest->machine, name) ? 0 : find(guest, name, &device, reply);

	if (err)
		return err;
	vm_forget_deleted(guest->vm);
	return run_monitor(guest, line, reply);
}

int hotplug_add(struct guest *guest, const char *name, struct buf *reply)
{
	const struct machine_model *model = machine_model(guest->machine, name);
	cleanup_free char *device = NULL;
	cleanup_free char *line = NULL;
	int err = model ? 0 : find(guest, name, &device, reply);

	if (!err)
		err = vm_await_deleted(guest->vm, name, GONE_MS);
	if (err == -ETIMEDOUT)
		buf_printf(reply, "%s is still there after %d ms", name, GONE_MS);
	if (err)
		return err;
	if (model) {
		device = domain_model(guest->machine, model, guest->run, guest->trace);
		return vm_plug(guest->vm, device, reply);
	}
	line = text("device_add %s", device);
	return run_monitor(guest, line, reply);
}

/* The value of bus= in DEVICE, "MODEL,KEY=VALUE,..."; the caller frees it. */
static char *bus_of(const char *device)
{
	const char *bus = strstr(device, ",bus=");

	return bus ? strndup(bus + 5, strcspn(bus + 5, ",")) : strdup("");
}

static bool is_word(const char *word)
{
	while (isupper((unsigned char)*word) || isdigit((unsigned char)*word) || *word == '_')
		word++;
	return !*word;
}

int hotplug_aer(struct guest *guest, const char *request, struct buf *reply)
{
	cleanup_free char *name = strndup(request, strcspn(request, " "));
	cleanup_free char *device = NULL;
	cleanup_free char *port = NULL;
	cleanup_free char *line = NULL;
	cleanup_buf struct buf answer = BUF_INIT;
	const char *error = request + strcspn(request, " ");
	int err = find(guest, name, &device, reply);

	if (err)
		return err;
	error += strspn(error, " ");
	if (!*error || !is_word(error)) {
		buf_printf(reply, "'%s' is not the name of a PCIe error", error);
		return -EINVAL;
	}
	port = bus_of(device);
	line = text("pcie_aer_inject_error %s %s", port, error);
	err = vm_monitor(guest->vm, line, &answer);
	if (!err && answer.len && !strncmp(answer.data, "OK", 2))
		return 0;
	buf_printf(reply, "%.*s", (int)strcspn(answer.data ?: "", "\r\n"), answer.data ?: "");
	return err ?: -EINVAL;
}
