// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin: a mediated device in an IOAS: iommufd knows it as an access. VFIO_DEVICE_ATTACH_IOMMUFD_PT
 * and VFIO_DEVICE_DETACH_IOMMUFD_PT (include/uapi/linux/vfio.h) have its driver release everything
 * in the address space that it leaves.
 */
#include "scenarios/pin/mediated.h"

#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/partner.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommufd.h"
#include "scenarios/pin/unmapping.h"

#include <linux/iommufd.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#define READ  MEDIATED_READ
#define WRITE MEDIATED_WRITE
#define CDEV  MEDIATED " mode=cdev"

/* Four pages at the window's start. */
static int fill(const struct ioas *ioas, struct memory *memory)
{
	int err = memory_take(4 * IOMMU_PAGE, 0, memory);

	return err ? err : iommufd_map_at(ioas, memory->at, memory->len, IOAS_RW, WINDOW);
}

/* Returns NULL if the device copies from page 0 to page 2, both in MEMORY; or a message. */
static const char *check_in(struct dut *dut, const struct memory *memory)
{
	return check_dma_copies(dut, page(2), memory->at + 2 * IOMMU_PAGE, page(0), memory->at,
				IOMMU_PAGE);
}

/* The DUT bound, open and started, with two pages pinned in its address space. */
static enum greatest_test_res begin(const struct dut *dut, struct user *user, struct memory *memory,
				    struct pinned *before)
{
	struct ioas ioas;

	ASSERT_OK(user_bind_and_open(user, dut, dut->vfio_driver));
	*before = pinned_now(&user->dut);
	ioas = ioas_of(&user->dut);
	ASSERT_OK(fill(&ioas, memory));
	ASSERT_OK(dut_start(&user->dut));
	ASSERT_CHECK(check_in(&user->dut, memory));
	ASSERT_CHECK(check_pinned(before, 2, 2));
	PASS();
}

SCENARIO_UNBOUND(attach_elsewhere_unpins, CDEV,
		 "an attach to another IOAS unpins all pages of the old one, which is then not in "
		 "use, and the device reaches the new one")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory old = {0}, new = {0};
	struct vfio *vfio = &user.dut.vfio;
	struct pinned before;
	struct ioas ioas;

	CHECK_CALL(begin(dut, &user, &old, &before));
	ASSERT_OK(iommufd_create_ioas(vfio->iommufd, &ioas));
	ASSERT_OK(fill(&ioas, &new));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, vfio->ioas));
	ASSERT_OK(cdev_attach(vfio->device, ioas.id));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	ASSERT_OK(iommufd_destroy(vfio->iommufd, vfio->ioas));
	memset(old.at, 0x33, old.len);
	ASSERT_CHECK(check_in(&user.dut, &new));
	ASSERT_NUMBER(0x33, old.at[2 * IOMMU_PAGE]);
	ASSERT_CHECK(check_pinned(&before, 2, 2));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, ioas.id));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_OK(iommufd_destroy(vfio->iommufd, ioas.id));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

SCENARIO_UNBOUND(attach_to_same_keeps_pins, CDEV,
		 "an attach to the IOAS in which the device is releases nothing")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory memory = {0};
	struct pinned before;

	CHECK_CALL(begin(dut, &user, &memory, &before));
	ASSERT_OK(cdev_attach(user.dut.vfio.device, user.dut.vfio.ioas));
	ASSERT_CHECK(check_pinned(&before, 2, 2));
	ASSERT_CHECK(check_in(&user.dut, &memory));
	PASS();
}

