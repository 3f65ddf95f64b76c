// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: where user space finds the file of a device: the folder vfio-dev of the device in sysfs
 * (Documentation/ABI/testing/sysfs-devices-vfio-dev), and /dev/vfio/devices.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/folder.h"
#include "scenarios/lib/vfio/cdev.h"

#include "lab/base/file.h"

#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Returns NULL if PATH leads to a folder for a device file called NAME of ADDRESS, or a message. */
static const char *check_class(const char *name, const char *address)
{
	cleanup_free char *folder = text("/sys/class/vfio-dev/%s", name);
	cleanup_free char *device = folder_entry(folder, "device");
	cleanup_free char *path = text("%s/device/vfio-dev/%s", folder, name);
	cleanup_free char *own = text("/sys/bus/pci/devices/%s/vfio-dev/%s", address, name);
	cleanup_free char *real = realpath(path, NULL);
	cleanup_free char *expected = realpath(own, NULL);

	if (!device)
		return text("%s has no link `device'", folder);
	if (!real || !expected || strcmp(real, expected))
		return text("%s: expected %s, got %s", path, expected ?: "nothing",
			    real ?: "nothing");
	return NULL;
}

static void facts_of_folder(const char *folder)
{
	cleanup_list struct list names = {0};

	folder_names(folder, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *entry = folder_entry(folder, names.items[i]);

		fact("vfio-dev[%s]=%s", names.items[i], entry ?: "-");
	}
}

/* "This directory contains ... the major:minor of the character device". */
SCENARIO_UNBOUND(file_found_by_sysfs, "mode=cdev",
		 "sysfs has the name and number of the device's file while its driver is bound")
{
	cleanup_release const char *address = dut->address;
	cleanup_free char *name = NULL, *folder = NULL, *path = NULL, *number = NULL;
	cleanup_free char *expected = NULL;
	struct stat node;

	ASSERT_THAT(!pci_has(address, "vfio-dev"), "vfio-dev exists without a driver");
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	name = cdev_name(address);
	ASSERT_THAT(name, "%s has no vfio-dev/vfioN", address);
	folder = text("/sys/bus/pci/devices/%s/vfio-dev/%s", address, name);
	path = text("/dev/vfio/devices/%s", name);
	ASSERT_THAT(!stat(path, &node), "%s: %s", path, error_name(-errno));
	ASSERT_THAT(S_ISCHR(node.st_mode), "%s: mode %o", path, node.st_mode);
	fact("permissions=%03o", node.st_mode & 0777);
	number = folder_read(folder, "dev");
	expected = text("%u:%u", major(node.st_rdev), minor(node.st_rdev));
	ASSERT_THAT(number && !strcmp(number, expected), "dev: expected %s, got %s", expected,
		    number ?: "nothing");
	ASSERT_CHECK(check_class(name, address));
	facts_of_folder(folder);
	ASSERT_OK(pci_unbind(address));
	ASSERT_THAT(access(folder, F_OK), "%s is left after unbind", folder);
	PASS();
}

/* Returns the value of KEY in the uevent of FOLDER, or NULL. The caller frees it. */
static char *uevent_value(const char *folder, const char *key)
{
	cleanup_free char *uevent = folder_read(folder, "uevent");
	const char *at = uevent ? strstr(uevent, key) : NULL;

	return at ? text("%.*s", (int)strcspn(at + strlen(key), "\n"), at + strlen(key)) : NULL;
}

/* udev and devtmpfs make the file by this name. */
SCENARIO_UNBOUND(uevent_names_file, "mode=cdev",
		 "the uevent of a device file has its name below /dev, vfio/devices/vfioN")
{
	cleanup_release const char *address = dut->address;
	cleanup_free char *name = NULL, *folder = NULL, *device = NULL, *expected = NULL;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	name = cdev_name(address);
	ASSERT_THAT(name, "%s has no vfio-dev/vfioN", address);
	folder = text("/sys/bus/pci/devices/%s/vfio-dev/%s", address, name);
	device = uevent_value(folder, "DEVNAME=");
	expected = text("vfio/devices/%s", name);
	ASSERT_THAT(device && !strcmp(device, expected), "DEVNAME: expected %s, got %s", expected,
		    device ?: "nothing");
	PASS();
}

/* Documentation/filesystems/proc.rst, "VFIO Device files"; new in 6.19. */
SCENARIO_UNBOUND(fdinfo_names_device, "mode=cdev",
		 "fdinfo of a device file, if it names the device, has its path in sysfs")
{
	static const char key[] = "vfio-device-syspath:";
	cleanup_user struct user user = USER_NONE;
	cleanup_free char *name = NULL, *info = NULL, *link = NULL, *real = NULL;
	const char *value;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	name = text("%d", user.dut.vfio.device);
	info = folder_read("/proc/self/fdinfo", name);
	ASSERT_THAT(info, "the file has no fdinfo");
	value = strstr(info ?: "", key);
	fact("fdinfo=%s", value ? "device" : "none");
	if (!value)
		PASS();
	link = text("/sys/bus/pci/devices/%s", dut->address);
	real = realpath(link, NULL);
	value += strlen(key) + strspn(value + strlen(key), " \t");
	ASSERT_THAT(real && !strncmp(value, real, strlen(real)) &&
			    strcspn(value, "\n") == strlen(real),
		    "expected %s, got %s", real ?: link, value);
	PASS();
}
