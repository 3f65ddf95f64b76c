// SPDX-License-Identifier: GPL-2.0-only
/*
 * uapi: everything that user space sees of a device on vfio-pci, as facts. Most values are correct
 * as long as they do not change. Guarantees of include/uapi/linux/vfio.h are asserted.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/folder.h"
#include "scenarios/lib/vfio/badcall.h"
#include "scenarios/lib/vfio/iommu.h"

#include <sys/mman.h>

/*
 * Returns "BAR0", ..., "ROM", "CONFIG", "VGA", or the number of a region that a driver adds. The
 * caller frees it.
 */
static char *region_name(unsigned int index)
{
	static const char *const fixed[] = {"ROM", "CONFIG", "VGA"};

	if (index < BARS)
		return text("BAR%u", index);
	if (index < VFIO_PCI_NUM_REGIONS)
		return text("%s", fixed[index - VFIO_PCI_ROM_REGION_INDEX]);
	return text("%u", index);
}

/* Returns the areas of a sparse mmap: "0x0+0x1000 0x3000+0x1000". */
static char *region_areas(const struct region *region)
{
	struct buf areas = BUF_INIT;

	for (unsigned int i = 0; i < region->sparse && i < ARRAY_SIZE(region->areas); i++)
		buf_printf(&areas, "%s0x%llx+0x%llx", i ? " " : "",
			   (unsigned long long)region->areas[i].offset,
			   (unsigned long long)region->areas[i].size);
	return buf_steal(&areas);
}

static void region_facts(struct dut *dut, unsigned int index)
{
	cleanup_free char *name = region_name(index);
	cleanup_free char *areas = NULL;
	struct region region;
	int err = region_info(dut, index, &region);

	if (err) {
		fact("region[%s]=%s", name, error_name(err));
		return;
	}
	fact("region[%s].size=0x%llx", name, (unsigned long long)region.size);
	fact("region[%s].flags=0x%x", name, region.flags);
	fact("region[%s].offset=0x%llx", name, (unsigned long long)region.offset);
	fact("region[%s].caps=%s", name, *region.caps ? region.caps : "-");
	if (region.msix_mappable)
		fact("region[%s].msix_mappable=yes", name);
	if (region.type)
		fact("region[%s].type=0x%x:0x%x", name, region.type, region.subtype);
	if (!region.sparse)
		return;
	areas = region_areas(&region);
	fact("region[%s].areas=%s", name, areas);
}

static void irq_facts(struct dut *dut, unsigned int index)
{
	cleanup_free char *name =
		index < IRQ_KINDS ? text("%s", irq_name((enum irq_kind)index)) : text("%u", index);
	struct vfio_irq_info info;
	int err = irq_info(dut, (enum irq_kind)index, &info);

	if (err) {
		fact("irq[%s]=%s", name, error_name(err));
		return;
	}
	fact("irq[%s].count=%u", name, info.count);
	fact("irq[%s].flags=0x%x", name, info.flags);
}

SCENARIO(device_region_irq_info, "", "facts: device, region and interrupt info as reported by VFIO")
{
	struct vfio_device_info info;

	ASSERT_OK(dut_info(dut, &info));
	fact("device.flags=0x%x", info.flags);
	fact("device.regions=%u", info.num_regions);
	fact("device.irqs=%u", info.num_irqs);
	for (unsigned int i = 0; i < info.num_regions; i++)
		region_facts(dut, i);
	for (unsigned int i = 0; i < info.num_irqs; i++)
		irq_facts(dut, i);
	PASS();
}

/*
 * Returns the result of a call for a fact: its non-negative result, or the name of its error. The
 * caller frees it.
 */
static char *result_text(long long ret)
{
	return ret < 0 ? text("%s", error_name((long)ret)) : text("%lld", ret);
}

/* The first failure is reported at the end, so that it does not cost any facts. */
SCENARIO(malformed_ioctls, "",
	 "facts: the errors of malformed ioctls; the documented ones are EINVAL, EFAULT and ENOTTY")
{
	cleanup_free char *broken = NULL;

	for (const struct badcall *call = badcalls; call->name; call++) {
		cleanup_free char *outcome = NULL;
		int ret;

		if (!badcall_has_file(dut, call))
			continue;
		ret = badcall_make(dut, call);
		outcome = result_text(ret);
		fact("ioctl[%s]=%s", call->name, outcome);
		if (call->promised && wrapped(ret) != -call->promised && !broken)
			broken = text("%s: expected %s, got %s", call->name,
				      error_name(call->promised), outcome);
	}
	ASSERT_THAT(!broken, "%s", broken);
	ASSERT_OK(dut_info(dut, &(struct vfio_device_info){0}));
	PASS();
}

/* Offsets and lengths in and beyond a region whose access must fail or be short. */
static const struct place {
	const char *name;
	bool from_end;
	int64_t offset;
	size_t len;
} reads[] = {
	{"end-1,1", true, -1, 1},      {"end-1,4", true, -1, 4},
	{"end-2,4", true, -2, 4},      {"end,1", true, 0, 1},
	{"end,4", true, 0, 4},	       {"end+3,8", true, 3, 8},
	{"end+4096,4", true, 4096, 4}, {"0,0", false, 0, 0},
	{"1,2", false, 1, 2},	       {"1<<39,4", false, 1ll << 39, 4},
};

