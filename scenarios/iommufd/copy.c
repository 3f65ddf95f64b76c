// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: IOMMU_IOAS_COPY (include/uapi/linux/iommufd.h): a mapping of one address space mapped in
 * another one. The memory is pinned once, until the last of them is unmapped.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <string.h>

#define ALONE  "dma !group:2 mode=cdev"
#define MODEL  "driver=vfiolab_testdev !vf mode=cdev"
#define WINDOW 0x08000000ull
#define PAGES  4

/* Memory mapped at WINDOW of an IOAS without devices, to be copied into that of the DUT. */
struct source {
	struct memory memory;
	struct ioas ioas; /* .iommufd -1: none */
};

#define SOURCE_NONE ((struct source){.ioas = {-1, 0}})

static int source_open(struct source *source, struct dut *dut, uint32_t flags)
{
	int err = memory_take(PAGES * IOMMU_PAGE, 0, &source->memory);

	if (!err)
		err = iommufd_create_ioas(dut->vfio.iommufd, &source->ioas);
	if (err)
		source->ioas.iommufd = -1;
	return err ? err
		   : iommufd_map_at(&source->ioas, source->memory.at, source->memory.len, flags,
				    WINDOW);
}

static int source_destroy(struct source *source)
{
	const struct ioas ioas = source->ioas;

	source->ioas.iommufd = -1;
	return iommufd_destroy(ioas.iommufd, ioas.id);
}

static void source_close(struct source *source)
{
	if (source->ioas.iommufd >= 0)
		source_destroy(source);
	memory_free(&source->memory);
}

#define cleanup_source __attribute__((cleanup(source_close)))

SCENARIO(copied_mapping_outlives_source, ALONE,
	 "the device reaches a copied mapping, also after its source was unmapped and destroyed, "
	 "until the copy is unmapped")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_source struct source source = SOURCE_NONE;
	cleanup_dma struct dma own = {0};
	const long pinned = pages_pinned();
	uint64_t iova = 2 * WINDOW - PAGES * IOMMU_PAGE;
	const char *why;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(source_open(&source, dut, IOAS_RW));
	ASSERT_NUMBER(pinned, pages_pinned());
	ASSERT_OK(iommufd_copy(&ioas, &iova, &source.ioas, WINDOW, source.memory.len,
			       IOAS_RW | IOAS_FIXED));
	ASSERT_OK(iommufd_unmap(&source.ioas, WINDOW, source.memory.len, NULL));
	ASSERT_OK(source_destroy(&source));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	ASSERT_NUMBER(pinned + PAGES + 1, pages_pinned());
	why = check_dma_copies(dut, own.iova, own.at, iova + 3 * IOMMU_PAGE,
			       source.memory.at + 3 * IOMMU_PAGE, 64);
	ASSERT_OK(iommufd_unmap(&ioas, iova, source.memory.len, NULL));
	ASSERT_CHECK(why);
	ASSERT_CHECK(check_dma_blocked(dut, own.iova, iova));
	ASSERT_NUMBER(pinned + 1, pages_pinned());
	PASS();
}

SCENARIO(source_outlives_copied_mapping, MODEL,
	 "the device reaches a mapping whose copies were unmapped, and its memory is pinned once")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_source struct source source = SOURCE_NONE;
	cleanup_dma struct dma own = {0};
	const long charged = process_kib(0, "VmPin");
	uint64_t first = 2 * WINDOW, second = 3 * WINDOW;
	const char *why;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(source_open(&source, dut, IOAS_RW));
	ASSERT_OK(iommufd_copy(&ioas, &first, &source.ioas, WINDOW, source.memory.len,
			       IOAS_RW | IOAS_FIXED));
	ASSERT_OK(iommufd_copy(&ioas, &second, &ioas, first, source.memory.len,
			       IOAS_RW | IOAS_FIXED));
	ASSERT_NUMBER(charged + 4 * PAGES, process_kib(0, "VmPin"));
	ASSERT_OK(iommufd_unmap(&ioas, first, source.memory.len, NULL));
	ASSERT_NUMBER(charged + 4 * PAGES, process_kib(0, "VmPin"));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	why = check_dma_copies(dut, own.iova, own.at, second, source.memory.at, 64);
	ASSERT_OK(iommufd_unmap(&ioas, second, source.memory.len, NULL));
	ASSERT_CHECK(why);
	ASSERT_NUMBER(charged + 4, process_kib(0, "VmPin"));
	PASS();
}

/* "The src iova/length must exactly match a range used with IOMMU_IOAS_MAP." */
static const struct {
	const char *name;
	unsigned int first, count; /* pages of the source */
} parts[] = {
	{"first", 0, 1},
	{"middle", 1, 2},
	{"last", 3, 1},
};

