// SPDX-License-Identifier: GPL-2.0-only
/*
 * iommufd: IOMMU_IOAS_MAP_FILE (include/uapi/linux/iommufd.h), since 6.13: the memory of a memfd is
 * mapped without a process that maps it. IOMMU_IOAS_CHANGE_PROCESS hands it to another one.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/kernel/privilege.h"
#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/dma-check.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/eventfd.h>
#include <sys/mman.h>

#define MODEL  "driver=vfiolab_testdev !vf mode=cdev"
#define WINDOW 0x08000000ull
#define PAGES  4

/* A memfd of PAGES pages, mapped here as well. */
struct shared {
	int fd;
	struct memory memory;
};

#define SHARED_NONE ((struct shared){.fd = -1})

static int shared_open(struct shared *shared)
{
	const size_t len = PAGES * IOMMU_PAGE;
	void *at;

	shared->fd = memfd_create("shared", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (shared->fd < 0 || ftruncate(shared->fd, (off_t)len))
		return -errno;
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, shared->fd, 0);
	if (at == MAP_FAILED)
		return -errno;
	shared->memory = (struct memory){at, len};
	return 0;
}

static void shared_close(struct shared *shared)
{
	memory_free(&shared->memory);
	if (shared->fd >= 0)
		close(shared->fd);
}

#define cleanup_shared __attribute__((cleanup(shared_close)))

/* Whether the kernel has the calls; a bad file is enough to ask. */
static bool has_map_file(const struct ioas *ioas)
{
	return iommufd_map_file(ioas, -1, 0, IOMMU_PAGE, IOAS_RW, &(uint64_t){0}) != -ENOTTY;
}

#define NEED_MAP_FILE(ioas)                                                                        \
	do {                                                                                       \
		if (!has_map_file(ioas))                                                           \
			SKIPm("the kernel lacks IOMMU_IOAS_MAP_FILE");                             \
	} while (0)

SCENARIO(file_mapping_reaches_file, MODEL,
	 "the device reads and writes the pages of a memfd, from an offset on, also after its file "
	 "descriptor is closed")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_shared struct shared shared = SHARED_NONE;
	cleanup_dma struct dma own = {0};
	uint64_t iova = WINDOW, unmapped;
	const char *why;

	NEED_MAP_FILE(&ioas);
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(shared_open(&shared));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	ASSERT_OK(iommufd_map_file(&ioas, shared.fd, IOMMU_PAGE, 2 * IOMMU_PAGE,
				   IOAS_RW | IOAS_FIXED, &iova));
	close(steal_fd(&shared.fd));
	why = check_dma_copies(dut, own.iova, own.at, WINDOW, shared.memory.at + IOMMU_PAGE, 64)
		      ?: check_dma_copies(dut, WINDOW + 2 * IOMMU_PAGE - 64,
					  shared.memory.at + 3 * IOMMU_PAGE - 64, own.iova, own.at,
					  64);
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, PAGES * IOMMU_PAGE, &unmapped));
	ASSERT_CHECK(why);
	ASSERT_NUMBER(2 * IOMMU_PAGE, unmapped);
	PASS();
}

SCENARIO(file_mapping_follows_hole_punched, MODEL,
	 "the device keeps the pages of a memfd that is truncated or punched, and reaches none of "
	 "the new ones")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_shared struct shared shared = SHARED_NONE;
	cleanup_dma struct dma own = {0};
	uint8_t expected[64] = {0};
	int err;

	NEED_MAP_FILE(&ioas);
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(shared_open(&shared));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &own));
	ASSERT_OK(iommufd_map_file_at(&ioas, shared.fd, 0, IOMMU_PAGE, IOAS_RW, WINDOW));
	ASSERT_OK(ftruncate(shared.fd, 0));
	ASSERT_OK(ftruncate(shared.fd, PAGES * IOMMU_PAGE));
	pattern_fill(own.at, sizeof(expected), 5);
	err = dut_dma(dut, WINDOW, own.iova, sizeof(expected));
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, IOMMU_PAGE, NULL));
	ASSERT_OK(err);
	ASSERT_BYTES(expected, shared.memory.at, sizeof(expected));
	PASS();
}

enum kind { MEMFD, EVENTFD, DIRECTORY, CLOSED };

static const struct {
	const char *name;
	enum kind kind;
	uint64_t start, len;
	int error; /* 0: any */
} bad_files[] = {
	{"a file descriptor that is not open", CLOSED, 0, IOMMU_PAGE, EBADF},
	{"an eventfd", EVENTFD, 0, IOMMU_PAGE, 0},
	{"a directory", DIRECTORY, 0, IOMMU_PAGE, 0},
	{"length 0", MEMFD, 0, 0, EINVAL},
	{"the page behind the end", MEMFD, PAGES *IOMMU_PAGE, IOMMU_PAGE, 0},
	{"the last page and more", MEMFD, (PAGES - 1) * IOMMU_PAGE, 2 * IOMMU_PAGE, 0},
	{"part of a page", MEMFD, 8, 16, EINVAL},
	{"a start that wraps", MEMFD, UINT64_MAX - IOMMU_PAGE + 1, 2 * IOMMU_PAGE, EOVERFLOW},
};