/* None within the region: it would write to the device. */
static const struct place writes[] = {
	{"end,1", true, 0, 1},
	{"end,4", true, 0, 4},
	{"end+3,8", true, 3, 8},
	{"1<<39,4", false, 1ll << 39, 4},
};

/* Offsets in whole pages; the end is that of the region's last page. */
static const struct place maps[] = {
	{"end-4096,8192", true, -4096, 8192},
	{"end,4096", true, 0, 4096},
	{"1<<39,4096", false, 1ll << 39, 4096},
};

/* The same for a region that does not exist. */
static const struct place outside[] = {{"0,4096", false, 0, 4096}};

static off_t place_offset(const struct region *region, const struct place *place, uint64_t unit)
{
	uint64_t end = (region->size + unit - 1) & ~(unit - 1);

	return (off_t)(region->offset + (place->from_end ? end : 0) + (uint64_t)place->offset);
}

static void access_fact(const char *region, const char *operation, const struct place *place,
			long long ret)
{
	cleanup_free char *outcome = result_text(ret < 0 ? -errno : ret);

	fact("%s.%s(%s)=%s", region, operation, place->name, outcome);
}

static void read_facts(struct dut *dut, const struct region *region, const char *name,
		       const struct place *places, size_t count)
{
	char data[4096];

	for (size_t i = 0; i < count; i++)
		access_fact(name, "read", &places[i],
			    pread(dut->vfio.device, data, places[i].len,
				  place_offset(region, &places[i], 1)));
}

static void write_facts(struct dut *dut, const struct region *region, const char *name,
			const struct place *places, size_t count)
{
	char data[4096] = {0};

	for (size_t i = 0; i < count; i++)
		access_fact(name, "write", &places[i],
			    pwrite(dut->vfio.device, data, places[i].len,
				   place_offset(region, &places[i], 1)));
}

static void map_facts(struct dut *dut, const struct region *region, const char *name,
		      const struct place *places, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		void *map = mmap(NULL, places[i].len, PROT_READ, MAP_SHARED, dut->vfio.device,
				 place_offset(region, &places[i], 4096));

		access_fact(name, "mmap", &places[i], map == MAP_FAILED ? -1 : 0);
		if (map != MAP_FAILED)
			munmap(map, places[i].len);
	}
}

static void beyond_facts(struct dut *dut, unsigned int index)
{
	cleanup_free char *name = region_name(index);
	/* vfio-pci's layout of the regions. */
	struct region region = {.offset = (uint64_t)index << 40};

	region_info(dut, index, &region);
	if (region.size) {
		read_facts(dut, &region, name, reads, ARRAY_SIZE(reads));
		write_facts(dut, &region, name, writes, ARRAY_SIZE(writes));
		map_facts(dut, &region, name, maps, ARRAY_SIZE(maps));
		return;
	}
	read_facts(dut, &region, name, outside, ARRAY_SIZE(outside));
	write_facts(dut, &region, name, outside, ARRAY_SIZE(outside));
	map_facts(dut, &region, name, outside, ARRAY_SIZE(outside));
}

SCENARIO(access_outside_regions, "",
	 "facts: results of reads, writes and maps beyond the regions and outside of all regions")
{
	struct vfio_device_info info;

	ASSERT_OK(dut_info(dut, &info));
	for (unsigned int i = 0; i <= info.num_regions; i++)
		beyond_facts(dut, i);
	PASS();
}

/* A container file has no content: that depends on the IOMMU driver, and no x86 driver has any. */
SCENARIO(container_file_access, "first container",
	 "facts: results of read, write and mmap on a container")
{
	const int container = dut->vfio.container;
	char byte = 0;
	void *map = mmap(NULL, 4096, PROT_READ, MAP_SHARED, container, 0);
	cleanup_free char *mapped = result_text(map == MAP_FAILED ? -errno : 0);
	cleanup_free char *got = result_text(read(container, &byte, 1) < 0 ? -errno : 1);
	cleanup_free char *put = result_text(write(container, &byte, 1) < 0 ? -errno : 1);

	fact("container.mmap=%s", mapped);
	fact("container.read=%s", got);
	fact("container.write=%s", put);
	ASSERT_THAT(map == MAP_FAILED, "a container can be mapped");
	PASS();
}

/* Skip functions and entries of other devices, whose names are addresses. */
static void folder_facts(const char *kind, const char *path, const char *prefix)
{
	cleanup_list struct list names = {0};

	folder_names(path, &names);
	for (size_t i = 0; i < names.count; i++) {
		cleanup_free char *entry = folder_entry(path, names.items[i]);

		if (!pci_is_address(names.items[i]))
			fact("%s[%s%s]=%s", kind, prefix, names.items[i], entry);
	}
}

SCENARIO(sysfs_attributes, "",
	 "facts: the device's sysfs attributes, with modes and binary sizes, and its nodes in /dev")
{
	cleanup_free char *device = text("/sys/bus/pci/devices/%s", dut->address);
	cleanup_free char *power = text("%s/power", device);
	cleanup_free char *group = text("%d", pci_group(dut->address));
	cleanup_free char *container_node = folder_entry("/dev/vfio", "vfio");
	cleanup_free char *group_node = folder_entry("/dev/vfio", group);

	folder_facts("sysfs", device, "");
	folder_facts("sysfs", power, "power/");
	fact("dev[vfio/vfio]=%s", container_node);
	fact("dev[vfio/GROUP]=%s", group_node);
	PASS();
}
