// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmap: regions as described by VFIO_DEVICE_GET_REGION_INFO, accessed with pread and pwrite, and
 * mapped (include/uapi/linux/vfio.h).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/msix-table.h"

#include <sys/mman.h>

#define PAGE	   4096ull
#define MAPPABLE   VFIO_REGION_INFO_FLAG_MMAP
#define READ_WRITE (VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE)

static uint64_t whole_pages(uint64_t size)
{
	return (size + PAGE - 1) & ~(PAGE - 1);
}

SCENARIO(bar_region_sizes_match_pci_core, "",
	 "the size of each BAR region matches the PCI core, and the region can be read and written")
{
	struct region bar;

	for (unsigned int i = 0; i < BARS; i++) {
		uint64_t size = bar_resource_size(dut->address, i);

		ASSERT_OK(region_info(dut, i, &bar));
		ASSERT_THAT(bar.size == size,
			    "BAR %u: expected a region of 0x%llx bytes, got 0x%llx", i,
			    (unsigned long long)size, (unsigned long long)bar.size);
		ASSERT_THAT((bar.flags & READ_WRITE) == (size ? READ_WRITE : 0),
			    "BAR %u of 0x%llx bytes: unexpected flags 0x%x", i,
			    (unsigned long long)size, bar.flags);
		if (size)
			fact("region[%u].flags=0x%x", i, bar.flags);
	}
	PASS();
}

/* "offset: region offset from start of device fd"; no byte is in two regions. */
SCENARIO(regions_do_not_overlap, "", "no two regions overlap in the device file")
{
	struct region regions[VFIO_PCI_NUM_REGIONS];

	for (unsigned int i = 0; i < ARRAY_SIZE(regions); i++) {
		if (region_info(dut, i, &regions[i]))
			regions[i] = (struct region){.index = i};
		for (unsigned int j = 0; j < i && regions[i].size; j++)
			ASSERT_THAT(regions[j].offset + regions[j].size <= regions[i].offset ||
					    regions[i].offset + regions[i].size <=
						    regions[j].offset,
				    "regions %u and %u overlap", j, i);
	}
	PASS();
}

SCENARIO(unknown_region_index_refused, "",
	 "a region index that the device lacks is refused with EINVAL")
{
	struct vfio_device_info info;
	struct region region;

	ASSERT_OK(dut_info(dut, &info));
	fact("regions=%u", info.num_regions);
	ASSERT_ERRNO(EINVAL, region_info(dut, info.num_regions, &region));
	PASS();
}

SCENARIO(pread_ends_with_bar, "bar=mem",
	 "the last word of each BAR can be read, and nothing beyond it")
{
	struct region bar;
	uint32_t word, across[2];
	ssize_t got;

	for (unsigned int i = 0; i < BARS; i++) {
		ASSERT_OK(region_info(dut, i, &bar));
		if (bar.size < sizeof(word))
			continue;
		got = region_read(dut, &bar, bar.size - sizeof(word), &word, sizeof(word));
		ASSERT_THAT(got == sizeof(word), "BAR %u: the last word of its 0x%llx bytes: %s", i,
			    (unsigned long long)bar.size,
			    got < 0 ? error_name(got) : "read in part");
		got = region_read(dut, &bar, bar.size - sizeof(word), across, sizeof(across));
		ASSERT_THAT(got == sizeof(word), "BAR %u: %zu bytes from its last word on: %s", i,
			    sizeof(across), got < 0 ? error_name(got) : "read beyond it");
		ASSERT_THAT(region_read(dut, &bar, bar.size, &word, sizeof(word)) <= 0,
			    "BAR %u can be read beyond its 0x%llx bytes", i,
			    (unsigned long long)bar.size);
	}
	PASS();
}

SCENARIO(whole_bar_mapped, "bar=mmap",
	 "each BAR declared mappable can be mapped as a whole and accessed up to both ends")
{
	struct region bar;

	for (unsigned int i = 0; i < BARS; i++) {
		cleanup_mapping struct mapping map = {NULL, 0};

		ASSERT_OK(region_info(dut, i, &bar));
		if (!(bar.flags & MAPPABLE) || bar.sparse)
			continue;
		ASSERT_OK(region_map(dut, &bar, 0, whole_pages(bar.size), &map));
		ASSERT_OK(map_touch(&map, 0));
		ASSERT_OK(map_touch(&map, bar.size - 1));
	}
	PASS();
}

