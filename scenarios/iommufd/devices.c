// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: two devices in one address space (Documentation/userspace-api/iommufd.rst): both reach
 * the same mappings, until each of them is detached.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/partner.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <pthread.h>

#define ALONE  "dma !group:2 mode=cdev"
#define ROUNDS 16

/* The DUT and another device in one address space, with memory for each. */
struct pair {
	struct user partner;
	struct dma from, to;
};

#define PAIR_NONE ((struct pair){.partner = USER_NONE})

static void pair_close(struct pair *pair)
{
	dma_free(&pair->from);
	dma_free(&pair->to);
	user_end(&pair->partner);
}

#define cleanup_pair __attribute__((cleanup(pair_close)))

static enum greatest_test_res pair_open(struct dut *dut, struct pair *pair)
{
	char address[PCI_ADDRESS];

	if (partner_find(dut, address))
		SKIPm("the machine has no other device that can do DMA");
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(partner_join(&pair->partner, dut, address));
	ASSERT_OK(dut_start(&pair->partner.dut));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &pair->from));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &pair->to));
	PASS();
}

static const char *check_pair_copies(struct dut *dut, const struct pair *pair)
{
	return check_dma_copies(dut, pair->to.iova, pair->to.at, pair->from.iova, pair->from.at,
				256);
}

SCENARIO(device_keeps_dma_when_other_leaves, ALONE,
	 "two devices of an IOAS reach its mappings; the DMA of one goes on when the other is "
	 "detached or closed, and that of the detached one is blocked")
{
	cleanup_pair struct pair pair = PAIR_NONE;
	struct vfio *other = &pair.partner.dut.vfio;

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_CHECK(check_pair_copies(dut, &pair));
	ASSERT_CHECK(check_pair_copies(&pair.partner.dut, &pair));
	ASSERT_OK(cdev_detach(other->device));
	ASSERT_CHECK(check_dma_blocked(&pair.partner.dut, pair.to.iova, pair.from.iova));
	ASSERT_CHECK(check_pair_copies(dut, &pair));
	ASSERT_OK(cdev_attach(other->device, dut->vfio.ioas));
	ASSERT_CHECK(check_pair_copies(&pair.partner.dut, &pair));
	dut_stop(&pair.partner.dut);
	user_close(&pair.partner);
	ASSERT_CHECK(check_pair_copies(dut, &pair));
	PASS();
}

SCENARIO(unmap_blocks_both_devices, ALONE, "an unmap takes the memory from both devices of an IOAS")
{
	cleanup_pair struct pair pair = PAIR_NONE;
	const struct ioas ioas = ioas_of(dut);

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_CHECK(check_pair_copies(dut, &pair));
	ASSERT_CHECK(check_pair_copies(&pair.partner.dut, &pair));
	ASSERT_OK(iommufd_unmap(&ioas, pair.to.iova, IOMMU_PAGE, NULL));
	ASSERT_CHECK(check_dma_blocked(dut, pair.to.iova, pair.from.iova));
	ASSERT_CHECK(check_dma_blocked(&pair.partner.dut, pair.to.iova, pair.from.iova));
	PASS();
}

SCENARIO(ioas_in_use_until_last_device_leaves, ALONE,
	 "an IOAS with two devices cannot be destroyed until both are detached")
{
	cleanup_pair struct pair pair = PAIR_NONE;
	struct vfio *other = &pair.partner.dut.vfio;
	struct ioas ioas;
	int once, twice;

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_OK(iommufd_create_ioas(dut->vfio.iommufd, &ioas));
	ASSERT_OK(cdev_attach(other->device, ioas.id));
	ASSERT_OK(cdev_attach(dut->vfio.device, ioas.id));
	ASSERT_OK(cdev_detach(other->device));
	once = iommufd_destroy(ioas.iommufd, ioas.id);
	ASSERT_OK(cdev_attach(dut->vfio.device, dut->vfio.ioas));
	twice = iommufd_destroy(ioas.iommufd, ioas.id);
	ASSERT_RESULT(EBUSY, once);
	ASSERT_OK(twice);
	PASS();
}

/* One of two devices at work at once, each between pages of its own. */
struct busy_dut {
	struct dut *dut;
	struct dma from, to;
	const char *why;
};

static void *work(void *arg)
{
	struct busy_dut *worker = arg;

	for (unsigned int i = 0; i < ROUNDS && !worker->why; i++)
		worker->why = check_dma_copies(worker->dut, worker->to.iova, worker->to.at,
					       worker->from.iova, worker->from.at, 256);
	return NULL;
}

SCENARIO(both_devices_copy_at_once, "driver=vfiolab_testdev !vf mode=cdev",
	 "two devices copy at once in one address space, each its own bytes")
{
	cleanup_pair struct pair pair = PAIR_NONE;
	cleanup_dma struct dma from = {0}, to = {0};
	struct busy_dut one = {.dut = dut}, other = {.dut = &pair.partner.dut};
	pthread_t thread;

	CHECK_CALL(pair_open(dut, &pair));
	ASSERT_OK(dma_alloc(&pair.partner.dut, IOMMU_PAGE, &from));
	ASSERT_OK(dma_alloc(&pair.partner.dut, IOMMU_PAGE, &to));
	one.from = pair.from;
	one.to = pair.to;
	other.from = from;
	other.to = to;
	ASSERT_OK(-pthread_create(&thread, NULL, work, &other));
	work(&one);
	pthread_join(thread, NULL);
	dma_free(&from);
	dma_free(&to);
	ASSERT_CHECK(one.why);
	ASSERT_CHECK(other.why);
	PASS();
}
