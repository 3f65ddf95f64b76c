// SPDX-License-Identifier: GPL-2.0-only
/*
 * igd: what vfio-pci adds to Intel graphics: regions for the OpRegion and for the config space of
 * the host bridge and the LPC bridge, VFIO_REGION_SUBTYPE_INTEL_IGD_* of include/uapi/linux/vfio.h.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/guest-opregion.h"

#include <string.h>
#include <sys/stat.h>

#define VENDOR_TYPE (VFIO_REGION_TYPE_PCI_VENDOR_TYPE | 0x8086u)
#define REGIONS	    3
#define HOST_BRIDGE "0000:00:00.0"
#define LPC_BRIDGE  "0000:00:1f.0"
#define NEVER	    0xa5 /* what a read must leave alone */

/* The device bound and open, as `user', until the scope ends. */
struct opened_igd {
	struct dut user;
	const char *address; /* for the release, which comes after the close */
};

static void close_opened(struct opened_igd *opened)
{
	vfio_close(&opened->user.vfio);
	if (opened->address)
		pci_release(&opened->address);
}

#define cleanup_opened __attribute__((cleanup(close_opened)))
#define NOT_OPENED                                                                                 \
	(struct opened_igd)                                                                        \
	{                                                                                          \
		.user = {.vfio = VFIO_CLOSED }                                                     \
	}

static int open_igd(const struct dut *dut, struct opened_igd *opened)
{
	const char *step;
	int err;

	opened->user = *dut;
	opened->user.vfio = VFIO_CLOSED;
	opened->address = dut->address;
	err = pci_bind(dut->address, dut->vfio_driver);
	return err ? err : vfio_open(dut->address, &opened->user.vfio, &step);
}

static int region_count(struct dut *dut)
{
	struct vfio_device_info info;
	int err = dut_info(dut, &info);

	return err ? err : (int)info.num_regions;
}

/* The region that SUBTYPE says: 0 or -ENOENT. */
static int find_region(struct dut *dut, uint32_t subtype, struct region *region)
{
	const int count = region_count(dut);

	for (int i = VFIO_PCI_NUM_REGIONS; i < count; i++) {
		if (!region_info(dut, (unsigned int)i, region) && region->type == VENDOR_TYPE &&
		    region->subtype == subtype)
			return 0;
	}
	return -ENOENT;
}

static long config_size(const char *address)
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s/config", address);
	struct stat status;

	return stat(path, &status) ? -errno : (long)status.st_size;
}

/*
 * One read of LEN bytes at OFFSET: NULL where it gives what CONTENT of SIZE bytes has there, up to
 * the end, and touches nothing behind.
 */
static const char *read_differs(struct dut *dut, const struct region *region,
				const uint8_t *content, uint64_t offset, size_t len)
{
	const size_t left = region->size - offset, expected = len < left ? len : left;
	uint8_t got[64];
	ssize_t count;

	memset(got, NEVER, sizeof(got));
	count = region_read(dut, region, offset, got, len);
	if (count != (ssize_t)expected)
		return text("%zu bytes at 0x%llx: expected %zu, got %s", len,
			    (unsigned long long)offset, expected,
			    count < 0 ? error_name(count) : text("%zd", count));
	if (memcmp(got, content + offset, expected))
		return text("%zu bytes at 0x%llx: %s", len, (unsigned long long)offset,
			    check_bytes(content + offset, got, expected));
	return got[expected] == NEVER ? NULL
				      : text("%zu bytes at 0x%llx: more was written than returned",
					     len, (unsigned long long)offset);
}

/* Reads of every length up to 13 at every offset from 9 before AT to 9 after. */
static const char *check_reads_around(struct dut *dut, const struct region *region,
				      const uint8_t *content, uint64_t at)
{
	const uint64_t first = at < 9 ? 0 : at - 9;

	for (uint64_t offset = first; offset < at + 9 && offset < region->size; offset++) {
		for (size_t len = 1; len <= 13; len++) {
			const char *why = read_differs(dut, region, content, offset, len);

			if (why)
				return why;
		}
	}
	return NULL;
}