SCENARIO(map_beyond_bar_refused, "bar=mmap",
	 "a mapping that reaches beyond the end of its BAR is refused with EINVAL")
{
	struct region bar;

	for (unsigned int i = 0; i < BARS; i++) {
		cleanup_mapping struct mapping map = {NULL, 0};
		uint64_t size = whole_pages(bar_resource_size(dut->address, i));

		ASSERT_OK(region_info(dut, i, &bar));
		if (!(bar.flags & MAPPABLE))
			continue;
		ASSERT_ERRNO(EINVAL, region_map(dut, &bar, size, PAGE, &map));
		ASSERT_ERRNO(EINVAL, region_map(dut, &bar, 0, size + PAGE, &map));
		ASSERT_ERRNO(EINVAL, region_map(dut, &bar, size - PAGE, 2 * PAGE, &map));
	}
	PASS();
}

SCENARIO(unmappable_region_refused, "",
	 "a region not declared mappable, such as config space, cannot be mapped")
{
	struct region region;

	for (unsigned int i = 0; i < VFIO_PCI_NUM_REGIONS; i++) {
		cleanup_mapping struct mapping map = {NULL, 0};

		if (region_info(dut, i, &region) || !region.size || region.flags & MAPPABLE)
			continue;
		ASSERT_ERRNO(EINVAL, region_map(dut, &region, 0, PAGE, &map));
	}
	PASS();
}

SCENARIO(private_map_refused, "bar=mmap", "a private mapping of a BAR is refused with EINVAL")
{
	struct region bar;

	for (unsigned int i = 0; i < BARS; i++) {
		void *at;

		ASSERT_OK(region_info(dut, i, &bar));
		if (!(bar.flags & MAPPABLE))
			continue;
		at = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, dut->vfio.device, (off_t)bar.offset);
		ASSERT_THAT(at == MAP_FAILED && errno == EINVAL,
			    "BAR %u: a private mapping is not refused with EINVAL", i);
	}
	PASS();
}

/* None of these devices changes the first word of a BAR when it is read. */
SCENARIO(map_and_pread_read_the_same, "bar=mmap",
	 "the first word of each BAR reads the same through a mapping and through pread")
{
	struct region bar;
	uint32_t word;

	for (unsigned int i = 0; i < BARS; i++) {
		cleanup_mapping struct mapping map = {NULL, 0};

		ASSERT_OK(region_info(dut, i, &bar));
		if (!(bar.flags & MAPPABLE) || msix_table_end(dut, &bar))
			continue;
		ASSERT_OK(region_map(dut, &bar, 0, PAGE, &map));
		ASSERT_OK(bar_read32(dut, i, 0, &word));
		ASSERT_HEX(word, map_read32(&map, 0));
	}
	PASS();
}

/* Write through the map and read with pread, then the other way round. */
static enum greatest_test_res both_ways(struct dut *dut, const struct region *bar, uint64_t offset,
					uint32_t mask)
{
	static const uint32_t patterns[] = {0x01234567, 0xfedcba98, 0};
	cleanup_mapping struct mapping map = {NULL, 0};
	uint64_t page = offset & ~(PAGE - 1);
	uint32_t word;

	ASSERT_OK(region_map(dut, bar, page, PAGE, &map));
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		map_write32(&map, offset - page, patterns[i] & mask);
		ASSERT_OK(bar_read32(dut, bar->index, offset, &word));
		ASSERT_HEX(patterns[i] & mask, word & mask);
	}
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		ASSERT_OK(bar_write32(dut, bar->index, offset, patterns[i] & mask));
		ASSERT_HEX(patterns[i] & mask, map_read32(&map, offset - page) & mask);
	}
	PASS();
}

SCENARIO(map_and_pread_write_the_same, "scratch bar=mmap",
	 "a write through a mapping is seen by pread, and vice versa, at both ends of the BAR")
{
	const struct dut_scratch *scratch = &dut->driver->scratch;
	const uint32_t mask = scratch_mask(scratch);
	struct region bar;
	uint64_t end;

	ASSERT_OK(region_info(dut, scratch->bar, &bar));
	end = scratch->len == DUT_WHOLE_BAR ? bar.size : scratch->offset + scratch->len;
	ASSERT_HEX(MAPPABLE, bar.flags & MAPPABLE);
	CHECK_CALL(both_ways(dut, &bar, scratch->offset, mask));
	CHECK_CALL(both_ways(dut, &bar, end - sizeof(uint32_t), mask));
	PASS();
}

