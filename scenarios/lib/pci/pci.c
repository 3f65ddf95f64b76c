// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/pci/pci.h"

#include "scenarios/lib/kernel/folder.h"
#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <linux/pci_regs.h>
#include <stdlib.h>
#include <string.h>

#define DEVICES "/sys/bus/pci/devices"
#define ROOT	"/sys/devices/pci0000:00"

static char *attribute_path(const char *address, const char *attribute)
{
	return text(DEVICES "/%s/%s", address, attribute);
}

/* Append the entry of FOLDER that is function SLOT ("05.0") of any bus to FOLDER. */
static int descend(struct buf *folder, const char *slot, size_t len)
{
	cleanup_free char *pattern = text("[0-9a-f]*:[0-9a-f]*:%.*s", (int)len, slot);
	cleanup_dir DIR *dir = opendir(folder->data);
	struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (fnmatch(pattern, entry->d_name, 0))
			continue;
		buf_printf(folder, "/%s", entry->d_name);
		return 0;
	}
	return -ENOENT;
}

int pci_find(const char *path, int vf, char address[PCI_ADDRESS])
{
	cleanup_buf struct buf folder = BUF_INIT;
	cleanup_free char *link = NULL;
	int err = 0;

	buf_puts(&folder, ROOT);
	while (*path && !err) {
		size_t len = strcspn(path, "/");

		err = descend(&folder, path, len);
		path += len + (path[len] == '/');
	}
	if (err)
		return err;
	strncpy(address, strrchr(folder.data, '/') + 1, PCI_ADDRESS - 1);
	address[PCI_ADDRESS - 1] = '\0';
	if (vf < 0)
		return 0;
	buf_free(&folder);
	buf_printf(&folder, "virtfn%d", vf);
	link = pci_link(address, folder.data);
	if (!link)
		return -ENOENT;
	strncpy(address, link, PCI_ADDRESS - 1);
	return 0;
}

int pci_read(const char *address, const char *attribute, char **value)
{
	cleanup_free char *path = attribute_path(address, attribute);
	size_t len;
	int err = file_read(path, value, &len);

	if (!err && len && (*value)[len - 1] == '\n')
		(*value)[len - 1] = '\0';
	return err;
}

long pci_number(const char *address, const char *attribute, long missing)
{
	cleanup_free char *value = NULL;

	return pci_read(address, attribute, &value) ? missing : strtol(value, NULL, 0);
}

int pci_write(const char *address, const char *attribute, const char *value)
{
	cleanup_free char *path = attribute_path(address, attribute);

	return value_write(path, value);
}

bool pci_has(const char *address, const char *attribute)
{
	cleanup_free char *path = attribute_path(address, attribute);

	return !access(path, F_OK);
}

int pci_config(const char *address, size_t offset, void *data, size_t len)
{
	cleanup_free char *path = attribute_path(address, "config");
	cleanup_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = pread(fd, data, len, (off_t)offset);
	if (got < 0)
		return -errno;
	return (size_t)got == len ? 0 : -ERANGE;
}

int pci_header(const char *address, uint8_t header[64])
{
	int err = pci_config(address, 0, header, 64);

	memset(header + PCI_STATUS, 0, 2);
	return err;
}

