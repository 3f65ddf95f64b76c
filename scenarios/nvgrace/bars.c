// SPDX-License-Identifier: GPL-2.0-only
/* nvgrace: the BARs that the driver makes up: what VFIO reports of them, and their registers. */
#include "scenarios/nvgrace/nvgrace.h"

#include "scenarios/lib/config/config-space.h"
#include "scenarios/lib/vfio/ioeventfd.h"

#include <string.h>

#define FLAGS (PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH)
#define ALL                                                                                        \
	(VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE | VFIO_REGION_INFO_FLAG_MMAP |   \
	 VFIO_REGION_INFO_FLAG_CAPS)

static unsigned int register_of(unsigned int bar)
{
	return PCI_BASE_ADDRESS_0 + 4 * bar;
}

/* The user of a fake BAR leaves its address there. */
static void clear_bars(struct dut **dut)
{
	for (unsigned int bar = RESERVED_BAR; bar < BARS; bar++)
		config_write32(*dut, register_of(bar), 0);
}
#define cleanup_bars __attribute__((cleanup(clear_bars)))

SCENARIO(memory_is_reported_as_bars, NEEDED,
	 "each part of the memory is a BAR of a power of two, of which the memory can be mapped")
{
	const struct gpu *gpu = gpu_of(dut);
	struct region bar;

	ASSERT_THAT(gpu, "%s is not in scenarios/nvgrace/nvgrace.c", dut->name);
	for (size_t i = 0; i < ARRAY_SIZE(gpu->parts); i++) {
		const struct gpu_part *part = &gpu->parts[i];

		ASSERT_OK(region_info(dut, part->bar, &bar));
		ASSERT_HEX(part->bar_size, bar.size);
		ASSERT_HEX(part->size ? ALL : 0, bar.flags);
		ASSERT_NUMBER(part->size ? 1 : 0, bar.sparse);
		ASSERT_HEX(0, part->size ? bar.areas[0].offset : 0);
		ASSERT_HEX(part->size, part->size ? bar.areas[0].size : 0);
	}
	PASS();
}

static uint64_t read_bar(struct dut *dut, unsigned int bar)
{
	return config_read32(dut, register_of(bar)) |
	       (uint64_t)config_read32(dut, register_of(bar) + 4) << 32;
}

static const char *check_sized(struct dut *dut, const struct gpu_part *part,
			       const struct region *bar)
{
	static const uint64_t addresses[] = {UINT64_MAX, 0, 0x123456789abcdef0ull, 1ull << 40};

	for (size_t i = 0; i < ARRAY_SIZE(addresses); i++) {
		const uint64_t expected = (addresses[i] & ~(bar->size - 1)) | FLAGS;

		config_write32(dut, register_of(part->bar), (uint32_t)addresses[i]);
		config_write32(dut, register_of(part->bar) + 4, (uint32_t)(addresses[i] >> 32));
		if (read_bar(dut, part->bar) != expected)
			return text("0x%llx was written: expected 0x%llx, got 0x%llx",
				    (unsigned long long)addresses[i], (unsigned long long)expected,
				    (unsigned long long)read_bar(dut, part->bar));
	}
	return NULL;
}

SCENARIO(bars_are_sized_and_placed, NEEDED,
	 "the BAR's registers show its size when all bits are written, and keep an address")
{
	cleanup_bars struct dut *used = dut;

	ASSERT_CHECK(gpu_check_parts(used, check_sized));
	PASS();
}

static const char *check_bytewise(struct dut *dut, const struct gpu_part *part,
				  const struct region *bar)
{
	const uint64_t expected = (UINT64_MAX & ~(bar->size - 1)) | FLAGS;
	const unsigned int at = register_of(part->bar);
	uint64_t value = 0;
	uint8_t byte;

	for (unsigned int i = 0; i < sizeof(value); i++)
		config_write8(dut, at + i, 0xff);
	for (unsigned int i = 0; i < sizeof(value); i++) {
		byte = config_read8(dut, at + i);
		memcpy((uint8_t *)&value + i, &byte, 1);
	}
	if (value != expected)
		return text("by bytes: expected 0x%llx, got 0x%llx", (unsigned long long)expected,
			    (unsigned long long)value);
	config_write16(dut, at + 4, 0x5aa5);
	value = (uint64_t)config_read16(dut, at + 6) << 16 | config_read16(dut, at + 4);
	return value == 0xffff5aa5 ? NULL
				   : text("by 16 bits: expected 0xffff5aa5, got 0x%llx",
					  (unsigned long long)value);
}

