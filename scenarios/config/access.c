// SPDX-License-Identifier: GPL-2.0-only
/*
 * config: accesses to VFIO_PCI_CONFIG_REGION_INDEX (include/uapi/linux/vfio.h) of any size at any
 * offset. The kernel splits them at capabilities and at the limits of the bus; users must not
 * notice.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/config-space.h"

#include <string.h>

#define NEAR 8u

/* Config space as returned by a single read. */
struct sight {
	struct region config;
	struct config_caps caps;
	uint8_t bytes[CONFIG_MAX];
};

static const struct {
	const char *name;
	size_t size;
} sizes[] = {
	{"bytes", 1}, {"words", 2}, {"3 bytes", 3}, {"double words", 4}, {"8 bytes", 8},
};

/* Read SIZE bytes at each offset from FIRST to before END. Returns NULL or the first difference. */
static const char *reads_differ(struct dut *dut, const struct sight *sight, size_t size,
				size_t first, size_t end)
{
	for (size_t at = first; at < end; at++) {
		uint8_t got[8] = {0};
		ssize_t done = region_read(dut, &sight->config, at, got, size);

		if (done != (ssize_t)size)
			return text("at 0x%zx: %s", at,
				    done < 0 ? error_name(done) : "read in part");
		if (memcmp(got, sight->bytes + at, size))
			return text("at 0x%zx: %s", at, check_bytes(sight->bytes + at, got, size));
	}
	return NULL;
}

/*
 * Beyond the first 256 bytes, errors are likely near the start of extended capabilities and at the
 * end; checking every offset would take a second.
 */
static const char *reads_of_size(struct dut *dut, const struct sight *sight, size_t size)
{
	const size_t end = sight->config.size - size + 1;
	const char *why = reads_differ(dut, sight, size, 0, end < 256 ? end : 256);

	for (size_t i = 0; i < sight->caps.count && !why; i++) {
		const struct config_cap *cap = &sight->caps.caps[i];

		if (cap->extended)
			why = reads_differ(dut, sight, size, cap->at - NEAR, cap->at + NEAR);
	}
	return why ? why : reads_differ(dut, sight, size, end - NEAR, end);
}

SCENARIO(reads_of_any_size, "",
	 "config reads of 1, 2, 3, 4 and 8 bytes at any alignment, and of the whole, return the "
	 "same bytes")
{
	struct sight sight = {0};
	const size_t total = config_size(dut);

	ASSERT_THAT(total == 256 || total == CONFIG_MAX, "config space has %zu bytes", total);
	ASSERT_CHECK(config_walk(dut, &sight.caps));
	ASSERT_OK(region_info(dut, VFIO_PCI_CONFIG_REGION_INDEX, &sight.config));
	ASSERT_NUMBER(total, region_read(dut, &sight.config, 0, sight.bytes, total));
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		const char *why = reads_of_size(dut, &sight, sizes[i].size);

		ASSERT_THAT(!why, "%s: %s", sizes[i].name, why);
	}
	PASS();
}

/*
 * CACHE_LINE_SIZE, LATENCY_TIMER and INTERRUPT_LINE have no effect in a PCI Express device or in
 * VFIO's copy.
 */
static enum greatest_test_res written_as_part(struct dut *dut, unsigned int reg, unsigned int start,
					      size_t size)
{
	const uint8_t was = config_read8(dut, reg);
	uint8_t before[8], after[8];

	ASSERT_NUMBER(size, config_pread(dut, start, before, size));
	before[reg - start] = (uint8_t)~was;
	ASSERT_NUMBER(size, config_pwrite(dut, start, before, size));
	ASSERT_NUMBER(size, config_pread(dut, start, after, size));
	ASSERT_OK(config_write8(dut, reg, was));
	ASSERT_BYTES(before, after, size);
	PASS();
}

SCENARIO_TABLE(writes_of_any_size, sizes, "",
	       "config writes of 1, 2, 3, 4 and 8 bytes change every register they cover")
{
	for (unsigned int first = 0; first < row->size; first++) {
		/* A capability may follow the header, such as VPD, whose flag changes by itself. */
		if (PCI_INTERRUPT_LINE - first + row->size > PCI_STD_HEADER_SIZEOF)
			continue;
		CHECK_CALL(written_as_part(dut, PCI_INTERRUPT_LINE, PCI_INTERRUPT_LINE - first,
					   row->size));
	}
	PASS();
}

/* Where an access starts, as a distance from the end of config space. */
static const struct {
	const char *name;
	int back;
	size_t len;
} edges[] = {
	{"a byte just behind it", 0, 1},
	{"a word across the end", 1, 2},
	{"a double word across the end", 2, 4},
	{"8 bytes across the end", 4, 8},
	{"a page across the end", 1, 4096},
	{"a double word a page behind it", -4096, 4},
	{"a double word 2 GiB behind it", -0x7fff0000, 4},
};

SCENARIO_TABLE(access_beyond_end, edges, "",
	       "config space can be read and written up to its end and no further")
{
	const unsigned int start = (unsigned int)((int)config_size(dut) - row->back);
	const ssize_t most = row->back > 0 ? row->back : 0;
	uint8_t data[4096] = {0};

	ASSERT_THAT(config_pread(dut, start, data, row->len) <= most,
		    "a read returned bytes beyond the end");
	ASSERT_THAT(config_pwrite(dut, start, data, row->len) <= most,
		    "a write accepted bytes beyond the end");
	PASS();
}

SCENARIO(zero_length_access, "", "a config access of zero length succeeds and does nothing")
{
	uint8_t byte = 0;

	ASSERT_NUMBER(0, config_pread(dut, PCI_VENDOR_ID, &byte, 0));
	ASSERT_NUMBER(0, config_pwrite(dut, PCI_VENDOR_ID, &byte, 0));
	PASS();
}

SCENARIO(unmapped_buffer_efault, "", "a config access with an unmapped buffer fails with EFAULT")
{
	ASSERT_NUMBER(-EFAULT, config_pread(dut, PCI_VENDOR_ID, NULL, 4));
	ASSERT_NUMBER(-EFAULT, config_pwrite(dut, PCI_INTERRUPT_LINE, NULL, 1));
	PASS();
}
