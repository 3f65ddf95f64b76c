// SPDX-License-Identifier: GPL-2.0-only
/*
 * flr-in-d3hot: does an FLR that a user of vfio-pci requests in config space keep COMMAND if the
 * device is in D3hot? docs/findings.md has the analysis.
 *
 *	cc -static -o flr-in-d3hot flr-in-d3hot.c
 *	flr-in-d3hot 0000:01:00.0
 *
 * The device must be bound to vfio-pci, with no other driver in its IOMMU group. It must have FLR,
 * in Device Capabilities or Advanced Features, and a PM capability without No_Soft_Reset. The exit
 * status is 0 if COMMAND is kept, 1 if it is lost, 2 on errors. On a kernel with the bug COMMAND of
 * the device is 0 until the device is closed.
 */
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define D3HOT	3
#define COMMAND (PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)

struct device {
	const char *address;
	int fd;
	uint64_t config; /* the offset of config space in fd */
};

static uint16_t config_read(const struct device *device, unsigned int at)
{
	uint16_t value;

	if (pread(device->fd, &value, sizeof(value), (off_t)(device->config + at)) != 2)
		err(2, "reading config 0x%x", at);
	return value;
}

static void config_write(const struct device *device, unsigned int at, uint16_t value)
{
	if (pwrite(device->fd, &value, sizeof(value), (off_t)(device->config + at)) != 2)
		err(2, "writing config 0x%x", at);
}

/* COMMAND of the device itself; VFIO shows its user a copy. */
static uint16_t real_command(const struct device *device)
{
	char path[PATH_MAX];
	uint16_t command;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", device->address);
	fd = open(path, O_RDONLY);
	if (fd < 0 || pread(fd, &command, sizeof(command), PCI_COMMAND) != 2)
		err(2, "%s", path);
	close(fd);
	return command;
}

static unsigned int capability(const struct device *device, uint8_t id)
{
	unsigned int at = config_read(device, PCI_CAPABILITY_LIST) & 0xfc;

	for (unsigned int left = 48; at && left; left--) {
		const uint16_t head = config_read(device, at);

		if ((head & 0xff) == id)
			return at;
		at = head >> 8 & 0xfc;
	}
	return 0;
}

static int open_group(const char *address)
{
	char path[PATH_MAX], target[PATH_MAX];
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", address);
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		err(2, "%s", path);
	target[len] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio/%.64s", strrchr(target, '/') + 1);
	fd = open(path, O_RDWR);
	if (fd < 0)
		err(2, "%s", path);
	return fd;
}

static struct device open_device(const char *address)
{
	struct vfio_region_info config = {.argsz = sizeof(config),
					  .index = VFIO_PCI_CONFIG_REGION_INDEX};
	struct device device = {.address = address};
	int container = open("/dev/vfio/vfio", O_RDWR), group = open_group(address);

	if (container < 0)
		err(2, "/dev/vfio/vfio");
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container))
		err(2, "VFIO_GROUP_SET_CONTAINER");
	if (ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		err(2, "VFIO_SET_IOMMU");
	device.fd = ioctl(group, VFIO_GROUP_GET_DEVICE_FD, address);
	if (device.fd < 0)
		err(2, "VFIO_GROUP_GET_DEVICE_FD %s", address);
	if (ioctl(device.fd, VFIO_DEVICE_GET_REGION_INFO, &config))
		err(2, "VFIO_DEVICE_GET_REGION_INFO");
	device.config = config.offset;
	return device;
}

/* Request an FLR in config space, as a driver in a guest does. */
static void request_flr(const struct device *device)
{
	const unsigned int pcie = capability(device, PCI_CAP_ID_EXP);
	const unsigned int af = capability(device, PCI_CAP_ID_AF);

	if (pcie && config_read(device, pcie + PCI_EXP_DEVCAP + 2) & PCI_EXP_DEVCAP_FLR >> 16) {
		printf("FLR by Device Control\n");
		config_write(device, pcie + PCI_EXP_DEVCTL,
			     config_read(device, pcie + PCI_EXP_DEVCTL) | PCI_EXP_DEVCTL_BCR_FLR);
		return;
	}
	if (!af)
		errx(2, "%s has no FLR", device->address);
	printf("FLR by Advanced Features\n");
	config_write(device, af + PCI_AF_CTRL, PCI_AF_CTRL_FLR);
}

int main(int argc, char **argv)
{
	struct device device;
	unsigned int pm;

	if (argc != 2)
		errx(2, "usage: %s ADDRESS", argv[0]);
	device = open_device(argv[1]);
	pm = capability(&device, PCI_CAP_ID_PM);
	if (!pm)
		errx(2, "%s has no PM capability", argv[1]);
	if (config_read(&device, pm + PCI_PM_CTRL) & PCI_PM_CTRL_NO_SOFT_RESET)
		printf("%s has No_Soft_Reset: the bug cannot show\n", argv[1]);
	config_write(&device, PCI_COMMAND, config_read(&device, PCI_COMMAND) | COMMAND);
	printf("before          COMMAND of the device %04x, as VFIO shows it %04x\n",
	       real_command(&device), config_read(&device, PCI_COMMAND));
	config_write(&device, pm + PCI_PM_CTRL, D3HOT);
	request_flr(&device);
	config_write(&device, pm + PCI_PM_CTRL, 0);
	printf("after the FLR   COMMAND of the device %04x, as VFIO shows it %04x\n",
	       real_command(&device), config_read(&device, PCI_COMMAND));
	return (real_command(&device) & COMMAND) != COMMAND;
}
