// SPDX-License-Identifier: GPL-2.0-only
/*
 * pasid-0: is a device that was attached to an address space with PASID 0 still attached after
 * VFIO_DEVICE_DETACH_IOMMUFD_PT? docs/findings.md has the analysis.
 *
 *	cc -static -o pasid-0 pasid-0.c
 *	pasid-0 /dev/vfio/devices/vfio0
 *
 * Linux 6.15 or later, as root. The device must be bound to vfio-pci; it need not have PASIDs. The
 * exit status is 0 if it is detached, or cannot be attached with PASID 0; 1 if it is still
 * attached, so that its DMA still reaches the address space; 2 on errors.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/iommufd.h>
#include <linux/vfio.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

/* New in 6.15; older headers lack them. */
#define WITH_PASID (1u << 0)
struct attach {
	uint32_t argsz, flags, pt_id, pasid;
};
struct detach {
	uint32_t argsz, flags, pasid;
};

static void call(int fd, unsigned long request, void *arg, const char *name)
{
	if (ioctl(fd, request, arg))
		err(2, "%s", name);
	printf("%s: 0\n", name);
}

/* The kernel refuses to destroy an address space to which a device is attached. */
static int is_attached(int iommufd, uint32_t ioas)
{
	struct iommu_destroy destroy = {.size = sizeof(destroy), .id = ioas};
	const int busy = ioctl(iommufd, IOMMU_DESTROY, &destroy) ? errno : 0;

	printf("IOMMU_DESTROY of the address space: %s\n", busy ? strerror(busy) : "0");
	if (busy && busy != EBUSY)
		errx(2, "IOMMU_DESTROY");
	return busy;
}

int main(int argc, char **argv)
{
	struct vfio_device_bind_iommufd bind = {.argsz = sizeof(bind)};
	struct iommu_ioas_alloc alloc = {.size = sizeof(alloc)};
	struct attach attach = {.argsz = sizeof(attach), .flags = WITH_PASID};
	struct detach detach = {.argsz = 8};
	int iommufd, device;

	if (argc != 2)
		errx(2, "usage: pasid-0 /dev/vfio/devices/vfioN");
	iommufd = open("/dev/iommu", O_RDWR);
	device = open(argv[1], O_RDWR);
	if (iommufd < 0 || device < 0)
		err(2, "%s", iommufd < 0 ? "/dev/iommu" : argv[1]);
	bind.iommufd = iommufd;
	call(device, VFIO_DEVICE_BIND_IOMMUFD, &bind, "VFIO_DEVICE_BIND_IOMMUFD");
	call(iommufd, IOMMU_IOAS_ALLOC, &alloc, "IOMMU_IOAS_ALLOC");
	attach.pt_id = alloc.out_ioas_id;
	if (ioctl(device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach)) {
		printf("VFIO_DEVICE_ATTACH_IOMMUFD_PT with PASID 0: %s\n", strerror(errno));
		return 0;
	}
	printf("VFIO_DEVICE_ATTACH_IOMMUFD_PT with PASID 0: 0\n");
	call(device, VFIO_DEVICE_DETACH_IOMMUFD_PT, &detach,
	     "VFIO_DEVICE_DETACH_IOMMUFD_PT without flags");
	return is_attached(iommufd, alloc.out_ioas_id) ? 1 : 0;
}
