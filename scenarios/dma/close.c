// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma: what the end of a device's user undoes, in whatever order its files are closed: its memory
 * is unpinned and no longer charged, and the next user finds nothing of it.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/vfio/iommu.h"

#include <unistd.h>

#define ALONE  "dma !group:2"
#define WINDOW 0x08000000ull
#define PAGES  16

/* KiB of this process that are charged as locked, or as pinned. */
static long charged(void)
{
	return process_kib(0, "VmLck") + process_kib(0, "VmPin");
}

/* The container, or the iommufd in its place. */
enum file { DEVICE, GROUP, SPACE, FILES };

static const struct {
	const char *name;
	enum file order[FILES];
} closes[] = {
	{"the device, the group, the container", {DEVICE, GROUP, SPACE}},
	{"the container, the group, the device", {SPACE, GROUP, DEVICE}},
	{"the group, the container, the device", {GROUP, SPACE, DEVICE}},
	{"the container, the device, the group", {SPACE, DEVICE, GROUP}},
};

static void close_in_order(struct vfio *vfio, const enum file order[FILES])
{
	for (int i = 0; i < FILES; i++) {
		int *space = vfio->container >= 0 ? &vfio->container : &vfio->iommufd;
		int *file = order[i] == DEVICE	? &vfio->device
			    : order[i] == GROUP ? &vfio->group
						: space;

		if (*file >= 0)
			close(steal_fd(file));
	}
}

/* Two mappings, of which one is made and removed before: all that is charged must be returned. */
static enum greatest_test_res use(struct dut *dut, const struct memory *memory)
{
	const uint64_t half = PAGES / 2 * IOMMU_PAGE;

	ASSERT_OK(iommu_map(dut, memory->at, WINDOW, half, MAP_RW));
	ASSERT_OK(iommu_map(dut, memory->at + half, WINDOW + half, half, MAP_RW));
	ASSERT_OK(iommu_unmap(dut, WINDOW, half, NULL));
	ASSERT_OK(iommu_map(dut, memory->at, WINDOW, half, MAP_RW));
	PASS();
}

SCENARIO_UNBOUND_TABLE(
	close_unpins_memory, closes, ALONE,
	"mapped memory is charged and pinned until the device's files are closed, in "
	"whatever order, and not after that")
{
	cleanup_memory struct memory memory = {0};
	cleanup_user struct user user = USER_NONE;
	const long pinned = pages_pinned(), before = charged();

	ASSERT_OK(memory_take(PAGES * IOMMU_PAGE, 0, &memory));
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	CHECK_CALL(use(&user.dut, &memory));
	ASSERT_NUMBER(before + PAGES * 4, charged());
	ASSERT_NUMBER(pinned + PAGES, pages_pinned());
	close_in_order(&user.dut.vfio, row->order);
	user_close(&user);
	ASSERT_NUMBER(pinned, pages_pinned());
	ASSERT_NUMBER(before, charged());
	ASSERT_OK(user_open(&user, dut));
	ASSERT_NUMBER(0, dma_unmap_all(&user.dut));
	PASS();
}
