// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: VFIO_DEVICE_BIND_IOMMUFD (include/uapi/linux/vfio.h), which opens the device of a file in
 * /dev/vfio/devices: "User is restricted from accessing the device before the binding operation is
 * completed".
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/growth.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/iommufd.h"
#include "scenarios/lib/vfio/sriov.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

/* Valid calls, by which a user who has not bound the device must get nothing. */
static const struct access {
	const char *name;
	unsigned long request;
	uint32_t words[8];
} accesses[] = {
	{"GET_INFO", VFIO_DEVICE_GET_INFO, {32}},
	{"GET_REGION_INFO", VFIO_DEVICE_GET_REGION_INFO, {32, 0, VFIO_PCI_CONFIG_REGION_INDEX}},
	{"GET_IRQ_INFO", VFIO_DEVICE_GET_IRQ_INFO, {16, 0, VFIO_PCI_REQ_IRQ_INDEX}},
	{"SET_IRQS",
	 VFIO_DEVICE_SET_IRQS,
	 {20, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, VFIO_PCI_REQ_IRQ_INDEX}},
	{"RESET", VFIO_DEVICE_RESET, {0}},
	{"GET_PCI_HOT_RESET_INFO", VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, {12}},
	{"PCI_HOT_RESET", VFIO_DEVICE_PCI_HOT_RESET, {12}},
	{"FEATURE",
	 VFIO_DEVICE_FEATURE,
	 {8, VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_PCI_VF_TOKEN}},
	{"ATTACH_IOMMUFD_PT", VFIO_DEVICE_ATTACH_IOMMUFD_PT, {12, 0, 1}},
	{"DETACH_IOMMUFD_PT", VFIO_DEVICE_DETACH_IOMMUFD_PT, {8}},
	{"unknown", _IO(VFIO_TYPE, VFIO_BASE + 99), {32}},
};

/* Where config space and the first mappable BAR are in the device's file. */
struct file_layout {
	uint64_t config;
	uint64_t bar; /* 0: no BAR can be mapped; the file begins with BAR 0 */
	bool mappable;
};

static int layout_ask(const struct dut *dut, struct file_layout *layout)
{
	cleanup_user struct user user = USER_NONE;
	struct region region;
	int err = user_open(&user, dut);

	*layout = (struct file_layout){0};
	for (unsigned int i = 0; i < BARS && !err && !layout->mappable; i++) {
		err = region_info(&user.dut, i, &region);
		layout->mappable = !err && region.flags & VFIO_REGION_INFO_FLAG_MMAP;
		layout->bar = region.offset + (region.sparse ? region.areas[0].offset : 0);
	}
	if (!err)
		err = region_info(&user.dut, VFIO_PCI_CONFIG_REGION_INDEX, &region);
	layout->config = region.offset;
	return err;
}

static void unbound_fact(bool facts, const char *name, int err)
{
	if (facts)
		fact("unbound.%s=%s", name, error_name(err));
}

/* Returns NULL if DEVICE gives no access by read, write or mmap, or a message. */
static const char *check_file_closed(int device, const struct file_layout *layout, bool facts)
{
	uint16_t word = 0;
	void *map;

	if (pread(device, &word, sizeof(word), (off_t)layout->config) >= 0)
		return text("config space was read: 0x%04x", word);
	unbound_fact(facts, "read", -errno);
	if (pwrite(device, &word, sizeof(word), (off_t)layout->config + PCI_COMMAND) >= 0)
		return "config space was written";
	unbound_fact(facts, "write", -errno);
	if (!layout->mappable)
		return NULL;
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, device, (off_t)layout->bar);
	if (map == MAP_FAILED) {
		unbound_fact(facts, "mmap", -errno);
		return NULL;
	}
	munmap(map, 4096);
	return "a BAR was mapped";
}

static const char *check_no_access(int device, const struct file_layout *layout, bool facts)
{
	for (size_t i = 0; i < ARRAY_SIZE(accesses); i++) {
		uint32_t words[ARRAY_SIZE(accesses[i].words)];
		int err;

		memcpy(words, accesses[i].words, sizeof(words));
		err = vfio_ioctl(device, accesses[i].request, words);
		if (err >= 0)
			return text("%s succeeded", accesses[i].name);
		unbound_fact(facts, accesses[i].name, err);
	}
	return check_file_closed(device, layout, facts);
}

SCENARIO_UNBOUND(no_access_before_bind, "mode=cdev",
		 "a device file gives no access by ioctl, read, write or mmap before it is bound")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct file_layout layout;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(layout_ask(dut, &layout));
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_CHECK(check_no_access(vfio.device, &layout, true));
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	PASS();
}

