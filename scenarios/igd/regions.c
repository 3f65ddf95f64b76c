// SPDX-License-Identifier: GPL-2.0-only
/*
 * igd: the regions that vfio-pci adds for Intel graphics: the OpRegion and the config space of the
 * host bridge and the LPC bridge, VFIO_REGION_SUBTYPE_INTEL_IGD_* of include/uapi/linux/vfio.h.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/igd/igd-regions.h"
#include "scenarios/lib/dut/guest-opregion.h"

#include <sys/stat.h>

#define HOST_BRIDGE "0000:00:00.0"
#define LPC_BRIDGE  "0000:00:1f.0"

static long config_file_size(const char *address)
{
	cleanup_free char *path = text("/sys/bus/pci/devices/%s/config", address);
	struct stat status;

	return stat(path, &status) ? -errno : (long)status.st_size;
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
	} expected[IGD_REGIONS] = {
		{VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, NULL},
		{VFIO_REGION_SUBTYPE_INTEL_IGD_HOST_CFG, HOST_BRIDGE},
		{VFIO_REGION_SUBTYPE_INTEL_IGD_LPC_CFG, LPC_BRIDGE},
	};
	cleanup_opregion struct opregion opregion = {0};
	cleanup_user struct user igd = USER_NONE;

	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(user_bind_and_open(&igd, dut, dut->vfio_driver));
	ASSERT_NUMBER(VFIO_PCI_NUM_REGIONS + IGD_REGIONS, igd_region_count(&igd.dut));
	for (unsigned int i = 0; i < IGD_REGIONS; i++) {
		struct region region;

		ASSERT_OK(region_info(&igd.dut, VFIO_PCI_NUM_REGIONS + i, &region));
		ASSERT_HEX(IGD_VENDOR_TYPE, region.type);
		ASSERT_NUMBER(expected[i].subtype, region.subtype);
		ASSERT_HEX(VFIO_REGION_INFO_FLAG_READ, region.flags & ~VFIO_REGION_INFO_FLAG_CAPS);
		ASSERT_NUMBER(expected[i].bridge ? config_file_size(expected[i].bridge)
						 : OPREGION_SIZE,
			      region.size);
	}
	PASS();
}

/*
 * Kernels differ in whether they include a VBT outside of the OpRegion; the content that they show
 * must be right in either case.
 */
static enum greatest_test_res opregion_reads(struct dut *dut, enum opregion_kind kind)
{
	static const uint64_t places[] = {0, 0x16, 0x3ba, 0x3c2, OPREGION_SIZE};
	cleanup_opregion struct opregion opregion = {0};
	cleanup_user struct user igd = USER_NONE;
	uint8_t view[OPREGION_MAX], got[OPREGION_MAX];
	struct region region;

	ASSERT_OK(opregion_place(dut->address, kind, &opregion));
	ASSERT_OK(user_bind_and_open(&igd, dut, dut->vfio_driver));
	ASSERT_OK(igd_find_region(&igd.dut, VFIO_REGION_SUBTYPE_INTEL_IGD_OPREGION, &region));
	fact("opregion.size=%llu", (unsigned long long)region.size);
	ASSERT_THAT(!opregion_view(&opregion, region.size, view), "%s: a region of %llu bytes",
		    opregion_kinds[kind], (unsigned long long)region.size);
	ASSERT_NUMBER(region.size, region_read(&igd.dut, &region, 0, got, region.size));
	ASSERT_BYTES(view, got, region.size);
	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		ASSERT_CHECK(check_igd_reads(&igd.dut, &region, view, places[i]));
	ASSERT_CHECK(check_igd_reads(&igd.dut, &region, view, region.size));
	ASSERT_CHECK(check_reads_end(&igd.dut, &region));
	PASS();
}

#define OPREGION_SCENARIO(name, kind, subject)                                                     \
	SCENARIO_UNBOUND(name, "driver=igd",                                                       \
			 subject " reads as it is in memory, at any offset and length")            \
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
	cleanup_user struct user igd = USER_NONE;
	const uint8_t bytes[8] = {0};

	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(user_bind_and_open(&igd, dut, dut->vfio_driver));
	for (unsigned int i = 0; i < IGD_REGIONS; i++) {
		cleanup_mapping struct mapping map = {NULL, 0};
		struct region region;
		uint8_t before[8], after[8];

		ASSERT_OK(region_info(&igd.dut, VFIO_PCI_NUM_REGIONS + i, &region));
		ASSERT_NUMBER(sizeof(before),
			      region_read(&igd.dut, &region, 0, before, sizeof(before)));
		for (size_t len = 1; len <= sizeof(bytes); len *= 2)
			ASSERT_ERRNO(EINVAL, region_write(&igd.dut, &region, 0, bytes, len));
		ASSERT_NUMBER(sizeof(after),
			      region_read(&igd.dut, &region, 0, after, sizeof(after)));
		ASSERT_BYTES(before, after, sizeof(before));
		ASSERT_ERRNO(EINVAL, region_map(&igd.dut, &region, 0, 4096, &map));
	}
	PASS();
}

static enum greatest_test_res bridge_reads(struct dut *dut, uint32_t subtype, const char *bridge)
{
	cleanup_opregion struct opregion opregion = {0};
	cleanup_user struct user igd = USER_NONE;
	uint8_t config[4096];
	struct region region;

	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(user_bind_and_open(&igd, dut, dut->vfio_driver));
	ASSERT_OK(igd_find_region(&igd.dut, subtype, &region));
	ASSERT_THAT(region.size <= sizeof(config), "a config space of %llu bytes",
		    (unsigned long long)region.size);
	ASSERT_OK(pci_config(bridge, 0, config, region.size));
	for (uint64_t at = 0; at <= region.size; at += 16)
		ASSERT_CHECK(check_igd_reads(&igd.dut, &region, config, at));
	ASSERT_CHECK(check_reads_end(&igd.dut, &region));
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

/* The IGD's guest has its own OpRegion, and writes its address to 0xfc. */
SCENARIO_UNBOUND(
	opregion_address_is_virtual, "driver=igd",
	"config 0xfc shows the OpRegion's address, and writes to it do not reach the device")
{
	cleanup_opregion struct opregion opregion = {0};
	cleanup_user struct user igd = USER_NONE;
	uint32_t physical;

	ASSERT_OK(opregion_place(dut->address, OPREGION_1_0, &opregion));
	ASSERT_OK(user_bind_and_open(&igd, dut, dut->vfio_driver));
	ASSERT_HEX(opregion.at, config_read32(&igd.dut, OPREGION_ASLS));
	ASSERT_OK(config_write32(&igd.dut, OPREGION_ASLS, 0x12345678));
	ASSERT_HEX(0x12345678, config_read32(&igd.dut, OPREGION_ASLS));
	ASSERT_OK(config_write8(&igd.dut, OPREGION_ASLS + 1, 0x9a));
	ASSERT_HEX(0x12349a78, config_read32(&igd.dut, OPREGION_ASLS));
	ASSERT_HEX(0x9a, config_read8(&igd.dut, OPREGION_ASLS + 1));
	ASSERT_OK(pci_config(dut->address, OPREGION_ASLS, &physical, sizeof(physical)));
	ASSERT_HEX(opregion.at, physical);
	PASS();
}
