// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/igd/igd-regions.h"

#include "scenarios/lib/scenario.h"

#include <string.h>

/* The fill value, which a read must not overwrite behind its data. */
#define NEVER 0xa5

int igd_region_count(struct dut *dut)
{
	struct vfio_device_info info;
	int err = dut_info(dut, &info);

	return err ? err : (int)info.num_regions;
}

int igd_find_region(struct dut *dut, uint32_t subtype, struct region *region)
{
	const int count = igd_region_count(dut);

	for (int i = VFIO_PCI_NUM_REGIONS; i < count; i++) {
		if (!region_info(dut, (unsigned int)i, region) && region->type == IGD_VENDOR_TYPE &&
		    region->subtype == subtype)
			return 0;
	}
	return -ENOENT;
}

/*
 * Read LEN bytes at OFFSET. Returns NULL if that returns the part of CONTENT (SIZE bytes) there, up
 * to its end, and leaves the rest of the buffer unchanged; or a message.
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

const char *check_igd_reads(struct dut *dut, const struct region *region, const uint8_t *content,
			    uint64_t at)
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

const char *check_igd_region_count(struct dut *dut, int expected)
{
	const int count = igd_region_count(dut);

	return count == expected ? NULL : text("expected %d regions, got %d", expected, count);
}