static const char *check_reads_end(struct dut *dut, const struct region *region)
{
	uint8_t byte;

	for (uint64_t past = 0; past < 2; past++) {
		const ssize_t got = region_read(dut, region, region->size + past, &byte, 1);

		if (got != -EINVAL)
			return text("a read %llu bytes past the end: expected EINVAL, got %s",
				    (unsigned long long)past, got < 0 ? error_name(got) : "data");
	}
	return NULL;
}

SCENARIO_UNBOUND(opregion_host_and_lpc_regions, "driver=igd",
		 "an IGD with an OpRegion has three more regions of exact sizes, all read-only")
{
	static const struct {
		uint32_t subtype;
		const char *bridge; /* whose config space it is; NULL: the OpRegion */
	} expected[REGIONS] = {
		{VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, NULL},
		{VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG, HOST_BRIDGE},
		{VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG, LPC_BRIDGE},
	};
	cleanup_opregion struct opregion opregion = {0};
	cleanup_opened struct opened_igd igd = NOT_OPENED;

	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(open_igd(dut, &igd));
	ASSERT_NUMBER(VFIO_PCI_NUM_REGIONS + REGIONS, region_count(&igd.user));
	for (unsigned int i = 0; i < REGIONS; i++) {
		struct region region;

		ASSERT_OK(region_info(&igd.user, VFIO_PCI_NUM_REGIONS + i, &region));
		ASSERT_HEX(VENDOR_TYPE, region.type);
		ASSERT_NUMBER(expected[i].subtype, region.subtype);
		ASSERT_HEX(VFIO_REGION_INFO_FLAG_READ, region.flags & ~VFIO_REGION_INFO_FLAG_CAPS);
		ASSERT_NUMBER(expected[i].bridge ? config_size(expected[i].bridge) : OPREGION_SIZE,
			      region.size);
	}
	PASS();
}

/*
 * What a kernel makes of a VBT outside of the OpRegion is its own affair; what it then shows is
 * not.
 */
static enum greatest_test_res opregion_reads(struct dut *dut, enum opregion_kind kind)
{
	static const uint64_t places[] = {0, 0x16, 0x3ba, 0x3c2, OPREGION_SIZE};
	cleanup_opregion struct opregion opregion = {0};
	cleanup_opened struct opened_igd igd = NOT_OPENED;
	uint8_t view[OPREGION_MOST], got[OPREGION_MOST];
	struct region region;

	ASSERT_OK(opregion_place(dut->address, kind, &opregion));
	ASSERT_OK(open_igd(dut, &igd));
	ASSERT_OK(find_region(&igd.user, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &region));
	fact("opregion.size=%llu", (unsigned long long)region.size);
	ASSERT_THAT(!opregion_view(&opregion, region.size, view), "%s: a region of %llu bytes",
		    opregion_kinds[kind], (unsigned long long)region.size);
	ASSERT_NUMBER(region.size, region_read(&igd.user, &region, 0, got, region.size));
	ASSERT_BYTES(view, got, region.size);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		ASSERT_CHECK(check_reads_around(&igd.user, &region, view, places[i]));
	ASSERT_CHECK(check_reads_around(&igd.user, &region, view, region.size));
	ASSERT_CHECK(check_reads_end(&igd.user, &region));
	PASS();
}

#define OPREGION_SCENARIO(name, kind, what)                                                        \
	SCENARIO_UNBOUND(name, "driver=igd",                                                       \
			 what " reads as it is in memory, at any offset and length")               \
	{                                                                                          \
		return opregion_reads(dut, kind);                                                  \
	}

OPREGION_SCENARIO(opregion_1_0_read, OPREGION_1_0, "an OpRegion 1.0")
OPREGION_SCENARIO(opregion_2_0_read, OPREGION_2_0, "an OpRegion 2.0 with its VBT inside")
OPREGION_SCENARIO(opregion_2_0_absolute_vbt_read, OPREGION_2_0_RVDA,
		  "an OpRegion 2.0 with its VBT at an absolute address")
OPREGION_SCENARIO(opregion_2_1_relative_vbt_read, OPREGION_2_1,
		  "an OpRegion 2.1 with its VBT right behind it")
