/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The address space of a device, call by call: VFIO_IOMMU_MAP_DMA and its like (include/uapi/linux/
 * vfio.h, "API for Type1 VFIO IOMMU") or, in mode cdev, IOMMU_IOAS_MAP and its like. To simply map
 * memory use scenarios/lib/vfio/dma-memory.h. All functions return 0 or -errno.
 */
#ifndef SCENARIOS_LIB_VFIO_IOMMU_H
#define SCENARIOS_LIB_VFIO_IOMMU_H

#include "scenarios/lib/dut/dut.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IOMMU_PAGE 4096ull

/* Access of the device to a mapping: read, write, or both. */
#define MAP_R  VFIO_DMA_MAP_FLAG_READ
#define MAP_W  VFIO_DMA_MAP_FLAG_WRITE
#define MAP_RW (MAP_R | MAP_W)

int iommu_map(struct dut *dut, const void *at, uint64_t iova, uint64_t size, uint32_t flags);

/* *UNMAPPED, unless NULL, gets the number of bytes that the kernel reports as unmapped. */
int iommu_unmap(struct dut *dut, uint64_t iova, uint64_t size, uint64_t *unmapped);

/* VFIO_IOMMU_GET_INFO, with room for capabilities. Only in modes with a container. */
union iommu_info {
	struct vfio_iommu_type1_info info;
	char room[1024];
};
int iommu_info(struct dut *dut, union iommu_info *answer);

/* Returns its capability ID, or NULL. */
const void *iommu_capability(const union iommu_info *answer, uint16_t id);

/*
 * LEN bytes of zeroed, populated memory, unmapped at the end of the scope. MAP has MAP_* flags of
 * mmap().
 */
struct memory {
	uint8_t *at;
	size_t len;
};
int memory_take(size_t len, int flags, struct memory *memory);
void memory_free(struct memory *memory);

#define cleanup_memory __attribute__((cleanup(memory_free)))

/* Bytes that depend on their offset and on SEED. */
void pattern_fill(void *at, size_t len, unsigned int seed);

/*
 * Returns how often the IOMMU has reported a fault to the kernel (its interrupt in
 * /proc/interrupts), or -ENOENT if there is no such interrupt.
 */
long iommu_faults(void);

/* Wait for a fault beyond BEFORE, at most for the DUT's wait_ms. Returns true if it came. */
bool iommu_await_fault(struct dut *dut, long before);

/*
 * The error for an IOVA range that wraps around. Linux 7 returns EOVERFLOW instead of EINVAL;
 * EINVAL represents both here.
 */
static inline int wrapped(int err)
{
	return err == -EOVERFLOW ? -EINVAL : err;
}

/*
 * The error for unmapping part of a mapping. iommufd returns ENOENT instead of EINVAL; EINVAL
 * represents both here.
 */
static inline int split(int err)
{
	return err == -ENOENT ? -EINVAL : err;
}

#endif
