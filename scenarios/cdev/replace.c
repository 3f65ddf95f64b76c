// SPDX-License-Identifier: GPL-2.0-only
/*
 * cdev: address spaces that change while the device is at work, and those of several devices
 * (include/uapi/linux/vfio.h, VFIO_DEVICE_ATTACH_IOMMUFD_PT).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/copying.h"
#include "scenarios/lib/dut/partner.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <linux/iommufd.h>
#include <sched.h>
#include <string.h>

#define SOURCE 0x08000000ull
#define TARGET (SOURCE + IOMMU_PAGE)
#define COPIED 256

static int fill(const struct ioas *ioas, struct memory *memory, unsigned int seed)
{
	uint64_t iova = SOURCE;
	int err = memory_take(2 * IOMMU_PAGE, 0, memory);

	if (err)
		return err;
	memset(memory->at, (int)seed, COPIED);
	return iommufd_map(ioas, memory->at, memory->len, IOAS_RW | IOAS_FIXED, &iova);
}

/* Returns NULL if the target in MEMORY has only bytes that a copy may have brought. */
static const char *check_target(const struct memory *memory)
{
	for (size_t i = 0; i < IOMMU_PAGE; i++) {
		const uint8_t byte = memory->at[IOMMU_PAGE + i];

		if (byte && (i >= COPIED || (byte != 0xa1 && byte != 0xb2)))
			return text("byte %zu of the target: 0x%02x", i, byte);
	}
	return NULL;
}

/* Move the device back and forth until it has copied for a while. Returns 0 or -errno. */
static int move_while(struct copying *copying, const struct ioas spaces[2])
{
	const int device = copying->dut->vfio.device;
	int err = 0;

	for (unsigned int i = 0; !err && (i < 40 || atomic_load(&copying->ended) < 3); i++) {
		err = cdev_attach(device, spaces[i % 2].id);
		sched_yield();
	}
	return err ? err : cdev_attach(device, spaces[1].id);
}

/*
 * The first copy fills the buffer of a device that has one; a copy whose read is stopped writes it.
 * The uAPI does not promise that translation is never interrupted, so a copy may be stopped, or
 * mixed of both spaces. But after the last attach only the new space is reached.
 */
SCENARIO_UNBOUND(replace_while_copying, "mode=cdev dma !group:2 !hot:1",
		 "a device can be moved between address spaces while it copies, and then reaches "
		 "only the last one",
		 .deadline_ms = 15000)
{
	cleanup_user struct user user = USER_NONE;
	cleanup_memory struct memory first = {0}, second = {0};
	cleanup_copying struct copying copying = {
		.dut = &user.dut, .to = TARGET, .from = SOURCE, .len = COPIED};
	struct ioas spaces[2];

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	spaces[0] = ioas_of(&user.dut);
	ASSERT_OK(iommufd_create_ioas(user.dut.vfio.iommufd, &spaces[1]));
	ASSERT_OK(fill(&spaces[0], &first, 0xa1));
	ASSERT_OK(fill(&spaces[1], &second, 0xb2));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dut_dma(&user.dut, TARGET, SOURCE, COPIED));
	ASSERT_OK(copying_start(&copying));
	ASSERT_OK(move_while(&copying, spaces));
	copying_end(&copying);
	ASSERT_CHECK(check_target(&first));
	ASSERT_CHECK(check_target(&second));
	memset(first.at + IOMMU_PAGE, 0, IOMMU_PAGE);
	ASSERT_OK(iommufd_destroy(user.dut.vfio.iommufd, spaces[0].id));
	ASSERT_CHECK(check_dma_copies(&user.dut, TARGET, second.at + IOMMU_PAGE, SOURCE, second.at,
				      COPIED));
	ASSERT_NUMBER(0, first.at[IOMMU_PAGE]);
	PASS();
}