uint16_t pci_config16(const char *address, size_t offset)
{
	uint8_t bytes[2] = {0xff, 0xff};

	pci_config(address, offset, bytes, sizeof(bytes));
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

int pci_config_write16(const char *address, size_t offset, uint16_t value)
{
	const uint8_t bytes[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
	cleanup_free char *path = attribute_path(address, "config");
	cleanup_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || pwrite(fd, bytes, sizeof(bytes), (off_t)offset) < 0 ? -errno : 0;
}

int pci_parent(const char *address, char parent[PCI_ADDRESS])
{
	cleanup_free char *path = attribute_path(address, "..");
	cleanup_free char *real = realpath(path, NULL);
	const char *name = real ? strrchr(real, '/') + 1 : "";

	if (!real || !pci_has(name, "vendor"))
		return -ENOENT;
	strncpy(parent, name, PCI_ADDRESS - 1);
	parent[PCI_ADDRESS - 1] = '\0';
	return 0;
}

char *pci_link(const char *address, const char *attribute)
{
	cleanup_free char *folder = text(DEVICES "/%s", address);

	return folder_link(folder, attribute);
}

char *pci_driver(const char *address)
{
	return pci_link(address, "driver");
}

int pci_override(const char *address, const char *driver)
{
	return pci_write(address, "driver_override", *driver ? driver : "\n");
}

int pci_probe(const char *address)
{
	return value_write("/sys/bus/pci/drivers_probe", address);
}

int pci_unbind(const char *address)
{
	int err = pci_write(address, "driver/unbind", address);

	return err == -ENOENT && pci_has(address, "") ? 0 : err;
}

int pci_bind(const char *address, const char *driver)
{
	cleanup_free char *old = pci_driver(address);
	cleanup_free char *bound = NULL;
	int err = pci_override(address, driver);

	if (!err && old && strcmp(old, driver))
		err = pci_unbind(address);
	if (!err)
		err = pci_probe(address);
	if (err)
		return err;
	bound = pci_driver(address);
	return bound && !strcmp(bound, driver) ? 0 : -ENODEV;
}

int pci_driver_write(const char *driver, const char *attribute, const char *value)
{
	cleanup_free char *path = text("/sys/bus/pci/drivers/%s/%s", driver, attribute);

	return value_write(path, value);
}

int pci_bind_directly(const char *address, const char *driver)
{
	return pci_driver_write(driver, "bind", address);
}

int pci_bind_siblings(const char *address, const char *driver, char other[PCI_ADDRESS])
{
	cleanup_list struct list members = {0};
	int err = pci_group_members(address, &members);

	*other = '\0';
	for (size_t i = 0; i < members.count && !err; i++) {
		if (!strcmp(members.items[i], address))
			continue;
		memccpy(other, members.items[i], '\0', PCI_ADDRESS);
		err = *driver ? pci_bind(other, driver) : pci_unbind(other);
	}
	return err;
}

void pci_release_group(const char **address)
{
	cleanup_list struct list members = {0};

	pci_group_members(*address, &members);
	for (size_t i = 0; i < members.count; i++) {
		const char *member = members.items[i];

		pci_release(&member);
	}
}

const char *check_driver(const char *address, const char *driver)
{
	cleanup_free char *has = pci_driver(address);

	if (!strcmp(has ? has : "", driver))
		return NULL;
	return text("%s: expected driver '%s', got '%s'", address, driver, has ? has : "");
}

int pci_autoprobe(bool on)
{
	return value_write("/sys/bus/pci/drivers_autoprobe", on ? "1" : "0");
}

int pci_rescan(void)
{
	return value_write("/sys/bus/pci/rescan", "1");
}

int pci_remove_and_rescan(const char *address)
{
	int err = pci_write(address, "remove", "1");

	if (!err)
		err = pci_rescan();
	if (!err && !pci_has(address, ""))
		err = -ENODEV;
	return err;
}

/* List the functions that have an entry in FOLDER. */
static int list_functions(const char *folder, struct list *functions)
{
	cleanup_dir DIR *dir = opendir(folder);
	struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (!fnmatch("*:*:*.*", entry->d_name, 0))
			list_add(functions, entry->d_name);
	}
	return 0;
}

int pci_functions(struct list *functions)
{
	return list_functions(DEVICES, functions);
}

int pci_driver_functions(const char *driver, struct list *functions)
{
	cleanup_free char *folder = text("/sys/bus/pci/drivers/%s", driver);

	return list_functions(folder, functions);
}

void pci_release(const char **address)
{
	pci_unbind(*address);
	pci_override(*address, "");
}

int pci_group(const char *address)
{
	cleanup_free char *group = pci_link(address, "iommu_group");

	return group ? atoi(group) : -ENOENT;
}

bool pci_group_is_noiommu(const char *address)
{
	cleanup_free char *name = NULL;

	return !pci_read(address, "iommu_group/name", &name) && !strcmp(name, "vfio-noiommu");
}

static bool is_endpoint(const char *address)
{
	return (pci_config16(address, PCI_HEADER_TYPE) & 0x7f) == PCI_HEADER_TYPE_NORMAL;
}

int pci_group_members(const char *address, struct list *members)
{
	cleanup_free char *path = attribute_path(address, "iommu_group/devices");
	cleanup_dir DIR *dir = opendir(path);
	struct dirent *entry;

	if (!dir)
		return -errno;
	while ((entry = readdir(dir))) {
		if (*entry->d_name != '.' && is_endpoint(entry->d_name))
			list_add(members, entry->d_name);
	}
	return 0;
}

bool pci_driver_exists(const char *driver)
{
	cleanup_free char *path = text("/sys/bus/pci/drivers/%s", driver);

	return !access(path, F_OK);
}

bool pci_is_address(const char *name)
{
	return !fnmatch("[0-9a-f][0-9a-f][0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f].[0-7]",
			name, 0);
}
