// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin: everything that ends the use of a mediated device unpins the user's memory. In modes type1
 * and compat the maps of a container outlive its device, in mode cdev those of an IOAS.
 */
#include "scenarios/pin/mediated.h"

#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/aside.h"
#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/vfio/dma-check.h"

#include <sys/ioctl.h>

#define READ  MEDIATED_READ
#define WRITE MEDIATED_WRITE

/* The DUT bound and open, with two pages mapped and pinned. */
static enum greatest_test_res begin(const struct dut *dut, struct user *user, struct window *mapped)
{
	ASSERT_OK(user_bind_and_open(user, dut, dut->vfio_driver));
	ASSERT_OK(window_map(&user->dut, 0, 2, MAP_RW, mapped));
	ASSERT_OK(pin_pages(&user->dut, page(0), 1, READ));
	ASSERT_OK(pin_pages(&user->dut, page(0), 2, READ | WRITE));
	PASS();
}

/* Returns NULL if PAGES are pinned, or a message. */
static const char *check_pages(long before, long pages)
{
	const long now = pages_pinned() - before;

	return now == pages ? NULL : text("expected %ld pages to be pinned, got %ld", pages, now);
}

SCENARIO_UNBOUND(close_unpins, MEDIATED,
		 "the close of a mediated device unpins its pages; the maps stay, and can be "
		 "pinned again by the next user of the device")
{
	const long before = pages_pinned();
	cleanup_user struct user user = USER_NONE;
	cleanup_window struct window mapped = {0};

	CHECK_CALL(begin(dut, &user, &mapped));
	ASSERT_CHECK(check_pages(before, 2));
	ASSERT_CHECK(check_charged(&user.dut, 2));
	close(steal_fd(&user.dut.vfio.device));
	ASSERT_CHECK(check_pages(before, 0));
	ASSERT_CHECK(check_charged(&user.dut, 0));
	if (dut->mode == MODE_CDEV)
		PASS();
	user.dut.vfio.device = vfio_open_beside(&user.dut.vfio, dut->address, NULL);
	ASSERT_OK(user.dut.vfio.device);
	ASSERT_OK(pin_pages(&user.dut, page(1), 1, READ));
	ASSERT_CHECK(check_pages(before, 1));
	PASS();
}

SCENARIO_UNBOUND(close_of_everything_unpins, MEDIATED,
		 "a user that closes everything at once leaves no page pinned or charged")
{
	const long before = pages_pinned();
	cleanup_user struct user user = USER_NONE;
	cleanup_window struct window mapped = {0};

	CHECK_CALL(begin(dut, &user, &mapped));
	mapped.dut = NULL;
	user_close(&user);
	ASSERT_CHECK(check_pages(before, 0));
	ASSERT_CHECK(check_charged(dut, 0));
	PASS();
}

/* The container, or the IOAS, lives as long as the device that uses it. */
SCENARIO_UNBOUND(
	pins_outlive_other_files, MEDIATED,
	"with its other files closed, an open device keeps its pages pinned, and pins more",
	.deadline_ms = 10000)
{
	const long before = pages_pinned();
	cleanup_user struct user user = USER_NONE;
	cleanup_window struct window mapped = {0};
	struct vfio *vfio = &user.dut.vfio;

	CHECK_CALL(begin(dut, &user, &mapped));
	mapped.dut = NULL;
	for (unsigned int i = 0; i < 3; i++) {
		int *file = (int *[]){&vfio->group, &vfio->container, &vfio->iommufd}[i];

		if (*file >= 0)
			close(steal_fd(file));
	}
	ASSERT_CHECK(check_pages(before, 2));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_CHECK(check_dma_copies(&user.dut, page(1), mapped.memory.at + IOMMU_PAGE, page(0),
				      mapped.memory.at, IOMMU_PAGE));
	ASSERT_OK(pin_pages(&user.dut, page(1), 1, WRITE));
	user_end(&user);
	ASSERT_CHECK(check_pages(before, 0));
	PASS();
}

SCENARIO_UNBOUND(group_keeps_container_with_pins, MEDIATED " mode=type1",
		 "a group cannot leave its container while its device is open, and the pins stay")
{
	const long before = pages_pinned();
	cleanup_user struct user user = USER_NONE;
	cleanup_window struct window mapped = {0};

	CHECK_CALL(begin(dut, &user, &mapped));
	ASSERT_ERRNO(EBUSY, vfio_ioctl(user.dut.vfio.group, VFIO_GROUP_UNSET_CONTAINER, NULL));
	ASSERT_CHECK(check_pages(before, 2));
	ASSERT_OK(unpin_pages(&user.dut, page(0), 2));
	ASSERT_OK(pin_pages(&user.dut, page(1), 1, WRITE));
	close(steal_fd(&user.dut.vfio.device));
	ASSERT_OK(vfio_ioctl(user.dut.vfio.group, VFIO_GROUP_UNSET_CONTAINER, NULL));
	ASSERT_CHECK(check_pages(before, 0));
	mapped.dut = NULL;
	PASS();
}

SCENARIO(reset_unpins, MEDIATED, "VFIO_DEVICE_RESET of a mediated device unpins its pages",
	 .deadline_ms = 10000)
{
	cleanup_window struct window mapped = {0};
	struct pinned before = pinned_now(dut);

	ASSERT_OK(window_map(dut, 0, 2, MAP_RW, &mapped));
	ASSERT_OK(pin_pages(dut, page(0), 2, READ | WRITE));
	ASSERT_CHECK(check_pinned(&before, 1, 2));
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(check_pinned(&before, 0, 0));
	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(check_dma_copies(dut, page(1), mapped.memory.at + IOMMU_PAGE, page(0),
				      mapped.memory.at, 64));
	PASS();
}

SCENARIO_UNBOUND(unbind_waits_for_pins, MEDIATED,
		 "an unbind of the driver waits until the user closes the device, whose pages stay "
		 "pinned until then")
{
	const long before = pages_pinned();
	cleanup_user struct user user = USER_NONE;
	cleanup_window struct window mapped = {0};
	cleanup_aside struct aside aside = ASIDE_NONE;

	CHECK_CALL(begin(dut, &user, &mapped));
	ASSERT_OK(aside_begin(&aside, pci_unbind, dut->address, &user.dut.vfio));
	ASSERT_CHECK(check_aside_waits(&aside, 100));
	ASSERT_CHECK(check_pages(before, 2));
	window_unmap(&mapped);
	ASSERT_CHECK(check_pages(before, 0));
	user_close(&user);
	ASSERT_CHECK(check_aside_ends(&aside, dut->wait_ms));
	PASS();
}
