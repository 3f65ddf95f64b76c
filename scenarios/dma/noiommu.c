// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma: no-IOMMU mode, which does not confine a device's DMA: VFIO_NOIOMMU_IOMMU in
 * include/uapi/linux/vfio.h, and enable_unsafe_noiommu_mode in drivers/vfio. It must be enabled, it
 * needs CAP_SYS_RAWIO, it taints the kernel, and it has no mappings.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/container.h"

#include "scenarios/lib/kernel/privilege.h"
#include "scenarios/lib/kernel/setting.h"
#include "scenarios/lib/vfio/iommu.h"

#include "lab/base/file.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ALLOW	   "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode"
#define TAINT_USER (1ul << 6)

/* A DUT that has a group only while it is bound. */
#define NO_IOMMU "!iommu !variant"

/* Check the name of the group's file. */
static int group_file(const char *address, const char *prefix)
{
	cleanup_free char *path = text("/dev/vfio/%s%d", prefix, pci_group(address));

	return access(path, F_OK) ? -errno : 0;
}

SCENARIO_UNBOUND(noiommu_needs_unsafe_parameter, NO_IOMMU " once",
		 "vfio-pci binds a device without IOMMU only if enable_unsafe_noiommu_mode is set")
{
	cleanup_release const char *address = dut->address;
	cleanup_setting struct kept_setting allow = {0};

	ASSERT_OK(setting_change(ALLOW, 0, &allow));
	ASSERT_THAT(pci_bind(address, "vfio-pci") < 0, "vfio-pci bound the device");
	ASSERT_ERRNO(ENOENT, pci_group(address));
	setting_restore(&allow);
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(pci_group(address));
	ASSERT_OK(pci_unbind(address));
	ASSERT_ERRNO(ENOENT, pci_group(address));
	PASS();
}

SCENARIO_UNBOUND(noiommu_group_named_and_taints, NO_IOMMU " once",
		 "a no-IOMMU group has a distinct name and its use taints the kernel")
{
	cleanup_release const char *address = dut->address;
	cleanup_free char *tainted = NULL;

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_THAT(pci_group_is_noiommu(address), "the group has another name");
	ASSERT_OK(group_file(address, "noiommu-"));
	ASSERT_ERRNO(ENOENT, group_file(address, ""));
	ASSERT_OK(file_read("/proc/sys/kernel/tainted", &tainted, NULL));
	ASSERT_HEX(TAINT_USER, strtoul(tainted, NULL, 10) & TAINT_USER);
	PASS();
}

/* Put the group of a DUT into a container. */
static enum greatest_test_res into_container(const char *address, struct vfio *vfio)
{
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	vfio->container = vfio_open_container(vfio->mode);
	ASSERT_OK(vfio->container);
	vfio->group = vfio_open_group(address);
	ASSERT_OK(vfio->group);
	ASSERT_OK(vfio_ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container));
	PASS();
}

SCENARIO_UNBOUND(
	noiommu_container_maps_nothing, NO_IOMMU " container",
	"a container with a no-IOMMU group accepts no other IOMMU type and no DMA mappings")
{
	static const unsigned long others[] = {VFIO_TYPE1_IOMMU, VFIO_TYPE1v2_IOMMU};
	cleanup_release const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	cleanup_memory struct memory memory = {0};

	vfio->mode = dut->mode;
	CHECK_CALL(into_container(address, vfio));
	ASSERT_NUMBER(
		1, vfio_ioctl(vfio->container, VFIO_CHECK_EXTENSION, (void *)VFIO_NOIOMMU_IOMMU));
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		ASSERT_NUMBER(0,
			      vfio_ioctl(vfio->container, VFIO_CHECK_EXTENSION, (void *)others[i]));
		ASSERT_THAT(vfio_ioctl(vfio->container, VFIO_SET_IOMMU, (void *)others[i]) < 0,
			    "type1 was accepted");
	}
	ASSERT_OK(vfio_ioctl(vfio->container, VFIO_SET_IOMMU, (void *)VFIO_NOIOMMU_IOMMU));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_ERRNO(ENOTTY, iommu_map(&user.dut, memory.at, 0, IOMMU_PAGE, MAP_RW));
	ASSERT_ERRNO(ENOTTY, iommu_unmap(&user.dut, 0, IOMMU_PAGE, NULL));
	PASS();
}