SCENARIO_UNBOUND(refused_attach_keeps_pins, CDEV,
		 "an attach to an ID that is no IOAS is refused, and releases nothing")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory memory = {0};
	struct vfio *vfio = &user.dut.vfio;
	struct pinned before;
	uint32_t pasid[4] = {16, CDEV_PASID, 0, 1};

	CHECK_CALL(begin(dut, &user, &memory, &before));
	ASSERT_ERRNO(ENOENT, cdev_attach(vfio->device, 0));
	ASSERT_ERRNO(ENOENT, cdev_attach(vfio->device, 0x7fffffff));
	ASSERT_ERRNO(ENOENT, cdev_attach(vfio->device, vfio->devid));
	pasid[2] = vfio->ioas;
	ASSERT_THAT(vfio_ioctl(vfio->device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, pasid) < 0,
		    "the device was attached with a PASID");
	ASSERT_CHECK(check_pinned(&before, 2, 2));
	ASSERT_CHECK(check_in(&user.dut, &memory));
	PASS();
}

/* An access has no page table: it reads the IOAS itself. */
SCENARIO_UNBOUND(no_page_table_for_mediated_device, CDEV,
		 "a mediated device gets no page table and has no IOMMU to ask about")
{
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	struct iommu_hw_info info = {.size = sizeof(info)};
	uint32_t hwpt;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_ERRNO(ENOENT, hwpt_alloc(vfio->iommufd, vfio->devid, vfio->ioas, 0, &hwpt));
	info.dev_id = vfio->devid;
	ASSERT_ERRNO(ENOENT, vfio_ioctl(vfio->iommufd, IOMMU_GET_HW_INFO, &info));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, vfio->devid));
	PASS();
}

SCENARIO_UNBOUND(detach_unpins, CDEV,
		 "a detached device has nothing pinned and reaches nothing until it is attached")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory memory = {0};
	struct vfio *vfio = &user.dut.vfio;
	struct pinned before;
	char data[8];

	CHECK_CALL(begin(dut, &user, &memory, &before));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	ASSERT_CHECK(check_refused(&user.dut, page(2), page(0)));
	ASSERT_ERRNO(ENOENT, pin_pages(&user.dut, page(0), 1, READ));
	ASSERT_ERRNO(ENOENT, driver_copy(&user.dut, page(0), data, sizeof(data), READ));
	ASSERT_ERRNO(ENOENT, driver_copy(&user.dut, page(0), data, sizeof(data), WRITE));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_OK(iommu_unmap(&user.dut, page(0), memory.len, NULL));
	ASSERT_OK(iommu_map(&user.dut, memory.at, page(0), memory.len, MAP_RW));
	ASSERT_OK(cdev_attach(vfio->device, vfio->ioas));
	ASSERT_CHECK(check_in(&user.dut, &memory));
	PASS();
}

/* A detach, as a thread, of a device whose driver is not ready yet. */
struct detaching {
	struct dut *dut;
	int done, err;
};

static void *detach(void *of)
{
	struct detaching *detaching = of;

	detaching->err = cdev_detach(detaching->dut->vfio.device);
	event_signal(detaching->done);
	return NULL;
}

/* Returns NULL if the driver cannot pin while the detach waits for it, and it ends then. */
static const char *check_detach_waits(struct detaching *detaching)
{
	struct dut *dut = detaching->dut;
	int err;

	if (event_wait(detaching->done, 100))
		return "the detach did not wait for the driver";
	err = pin_pages(dut, page(0), 1, READ);
	if (err != -ENOENT)
		return text("a pin during the detach: expected ENOENT, got %s", error_name(err));
	mediated_hold(dut, false);
	if (!event_wait(detaching->done, dut->wait_ms))
		return "the detach does not end";
	return detaching->err ? error_name(detaching->err) : NULL;
}

SCENARIO_UNBOUND(detach_waits_for_driver, CDEV,
		 "a detach waits until the driver has released all pages, and nothing is pinned "
		 "meanwhile")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory memory = {0};
	cleanup_close int done = event_open();
	struct detaching detaching = {.dut = &user.dut, .done = done};
	struct pinned before;
	pthread_t thread;
	const char *why;

	CHECK_CALL(begin(dut, &user, &memory, &before));
	ASSERT_OK(mediated_hold(&user.dut, true));
	ASSERT_OK(-pthread_create(&thread, NULL, detach, &detaching));
	why = check_detach_waits(&detaching);
	mediated_hold(&user.dut, false);
	pthread_join(thread, NULL);
	ASSERT_CHECK(why);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

