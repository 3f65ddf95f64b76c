// SPDX-License-Identifier: GPL-2.0-only
/* migration: DMA logging, against the pages that the device really wrote. */
#include "scenarios/migration/dma-log.h"

#include "scenarios/lib/dut/model-fault.h"
#include "scenarios/lib/vfio/iommu.h"

#include <string.h>

#define DMA NEEDED " dma"

SCENARIO(log_has_pages_written, DMA,
	 "the log has the pages that the device wrote since the last report, and no other")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	static const unsigned int pages[] = {0, 3, 4, 9, 63, 64, 99};
	cleanup_logged struct logged logged = {0};
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 100, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	for (unsigned int round = 0; round < 2; round++) {
		for (size_t i = round; i < ARRAY_SIZE(pages); i += 2)
			ASSERT_OK(logged_write(&logged, pages[i]));
		ASSERT_CHECK(check_logged(&logged, &too_many));
		ASSERT_NUMBER(0, too_many);
	}
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_NUMBER(0, too_many);
	ASSERT_OK(log_stop(dut));
	PASS();
}

SCENARIO(log_has_many_pages, DMA,
	 "no page is missing in a log of more pages than the device "
	 "reports at once")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 300, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	for (unsigned int i = 0; i < logged.pages; i += 2)
		ASSERT_OK(logged_write(&logged, i));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_NUMBER(0, too_many);
	PASS();
}

/* "During querying the log is cleared for the IOVA range": for no other. */
SCENARIO(log_report_clears_its_range, DMA,
	 "a report of part of the range leaves the rest of the log as it is")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 96, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	for (unsigned int i = 0; i < logged.pages; i += 5)
		ASSERT_OK(logged_write(&logged, i));
	ASSERT_CHECK(check_logged_of(&logged, 31, 7, &too_many));
	ASSERT_NUMBER(0, too_many);
	ASSERT_CHECK(check_logged_of(&logged, 31, 7, &too_many));
	ASSERT_NUMBER(0, too_many);
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_NUMBER(0, too_many);
	PASS();
}

/* "The LOGGING_REPORT will only set bits in the bitmap and never clear". */
SCENARIO(log_report_only_sets_bits, DMA, "a report keeps the bits that are set in the bitmap")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	uint64_t bitmap = 0xf000000000000f00;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 64, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	ASSERT_OK(logged_write(&logged, 1));
	ASSERT_OK(log_report(dut, logged.dma.iova, logged.dma.len, VENDOR_PAGE, &bitmap));
	ASSERT_HEX(0xf000000000000f02, bitmap);
	PASS();
}

/* The bitmap's pages are pinned one batch after the other. */
SCENARIO(log_bitmap_across_pages, DMA, "a bitmap may lie across the end of a page")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	cleanup_memory struct memory memory = {0};
	uint64_t *bitmap;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(memory_take(3 * 4096, 0, &memory));
	bitmap = (uint64_t *)(memory.at + 4096 - 8);
	ASSERT_OK(logged_alloc(dut, 128, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	ASSERT_OK(logged_write(&logged, 63));
	ASSERT_OK(logged_write(&logged, 64));
	ASSERT_OK(log_report(dut, logged.dma.iova, logged.dma.len, VENDOR_PAGE, bitmap));
	ASSERT_HEX(1ull << 63, bitmap[0]);
	ASSERT_HEX(1, bitmap[1]);
	ASSERT_HEX(0, bitmap[-1]);
	ASSERT_HEX(0, bitmap[2]);
	PASS();
}

static const struct {
	const char *name;
	uint64_t wanted, got;
} page_sizes[] = {
	{"1 byte", 1, 4096},	     {"2 KiB", 2048, 4096},    {"4 KiB", 4096, 4096},
	{"8 KiB", 8192, 8192},	     {"64 KiB", 65536, 65536}, {"2 MiB", 2 << 20, 2 << 20},
	{"4 MiB", 4 << 20, 2 << 20},
};

/* "it's the driver choice which page size to pick based on its support". */
SCENARIO_TABLE(log_by_page_size, page_sizes, DMA,
	       "with any page size, the log has all pages that the device wrote")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	/* Ranges are aligned to the page size. */
	const log_range range = {0, 64 << 20};
	cleanup_logged struct logged logged = {0};
	uint64_t page_size = row->wanted;
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 40, &logged));
	ASSERT_OK(log_start(dut, &page_size, &range, 1));
	ASSERT_NUMBER(row->got, page_size);
	ASSERT_OK(logged_write(&logged, 0));
	ASSERT_OK(logged_write(&logged, 21));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	fact("log_too_many[%s]=%u", row->name, too_many);
	ASSERT_OK(log_stop(dut));
	PASS();
}

/* The bits of a report are pages of its own size. */
SCENARIO(log_reported_by_larger_pages, DMA,
	 "a report by larger pages than those of the log has each that the device wrote to")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	uint64_t bitmap = 0;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 128, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	ASSERT_OK(logged_write(&logged, 17));
	ASSERT_OK(logged_write(&logged, 127));
	ASSERT_OK(log_report(dut, logged.dma.iova, logged.dma.len, 65536, &bitmap));
	ASSERT_HEX(1 << 1 | 1 << 7, bitmap);
	PASS();
}

