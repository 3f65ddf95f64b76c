// SPDX-License-Identifier: GPL-2.0-only
/* migration: the requests of DMA logging: what is refused, and when logging begins and ends. */
#include "scenarios/migration/dma-log.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/vfio/iommu.h"

#include <string.h>
#include <sys/mman.h>

#define DMA NEEDED " dma"

static const log_range one[] = {{0x100000, 0x10000}};
static const log_range overlapping[] = {{0x100000, 0x10000}, {0x108000, 0x10000}};
static const log_range unaligned[] = {{0x100800, 0x10000}};
static const log_range partial[] = {{0x100000, 0x10800}};
static const log_range wrapping[] = {{UINT64_MAX - 0xfff, 0x2000}};
static const log_range empty[] = {{0x100000, 0}};
static const log_range empty_at_0[] = {{0, 0}};
static const log_range many[257];

static const struct {
	const char *name;
	const log_range *ranges;
	uint32_t count;
	int error;
} bad_starts[] = {
	{"no range", one, 0, EINVAL},
	{"ranges that overlap", overlapping, 2, EINVAL},
	{"a range that is not aligned", unaligned, 1, EINVAL},
	{"a range of half a page", partial, 1, EINVAL},
	{"a range that wraps", wrapping, 1, EOVERFLOW},
	{"an empty range", empty, 1, EINVAL},
	{"an empty range at 0", empty_at_0, 1, EINVAL},
	{"ranges that cannot be read", (const log_range *)1, 1, EFAULT},
	{"too many ranges", many, 257, E2BIG},
};

SCENARIO_TABLE(log_start_malformed_refused, bad_starts, NEEDED " once",
	       "a malformed DMA_LOGGING_START is refused, and a good one works after it",
	       .deadline_ms = 10000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	uint64_t page_size = VENDOR_PAGE;
	uint64_t bitmap = 0;

	ASSERT_RESULT(row->error, log_start(dut, &page_size, row->ranges, row->count));
	ASSERT_ERRNO(EINVAL, log_report(dut, 0x100000, 0x10000, VENDOR_PAGE, &bitmap));
	page_size = VENDOR_PAGE;
	ASSERT_OK(log_start(dut, &page_size, one, 1));
	ASSERT_OK(log_report(dut, 0x100000, 0x10000, VENDOR_PAGE, &bitmap));
	ASSERT_OK(log_stop(dut));
	PASS();
}

/* A driver cannot reach a device in D3hot: what it is not asked for is refused before that. */
SCENARIO_TABLE(
	log_start_checked_before_device, bad_starts, NEEDED " pm once",
	"a malformed DMA_LOGGING_START is refused for its mistake, although the device could "
	"not start to log")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	uint64_t page_size = VENDOR_PAGE;
	int bad, good;

	ASSERT_OK(pmcsr_set(dut, PMCSR_D3HOT));
	bad = log_start(dut, &page_size, row->ranges, row->count);
	page_size = VENDOR_PAGE;
	good = log_start(dut, &page_size, one, 1);
	ASSERT_OK(pmcsr_set(dut, PMCSR_D0));
	/* The core leaves empty ranges to the driver. */
	ASSERT_RESULT(row->ranges == empty || row->ranges == empty_at_0 ? EIO : row->error, bad);
	ASSERT_ERRNO(EIO, good);
	PASS();
}

static const struct {
	const char *name;
	uint64_t iova, length, page_size;
	int error;
} bad_reports[] = {
	{"pages of 2 KiB", 0x100000, 0x10000, 2048, EINVAL},
	{"pages of no size", 0x100000, 0x10000, 0, EINVAL},
	{"pages of 12 KiB", 0x100000, 0x10000, 12288, EINVAL},
	{"a range that wraps", UINT64_MAX - 0xfff, 0x2000, 4096, EOVERFLOW},
	{"an empty range", 0x100000, 0, 4096, EINVAL},
};

SCENARIO_TABLE(log_report_malformed_refused, bad_reports, DMA " once",
	       "a malformed DMA_LOGGING_REPORT is refused, and costs no page of the log")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	unsigned int too_many;
	uint64_t bitmap[16] = {0};

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 16, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	ASSERT_OK(logged_write(&logged, 5));
	ASSERT_RESULT(row->error, log_report(dut, row->iova, row->length, row->page_size, bitmap));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_OK(log_stop(dut));
	PASS();
}

