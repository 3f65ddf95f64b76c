// SPDX-License-Identifier: GPL-2.0-only
/* igd: a missing or malformed OpRegion, and its effect on the next open. */
#include "scenarios/lib/scenario.h"

#include "scenarios/igd/igd-regions.h"
#include "scenarios/lib/dut/guest-opregion.h"

/* Three times, because whatever is not undone breaks the second attempt. */
static const char *check_opens_without_region(struct dut *dut)
{
	const char *why = NULL;

	for (unsigned int i = 0; i < 3 && !why; i++) {
		cleanup_user struct user igd = USER_NONE;
		const int err = user_bind_and_open(&igd, dut, dut->vfio_driver);

		why = err ? text("open failed: %s", error_name(err))
			  : check_igd_region_count(&igd.dut, VFIO_PCI_NUM_REGIONS);
	}
	return why;
}

SCENARIO_UNBOUND(no_opregion_opens_without_regions, "driver=igd",
		 "an IGD with no address in config 0xfc opens without the three regions")
{
	static const uint32_t none[] = {0, UINT32_MAX};

	for (size_t i = 0; i < ARRAY_SIZE(none); i++) {
		ASSERT_OK(opregion_point(dut->address, none[i]));
		ASSERT_CHECK(check_opens_without_region(dut));
	}
	ASSERT_OK(opregion_point(dut->address, 0));
	PASS();
}

/*
 * The device must not be enabled, that is, have no enable count, and not be bus master. A failed
 * open that did not undo its enable would leave both.
 */
static const char *check_not_enabled(const char *address)
{
	const long users = pci_number(address, "enable", -1);
	const uint16_t command = pci_config16(address, PCI_COMMAND);

	if (users)
		return text("the open failed and left the enable count at %ld", users);
	return command & PCI_COMMAND_MASTER
		       ? text("the open failed and left COMMAND at 0x%x", command)
		       : NULL;
}

/*
 * Every open fails with the same error; once the OpRegion is valid, an open succeeds with all
 * regions.
 */
static enum greatest_test_res refused_until_repaired(struct dut *dut, enum opregion_kind kind,
						     int *refused)
{
	cleanup_opregion struct opregion opregion = {0};
	cleanup_user struct user repaired = USER_NONE;

	ASSERT_OK(opregion_place(dut->address, kind, &opregion));
	for (unsigned int i = 0; i < 3; i++) {
		cleanup_user struct user igd = USER_NONE;
		const int err = user_bind_and_open(&igd, dut, dut->vfio_driver);

		ASSERT_THAT(err < 0, "the open succeeded, with %d regions",
			    igd_region_count(&igd.dut));
		ASSERT_CHECK(check_not_enabled(dut->address));
		ASSERT_THAT(!i || err == *refused,
			    "the first open failed with %s, a later one with %s",
			    error_name(*refused), error_name(err));
		*refused = err;
	}
	fact("refused=%s", error_name(*refused));
	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(user_bind_and_open(&repaired, dut, dut->vfio_driver));
	ASSERT_CHECK(check_igd_region_count(&repaired.dut, VFIO_PCI_NUM_REGIONS + IGD_REGIONS));
	PASS();
}

SCENARIO_UNBOUND(
	opregion_bad_signature_refused, "driver=igd",
	"an OpRegion with a bad signature makes every open fail and leaves the device disabled")
{
	int refused = 0;

	CHECK_CALL(refused_until_repaired(dut, OPREGION_BAD_SIGNATURE, &refused));
	ASSERT_NUMBER(-EINVAL, refused);
	PASS();
}

SCENARIO_UNBOUND(opregion_without_size_refused, "driver=igd",
		 "an OpRegion of size 0 makes every open fail and leaves the device disabled")
{
	int refused = 0;

	CHECK_CALL(refused_until_repaired(dut, OPREGION_NO_SIZE, &refused));
	ASSERT_NUMBER(-EINVAL, refused);
	PASS();
}

/* Open the device with an OpRegion that is too large. Returns the size of its region, or -errno. */
static long long try_oversize(struct dut *dut, const struct opregion *opregion, const char **why)
{
	cleanup_user struct user igd = USER_NONE;
	struct region region;
	int err = user_bind_and_open(&igd, dut, dut->vfio_driver);

	if (err) {
		*why = check_not_enabled(dut->address);
		return err;
	}
	err = igd_find_region(&igd.dut, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &region);
	if (err)
		*why = text("the device was opened without its OpRegion");
	else
		*why = check_igd_reads(&igd.dut, &region, opregion->data, OPREGION_SIZE - 32);
	return (long long)region.size;
}

/*
 * It may be mapped in full or refused, but every open must have the same result and leave nothing
 * behind.
 */
SCENARIO_UNBOUND(
	opregion_oversize_repeatable, "driver=igd",
	"an OpRegion that claims 4 GiB is either accepted or refused, the same on every open")
{
	cleanup_opregion struct opregion opregion = {0};
	cleanup_user struct user repaired = USER_NONE;
	const char *why = NULL;
	long long first;

	ASSERT_OK(opregion_place(dut->address, OPREGION_OVERSIZE, &opregion));
	first = try_oversize(dut, &opregion, &why);
	ASSERT_CHECK(why);
	fact("oversize=%lld", first);
	for (unsigned int i = 0; i < 2; i++) {
		ASSERT_HEX(first, try_oversize(dut, &opregion, &why));
		ASSERT_CHECK(why);
	}
	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(user_bind_and_open(&repaired, dut, dut->vfio_driver));
	ASSERT_CHECK(check_igd_region_count(&repaired.dut, VFIO_PCI_NUM_REGIONS + IGD_REGIONS));
	PASS();
}

/* The regions of an earlier user and their memory must be released. */
SCENARIO_UNBOUND(reopen_has_same_regions, "driver=igd",
		 "every open has the same three regions, and none once the OpRegion is gone",
		 .deadline_ms = 10000)
{
	cleanup_opregion struct opregion opregion = {0};

	ASSERT_OK(opregion_place(dut->address, OPREGION_2_0_RVDA, &opregion));
	for (unsigned int i = 0; i < 4; i++) {
		cleanup_user struct user igd = USER_NONE;

		ASSERT_OK(user_bind_and_open(&igd, dut, dut->vfio_driver));
		ASSERT_CHECK(check_igd_region_count(&igd.dut, VFIO_PCI_NUM_REGIONS + IGD_REGIONS));
		user_close(&igd);
		ASSERT_OK(user_open(&igd, dut));
		ASSERT_CHECK(check_igd_region_count(&igd.dut, VFIO_PCI_NUM_REGIONS + IGD_REGIONS));
	}
	ASSERT_OK(opregion_point(dut->address, 0));
	ASSERT_CHECK(check_opens_without_region(dut));
	PASS();
}