/* Returns NULL if the device at USER copies within memory of its own, or a message. */
static const char *check_works(struct dut *dut)
{
	cleanup_dma struct dma from = {0}, to = {0};
	int err = dma_alloc(dut, IOMMU_PAGE, &from);

	if (!err)
		err = dma_alloc(dut, IOMMU_PAGE, &to);
	if (err)
		return text("cannot map: %s", error_name(err));
	return check_dma_copies(dut, to.iova, to.at, from.iova, from.at, COPIED);
}

/* Their IOVAs differ, so that each maps its own. */
SCENARIO_UNBOUND(detach_spares_other_device, "mode=cdev dma !group:2 !variant",
		 "of two devices in one address space, one copies on after the other's detach and "
		 "close",
		 .deadline_ms = 15000)
{
	cleanup_user struct user user = USER_NONE, partner = USER_NONE;
	cleanup_dma struct dma from = {0}, to = {0};
	char address[PCI_ADDRESS];

	if (partner_find(dut, address))
		SKIPm("no other device of the machine can do DMA");
	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(partner_join(&partner, &user.dut, address));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(dut_start(&partner.dut));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &from));
	ASSERT_OK(dma_alloc(&user.dut, IOMMU_PAGE, &to));
	ASSERT_CHECK(check_works(&partner.dut));
	ASSERT_OK(cdev_detach(user.dut.vfio.device));
	ASSERT_CHECK(check_works(&partner.dut));
	ASSERT_CHECK(check_dma_blocked(&user.dut, to.iova, from.iova));
	ASSERT_OK(cdev_attach(user.dut.vfio.device, user.dut.vfio.ioas));
	ASSERT_CHECK(check_dma_copies(&user.dut, to.iova, to.at, from.iova, from.at, COPIED));
	user_end(&partner);
	ASSERT_CHECK(check_dma_copies(&user.dut, to.iova, to.at, from.iova, from.at, COPIED));
	PASS();
}

/*
 * IOMMUs cannot tell the devices of a group apart, so one page table serves all of them: the first
 * attach chooses it, a move by any of them moves all, and the last detach blocks their DMA.
 */
SCENARIO_UNBOUND(sibling_shares_address_space, "mode=cdev dma group:2 !variant",
		 "the devices of a group have one address space: a detach of one spares the other, "
		 "a move by one takes the other along",
		 .deadline_ms = 15000)
{
	cleanup_siblings const char *address = dut->address;
	cleanup_memory struct memory memory = {0}, others = {0};
	cleanup_user struct user user = USER_NONE;
	cleanup_vfio struct vfio beside = VFIO_CLOSED;
	char sibling[PCI_ADDRESS];
	struct ioas own, other;

	ASSERT_OK(pci_bind_siblings(address, "vfio-pci", sibling));
	ASSERT_OK(user_bind_and_open(&user, dut, "vfio-pci"));
	own = ioas_of(&user.dut);
	ASSERT_OK(iommufd_create_ioas(own.iommufd, &other));
	ASSERT_OK(fill(&own, &memory, 0xa1));
	ASSERT_OK(fill(&other, &others, 0xb2));
	beside.device = cdev_open(sibling);
	ASSERT_OK(beside.device);
	ASSERT_OK(cdev_bind(beside.device, own.iommufd, NULL, &beside.devid));
	ASSERT_ERRNO(EINVAL, cdev_attach(beside.device, other.id));
	ASSERT_OK(cdev_attach(beside.device, own.id));
	ASSERT_OK(cdev_detach(beside.device));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_CHECK(check_dma_copies(&user.dut, TARGET, memory.at + IOMMU_PAGE, SOURCE, memory.at,
				      COPIED));
	ASSERT_OK(cdev_attach(beside.device, own.id));
	ASSERT_OK(cdev_attach(beside.device, other.id));
	ASSERT_CHECK(check_dma_copies(&user.dut, TARGET, others.at + IOMMU_PAGE, SOURCE, others.at,
				      COPIED));
	close(steal_fd(&beside.device));
	ASSERT_OK(iommufd_destroy(own.iommufd, own.id));
	ASSERT_OK(cdev_detach(user.dut.vfio.device));
	ASSERT_CHECK(check_dma_blocked(&user.dut, TARGET, SOURCE));
	PASS();
}
