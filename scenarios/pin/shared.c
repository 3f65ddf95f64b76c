// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin: a mediated device and another device in one address space: a container or an IOAS. The other
 * one is behind the IOMMU and has all mapped memory pinned, or it is mediated as well.
 */
#include "scenarios/pin/mediated.h"

#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/partner.h"
#include "scenarios/lib/vfio/dma-check.h"

#define READ  MEDIATED_READ
#define WRITE MEDIATED_WRITE

/* The DUT bound and open, and another device in its address space, on DRIVER; both are started. */
static enum greatest_test_res begin(struct dut *dut, struct user *user, struct user *partner,
				    char address[PCI_ADDRESS], const char *driver)
{
	if (partner_find(dut, address))
		SKIPm("no other device of the machine can do DMA");
	ASSERT_OK(user_bind_and_open(user, dut, dut->vfio_driver));
	ASSERT_OK(partner_join_as(partner, &user->dut, address, driver));
	ASSERT_OK(dut_start(&user->dut));
	ASSERT_OK(dut_start(&partner->dut));
	PASS();
}

/* Returns NULL if DUT copies from the first to the last page of MAPPED, or a message. */
static const char *check_in(struct dut *dut, const struct window *mapped)
{
	const size_t last = mapped->memory.len - IOMMU_PAGE;

	return check_dma_copies(dut, mapped->iova + last, mapped->memory.at + last, mapped->iova,
				mapped->memory.at, IOMMU_PAGE);
}

SCENARIO_UNBOUND(mediated_device_beside_real_one, MEDIATED,
		 "a mediated device and one behind an IOMMU reach the same mappings, and neither "
		 "reaches them after an unmap",
		 .deadline_ms = 15000)
{
	cleanup_user struct user user = USER_NONE, partner = USER_NONE;
	cleanup_window struct window mapped = {0};
	char address[PCI_ADDRESS];

	CHECK_CALL(begin(dut, &user, &partner, address, "vfio-pci"));
	ASSERT_OK(window_map(&user.dut, 0, 4, MAP_RW, &mapped));
	ASSERT_CHECK(check_in(&user.dut, &mapped));
	ASSERT_CHECK(check_in(&partner.dut, &mapped));
	ASSERT_CHECK(check_in(&user.dut, &mapped));
	ASSERT_OK(iommu_unmap(&user.dut, mapped.iova, mapped.memory.len, NULL));
	ASSERT_CHECK(check_refused(&user.dut, page(3), page(0)));
	ASSERT_CHECK(check_dma_blocked(&partner.dut, page(3), page(0)));
	PASS();
}

SCENARIO_UNBOUND(unpin_spares_device_behind_iommu, MEDIATED,
		 "a device behind an IOMMU reaches mapped memory after a mediated one has unpinned "
		 "it and closed, and the other way round",
		 .deadline_ms = 15000)
{
	cleanup_user struct user user = USER_NONE, partner = USER_NONE;
	cleanup_window struct window mapped = {0};
	char address[PCI_ADDRESS];
	struct pinned before;

	CHECK_CALL(begin(dut, &user, &partner, address, "vfio-pci"));
	before = pinned_now(&user.dut);
	ASSERT_OK(window_map(&user.dut, 0, 4, MAP_RW, &mapped));
	ASSERT_CHECK(check_pinned(&before, 0, 4));
	ASSERT_OK(pin_pages(&user.dut, page(0), 4, READ | WRITE));
	ASSERT_OK(unpin_pages(&user.dut, page(0), 4));
	ASSERT_CHECK(check_pinned(&before, 0, 4));
	ASSERT_CHECK(check_in(&partner.dut, &mapped));
	ASSERT_OK(pin_pages(&user.dut, page(0), 4, READ | WRITE));
	user_end(&partner);
	ASSERT_CHECK(check_pinned(&before, 1, 4));
	ASSERT_CHECK(check_in(&user.dut, &mapped));
	ASSERT_OK(unpin_pages(&user.dut, page(0), 4));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}

/* Each has pages of its own to release. */
SCENARIO_UNBOUND(unmap_asks_each_mediated_device, MEDIATED,
		 "an unmap has the driver of each mediated device in the address space release the "
		 "pages in its range",
		 .deadline_ms = 15000)
{
	cleanup_user struct user user = USER_NONE, partner = USER_NONE;
	cleanup_window struct window shared = {0}, other = {0};
	char address[PCI_ADDRESS];
	struct pinned before, partners;

	CHECK_CALL(begin(dut, &user, &partner, address, dut->vfio_driver));
	before = pinned_now(&user.dut);
	partners = (struct pinned){&partner.dut, before.pages};
	ASSERT_OK(window_map(&user.dut, 0, 2, MAP_RW, &shared));
	ASSERT_OK(window_map(&user.dut, 8, 2, MAP_RW, &other));
	ASSERT_CHECK(check_in(&user.dut, &shared));
	ASSERT_CHECK(check_in(&partner.dut, &shared));
	ASSERT_CHECK(check_in(&partner.dut, &other));
	ASSERT_CHECK(check_pinned(&before, 2, 4));
	ASSERT_CHECK(check_pinned(&partners, 4, 4));
	window_unmap(&shared);
	ASSERT_CHECK(check_pinned(&before, 0, 2));
	ASSERT_CHECK(check_pinned(&partners, 2, 2));
	ASSERT_CHECK(check_in(&partner.dut, &other));
	ASSERT_CHECK(check_refused(&user.dut, page(1), page(0)));
	ASSERT_CHECK(check_refused(&partner.dut, page(1), page(0)));
	PASS();
}

SCENARIO_UNBOUND(close_spares_other_mediated_device, MEDIATED,
		 "a page that two mediated devices have pinned stays pinned when one is closed",
		 .deadline_ms = 15000)
{
	cleanup_user struct user user = USER_NONE, partner = USER_NONE;
	cleanup_window struct window mapped = {0};
	char address[PCI_ADDRESS];
	struct pinned before;

	CHECK_CALL(begin(dut, &user, &partner, address, dut->vfio_driver));
	before = pinned_now(&user.dut);
	ASSERT_OK(window_map(&user.dut, 0, 2, MAP_RW, &mapped));
	ASSERT_OK(pin_pages(&user.dut, page(0), 2, READ | WRITE));
	ASSERT_OK(pin_pages(&partner.dut, page(0), 2, READ | WRITE));
	ASSERT_CHECK(check_pinned(&before, 1, 2));
	user_end(&partner);
	ASSERT_CHECK(check_pinned(&before, 1, 2));
	ASSERT_CHECK(check_in(&user.dut, &mapped));
	window_unmap(&mapped);
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	PASS();
}
