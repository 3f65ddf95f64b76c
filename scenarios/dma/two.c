// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma: two devices of two groups, in one container or each in its own (include/uapi/linux/vfio.h,
 * VFIO_GROUP_SET_CONTAINER). "Groups can be added and removed at any time": the mappings stay until
 * the last one has left.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/partner.h"
#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/vfio/container.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/sriov.h"

#include <string.h>
#include <unistd.h>

/* Not with a variant driver: containers do not know who drives a device. */
#define ALONE  "dma !group:2 !variant container"
#define WINDOW 0x08000000ull
#define PAGES  8

/* The DUT in a container of its own, another device, and memory for both. */
struct group_pair {
	char address[PCI_ADDRESS]; /* of the other device */
	struct user first, second;
	struct memory from, to;
};

#define PAIR_NONE ((struct group_pair){.first = USER_NONE, .second = USER_NONE})
#define FROM	  WINDOW
#define TO	  (WINDOW + PAGES * IOMMU_PAGE)

static void pair_close(struct group_pair *pair)
{
	user_end(&pair->second);
	user_end(&pair->first);
	memory_free(&pair->from);
	memory_free(&pair->to);
}

#define cleanup_pair __attribute__((cleanup(pair_close)))

static int map_both(struct dut *dut, const struct group_pair *pair)
{
	int err = iommu_map(dut, pair->from.at, FROM, PAGES * IOMMU_PAGE, MAP_RW);

	return err ? err : iommu_map(dut, pair->to.at, TO, PAGES * IOMMU_PAGE, MAP_RW);
}

static enum greatest_test_res pair_open(struct dut *dut, struct group_pair *pair)
{
	if (partner_find(dut, pair->address))
		SKIPm("the machine has no other device that can do DMA");
	ASSERT_OK(memory_take(PAGES * IOMMU_PAGE, 0, &pair->from));
	ASSERT_OK(memory_take(PAGES * IOMMU_PAGE, 0, &pair->to));
	ASSERT_OK(user_bind_and_open(&pair->first, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&pair->first.dut));
	ASSERT_OK(map_both(&pair->first.dut, pair));
	PASS();
}

static const char *check_copies(struct dut *dut, const struct group_pair *pair)
{
	return check_dma_copies(dut, TO, pair->to.at, FROM, pair->from.at, 256);
}

/* Close the device of USER and take its group out of the container, which stays open. */
static int leave(struct user *user)
{
	dut_stop(&user->dut);
	close(steal_fd(&user->dut.vfio.device));
	return vfio_ioctl(user->dut.vfio.group, VFIO_GROUP_UNSET_CONTAINER, NULL);
}

/* What VFIO_IOMMU_GET_INFO returns must not depend on who has left. */
static const char *check_info(struct dut *dut, const union iommu_info *before)
{
	union iommu_info now;
	int err = iommu_info(dut, &now);

	return err ? error_name(err) : check_bytes(before, &now, sizeof(now));
}

SCENARIO_UNBOUND(second_group_shares_mappings, ALONE,
		 "a second group reaches the mappings of its container until it leaves; then its "
		 "device is blocked, and the container is as before")
{
	cleanup_pair struct group_pair pair = PAIR_NONE;
	cleanup_user struct user alone = USER_NONE;
	union iommu_info before;

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_OK(iommu_info(&pair.first.dut, &before));
	ASSERT_OK(partner_join(&pair.second, &pair.first.dut, pair.address));
	ASSERT_OK(dut_start(&pair.second.dut));
	ASSERT_CHECK(check_copies(&pair.second.dut, &pair));
	ASSERT_CHECK(check_info(&pair.first.dut, &before));
	ASSERT_OK(leave(&pair.second));
	ASSERT_CHECK(check_info(&pair.first.dut, &before));
	user_close(&pair.second);
	ASSERT_OK(user_open(&alone, &pair.second.dut));
	ASSERT_OK(dut_start(&alone.dut));
	ASSERT_CHECK(check_dma_blocked(&alone.dut, TO, FROM));
	ASSERT_CHECK(check_copies(&pair.first.dut, &pair));
	PASS();
}

