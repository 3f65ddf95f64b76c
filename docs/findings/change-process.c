// SPDX-License-Identifier: GPL-2.0-only
/*
 * change-process: is the count of pinned memory (VmPin) of two processes right after one of them has
 * taken over the other's mappings by IOMMU_IOAS_CHANGE_PROCESS? docs/findings.md has the analysis.
 *
 *	cc -static -o change-process change-process.c
 *	change-process /dev/vfio/devices/vfio0
 *
 * Linux 6.13 or later, as root: with CAP_IPC_LOCK. The device must be bound to vfio-pci. The exit
 * status is 0 if the counts are right, 1 if not, 2 on errors.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/iommufd.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE (1 << 20)
#define IOVA 0x10000000ull

/* New in 6.13; older headers lack them. */
#define IOAS_MAP_FILE  _IO(IOMMUFD_TYPE, 0x8f)
#define CHANGE_PROCESS _IO(IOMMUFD_TYPE, 0x92)
struct map_file {
	uint32_t size, flags, ioas_id;
	int32_t fd;
	uint64_t start, length, iova;
};
struct change_process {
	uint32_t size, reserved;
};

static void call(int fd, unsigned long request, void *arg, const char *name)
{
	if (ioctl(fd, request, arg))
		err(2, "%s", name);
}

/* Print VmPin of this process, and return 0 if it is EXPECTED KiB. */
static int check_pinned(const char *who, long expected)
{
	char line[256];
	FILE *file = fopen("/proc/self/status", "r");
	unsigned long long got = 0;

	if (!file)
		err(2, "/proc/self/status");
	while (fgets(line, sizeof(line), file))
		sscanf(line, "VmPin: %llu", &got);
	fclose(file);
	printf("%s: VmPin %llu kB, expected %ld kB\n", who, got, expected);
	return got != (unsigned long long)expected;
}

/* Attach the device to a new address space; without one nothing is pinned. Returns its ID. */
static uint32_t attach(const char *path, int iommufd)
{
	const int device = open(path, O_RDWR);
	struct vfio_device_bind_iommufd bind = {.argsz = sizeof(bind), .iommufd = iommufd};
	struct iommu_ioas_alloc alloc = {.size = sizeof(alloc)};
	struct vfio_device_attach_iommufd_pt attach = {.argsz = sizeof(attach)};

	if (device < 0)
		err(2, "%s", path);
	call(device, VFIO_DEVICE_BIND_IOMMUFD, &bind, "VFIO_DEVICE_BIND_IOMMUFD");
	call(iommufd, IOMMU_IOAS_ALLOC, &alloc, "IOMMU_IOAS_ALLOC");
	attach.pt_id = alloc.out_ioas_id;
	call(device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach, "VFIO_DEVICE_ATTACH_IOMMUFD_PT");
	return alloc.out_ioas_id;
}

/* The new process. */
static int take_over(int iommufd, uint32_t ioas)
{
	struct change_process change = {.size = sizeof(change)};
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = ioas, .iova = IOVA, .length = SIZE};
	int wrong;

	call(iommufd, CHANGE_PROCESS, &change, "IOMMU_IOAS_CHANGE_PROCESS");
	wrong = check_pinned("new process, after IOMMU_IOAS_CHANGE_PROCESS", SIZE / 1024);
	call(iommufd, IOMMU_IOAS_UNMAP, &unmap, "IOMMU_IOAS_UNMAP");
	return check_pinned("new process, after the unmap", 0) | wrong;
}

int main(int argc, char **argv)
{
	const int iommufd = open("/dev/iommu", O_RDWR), file = memfd_create("memory", 0);
	struct map_file map = {.size = sizeof(map),
			       .flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE |
					IOMMU_IOAS_MAP_WRITEABLE,
			       .fd = file,
			       .length = SIZE,
			       .iova = IOVA};
	int status, wrong;

	if (argc != 2)
		errx(2, "usage: change-process /dev/vfio/devices/vfioN");
	if (iommufd < 0 || file < 0 || ftruncate(file, SIZE))
		err(2, "/dev/iommu, or a memfd");
	map.ioas_id = attach(argv[1], iommufd);
	call(iommufd, IOAS_MAP_FILE, &map, "IOMMU_IOAS_MAP_FILE");
	wrong = check_pinned("old process, after IOMMU_IOAS_MAP_FILE", SIZE / 1024);
	fflush(stdout);
	if (!fork())
		return take_over(iommufd, map.ioas_id);
	if (wait(&status) < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == 2)
		errx(2, "the new process failed");
	return check_pinned("old process, at the end", 0) | wrong | WEXITSTATUS(status);
}
