// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/image.h"

#include "scenarios/agent/cloud-init.h"
#include "scenarios/lib/command-output.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/pci/uevent.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "lab/base/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>

#define PARAMETER "vfiolab.image"
#define SERIAL	  "vfiolab-image"
#define ROOT	  "/image"
#define DISK_MS	  20000
#define SETTLE_MS 120000

bool image_wanted(void)
{
	cleanup_free char *line = NULL;
	cleanup_list struct list words = {0};

	if (file_read("/proc/cmdline", &line, NULL))
		return false;
	list_add_split(&words, line, " \n");
	return list_has(&words, PARAMETER);
}

/* A distribution's kernel has these as modules. The mount fails if one is missing. */
static void load_modules(void)
{
	static const char *const names[] = {"virtio_blk", "ext4",      "vfat",
					    "nls_cp437",  "nls_ascii", "autofs4"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		module_load(names[i], "");
}

/*
 * Returns the device node of the disk with the image, which the caller frees, or NULL. The node
 * appears later than the disk in sysfs.
 */
static char *find_disk(void)
{
	cleanup_dir DIR *dir = opendir("/sys/block");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		cleanup_free char *path = text("/sys/block/%s/serial", entry->d_name);
		cleanup_free char *node = text("/dev/%s", entry->d_name);
		cleanup_free char *serial = NULL;

		if (*entry->d_name != '.' && !file_read(path, &serial, NULL) &&
		    !strncmp(serial, SERIAL, strlen(SERIAL)) && !access(node, F_OK))
			return steal(node);
	}
	return NULL;
}

static char *await_disk(void)
{
	/* Open it before the first look, so that no disk is missed. */
	cleanup_close int uevents = uevent_open();
	int64_t until = now_ms() + DISK_MS;
	char *disk = find_disk();

	while (!disk && now_ms() < until) {
		uevent_wait(uevents, (int)(until - now_ms()));
		disk = find_disk();
	}
	return disk;
}

static char *mount_image(void)
{
	cleanup_free char *disk = await_disk();

	if (!disk)
		return text("the kernel found no disk with the image: it needs virtio-blk");
	mkdir(ROOT, 0755);
	if (mount(disk, ROOT, "ext4", MS_NOATIME, NULL))
		return text("cannot mount the image: %s%s", strerror(errno),
			    errno == ENODEV ? ": the kernel has no ext4" : "");
	return access(ROOT "/sbin/init", X_OK) ? text("the image has no /sbin/init") : NULL;
}

/* Show the file or folder FROM of the initramfs at TO, which exists. */
static char *show(const char *from, const char *to)
{
	return mount(from, to, NULL, MS_BIND, NULL)
		       ? text("cannot mount %s of the initramfs: %s", from, strerror(errno))
		       : NULL;
}

static char *show_agent(void)
{
	mkdir("/run/vfiolab", 0755);
	file_write("/run/vfiolab/agent", "", 0);
	return show("/init", "/run/vfiolab/agent");
}

/* Take the mounts along, and make the image the root. systemd keeps what is mounted. */
static char *switch_root(void)
{
	static const char *const moved[] = {"/dev", "/proc", "/sys", "/run"};

	for (size_t i = 0; i < ARRAY_SIZE(moved); i++) {
		cleanup_free char *to = text(ROOT "%s", moved[i]);

		if (mount(moved[i], to, NULL, MS_MOVE, NULL))
			return text("cannot move %s into the image: %s", moved[i], strerror(errno));
	}
	if (chdir(ROOT) || mount(".", "/", NULL, MS_MOVE, NULL) || chroot(".") || chdir("/"))
		return text("cannot make the image the root: %s", strerror(errno));
	return NULL;
}

char *image_enter(void)
{
	char *why;

	load_modules();
	why = mount_image();
	if (!why)
		why = show("/lib/modules", ROOT "/usr/lib/modules");
	if (!why && !access("/copy", F_OK))
		why = show("/copy", ROOT "/copy");
	if (!why && !access(SUITES_FOLDER, F_OK))
		why = show(SUITES_FOLDER, ROOT SUITES_FOLDER);
	if (!why)
		why = show_agent();
	if (!why)
		why = switch_root();
	if (why)
		return why;
	cloud_init_enable();
	execl("/sbin/init", "/sbin/init", NULL);
	return text("cannot start systemd: %s", strerror(errno));
}

/* Wait until udev has loaded the drivers of all devices: cases restore what they find. */
static void settle(void)
{
	cleanup_list struct list argv = {0};
	cleanup_buf struct buf output = BUF_INIT;

	list_add_words(&argv, "udevadm settle");
	command_output(&argv, SETTLE_MS, &output);
}

char *image_await(struct channel *requests)
{
	cleanup_buf struct buf status = BUF_INIT;
	char *why = cloud_init_await(&status);

	settle();
	cloud_init_keep(&status, requests);
	return why;
}
