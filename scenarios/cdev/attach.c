// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: VFIO_DEVICE_ATTACH_IOMMUFD_PT and VFIO_DEVICE_DETACH_IOMMUFD_PT
 * (include/uapi/linux/vfio.h): "associate the device with an address space within the bound
 * iommufd". The device does the copying.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <linux/iommufd.h>
#include <string.h>
#include <sys/mman.h>

/* Of all spaces, within reach of the device of every DUT driver. */
#define SOURCE 0x08000000ull
#define TARGET (SOURCE + IOMMU_PAGE)

/* QEMU's edu takes 0.2 s for a copy, so only one of them: its place does not matter. */
#define COPIES "mode=cdev dma !group:2 !hot:1"

/* An address space with a page at SOURCE and one at TARGET. */
struct two_pages {
	struct ioas ioas;
	struct memory memory; /* both pages */
};

static void space_free(struct two_pages *space)
{
	memory_free(&space->memory);
}

#define cleanup_space __attribute__((cleanup(space_free)))

static int space_fill(const struct ioas *ioas, struct two_pages *space)
{
	uint64_t iova = SOURCE;
	int err = memory_take(2 * IOMMU_PAGE, 0, &space->memory);

	space->ioas = *ioas;
	return err ? err
		   : iommufd_map(ioas, space->memory.at, 2 * IOMMU_PAGE, IOAS_RW | IOAS_FIXED,
				 &iova);
}

static int space_create(int iommufd, struct two_pages *space)
{
	struct ioas ioas;
	int err = iommufd_create_ioas(iommufd, &ioas);

	return err ? err : space_fill(&ioas, space);
}

static uint8_t *source_of(const struct two_pages *space)
{
	return space->memory.at;
}

static uint8_t *target_of(const struct two_pages *space)
{
	return space->memory.at + IOMMU_PAGE;
}

/* Returns NULL if the device copies within SPACE, or a message. */
static const char *check_in(struct dut *dut, const struct two_pages *space)
{
	return check_dma_copies(dut, TARGET, target_of(space), SOURCE, source_of(space), 256);
}

/* Returns NULL if the device cannot copy, and nothing in SPACE changes; or a message. */
static const char *check_not_in(struct dut *dut, const struct two_pages *space)
{
	uint8_t before[256];
	const char *why;

	pattern_fill(source_of(space), sizeof(before), 60);
	memset(target_of(space), 0x5a, sizeof(before));
	memset(before, 0x5a, sizeof(before));
	why = check_dma_blocked(dut, TARGET, SOURCE);
	return why ?: check_bytes(before, target_of(space), sizeof(before));
}

/* The DUT bound, open and started, its address space filled. */
static enum greatest_test_res begin(const struct dut *dut, struct user *user,
				    struct two_pages *space)
{
	struct ioas ioas;

	ASSERT_OK(user_bind_and_open(user, dut, dut->vfio_driver));
	ioas = ioas_of(&user->dut);
	ASSERT_OK(space_fill(&ioas, space));
	ASSERT_OK(dut_start(&user->dut));
	ASSERT_CHECK(check_in(&user->dut, space));
	PASS();
}

SCENARIO_UNBOUND(dma_blocked_until_attached, COPIES,
		 "a device that is bound but not attached to an address space does no DMA")
{
	cleanup_release const char *address = dut->address;
	cleanup_space struct two_pages space = {0};
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	struct dut user = *dut;
	const char *why;
	int err;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(cdev_prepare(address, &vfio));
	ASSERT_OK(space_create(vfio.iommufd, &space));
	ASSERT_OK(cdev_bind_usual(address, &vfio));
	user.vfio = vfio;
	err = dut_start(&user);
	why = err ? error_name(err) : check_not_in(&user, &space);
	if (!why) {
		err = cdev_attach(vfio.device, space.ioas.id);
		why = err ? error_name(err) : check_in(&user, &space);
	}
	dut_stop(&user);
	ASSERT_CHECK(why);
	PASS();
}

/* "After it, the device ... should be in a blocking DMA state." */
SCENARIO_UNBOUND(detach_blocks_dma, COPIES,
		 "a detached device does no DMA, and copies again once it is attached")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_space struct two_pages space = {0};
	struct vfio *vfio = &user.dut.vfio;

	CHECK_CALL(begin(dut, &user, &space));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_CHECK(check_not_in(&user.dut, &space));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_OK(cdev_attach(vfio->device, vfio->ioas));
	ASSERT_CHECK(check_in(&user.dut, &space));
	PASS();
}

/* "A second VFIO_DEVICE_ATTACH_IOMMUFD_PT ... will replace the currently attached hwpt". */
SCENARIO_UNBOUND(replace_moves_dma, COPIES,
		 "an attach to another address space moves the DMA there and releases the old one",
		 .deadline_ms = 10000)
{
	cleanup_user struct user user = USER_NONE;
	cleanup_space struct two_pages old = {0}, new = {0};
	struct vfio *vfio = &user.dut.vfio;
	uint8_t before[256];

	CHECK_CALL(begin(dut, &user, &old));
	ASSERT_OK(space_create(vfio->iommufd, &new));
	memcpy(before, target_of(&old), sizeof(before));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, vfio->ioas));
	ASSERT_OK(cdev_attach(vfio->device, new.ioas.id));
	ASSERT_CHECK(check_in(&user.dut, &new));
	ASSERT_BYTES(before, target_of(&old), sizeof(before));
	ASSERT_OK(cdev_attach(vfio->device, new.ioas.id));
	ASSERT_ERRNO(EBUSY, iommufd_destroy(vfio->iommufd, new.ioas.id));
	ASSERT_OK(iommufd_destroy(vfio->iommufd, vfio->ioas));
	ASSERT_CHECK(check_in(&user.dut, &new));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_OK(iommufd_destroy(vfio->iommufd, new.ioas.id));
	PASS();
}

