// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: IOMMU_IOAS_UNMAP (include/uapi/linux/iommufd.h): "Splitting or truncating ranges is not
 * allowed. The values 0 to U64_MAX will unmap everything." On return no device uses the memory, and
 * it is unpinned.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#define ALONE  "dma !group:2 mode=cdev"
#define MODEL  "driver=vfiolab_testdev !vf mode=cdev"
#define WINDOW 0x08000000ull

/* In pages, with 4 to 7, 8 to 11 and 16 to 19 mapped; the number of pages unmapped. */
static const struct {
	const char *name;
	unsigned int first, count;
	int error;
	unsigned int unmapped, left;
} unmaps[] = {
	{"one", 4, 4, 0, 4, 8},
	{"two neighbours", 4, 8, 0, 8, 4},
	{"all, with a hole", 0, 32, 0, 12, 0},
	{"the last, from the hole on", 13, 10, 0, 4, 8},
	{"the first half of one", 4, 2, ENOENT, 0, 12},
	{"the second half of one", 6, 2, ENOENT, 0, 12},
	{"the middle of one", 5, 2, ENOENT, 0, 12},
	{"half of one and all before it", 0, 6, ENOENT, 0, 12},
	{"the hole", 12, 4, ENOENT, 0, 12},
	{"nothing", 64, 4, ENOENT, 0, 12},
};

SCENARIO_TABLE(unmap_never_splits, unmaps, MODEL,
	       "an unmap takes whole mappings, returns their bytes, and fails with ENOENT for part "
	       "of one or none")
{
	static const unsigned int maps[] = {4, 8, 16};
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	uint64_t unmapped, left;
	int err;

	ASSERT_OK(memory_take(4 * IOMMU_PAGE, 0, &memory));
	for (size_t i = 0; i < ARRAY_SIZE(maps); i++)
		ASSERT_OK(iommufd_map_at(&ioas, memory.at, memory.len, IOAS_RW,
					 WINDOW + maps[i] * IOMMU_PAGE));
	err = iommufd_unmap(&ioas, WINDOW + row->first * IOMMU_PAGE, row->count * IOMMU_PAGE,
			    &unmapped);
	ASSERT_OK(iommufd_unmap(&ioas, 0, IOAS_ALL, &left));
	ASSERT_RESULT(row->error, err);
	ASSERT_NUMBER(row->unmapped * IOMMU_PAGE, unmapped);
	ASSERT_NUMBER(row->left * IOMMU_PAGE, left);
	PASS();
}

/* The uAPI does not say what becomes of the first mapping, which is whole. */
SCENARIO(unmap_of_one_and_a_half, MODEL,
	 "an unmap of a mapping and half of the next fails with ENOENT and keeps the next; fact: "
	 "what is left")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	uint64_t left;
	int err;

	ASSERT_OK(memory_take(4 * IOMMU_PAGE, 0, &memory));
	for (unsigned int i = 0; i < 2; i++)
		ASSERT_OK(iommufd_map_at(&ioas, memory.at, memory.len, IOAS_RW,
					 WINDOW + i * memory.len));
	err = iommufd_unmap(&ioas, WINDOW, memory.len + 2 * IOMMU_PAGE, NULL);
	ASSERT_OK(iommufd_unmap(&ioas, 0, IOAS_ALL, &left));
	fact("left=%llu", (unsigned long long)(left / IOMMU_PAGE));
	ASSERT_RESULT(ENOENT, err);
	ASSERT_THAT(left >= memory.len, "the second mapping is gone");
	PASS();
}

SCENARIO(unmap_all_of_empty_ioas, MODEL,
	 "unmapping everything returns all bytes, and 0 without an error if nothing is mapped")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	uint64_t unmapped;

	ASSERT_OK(memory_take(3 * IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommufd_map_at(&ioas, memory.at, IOMMU_PAGE, IOAS_RW, 0));
	ASSERT_OK(iommufd_map_at(&ioas, memory.at, memory.len, IOAS_RW, WINDOW));
	ASSERT_OK(iommufd_unmap(&ioas, 0, IOAS_ALL, &unmapped));
	ASSERT_NUMBER(4 * IOMMU_PAGE, unmapped);
	ASSERT_OK(iommufd_unmap(&ioas, 0, IOAS_ALL, &unmapped));
	ASSERT_NUMBER(0, unmapped);
	PASS();
}

SCENARIO(unmap_blocks_and_unpins, ALONE,
	 "after an unmap the device's access is blocked, and the memory is neither pinned nor "
	 "charged")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	cleanup_dma struct dma own = {0};
	long pinned, charged;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	ASSERT_OK(memory_take(4 * IOMMU_PAGE, 0, &memory));
	pinned = pages_pinned();
	charged = process_kib(0, "VmPin");
	ASSERT_OK(iommufd_map_at(&ioas, memory.at, memory.len, IOAS_RW, WINDOW));
	ASSERT_NUMBER(pinned + 4, pages_pinned());
	ASSERT_NUMBER(charged + 16, process_kib(0, "VmPin"));
	ASSERT_CHECK(check_dma_copies(dut, WINDOW, memory.at, own.iova, own.at, 64));
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, memory.len, NULL));
	ASSERT_NUMBER(pinned, pages_pinned());
	ASSERT_NUMBER(charged, process_kib(0, "VmPin"));
	memset(own.at, 0x77, 64);
	memset(memory.at, 0, 64);
	ASSERT_CHECK(check_dma_blocked(dut, WINDOW, own.iova));
	ASSERT_BYTES((uint8_t[64]){0}, memory.at, 64);
	PASS();
}

/* A thread that has the device write the same page again and again. */
struct page_writer {
	struct dut *dut;
	uint64_t from;
	atomic_uint done; /* copies */
	atomic_bool stop;
	atomic_bool failed; /* the last copy: the page was not mapped */
};

static void *write_on(void *arg)
{
	struct page_writer *writer = arg;

	while (!writer->stop && !writer->failed) {
		writer->failed = dut_dma(writer->dut, WINDOW, writer->from, 64) != 0;
		writer->done++;
	}
	return NULL;
}

static void writer_await(const struct page_writer *writer, unsigned int copies)
{
	while (writer->done < copies && !writer->failed)
		sched_yield();
}

/*
 * The memory is filled once the unmap has returned: any later write would show. A copy of edu takes
 * 0.2 s, so one is under way at the unmap.
 */
SCENARIO(unmap_during_dma_ends_it, ALONE,
	 "once an unmap has returned, a device that was writing the memory writes it no more")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_memory struct memory memory = {0};
	cleanup_dma struct dma own = {0};
	struct page_writer writer = {.dut = dut};
	uint8_t expected[64];
	pthread_t thread;
	int err;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	memset(own.at, 0x55, 64);
	memset(expected, 0xaa, 64);
	writer.from = own.iova;
	ASSERT_OK(iommufd_map_at(&ioas, memory.at, IOMMU_PAGE, IOAS_RW, WINDOW));
	ASSERT_OK(-pthread_create(&thread, NULL, write_on, &writer));
	writer_await(&writer, 1);
	err = iommufd_unmap(&ioas, WINDOW, IOMMU_PAGE, NULL);
	memcpy(memory.at, expected, 64);
	writer_await(&writer, writer.done + 2);
	writer.stop = true;
	pthread_join(thread, NULL);
	ASSERT_OK(err);
	ASSERT_THAT(writer.failed || !dut->model, "the device reports no error");
	ASSERT_BYTES(expected, memory.at, 64);
	PASS();
}
