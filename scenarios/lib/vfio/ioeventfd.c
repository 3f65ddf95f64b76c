// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/ioeventfd.h"

int ioeventfd_set(struct dut *dut, const struct ioeventfd *write, int fd)
{
	/* The flags equal the size. */
	struct vfio_device_ioeventfd set = {
		.argsz = sizeof(set),
		.flags = write->size,
		.offset = write->region->offset + write->offset,
		.data = write->data,
		.fd = fd,
	};

	return vfio_ioctl(dut->vfio.device, VFIO_DEVICE_IOEVENTFD, &set);
}