/* "Only allowed on cdev fds", and once: the file and its device then belong to that iommufd. */
SCENARIO_UNBOUND(second_bind_refused, "mode=cdev",
		 "a bound device file cannot be bound again, to the same or another iommufd")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED, other = VFIO_CLOSED;
	struct vfio again;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	again = vfio;
	ASSERT_ERRNO(EINVAL, cdev_bind_usual(address, &again));
	other.iommufd = iommufd_open();
	ASSERT_OK(other.iommufd);
	again.iommufd = other.iommufd;
	ASSERT_ERRNO(EINVAL, cdev_bind_usual(address, &again));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	ASSERT_ERRNO(EBUSY, vfio_open_group(address));
	vfio_close(&vfio);
	ASSERT_CHECK(check_group_opens(address));
	PASS();
}

/* Two users may have the file open, but only one of them the device. */
SCENARIO_UNBOUND(
	second_file_gives_no_access, "mode=cdev",
	"of two open files of a device only one can be bound, and the other gives no access")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio first = VFIO_CLOSED, second = VFIO_CLOSED;
	struct file_layout layout;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(layout_ask(dut, &layout));
	ASSERT_OK(cdev_prepare(address, &first));
	ASSERT_OK(cdev_prepare(address, &second));
	ASSERT_OK(cdev_bind_usual(address, &first));
	ASSERT_CHECK(check_no_access(second.device, &layout, false));
	ASSERT_ERRNO(EINVAL, cdev_bind_usual(address, &second));
	ASSERT_CHECK(check_no_access(second.device, &layout, false));
	ASSERT_CHECK(check_vfio_works(address, &first));
	vfio_close(&first);
	ASSERT_OK(cdev_bind_usual(address, &second));
	ASSERT_CHECK(check_vfio_works(address, &second));
	PASS();
}

/* Anything but an iommufd. Nothing may remain of a refused bind: neither an owner nor a block. */
SCENARIO_UNBOUND(bind_needs_iommufd, "mode=cdev",
		 "a device file cannot be bound to what is not an iommufd, and works afterwards")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	cleanup_close int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	struct vfio bad;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(cdev_prepare(address, &vfio));
	const struct {
		int fd, err;
	} rows[] = {{-1, EINVAL}, {1000000, EBADF}, {null, EBADFD}, {vfio.device, EBADFD}};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bad = vfio;
		bad.iommufd = rows[i].fd;
		ASSERT_ERRNO(rows[i].err, cdev_bind_usual(address, &bad));
		ASSERT_CHECK(check_group_opens(address));
	}
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	PASS();
}

/* Bind the device of VFIO with a structure that the kernel cannot write. Returns 0 or -errno. */
static int bind_read_only(const struct vfio *vfio)
{
	struct vfio_device_bind_iommufd *bind =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int err;

	if (bind == MAP_FAILED)
		return -errno;
	*bind = (struct vfio_device_bind_iommufd){.argsz = sizeof(*bind), .iommufd = vfio->iommufd};
	err = mprotect(bind, 4096, PROT_READ) ? -errno : 0;
	if (!err)
		err = vfio_ioctl(vfio->device, VFIO_DEVICE_BIND_IOMMUFD, bind);
	munmap(bind, 4096);
	return err;
}

/* The kernel has opened the device by the time it returns the ID, and must close it again. */
SCENARIO_UNBOUND(bind_undone_without_id, "mode=cdev !vf",
		 "a bind whose result cannot be returned fails with EFAULT and is undone")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_ERRNO(EFAULT, bind_read_only(&vfio));
	ASSERT_CHECK(check_group_opens(address));
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	PASS();
}

/* A file and an iommufd, of which the bind cannot return the ID. */
static const char *bind_in_vain(void *of)
{
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	const struct dut *dut = of;
	int err = cdev_prepare(dut->address, &vfio);

	if (!err)
		err = bind_read_only(&vfio);
	return err == -EFAULT ? NULL : text("expected EFAULT, got %s", error_name(err));
}

SCENARIO_UNBOUND(failed_binds_leak_nothing, "mode=cdev !vf",
		 "repeated binds whose result cannot be returned leak no kernel objects",
		 .deadline_ms = 20000)
{
	cleanup_release const char *address = dut->address;
	const struct growth_test test = {
		.round = bind_in_vain, .of = dut, .warm_up = 2, .rounds = 4, .slabs = true};

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_NO_GROWTH(&test);
	PASS();
}

/* "devid is a handle for this device/iommufd bond and can be used in IOMMUFD commands". */
SCENARIO_UNBOUND(
	bind_returns_device_id, "mode=cdev",
	"the ID of a bound device is known to its iommufd alone, until the device is closed")
{
	cleanup_release const char *address = dut->address;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	cleanup_close int other = iommufd_open();
	uint32_t ioas;

	ASSERT_OK(other);
	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_OK(ioas_alloc(vfio.iommufd, &ioas));
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	ASSERT_THAT(vfio.devid && vfio.devid != ioas, "device %u, IOAS %u", vfio.devid, ioas);
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio.iommufd, vfio.devid));
	ASSERT_ERRNO(ENOENT, iommufd_destroy(other, vfio.devid));
	ASSERT_CHECK(check_vfio_works(address, &vfio));
	close(steal_fd(&vfio.device));
	ASSERT_ERRNO(ENOENT, iommufd_destroy(vfio.iommufd, vfio.devid));
	PASS();
}
