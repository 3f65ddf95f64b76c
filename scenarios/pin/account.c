// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin: pinned pages are charged to the process that mapped them, once each, and count against its
 * RLIMIT_MEMLOCK unless it has CAP_IPC_LOCK. Without a device behind an IOMMU a mapping itself pins
 * nothing.
 */
#include "scenarios/pin/mediated.h"

#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/partner.h"
#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/vfio/dma-check.h"

#define READ  MEDIATED_READ
#define WRITE MEDIATED_WRITE
#define USER  4242
#define LIMIT 8 /* pages */

SCENARIO(pins_charged_once, MEDIATED,
	 "pinned pages are charged to the process that mapped them, each once, until they are "
	 "unpinned")
{
	cleanup_window struct window mapped = {0};

	ASSERT_OK(window_map(dut, 0, 16, MAP_RW, &mapped));
	ASSERT_CHECK(check_charged(dut, 0));
	ASSERT_OK(pin_pages(dut, page(2), 4, READ));
	ASSERT_CHECK(check_charged(dut, 4));
	ASSERT_OK(pin_pages(dut, page(2), 4, WRITE));
	ASSERT_OK(pin_pages(dut, page(4), 4, WRITE));
	ASSERT_CHECK(check_charged(dut, 6));
	ASSERT_OK(unpin_pages(dut, page(2), 4));
	ASSERT_CHECK(check_charged(dut, 6));
	ASSERT_OK(unpin_pages(dut, page(2), 4));
	ASSERT_CHECK(check_charged(dut, 4));
	window_unmap(&mapped);
	ASSERT_CHECK(check_charged(dut, 0));
	PASS();
}

/* What a child of a user without privileges does with twice the limit of mapped memory. */
static const char *check_limit(struct dut *dut)
{
	int err = pin_pages(dut, page(0), LIMIT - 1, READ);

	if (err)
		return text("one page less than the limit is not pinned: %s", error_name(err));
	err = pin_pages(dut, page(LIMIT), 2, READ);
	if (err != -ENOMEM)
		return text("one page more than the limit: expected ENOMEM, got %s",
			    error_name(err));
	err = pin_pages(dut, page(LIMIT), 1, READ);
	if (err)
		return text("the limit is not reached: %s", error_name(err));
	if (pin_pages(dut, page(LIMIT - 2), 1, WRITE))
		return "a page that is pinned already counts again";
	if (check_charged(dut, LIMIT))
		return check_charged(dut, LIMIT);
	unpin_pages(dut, page(0), LIMIT - 1);
	err = pin_pages(dut, page(LIMIT + 1), LIMIT - 2, READ);
	return err ? "what was unpinned still counts" : check_charged(dut, LIMIT);
}

static const char *check_limit_of_user(void *of)
{
	struct dut *dut = of;
	cleanup_window struct window mapped = {0};
	int err = child_become_user(USER, LIMIT * IOMMU_PAGE);
	const char *why;

	if (!err)
		err = window_map(dut, 0, 2 * LIMIT, MAP_RW, &mapped);
	if (err)
		return text("more than the limit cannot be mapped: %s", error_name(err));
	why = check_limit(dut);
	window_unmap(&mapped);
	return why ?: check_charged(dut, 0);
}

SCENARIO(memlock_limits_pins, MEDIATED,
	 "RLIMIT_MEMLOCK limits what a user without CAP_IPC_LOCK has pinned, not what it maps")
{
	ASSERT_CHECK(child_check(check_limit_of_user, dut));
	ASSERT_CHECK(child_check(check_limit_of_user, dut));
	PASS();
}

/* The DUT, and a device of the machine behind the IOMMU that can join its address space. */
static enum greatest_test_res begin(struct dut *dut, struct user *user, char address[PCI_ADDRESS])
{
	if (partner_find(dut, address))
		SKIPm("no other device of the machine can do DMA");
	ASSERT_OK(user_bind_and_open(user, dut, dut->vfio_driver));
	PASS();
}

SCENARIO_UNBOUND(pins_of_mapped_pages_not_charged_again, MEDIATED,
		 "with a device behind an IOMMU in the address space, all mapped pages are charged "
		 "and pins are not; once it has left, only the pins are",
		 .deadline_ms = 10000)
{
	cleanup_user struct user user = USER_NONE, partner = USER_NONE;
	cleanup_window struct window mapped = {0};
	char address[PCI_ADDRESS];

	CHECK_CALL(begin(dut, &user, address));
	ASSERT_OK(window_map(&user.dut, 0, 8, MAP_RW, &mapped));
	ASSERT_OK(pin_pages(&user.dut, page(0), 2, READ));
	ASSERT_CHECK(check_charged(dut, 2));
	ASSERT_OK(partner_join(&partner, &user.dut, address));
	ASSERT_CHECK(check_charged(dut, 8));
	ASSERT_OK(pin_pages(&user.dut, page(1), 3, WRITE));
	ASSERT_CHECK(check_charged(dut, 8));
	ASSERT_OK(unpin_pages(&user.dut, page(0), 2));
	ASSERT_CHECK(check_charged(dut, 8));
	user_end(&partner);
	ASSERT_CHECK(check_charged(dut, 3));
	ASSERT_OK(unpin_pages(&user.dut, page(1), 3));
	ASSERT_CHECK(check_charged(dut, 0));
	PASS();
}

SCENARIO_UNBOUND(unpin_after_partner_left_uncharges, MEDIATED,
		 "pages that were pinned while a device behind an IOMMU was there are charged and "
		 "released like others after it has left",
		 .deadline_ms = 10000)
{
	const long before = pages_pinned();
	cleanup_user struct user user = USER_NONE, partner = USER_NONE;
	cleanup_window struct window mapped = {0};
	char address[PCI_ADDRESS];

	CHECK_CALL(begin(dut, &user, address));
	ASSERT_OK(partner_join(&partner, &user.dut, address));
	ASSERT_OK(window_map(&user.dut, 0, 4, MAP_RW, &mapped));
	ASSERT_OK(pin_pages(&user.dut, page(1), 2, READ | WRITE));
	ASSERT_CHECK(check_charged(dut, 4));
	user_end(&partner);
	ASSERT_CHECK(check_charged(dut, 2));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_CHECK(check_dma_copies(&user.dut, page(2), mapped.memory.at + 2 * IOMMU_PAGE,
				      page(1), mapped.memory.at + IOMMU_PAGE, IOMMU_PAGE));
	window_unmap(&mapped);
	ASSERT_CHECK(check_charged(dut, 0));
	ASSERT_NUMBER(before, pages_pinned());
	PASS();
}