static int open_kind(enum kind kind)
{
	switch (kind) {
	case EVENTFD:
		return eventfd(0, EFD_CLOEXEC);
	case DIRECTORY:
		return open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	default:
		return -1;
	}
}

SCENARIO_TABLE(invalid_file_not_mapped, bad_files, MODEL,
	       "a file that cannot be mapped, or not so, is refused and leaves no page pinned; "
	       "facts: the errors")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_shared struct shared shared = SHARED_NONE;
	cleanup_close int other = open_kind(row->kind);
	long pinned;
	int err;

	NEED_MAP_FILE(&ioas);
	ASSERT_OK(shared_open(&shared));
	pinned = pages_pinned();
	err = iommufd_map_file_at(&ioas, row->kind == MEMFD ? shared.fd : other, row->start,
				  row->len, IOAS_RW, WINDOW);
	if (!err)
		iommufd_unmap(&ioas, WINDOW, row->len, NULL);
	if (!row->error)
		fact("error[%td]=%s", row - bad_files, error_name(err));
	ASSERT_THAT(row->error ? err == -row->error : err < 0, "expected %s, got %s",
		    row->error ? error_name(row->error) : "an error", error_name(err));
	ASSERT_NUMBER(pinned, pages_pinned());
	PASS();
}

struct handover {
	struct dut *dut;
	long parent; /* pages charged to it before */
};

static const char *take_over(void *of)
{
	struct handover *handover = of;
	const long before = process_kib(0, "VmPin");
	int err = iommufd_change_process(handover->dut->vfio.iommufd);

	if (err)
		return text("the mappings cannot be taken over: %s", error_name(err));
	if (process_kib(0, "VmPin") != before + PAGES * 4)
		return text("%ld KiB are charged to the new process, expected %ld",
			    process_kib(0, "VmPin"), before + PAGES * 4);
	if (process_kib(getppid(), "VmPin") != handover->parent)
		return text("%ld KiB are still charged to the old process",
			    process_kib(getppid(), "VmPin") - handover->parent);
	return NULL;
}

static enum greatest_test_res hand_over(struct dut *dut)
{
	const struct ioas ioas = ioas_of(dut);
	struct handover handover = {dut, process_kib(0, "VmPin")};
	cleanup_shared struct shared shared = SHARED_NONE;
	uint64_t iova = WINDOW;
	const char *why;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(shared_open(&shared));
	ASSERT_OK(iommufd_map_file(&ioas, shared.fd, 0, PAGES * IOMMU_PAGE, IOAS_RW | IOAS_FIXED,
				   &iova));
	why = child_check(take_over, &handover)
		      ?: check_dma_copies(dut, WINDOW, shared.memory.at, WINDOW + IOMMU_PAGE,
					  shared.memory.at + IOMMU_PAGE, 64);
	ASSERT_OK(iommufd_unmap(&ioas, WINDOW, PAGES * IOMMU_PAGE, NULL));
	ASSERT_CHECK(why);
	ASSERT_NUMBER(handover.parent, process_kib(0, "VmPin"));
	PASS();
}

SCENARIO(change_process_moves_charge, MODEL,
	 "IOMMU_IOAS_CHANGE_PROCESS charges mappings of files to the caller, and the device keeps "
	 "them")
{
	const struct ioas ioas = ioas_of(dut);

	NEED_MAP_FILE(&ioas);
	ASSERT_OK(privilege_set(CAP_IPC_LOCK, false));
	return hand_over(dut);
}

/* Their memory is counted as well (VmPin), although nothing limits it. */
SCENARIO(change_process_moves_privileged_charge, MODEL,
	 "IOMMU_IOAS_CHANGE_PROCESS also moves the count of pinned memory of processes with "
	 "CAP_IPC_LOCK")
{
	const struct ioas ioas = ioas_of(dut);

	NEED_MAP_FILE(&ioas);
	return hand_over(dut);
}

SCENARIO(change_process_refuses_memory, MODEL,
	 "IOMMU_IOAS_CHANGE_PROCESS fails with EINVAL while memory of a process is mapped")
{
	const struct ioas ioas = ioas_of(dut);
	cleanup_dma struct dma dma = {0};

	NEED_MAP_FILE(&ioas);
	ASSERT_OK(iommufd_change_process(dut->vfio.iommufd));
	ASSERT_OK(dma_alloc(dut, IOMMU_PAGE, &dma));
	ASSERT_ERRNO(EINVAL, iommufd_change_process(dut->vfio.iommufd));
	dma_free(&dma);
	ASSERT_OK(iommufd_change_process(dut->vfio.iommufd));
	PASS();
}