/* "If any error is returned userspace should assume that the dirty log is corrupted." */
SCENARIO(log_bitmap_not_writable_efault, DMA,
	 "a report to a bitmap that cannot be written fails: the pages must not be lost silently")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 16, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	ASSERT_OK(logged_write(&logged, 5));
	ASSERT_ERRNO(EFAULT, log_report(dut, logged.dma.iova, logged.dma.len, VENDOR_PAGE,
					(uint64_t *)4096));
	PASS();
}

/* "Another start is not allowed in the meantime." "If DMA logging is not enabled, an error". */
SCENARIO(log_started_once, DMA,
	 "a second start is refused and does not disturb the first; after a stop nothing is "
	 "reported, and a new log is empty")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	unsigned int too_many;
	uint64_t bitmap = 0;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 16, &logged));
	ASSERT_ERRNO(EINVAL, log_report(dut, logged.dma.iova, 4096, 4096, &bitmap));
	ASSERT_OK(log_stop(dut));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	ASSERT_OK(logged_write(&logged, 5));
	ASSERT_ERRNO(EINVAL, logged_start(&logged, VENDOR_PAGE));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_OK(logged_write(&logged, 6));
	ASSERT_OK(log_stop(dut));
	ASSERT_ERRNO(EINVAL, log_report(dut, logged.dma.iova, 4096, 4096, &bitmap));
	ASSERT_OK(log_stop(dut));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	logged.written[6] = 0;
	ASSERT_CHECK(check_logged(&logged, &too_many));
	ASSERT_NUMBER(0, too_many);
	PASS();
}

/* The answer, the page size, cannot be written: the user does not know that logging began. */
SCENARIO(log_start_without_answer_undone, NEEDED " once",
	 "a start whose answer cannot be written fails and is undone")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_dma_logging_control control;
	} call = {
		.feature = {.argsz = sizeof(call),
			    .flags = VFIO_DEVICE_FEATURE_SET |
				     VFIO_DEVICE_FEATURE_DMA_LOGGING_START},
		.control = {.page_size = 4096, .num_ranges = 1, .ranges = (uintptr_t)one},
	};
	cleanup_memory struct memory memory = {0};
	uint64_t page_size = VENDOR_PAGE;
	uint64_t bitmap = 0;

	ASSERT_OK(memory_take(4096, 0, &memory));
	memcpy(memory.at, &call, sizeof(call));
	ASSERT_OK(mprotect(memory.at, 4096, PROT_READ) ? -errno : 0);
	ASSERT_ERRNO(EFAULT, vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, memory.at));
	ASSERT_ERRNO(EINVAL, log_report(dut, 0x100000, 4096, 4096, &bitmap));
	ASSERT_OK(log_start(dut, &page_size, one, 1));
	PASS();
}

SCENARIO(log_ends_with_reset, DMA, "a reset ends logging: a report fails, and a start works")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_logged struct logged logged = {0};
	unsigned int too_many;
	uint64_t bitmap = 0;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(logged_alloc(dut, 16, &logged));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	ASSERT_OK(logged_write(&logged, 3));
	ASSERT_OK(dut_reset(dut));
	ASSERT_ERRNO(EINVAL, log_report(dut, logged.dma.iova, 4096, 4096, &bitmap));
	ASSERT_OK(logged_start(&logged, VENDOR_PAGE));
	logged.written[3] = 0;
	ASSERT_OK(logged_write(&logged, 4));
	ASSERT_CHECK(check_logged(&logged, &too_many));
	PASS();
}

SCENARIO_UNBOUND(log_ends_with_close, DMA,
		 "the next user of the device finds no log, and can start one")
{
	cleanup_release const char *address = dut->address;
	uint64_t page_size = VENDOR_PAGE;
	uint64_t bitmap = 0;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	for (int users = 0; users < 2; users++) {
		cleanup_user struct user user = USER_NONE;

		ASSERT_OK(user_open(&user, dut));
		ASSERT_ERRNO(EINVAL, log_report(&user.dut, 0x100000, 4096, 4096, &bitmap));
		ASSERT_OK(log_start(&user.dut, &page_size, one, 1));
	}
	PASS();
}