/* Checked at each step, because a process may get its files from another one. */
SCENARIO_UNBOUND(
	noiommu_needs_rawio, NO_IOMMU " container",
	"without CAP_SYS_RAWIO a no-IOMMU group, its container and its device cannot be opened")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	vfio.mode = dut->mode;
	ASSERT_OK(pci_bind(address, "vfio-pci"));
	ASSERT_OK(privilege_set(CAP_SYS_RAWIO, false));
	ASSERT_ERRNO(EPERM, vfio_open_group(address));
	ASSERT_OK(privilege_set(CAP_SYS_RAWIO, true));
	CHECK_CALL(into_container(address, &vfio));
	ASSERT_OK(privilege_set(CAP_SYS_RAWIO, false));
	ASSERT_ERRNO(EPERM, vfio_ioctl(vfio.container, VFIO_SET_IOMMU, (void *)VFIO_NOIOMMU_IOMMU));
	ASSERT_OK(privilege_set(CAP_SYS_RAWIO, true));
	ASSERT_OK(vfio_ioctl(vfio.container, VFIO_SET_IOMMU, (void *)VFIO_NOIOMMU_IOMMU));
	ASSERT_OK(privilege_set(CAP_SYS_RAWIO, false));
	ASSERT_ERRNO(EPERM, vfio_get_device(vfio.group, address, NULL));
	ASSERT_OK(privilege_set(CAP_SYS_RAWIO, true));
	vfio.device = vfio_get_device(vfio.group, address, NULL);
	ASSERT_OK(vfio.device);
	PASS();
}

#define ROUNDS 20

/*
 * The number of closes matches the number of opens: an unbalanced count would show with the next
 * user or when the driver is unbound. Not for devices that a reset makes slow to open and close.
 */
SCENARIO_UNBOUND(
	noiommu_repeated_open_close, NO_IOMMU " !reset container",
	"a no-IOMMU device survives repeated open and close by one user and by two at once")
{
	cleanup_release const char *address = dut->address;

	ASSERT_OK(pci_bind(address, "vfio-pci"));
	for (unsigned int i = 0; i < ROUNDS; i++) {
		cleanup_vfio struct vfio vfio = VFIO_CLOSED;
		cleanup_close int again = -1;
		struct dut user = *dut;

		ASSERT_OK(vfio_open(dut->mode, address, &vfio));
		ASSERT_ERRNO(EBUSY, vfio_open_group(address));
		ASSERT_THAT(vfio_get_device(vfio.group, "0000:00:00.0", NULL) < 0,
			    "the group opened a device that is not in it");
		again = vfio_get_device(vfio.group, address, NULL);
		ASSERT_OK(again);
		close(steal_fd(&vfio.device));
		user.vfio.device = again;
		ASSERT_HEX(pci_number(address, "vendor", 0), config_read16(&user, PCI_VENDOR_ID));
	}
	ASSERT_OK(pci_unbind(address));
	PASS();
}

/* Returns the physical address of a page of this process, or 0 if the kernel does not report it. */
static uint64_t bus_address(const void *at)
{
	cleanup_close int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	uint64_t entry = 0;

	if (fd < 0 || pread(fd, &entry, sizeof(entry),
			    (off_t)((uintptr_t)at / IOMMU_PAGE * sizeof(entry))) != sizeof(entry))
		return 0;
	return (entry & ((1ull << 55) - 1)) * IOMMU_PAGE;
}

/* This is the "unsafe" part: the user chooses any physical addresses for the device. */
SCENARIO(noiommu_device_reaches_memory, NO_IOMMU,
	 "a no-IOMMU device copies between physical addresses")
{
	cleanup_memory struct memory from = {0}, to = {0};
	uint64_t source, target;

	/*
	 * Do not skip depending on the addresses that happen to be allocated: the verdict would
	 * vary from run to run.
	 */
	if (!dut->driver->dma || dut->driver->dma_mask < UINT32_MAX)
		SKIPm("the device cannot address all memory");
	ASSERT_OK(memory_take(IOMMU_PAGE, MAP_LOCKED, &from));
	ASSERT_OK(memory_take(IOMMU_PAGE, MAP_LOCKED, &to));
	pattern_fill(from.at, from.len, 21);
	pattern_fill(to.at, to.len, 90);
	source = bus_address(from.at);
	target = bus_address(to.at);
	if (!source || !target)
		SKIPm("the kernel does not report physical addresses");
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dut_dma(dut, target, source, 1024));
	ASSERT_BYTES(from.at, to.at, 1024);
	PASS();
}
