// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: how long a device stays open: "Unbind is automatically conducted when device fd is closed"
 * (include/uapi/linux/vfio.h), by whomever and in whatever order; and drivers that must wait for
 * it.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/aside.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommufd.h"

#include "lab/base/clock.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

/* Returns NULL if the device can be opened in each way: nothing is left of its last user. */
static const char *check_free(const struct dut *dut)
{
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const char *why = check_group_opens(dut->address);
	int err = why ? 0 : vfio_open(MODE_CDEV, dut->address, &vfio);

	if (err)
		return text("%s: %s", vfio.step, error_name(err));
	return why ?: check_vfio_works(dut->address, &vfio);
}

static const struct order {
	const char *name;
	bool iommufd_first, detach, unmap;
} orders[] = {
	{"device first", false, false, false},
	{"iommufd first", true, false, false},
	{"detached, then the iommufd", true, true, false},
	{"unmapped, then the iommufd", true, false, true},
};

SCENARIO_UNBOUND_TABLE(closed_in_any_order, orders, "mode=cdev",
		       "a device and its iommufd can be closed in any order, attached or not",
		       .deadline_ms = 20000)
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	struct dma dma = {0};

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(dma_alloc(&user.dut, 4096, &dma));
	if (row->unmap)
		dma_unmap_all(&user.dut);
	if (row->detach)
		ASSERT_OK(cdev_detach(vfio->device));
	if (row->iommufd_first) {
		close(steal_fd(&vfio->iommufd));
		ASSERT_CHECK(check_vfio_works(address, vfio));
		ASSERT_ERRNO(EBUSY, vfio_open_group(address));
	}
	close(steal_fd(&vfio->device));
	ASSERT_CHECK(check_free(dut));
	user_close(&user);
	PASS();
}

/* The device holds its iommufd, and with it what is mapped there. */
SCENARIO_UNBOUND(dma_outlives_iommufd_file, "mode=cdev dma !group:2",
		 "a device copies on after the file of its iommufd is closed")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_dma struct dma from = {0}, to = {0};
	struct vfio *vfio = &user.dut.vfio;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dma_alloc(&user.dut, 4096, &from));
	ASSERT_OK(dma_alloc(&user.dut, 4096, &to));
	close(steal_fd(&vfio->iommufd));
	ASSERT_CHECK(check_dma_copies(&user.dut, to.iova, to.at, from.iova, from.at, 256));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_CHECK(check_dma_blocked(&user.dut, to.iova, from.iova));
	ASSERT_OK(cdev_attach(vfio->device, vfio->ioas));
	ASSERT_CHECK(check_dma_copies(&user.dut, to.iova, to.at, from.iova, from.at, 256));
	PASS();
}

SCENARIO_UNBOUND(map_keeps_device_open, "mode=cdev bar=mmap",
		 "a mapped BAR keeps its device open and works after the file is closed")
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_vfio struct vfio other = VFIO_CLOSED;
	cleanup_mapping struct mapping map = {NULL, 0};
	struct vfio *vfio = &user.dut.vfio;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(config_write16(&user.dut, PCI_COMMAND,
				 config_read16(&user.dut, PCI_COMMAND) | PCI_COMMAND_MEMORY));
	ASSERT_OK(region_map_any(&user.dut, &map));
	close(steal_fd(&vfio->device));
	close(steal_fd(&vfio->iommufd));
	ASSERT_OK(map_touch(&map, 0));
	ASSERT_ERRNO(EBUSY, vfio_open_group(address));
	ASSERT_OK(cdev_prepare(address, &other));
	ASSERT_ERRNO(EINVAL, cdev_bind_usual(address, &other));
	region_unmap(&map);
	ASSERT_OK(cdev_bind_usual(address, &other));
	ASSERT_CHECK(check_vfio_works(address, &other));
	PASS();
}

/* A child that inherits the file is a user like any other. */
SCENARIO_UNBOUND(child_keeps_device_open, "mode=cdev",
		 "a device stays open until the last process with its file has closed it")
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	int hold[2], status;
	char byte;
	pid_t pid;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(pipe2(hold, O_CLOEXEC));
	pid = fork();
	if (!pid) {
		close(hold[1]);
		_exit(read(hold[0], &byte, 1) != 0);
	}
	close(hold[0]);
	user_close(&user);
	ASSERT_ERRNO(EBUSY, vfio_open_group(address));
	close(hold[1]);
	ASSERT_NUMBER(pid, waitpid(pid, &status, 0));
	ASSERT_NUMBER(0, status);
	ASSERT_CHECK(check_free(dut));
	PASS();
}

/* Path of the device's file, which leads nowhere once the driver is being unbound. */
static char *path_of(const char *address)
{
	cleanup_free char *name = cdev_name(address);

	return text("/dev/vfio/devices/%s", name ?: "none");
}

/* Poll: the file goes without an event. */
static bool path_goes(const char *path, unsigned int ms)
{
	const int64_t until = now_ms() + ms;

	while (!access(path, F_OK)) {
		if (now_ms() > until)
			return false;
		sched_yield();
	}
	return true;
}

/* There is no eventfd that could ask the user to close it: it has not bound the device. */
SCENARIO_UNBOUND(unbind_waits_for_file, "mode=cdev",
		 "unbind of the driver waits until a device file that is not bound is closed, and "
		 "nobody can open another")
{
	cleanup_release const char *address = dut->address;
	cleanup_aside struct aside unbound = ASIDE_NONE;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	cleanup_free char *path = NULL;
	int again;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	path = path_of(address);
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_OK(aside_begin(&unbound, pci_unbind, address, &vfio));
	ASSERT_THAT(path_goes(path, dut->wait_ms), "%s is still there", path);
	ASSERT_CHECK(check_aside_waits(&unbound, 100));
	again = open(path, O_RDWR | O_CLOEXEC);
	fact("open.while_unbound=%s", again < 0 ? error_name(-errno) : "0");
	ASSERT_THAT(again < 0, "%s was opened during the unbind", path);
	vfio_close(&vfio);
	ASSERT_CHECK(check_aside_ends(&unbound, dut->wait_ms));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

/* Only an open device holds its driver's module; the file holds that of vfio. */
static int unload(const char *unused __attribute__((unused)))
{
	return module_remove("vfio_pci");
}

SCENARIO_UNBOUND(unload_waits_for_file, "mode=cdev first !vf !variant",
		 "unloading vfio-pci waits for a device file that is not bound, and is refused "
		 "while one is bound")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio_pci const char *again = "";
	cleanup_aside struct aside unloaded = ASIDE_NONE;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	ASSERT_ERRNO(EAGAIN, module_remove("vfio_pci"));
	ASSERT_ERRNO(EAGAIN, module_remove("vfio"));
	close(steal_fd(&vfio.device));
	vfio.device = cdev_open(address);
	ASSERT_OK(vfio.device);
	ASSERT_OK(aside_begin(&unloaded, unload, address, &vfio));
	ASSERT_CHECK(check_aside_waits(&unloaded, 100));
	vfio_close(&vfio);
	ASSERT_CHECK(check_aside_ends(&unloaded, dut->wait_ms));
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}