static enum greatest_test_res log_with_ranges(struct dut *dut, unsigned int count)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	log_range ranges[256] = {0};
	uint64_t page_size = VENDOR_PAGE;
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 2 * count, &logged));
	for (unsigned int i = 0; i < count; i++)
		ranges[count - 1 - i] =
			(log_range){logged.dma.iova + 2ull * i * VENDOR_PAGE, VENDOR_PAGE};
	ASSERT_OK(log_start(dut, &page_size, ranges, count));
	for (unsigned int i = 0; i < count; i += count > 16 ? 17 : 1)
		ASSERT_OK(logged_write(&logged, 2 * i));
	ASSERT_OK(logged_write(&logged, 2 * count - 2));
	ASSERT_OK(dut_dma(dut, logged.dma.iova + VENDOR_PAGE, logged.dma.iova, 4));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	fact("log_too_many=%u", too_many);
	PASS();
}

#define RANGES "no page that the device wrote in one of several ranges is missing in the log"

SCENARIO_VARIANT(log_of_3_ranges, DMA, RANGES, log_with_ranges, 3)
SCENARIO_VARIANT(log_of_8_ranges, DMA, RANGES, log_with_ranges, 8)
SCENARIO_VARIANT(log_of_9_ranges, DMA, RANGES, log_with_ranges, 9)
/* "guarantees to support by minimum num_ranges that fit into a single kernel page" */
SCENARIO_VARIANT(log_of_256_ranges, DMA, RANGES, log_with_ranges, 256)

/* vfio_combine_iova_ranges() may only fill the smallest gaps. */
SCENARIO(log_joins_nearest_ranges, DMA,
	 "of more ranges than the device has, those that are nearest are joined: pages of a wide "
	 "gap "
	 "are not logged")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	log_range ranges[VENDOR_LOG_RANGES + 1];
	uint64_t page_size = VENDOR_PAGE;
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 64, &logged));
	for (unsigned int i = 0; i < ARRAY_SIZE(ranges); i++)
		ranges[i] = (log_range){logged.dma.iova + 2ull * i * VENDOR_PAGE, VENDOR_PAGE};
	ranges[ARRAY_SIZE(ranges) - 1].iova = logged.dma.iova + 60ull * VENDOR_PAGE;
	ASSERT_OK(log_start(dut, &page_size, ranges, ARRAY_SIZE(ranges)));
	ASSERT_OK(logged_write(&logged, 4));
	ASSERT_OK(logged_write(&logged, 60));
	ASSERT_OK(dut_dma(dut, logged.dma.iova + 40ull * VENDOR_PAGE, logged.dma.iova, 4));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_NUMBER(0, too_many);
	PASS();
}

SCENARIO(log_overflow_reports_all, DMA,
	 "after the device's log was full every page is reported, and then the log is exact again")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	cleanup_faults struct dut *faulty = dut;
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 80, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	ASSERT_CHECK(fault_arm(faulty, "migration-log-overflow count=1"));
	ASSERT_OK(logged_write(&logged, 70));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_NUMBER(79, too_many);
	ASSERT_OK(logged_write(&logged, 7));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_NUMBER(0, too_many);
	PASS();
}

SCENARIO(log_larger_than_device_has, DMA,
	 "no page is missing if the device writes more pages than its log has room for",
	 .deadline_ms = 10000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 1100, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	ASSERT_OK(bar_write32(dut, 0, VENDOR_RING, (uint32_t)logged.dma.iova));
	ASSERT_OK(bar_write32(dut, 0, VENDOR_RING_PAGES, logged.pages));
	ASSERT_OK(bar_write32(dut, 0, VENDOR_KICK, logged.pages));
	memset(logged.written, 1, logged.pages);
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_OK(logged_write(&logged, 1099));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_NUMBER(0, too_many);
	PASS();
}

SCENARIO(log_outlives_mapping, DMA,
	 "pages that were written are in the log although they were unmapped meanwhile")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 16, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	for (unsigned int i = 0; i < 8; i++) {
		ASSERT_OK(logged_write(&logged, i));
		ASSERT_OK(iommu_unmap(dut, logged.dma.iova, logged.dma.len, NULL));
		ASSERT_OK(iommu_map(dut, logged.dma.at, logged.dma.iova, logged.dma.len, MAP_RW));
		ASSERT_OK(logged_write(&logged, 15 - i));
		ASSERT_CHECK(check_logged(&logged, &too_many));
		ASSERT_NUMBER(0, too_many);
	}
	PASS();
}

/* Logging "is not connected to VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE". */
SCENARIO(log_independent_of_state, DMA,
	 "the log is kept, and can be read, in every state that the device gets to without a reset")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	static const enum mig states[] = {MIG_PRE_COPY, MIG_PRE_COPY_P2P, MIG_STOP_COPY,
					  MIG_STOP,	MIG_RUNNING_P2P,  MIG_RUNNING};
	cleanup_logged struct logged logged = {0};
	unsigned int too_many;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 16, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	for (size_t i = 0; i < ARRAY_SIZE(states); i++) {
		ASSERT_OK(mig_set(dut, MIG_RUNNING, NULL));
		ASSERT_OK(logged_write(&logged, (unsigned int)i));
		ASSERT_OK(mig_set(dut, states[i], NULL));
		ASSERT_CHECK(check_logged(&logged, &too_many));
		ASSERT_NUMBER(0, too_many);
	}
	PASS();
}