/*
 * "Input the target id which can represent an ioas or a hwpt ... Output the input ioas id or the
 * attached hwpt id".
 */
SCENARIO_UNBOUND(
	attach_returns_page_table, COPIES,
	"an attach returns the ID of an IOAS or page table to which a device can be attached")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_space struct two_pages space = {0};
	struct vfio *vfio = &user.dut.vfio;
	uint32_t pt, again;

	CHECK_CALL(begin(dut, &user, &space));
	pt = vfio->ioas;
	ASSERT_OK(cdev_attach_at(vfio->device, &pt));
	fact("returns=%s", pt == vfio->ioas ? "ioas" : "page table");
	again = pt;
	ASSERT_OK(cdev_attach_at(vfio->device, &again));
	ASSERT_NUMBER(pt, again);
	ASSERT_CHECK(check_in(&user.dut, &space));
	PASS();
}

/* Returns NULL if each of the attaches to a wrong ID is refused, or a message. */
static const char *check_bad_ids(const struct vfio *vfio, uint32_t others_ioas, const char *state)
{
	const struct {
		const char *name;
		uint32_t id;
	} rows[] = {
		{"zero", 0},
		{"unknown", 0x7fffffff},
		{"negative", (uint32_t)-1},
		{"device", vfio->devid},
		{"of_other_iommufd", others_ioas},
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const int err = cdev_attach(vfio->device, rows[i].id);

		fact("%s.attach[%s]=%s", state, rows[i].name, error_name(err));
		if (err != -ENOENT && err != -EINVAL)
			return text("attach to ID %u (%s): expected ENOENT or EINVAL, got %s",
				    rows[i].id, rows[i].name, error_name(err));
	}
	return NULL;
}

/* IDs of an iommufd that has more objects than the DUT's, so that the last is unknown there. */
static int last_id(int iommufd, uint32_t *id)
{
	int err = 0;

	for (unsigned int i = 0; i < 8 && !err; i++)
		err = ioas_alloc(iommufd, id);
	return err;
}

SCENARIO_UNBOUND(attach_to_bad_id_keeps_space, COPIES,
		 "an attach to an ID that is no address space of the iommufd is refused, and the "
		 "device stays where it is")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_space struct two_pages space = {0};
	cleanup_close int other = iommufd_open();
	struct vfio *vfio = &user.dut.vfio;
	uint32_t others_ioas;

	ASSERT_OK(other);
	ASSERT_OK(last_id(other, &others_ioas));
	CHECK_CALL(begin(dut, &user, &space));
	ASSERT_CHECK(check_bad_ids(vfio, others_ioas, "attached"));
	ASSERT_CHECK(check_in(&user.dut, &space));
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_CHECK(check_bad_ids(vfio, others_ioas, "detached"));
	ASSERT_CHECK(check_not_in(&user.dut, &space));
	ASSERT_OK(cdev_attach(vfio->device, vfio->ioas));
	ASSERT_CHECK(check_in(&user.dut, &space));
	PASS();
}

/*
 * No device here has PASIDs. Before 6.15 the flag is unknown. A detach of a PASID that is not
 * attached may succeed, but must not detach the device.
 */
SCENARIO_UNBOUND(pasid_refused_without_capability, COPIES,
		 "a device without PASIDs cannot be attached with one, and stays attached without")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_space struct two_pages space = {0}, other = {0};
	struct vfio *vfio = &user.dut.vfio;
	int err;

	CHECK_CALL(begin(dut, &user, &space));
	ASSERT_OK(space_create(vfio->iommufd, &other));
	for (uint32_t pasid = 0; pasid < 3; pasid++) {
		uint32_t attach[4] = {16, CDEV_PASID, other.ioas.id, pasid};
		uint32_t detach[3] = {12, CDEV_PASID, pasid};

		err = vfio_ioctl(vfio->device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, attach);
		fact("attach[pasid=%u]=%s", pasid, error_name(err));
		ASSERT_THAT(err < 0, "attached with PASID %u", pasid);
		err = vfio_ioctl(vfio->device, VFIO_DEVICE_DETACH_IOMMUFD_PT, detach);
		fact("detach[pasid=%u]=%s", pasid, err ? error_name(err) : "0");
	}
	ASSERT_CHECK(check_in(&user.dut, &space));
	ASSERT_OK(iommufd_destroy(vfio->iommufd, other.ioas.id));
	PASS();
}

/*
 * "After it, the device ... should be in a blocking DMA state." To the kernel, PASID 0 is the
 * device without one.
 */
SCENARIO_UNBOUND(detach_covers_pasid_0, COPIES,
		 "a device that was attached with PASID 0, if that is possible, does no DMA after "
		 "a detach")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_space struct two_pages space = {0};
	struct vfio *vfio = &user.dut.vfio;
	uint32_t attach[4] = {16, CDEV_PASID, 0, 0};
	int err;

	CHECK_CALL(begin(dut, &user, &space));
	ASSERT_OK(cdev_detach(vfio->device));
	attach[2] = space.ioas.id;
	err = vfio_ioctl(vfio->device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, attach);
	fact("attach[pasid=0]=%s", err ? error_name(err) : "0");
	ASSERT_OK(cdev_detach(vfio->device));
	ASSERT_CHECK(check_not_in(&user.dut, &space));
	ASSERT_OK(cdev_attach(vfio->device, vfio->ioas));
	ASSERT_CHECK(check_in(&user.dut, &space));
	PASS();
}