/* From 6.13 on, such mappings may use huge pages; an odd start prevents their alignment. */
SCENARIO(large_bar_map_and_pread_agree, "scratch bar=large",
	 "a 1 GiB BAR reads the same through one large mapping and through pread at any offset")
{
	static const uint64_t skips[] = {0, PAGE, (2ull << 20) - PAGE};
	const unsigned int index = dut->driver->scratch.bar;
	struct region bar;
	uint32_t word;

	ASSERT_OK(region_info(dut, index, &bar));
	for (size_t i = 0; i < ARRAY_SIZE(skips); i++) {
		cleanup_mapping struct mapping map = {NULL, 0};
		const uint64_t places[] = {skips[i], bar.size / 2, bar.size - PAGE};

		ASSERT_OK(region_map(dut, &bar, skips[i], bar.size - skips[i], &map));
		for (size_t n = 0; n < ARRAY_SIZE(places); n++) {
			const uint32_t value = 0xabcd0000u | (uint32_t)(i << 8 | n);

			map_write32(&map, places[n] - skips[i], value);
			ASSERT_OK(bar_read32(dut, index, places[n], &word));
			ASSERT_HEX(value, word);
		}
	}
	PASS();
}

/* Find the first word of a BAR that both a map and pread show: its BAR, and *AT in it. */
static bool find_word(struct dut *dut, struct region *bar, uint64_t *at)
{
	for (unsigned int i = 0; i < BARS; i++) {
		if (region_info(dut, i, bar) || !(bar->flags & MAPPABLE))
			continue;
		*at = msix_table_end(dut, bar);
		if (*at < bar->size)
			return true;
	}
	return false;
}

/*
 * Since 5.8 (CVE-2020-12888): an access with memory disabled must not reach the bus. Not for VFs,
 * whose memory this bit does not control (SR-IOV 1.1, 3.4.1.3).
 */
SCENARIO(memory_off_map_raises_sigbus, "bar=mmap !vf",
	 "with memory off in COMMAND, a mapping raises SIGBUS and pread fails with EIO; both "
	 "recover")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;
	uint64_t at, in_page;
	uint32_t word;

	if (!find_word(dut, &bar, &at))
		SKIPm("the MSI-X table fills each BAR that can be mapped");
	in_page = at & (PAGE - 1);
	ASSERT_OK(region_map(dut, &bar, at - in_page, PAGE, &map));
	ASSERT_OK(map_touch(&map, in_page));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value & ~PCI_COMMAND_MEMORY));
	ASSERT_ERRNO(EFAULT, map_touch(&map, in_page));
	ASSERT_ERRNO(EIO, bar_read32(dut, bar.index, at, &word));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	ASSERT_OK(map_touch(&map, in_page));
	ASSERT_OK(bar_read32(dut, bar.index, at, &word));
	PASS();
}

/*
 * With VFIO_REGION_INFO_CAP_MSIX_MAPPABLE the region with the MSI-X table can be mapped as a whole.
 * Without it the table's page must be excluded.
 */
SCENARIO(msix_table_page_mapped_if_declared, "irq=msix",
	 "the page of the MSI-X table can be mapped only if that is declared")
{
	unsigned int cap = config_capability(dut, PCI_CAP_ID_MSIX);
	uint32_t table = config_read32(dut, cap + PCI_MSIX_TABLE);
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;
	bool declared;
	int err;

	ASSERT_OK(region_info(dut, table & PCI_MSIX_TABLE_BIR, &bar));
	declared = bar.flags & MAPPABLE && bar.msix_mappable;
	err = region_map(dut, &bar, table & PCI_MSIX_TABLE_OFFSET & ~(PAGE - 1), PAGE, &map);
	fact("msix_table=%s", declared ? "mappable" : bar.sparse ? "left out" : "not mappable");
	ASSERT_THAT(declared == !err, "the table's page is declared %smappable, mapping it: %s",
		    declared ? "" : "not ", err ? error_name(err) : "no error");
	PASS();
}

/* VFIO owns the table: user accesses to it have no effect. */
SCENARIO(msix_table_hidden_from_pread, "irq=msix", "the MSI-X table cannot be read with pread")
{
	unsigned int cap = config_capability(dut, PCI_CAP_ID_MSIX);
	uint32_t table = config_read32(dut, cap + PCI_MSIX_TABLE);
	uint32_t word;

	ASSERT_OK(
		bar_read32(dut, table & PCI_MSIX_TABLE_BIR, table & PCI_MSIX_TABLE_OFFSET, &word));
	ASSERT_HEX(UINT32_MAX, word);
	PASS();
}