OPREGION_SCENARIO(opregion_2_1_vbt_after_gap_read, OPREGION_2_1_GAP,
		  "an OpRegion 2.1 with its VBT after a gap")

SCENARIO_UNBOUND(regions_read_only, "driver=igd",
		 "the three IGD regions can be neither written nor mapped")
{
	cleanup_opregion struct opregion opregion = {0};
	cleanup_opened struct opened_igd igd = NOT_OPENED;
	const uint8_t bytes[8] = {0};

	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(open_igd(dut, &igd));
	for (unsigned int i = 0; i < REGIONS; i++) {
		cleanup_mapping struct mapping map = {NULL, 0};
		struct region region;
		uint8_t before[8], after[8];

		ASSERT_OK(region_info(&igd.user, VFIO_PCI_NUM_REGIONS + i, &region));
		ASSERT_NUMBER(sizeof(before),
			      region_read(&igd.user, &region, 0, before, sizeof(before)));
		for (size_t len = 1; len <= sizeof(bytes); len *= 2)
			ASSERT_ERRNO(EINVAL, region_write(&igd.user, &region, 0, bytes, len));
		ASSERT_NUMBER(sizeof(after),
			      region_read(&igd.user, &region, 0, after, sizeof(after)));
		ASSERT_BYTES(before, after, sizeof(before));
		ASSERT_ERRNO(EINVAL, region_map(&igd.user, &region, 0, 4096, &map));
	}
	PASS();
}

static enum greatest_test_res bridge_reads(struct dut *dut, uint32_t subtype, const char *bridge)
{
	cleanup_opregion struct opregion opregion = {0};
	cleanup_opened struct opened_igd igd = NOT_OPENED;
	uint8_t config[4096];
	struct region region;

	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(open_igd(dut, &igd));
	ASSERT_OK(find_region(&igd.user, subtype, &region));
	ASSERT_THAT(region.size <= sizeof(config), "a config space of %llu bytes",
		    (unsigned long long)region.size);
	ASSERT_OK(pci_config(bridge, 0, config, region.size));
	for (uint64_t at = 0; at <= region.size; at += 16)
		ASSERT_CHECK(check_reads_around(&igd.user, &region, config, at));
	ASSERT_CHECK(check_reads_end(&igd.user, &region));
	PASS();
}

SCENARIO_UNBOUND(host_bridge_region_reads_config, "driver=igd",
		 "the host bridge region reads as its config space at any offset and length")
{
	return bridge_reads(dut, VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG, HOST_BRIDGE);
}

SCENARIO_UNBOUND(lpc_bridge_region_reads_config, "driver=igd",
		 "the LPC bridge region reads as its config space at any offset and length")
{
	return bridge_reads(dut, VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG, LPC_BRIDGE);
}

/* The guest of the IGD has its OpRegion elsewhere, and writes there where. */
SCENARIO_UNBOUND(
	opregion_address_is_virtual, "driver=igd",
	"config 0xfc shows the OpRegion's address, and writes to it do not reach the device")
{
	cleanup_opregion struct opregion opregion = {0};
	cleanup_opened struct opened_igd igd = NOT_OPENED;
	uint32_t physical;

	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(open_igd(dut, &igd));
	ASSERT_HEX(opregion.at, config_read32(&igd.user, OPREGION_ASLS));
	ASSERT_OK(config_write32(&igd.user, OPREGION_ASLS, 0x12345678));
	ASSERT_HEX(0x12345678, config_read32(&igd.user, OPREGION_ASLS));
	ASSERT_OK(config_write8(&igd.user, OPREGION_ASLS + 1, 0x9a));
	ASSERT_HEX(0x12349a78, config_read32(&igd.user, OPREGION_ASLS));
	ASSERT_HEX(0x9a, config_read8(&igd.user, OPREGION_ASLS + 1));
	ASSERT_OK(pci_config(dut->address, OPREGION_ASLS, &physical, sizeof(physical)));
	ASSERT_HEX(opregion.at, physical);
	PASS();
}

static const char *check_region_count(struct dut *dut, int expected)
{
	const int count = region_count(dut);

	return count == expected ? NULL : text("expected %d regions, got %d", expected, count);
}