SCENARIO_UNBOUND(
	mappings_stay_for_second_group, ALONE,
	"mappings stay while the group that came second is in the container, and can be changed")
{
	cleanup_pair struct group_pair pair = PAIR_NONE;
	uint64_t unmapped;

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_OK(partner_join(&pair.second, &pair.first.dut, pair.address));
	ASSERT_OK(dut_start(&pair.second.dut));
	ASSERT_OK(leave(&pair.first));
	ASSERT_CHECK(check_copies(&pair.second.dut, &pair));
	ASSERT_OK(iommu_unmap(&pair.second.dut, TO, PAGES * IOMMU_PAGE, &unmapped));
	ASSERT_NUMBER(PAGES * IOMMU_PAGE, unmapped);
	ASSERT_CHECK(check_dma_blocked(&pair.second.dut, TO, FROM));
	ASSERT_OK(iommu_map(&pair.second.dut, pair.to.at, TO, PAGES * IOMMU_PAGE, MAP_RW));
	ASSERT_CHECK(check_copies(&pair.second.dut, &pair));
	PASS();
}

/* The kernel releases the IOMMU with the last group: the container can then have one anew. */
SCENARIO_UNBOUND(mappings_go_with_last_group, "dma !group:2 mode=type1",
		 "when the last group has left a container its mappings are gone, their memory is "
		 "unpinned and not charged, and the container can be used again")
{
	cleanup_memory struct memory memory = {0};
	cleanup_user struct user user = USER_NONE;
	struct vfio *vfio = &user.dut.vfio;
	const long pinned = pages_pinned(), locked = process_kib(0, "VmLck");
	uint64_t left;

	ASSERT_OK(memory_take(PAGES * IOMMU_PAGE, 0, &memory));
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(iommu_map(&user.dut, memory.at, WINDOW, PAGES * IOMMU_PAGE, MAP_RW));
	ASSERT_NUMBER(pinned + PAGES, pages_pinned());
	ASSERT_NUMBER(locked + PAGES * 4, process_kib(0, "VmLck"));
	ASSERT_OK(leave(&user));
	ASSERT_NUMBER(pinned, pages_pinned());
	ASSERT_NUMBER(locked, process_kib(0, "VmLck"));
	ASSERT_OK(vfio_ioctl(vfio->group, VFIO_GROUP_SET_CONTAINER, &vfio->container));
	ASSERT_OK(vfio_ioctl(vfio->container, VFIO_SET_IOMMU, (void *)VFIO_TYPE1v2_IOMMU));
	ASSERT_OK(iommu_map(&user.dut, memory.at, WINDOW, PAGES * IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_unmap(&user.dut, 0, 2 * WINDOW, &left));
	ASSERT_NUMBER(PAGES * IOMMU_PAGE, left);
	PASS();
}

SCENARIO_UNBOUND(containers_are_apart, ALONE,
		 "the same IOVAs of two containers lead each device to its own memory")
{
	cleanup_pair struct group_pair pair = PAIR_NONE;
	cleanup_memory struct memory other = {0};
	uint8_t own[256];

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_CHECK(check_copies(&pair.first.dut, &pair));
	memcpy(own, pair.to.at, sizeof(own));
	ASSERT_OK(memory_take(PAGES * IOMMU_PAGE, 0, &other));
	pair.second.bound = true;
	ASSERT_OK(pci_bind(pair.address, "vfio-pci"));
	ASSERT_OK(user_open_other(&pair.second, dut, pair.address, sriov_token(pair.address)));
	pair.second.dut.model = dut->model;
	ASSERT_OK(dut_start(&pair.second.dut));
	ASSERT_OK(iommu_map(&pair.second.dut, pair.from.at, FROM, IOMMU_PAGE, MAP_RW));
	ASSERT_OK(iommu_map(&pair.second.dut, other.at, TO, IOMMU_PAGE, MAP_RW));
	ASSERT_CHECK(check_dma_copies(&pair.second.dut, TO, other.at, FROM, pair.from.at, 256));
	ASSERT_BYTES(own, pair.to.at, sizeof(own));
	PASS();
}