SCENARIO(bar_registers_take_any_width, NEEDED,
	 "the BAR's registers can be accessed by 8 and 16 bits as by 32")
{
	cleanup_bars struct dut *used = dut;

	ASSERT_CHECK(gpu_check_parts(used, check_bytewise));
	PASS();
}

static const char *check_reset_clears(struct dut *dut, const struct gpu_part *part,
				      const struct region *bar)
{
	int err;

	config_write32(dut, register_of(part->bar), (uint32_t)bar->size);
	config_write32(dut, register_of(part->bar) + 4, 1);
	err = dut_reset(dut);
	if (err)
		return text("reset: %s", error_name(err));
	return read_bar(dut, part->bar) == FLAGS
		       ? NULL
		       : text("0x%llx is left", (unsigned long long)read_bar(dut, part->bar));
}

SCENARIO(reset_clears_bars, NEEDED " reset", "a reset clears the address in the BAR's registers")
{
	cleanup_bars struct dut *used = dut;

	ASSERT_CHECK(gpu_check_parts(used, check_reset_clears));
	PASS();
}

/* The registers of BARs that are not there. */
SCENARIO(bars_without_memory_read_zero, NEEDED,
	 "the registers of a BAR without memory read 0 and ignore writes")
{
	const struct gpu *gpu = gpu_of(dut);

	for (size_t i = 0; gpu && i < ARRAY_SIZE(gpu->parts); i++) {
		const unsigned int bar = gpu->parts[i].bar;

		if (gpu->parts[i].size)
			continue;
		ASSERT_OK(config_write32(dut, register_of(bar), UINT32_MAX));
		ASSERT_OK(config_write32(dut, register_of(bar) + 4, UINT32_MAX));
		ASSERT_HEX(0, read_bar(dut, bar));
	}
	PASS();
}

SCENARIO(header_reads_the_same_at_once, NEEDED,
	 "a read of the whole header shows the same BARs as reads of single registers")
{
	uint8_t header[PCI_STD_HEADER_SIZEOF];
	uint32_t word;

	ASSERT_NUMBER(sizeof(header), config_pread(dut, 0, header, sizeof(header)));
	for (unsigned int bar = 0; bar < BARS; bar++) {
		memcpy(&word, header + register_of(bar), sizeof(word));
		ASSERT_THAT(word == config_read32(dut, register_of(bar)),
			    "BAR%u is 0x%x alone, and 0x%x in the header", bar,
			    config_read32(dut, register_of(bar)), word);
	}
	PASS();
}

/* BAR1, the upper half of BAR0, and the lower half of BAR2: as much as one write wrote. */
SCENARIO(write_into_bars_reports_what_it_wrote, NEEDED,
	 "a write that begins before a BAR's registers writes the first bytes if it is short")
{
	cleanup_bars struct dut *used = dut;
	const uint32_t before = config_read32(dut, PCI_BASE_ADDRESS_1);
	const uint32_t words[] = {0x12, 0x34000000};
	uint32_t got;
	ssize_t done;

	done = config_pwrite(used, PCI_BASE_ADDRESS_1, words, sizeof(words));
	got = config_read32(dut, PCI_BASE_ADDRESS_1);
	config_write32(dut, PCI_BASE_ADDRESS_1, before);
	ASSERT_THAT(done >= 4, "the write returned %zd", done);
	ASSERT_HEX(words[0], got);
	PASS();
}

SCENARIO(ioeventfd_refused, NEEDED,
	 "an ioeventfd for memory, which no device reads, is refused with ENOTTY")
{
	const struct gpu *gpu = gpu_of(dut);
	cleanup_close int event = event_open();
	struct region bar;
	struct ioeventfd write = {.region = &bar, .size = 4};

	if (!gpu || !gpu->parts[1].size)
		PASS();
	ASSERT_OK(region_info(dut, USABLE_BAR, &bar));
	ASSERT_ERRNO(ENOTTY, ioeventfd_set(dut, &write, event));
	PASS();
}