SCENARIO_TABLE(copied_part_reaches_its_memory, parts, MODEL,
	       "if part of a mapping can be copied, the device reaches exactly that part; facts: "
	       "whether it can be")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_source struct source source = SOURCE_NONE;
	cleanup_dma struct dma own = {0};
	const size_t start = row->first * IOMMU_PAGE, len = row->count * IOMMU_PAGE;
	uint64_t iova = 2 * WINDOW, unmapped;
	const char *why;
	int err;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(source_open(&source, dut, IOAS_RW));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	err = iommufd_copy(&ioas, &iova, &source.ioas, WINDOW + start, len, IOAS_RW | IOAS_FIXED);
	fact("part[%s]=%s", row->name, error_name(err));
	if (err)
		SKIP();
	why = check_dma_copies(dut, own.iova, own.at, iova, source.memory.at + start, 64)
		      ?: check_dma_copies(dut, iova + len - 64, source.memory.at + start + len - 64,
					  own.iova, own.at, 64)
		      ?: check_dma_blocked(dut, own.iova, iova + len);
	ASSERT_OK(iommufd_unmap(&ioas, iova, len, &unmapped));
	ASSERT_CHECK(why);
	ASSERT_NUMBER(len, unmapped);
	PASS();
}

SCENARIO(copy_of_read_only_memory_not_writable, MODEL,
	 "a mapping made READABLE is copied READABLE, and WRITEABLE fails with EPERM")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_source struct source source = SOURCE_NONE;
	uint64_t iova = 2 * WINDOW;

	ASSERT_OK(source_open(&source, dut, IOAS_R));
	ASSERT_ERRNO(EPERM, iommufd_copy(&ioas, &iova, &source.ioas, WINDOW, source.memory.len,
					 IOAS_RW | IOAS_FIXED));
	ASSERT_ERRNO(EPERM, iommufd_copy(&ioas, &iova, &source.ioas, WINDOW, source.memory.len,
					 IOAS_W | IOAS_FIXED));
	ASSERT_OK(iommufd_copy(&ioas, &iova, &source.ioas, WINDOW, source.memory.len,
			       IOAS_R | IOAS_FIXED));
	ASSERT_OK(iommufd_unmap(&ioas, iova, source.memory.len, NULL));
	PASS();
}

static const struct {
	const char *name;
	uint64_t from, len, to;
	uint32_t flags;
	int error;
} bad_copies[] = {
	{"nothing is mapped there", 2 * WINDOW, IOMMU_PAGE, 2 * WINDOW, IOAS_RW, ENOENT},
	{"more than is mapped", WINDOW, (PAGES + 1) * IOMMU_PAGE, 2 * WINDOW, IOAS_RW, ENOENT},
	{"a start before the mapping", WINDOW - IOMMU_PAGE, 2 * IOMMU_PAGE, 2 * WINDOW, IOAS_RW,
	 ENOENT},
	{"length 0", WINDOW, 0, 2 * WINDOW, IOAS_RW, EINVAL},
	{"a range that wraps", UINT64_MAX - IOMMU_PAGE, 2 * IOMMU_PAGE, 2 * WINDOW, IOAS_RW,
	 EOVERFLOW},
	{"a place that is taken", WINDOW, IOMMU_PAGE, WINDOW, IOAS_RW, EEXIST},
	{"a place within a page", WINDOW, IOMMU_PAGE, 2 * WINDOW + 8, IOAS_RW, EINVAL},
	{"no access", WINDOW, PAGES *IOMMU_PAGE, 2 * WINDOW, 0, EINVAL},
	{"an unknown flag", WINDOW, PAGES *IOMMU_PAGE, 2 * WINDOW, IOAS_RW | 1u << 31, EOPNOTSUPP},
};

SCENARIO_TABLE(invalid_copy_refused, bad_copies, MODEL,
	       "an invalid copy fails, maps nothing and keeps what is mapped")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_source struct source source = SOURCE_NONE;
	cleanup_memory struct memory taken = {0};
	uint64_t iova = row->to, left;
	int err;

	ASSERT_OK(source_open(&source, dut, IOAS_RW));
	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &taken));
	ASSERT_OK(iommufd_map_at(&ioas, taken.at, IOMMU_PAGE, IOAS_RW, WINDOW));
	err = iommufd_copy(&ioas, &iova, &source.ioas, row->from, row->len,
			   row->flags | IOAS_FIXED);
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, 4 * WINDOW, &left));
	ASSERT_RESULT(row->error, err);
	ASSERT_NUMBER(IOMMU_PAGE, left);
	PASS();
}

SCENARIO(copy_between_iommufds_refused, "first mode=cdev",
	 "an IOAS of another iommufd cannot be copied from: IDs are local")
{
	cleanup_close int one = iommufd_open(), other = iommufd_open();
	cleanup_memory struct memory memory = {0};
	struct ioas from, spare, to;
	uint64_t iova = WINDOW;

	ASSERT_OK(memory_take(IOMMU_PAGE, 0, &memory));
	ASSERT_OK(iommufd_create_ioas(other, &to));
	ASSERT_OK(iommufd_create_ioas(one, &spare));
	ASSERT_OK(iommufd_create_ioas(one, &from));
	ASSERT_OK(iommufd_map(&from, memory.at, IOMMU_PAGE, IOAS_RW | IOAS_FIXED, &iova));
	ASSERT_ERRNO(ENOENT,
		     iommufd_copy(&to, &iova, &from, WINDOW, IOMMU_PAGE, IOAS_RW | IOAS_FIXED));
	PASS();
}