/* A copy shares the pages of its source, so that what is pinned by one is pinned for both. */
SCENARIO_UNBOUND(copied_map_shares_pins, CDEV,
		 "pages that a mediated device has pinned by one IOAS are pinned and charged once "
		 "when a copy of their mapping is pinned by another device",
		 .deadline_ms = 10000)
{
	cleanup_user struct user user = USER_NONE, partner = USER_NONE;
	cleanup_memory struct memory memory = {0};
	struct vfio *vfio = &user.dut.vfio;
	struct pinned before;
	struct ioas old, new;
	char address[PCI_ADDRESS];
	uint64_t iova = page(0);

	if (partner_find(dut, address))
		SKIPm("no other device of the machine can do DMA");
	CHECK_CALL(begin(dut, &user, &memory, &before));
	old = ioas_of(&user.dut);
	ASSERT_OK(iommufd_create_ioas(vfio->iommufd, &new));
	ASSERT_OK(iommufd_copy(&new, &iova, &old, page(0), memory.len, IOAS_RW | IOAS_FIXED));
	ASSERT_CHECK(check_pinned(&before, 2, 2));
	ASSERT_OK(partner_join(&partner, &user.dut, address));
	ASSERT_OK(cdev_attach(partner.dut.vfio.device, new.id));
	ASSERT_CHECK(check_pinned(&before, 2, 4));
	ASSERT_CHECK(check_charged(dut, 4));
	ASSERT_OK(iommufd_unmap(&old, page(0), memory.len, NULL));
	ASSERT_CHECK(check_pinned(&before, 0, 4));
	ASSERT_OK(dut_start(&partner.dut));
	ASSERT_CHECK(check_in(&partner.dut, &memory));
	user_end(&partner);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	ASSERT_CHECK(check_charged(dut, 0));
	PASS();
}

/* Pages of files are not looked up by an address of the process. Since 6.13. */
SCENARIO_UNBOUND(file_pages_pinned_and_copied, CDEV,
		 "a mediated device and its driver reach the pages of a memfd that is mapped")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_close int file = memfd_create("pinned", MFD_CLOEXEC);
	uint8_t data[2 * IOMMU_PAGE], read[sizeof(data)];
	struct pinned before;
	struct ioas ioas;
	int err;

	ASSERT_OK(file);
	ASSERT_OK(ftruncate(file, 4 * IOMMU_PAGE) ? -errno : 0);
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ioas = ioas_of(&user.dut);
	before = pinned_now(&user.dut);
	err = iommufd_map_file_at(&ioas, file, 0, 4 * IOMMU_PAGE, IOAS_RW, page(0));
	if (err == -ENOTTY)
		SKIPm("the kernel cannot map files");
	ASSERT_OK(err);
	pattern_fill(data, sizeof(data), 61);
	ASSERT_NUMBER(sizeof(data), pwrite(file, data, sizeof(data), 0));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dut_dma(&user.dut, page(2), page(0), sizeof(data)));
	ASSERT_NUMBER(sizeof(read), pread(file, read, sizeof(read), 2 * IOMMU_PAGE));
	ASSERT_BYTES(data, read, sizeof(data));
	pattern_fill(data, sizeof(data), 62);
	ASSERT_OK(driver_copy(&user.dut, page(1) + 7, data, sizeof(data), WRITE));
	ASSERT_NUMBER(sizeof(read), pread(file, read, sizeof(read), IOMMU_PAGE + 7));
	ASSERT_BYTES(data, read, sizeof(data));
	memset(read, 0, sizeof(read));
	ASSERT_OK(driver_copy(&user.dut, page(1) + 7, read, sizeof(read), READ));
	ASSERT_BYTES(data, read, sizeof(data));
	ASSERT_OK(iommufd_unmap(&ioas, page(0), 4 * IOMMU_PAGE, NULL));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}