/* Three times, since what is not undone shows at the second at the latest. */
static const char *check_opens_without_region(struct dut *dut)
{
	const char *why = NULL;

	for (unsigned int i = 0; i < 3 && !why; i++) {
		cleanup_opened struct opened_igd igd = NOT_OPENED;
		const int err = open_igd(dut, &igd);

		why = err ? text("open failed: %s", error_name(err))
			  : check_region_count(&igd.user, VFIO_PCI_NUM_REGIONS);
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
 * Not enabled: the kernel counts who enabled the device, and no one has; it is no bus master. A
 * refusal that did not undo enable would leave both.
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
 * Refused again and again, by the same error; and as soon as the OpRegion is right, opened with all
 * regions.
 */
static enum greatest_test_res refused_until_repaired(struct dut *dut, enum opregion_kind kind,
						     int *refused)
{
	cleanup_opregion struct opregion opregion = {0};
	cleanup_opened struct opened_igd repaired = NOT_OPENED;

	ASSERT_OK(opregion_place(dut->address, kind, &opregion));
	for (unsigned int i = 0; i < 3; i++) {
		cleanup_opened struct opened_igd igd = NOT_OPENED;
		const int err = open_igd(dut, &igd);

		ASSERT_THAT(err < 0, "the device was opened, with %d regions",
			    region_count(&igd.user));
		ASSERT_CHECK(check_not_enabled(dut->address));
		ASSERT_THAT(!i || err == *refused, "refused by %s at first, then by %s",
			    error_name(*refused), error_name(err));
		*refused = err;
	}
	fact("refused=%s", error_name(*refused));
	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(open_igd(dut, &repaired));
	ASSERT_CHECK(check_region_count(&repaired.user, VFIO_PCI_NUM_REGIONS + REGIONS));
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

/* What came of opening the device with an OpRegion too large: the size of its region, or -errno. */
static long long try_oversize(struct dut *dut, const struct opregion *opregion, const char **why)
{
	cleanup_opened struct opened_igd igd = NOT_OPENED;
	struct region region;
	int err = open_igd(dut, &igd);

	if (err) {
		*why = check_not_enabled(dut->address);
		return err;
	}
	err = find_region(&igd.user, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &region);
	if (err)
		*why = text("the device was opened without its OpRegion");
	else
		*why = check_reads_around(&igd.user, &region, opregion->data, OPREGION_SIZE - 32);
	return (long long)region.size;
}

/*
 * It may be mapped in all its length or refused; either must hold the next time, and nothing may be
 * left of it.
 */
SCENARIO_UNBOUND(
	opregion_oversize_repeatable, "driver=igd",
	"an OpRegion that claims 4 GiB is either accepted or refused, the same on every open")
{
	cleanup_opregion struct opregion opregion = {0};
	cleanup_opened struct opened_igd repaired = NOT_OPENED;
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
	ASSERT_OK(open_igd(dut, &repaired));
	ASSERT_CHECK(check_region_count(&repaired.user, VFIO_PCI_NUM_REGIONS + REGIONS));
	PASS();
}

/* Regions of an earlier user must be gone, and their memory with them. */
SCENARIO_UNBOUND(reopen_has_same_regions, "driver=igd",
		 "every open has the same three regions, and none once the OpRegion is gone",
		 .deadline_ms = 10000)
{
	cleanup_opregion struct opregion opregion = {0};
	const char *step = "";

	ASSERT_OK(opregion_place(dut->address, OPREGION_2_0_RVDA, &opregion));
	for (unsigned int i = 0; i < 4; i++) {
		cleanup_opened struct opened_igd igd = NOT_OPENED;

		ASSERT_OK(open_igd(dut, &igd));
		ASSERT_CHECK(check_region_count(&igd.user, VFIO_PCI_NUM_REGIONS + REGIONS));
		vfio_close(&igd.user.vfio);
		ASSERT_OK(vfio_open(dut->address, &igd.user.vfio, &step));
		ASSERT_CHECK(check_region_count(&igd.user, VFIO_PCI_NUM_REGIONS + REGIONS));
	}
	ASSERT_OK(opregion_point(dut->address, 0));
	ASSERT_CHECK(check_opens_without_region(dut));
	PASS();
}
