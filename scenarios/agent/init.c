// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/init.h"

#include "scenarios/agent/worker.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/kernel/value-file.h"
#include "scenarios/lib/pci/uevent.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define PORTS	"/sys/class/virtio-ports"
#define PORT_MS 10000

static const struct {
	const char *type, *at;
	unsigned long flags;
} mounts[] = {
	{"devtmpfs", "/dev", MS_NOSUID},
	{"proc", "/proc", MS_NOSUID | MS_NOEXEC | MS_NODEV},
	{"sysfs", "/sys", MS_NOSUID | MS_NOEXEC | MS_NODEV},
	{"tmpfs", "/tmp", MS_NOSUID | MS_NODEV},
	{"tmpfs", "/run", MS_NOSUID | MS_NODEV},
	{"devpts", "/dev/pts", MS_NOSUID | MS_NOEXEC},
};

static int mount_all(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(mounts); i++) {
		mkdir(mounts[i].at, 0755);
		/*
		 * EBUSY: the kernel did it. ENODEV: a kernel without ptys, which only `exec' on a
		 * terminal needs.
		 */
		if (mount(mounts[i].type, mounts[i].at, mounts[i].type, mounts[i].flags, NULL) &&
		    errno != EBUSY && errno != ENODEV)
			return -errno;
	}
	return 0;
}

/* Only debug kernels have what is below it: kmemleak and fault injection. */
static void mount_debugfs(void)
{
	mount("debugfs", "/sys/kernel/debug", "debugfs", MS_NOSUID | MS_NOEXEC | MS_NODEV, NULL);
}

static int open_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);

	if (fd < 0)
		return -errno;
	for (int std = 0; std <= STDERR_FILENO; std++)
		dup2(fd, std);
	if (fd > STDERR_FILENO)
		close(fd);
	return 0;
}

/* The kernel boots with `quiet'. From here on, show warnings and worse. */
static int let_warnings_through(void)
{
	return value_write("/proc/sys/kernel/printk", "5");
}

/* A distribution's kernel has these as modules; the lab's kernels have them built in. */
static void load_drivers(void)
{
	static const struct {
		const char *driver, *module;
	} needed[] = {
		{"/sys/bus/pci/drivers/virtio-pci", "virtio_pci"},
		{"/sys/bus/virtio/drivers/virtio_console", "virtio_console"},
		/* On ACPI's bus in older kernels, on the platform bus in newer ones. */
		{"/sys/bus/*/drivers/pvpanic*", "pvpanic-mmio"},
	};

	/* Ignore errors: a missing port is reported later, and not every kernel has pvpanic. */
	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		glob_t found;

		if (glob(needed[i].driver, 0, NULL, &found))
			module_load(needed[i].module, "");
		globfree(&found);
	}
}

void guest_environment(const char *home)
{
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", home, 1);
}

int guest_set_up(void)
{
	int err = mount_all();

	mount_debugfs();
	if (!err)
		err = open_console();
	if (!err)
		err = let_warnings_through();
	guest_environment("/tmp");
	if (!err)
		load_drivers();
	return err;
}

static bool is_named(const char *port, const char *name)
{
	cleanup_free char *path = text(PORTS "/%s/name", port);
	cleanup_free char *is = NULL;

	if (file_read(path, &is, NULL))
		return false;
	is[strcspn(is, "\n")] = '\0';
	return !strcmp(is, name);
}

static int open_named(const char *name)
{
	cleanup_dir DIR *dir = opendir(PORTS);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		cleanup_free char *node = text("/dev/%s", entry->d_name);
		int fd;

		if (*entry->d_name == '.' || !is_named(entry->d_name, name))
			continue;
		fd = open(node, O_RDWR | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	return -ENODEV;
}

int guest_port(const char *name)
{
	/* Open it before the first check, so that no port is missed. */
	cleanup_close int uevents = uevent_open();
	int64_t until = now_ms() + PORT_MS;

	for (;;) {
		int fd = open_named(name);

		if (fd != -ENODEV || now_ms() > until)
			return fd;
		uevent_wait(uevents, (int)(until - now_ms()));
	}
}

void guest_rest(void)
{
	for (;;) {
		pause();
		reap_orphans();
	}
}
