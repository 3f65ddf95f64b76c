// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/dma-memory.h"

#include "scenarios/lib/vfio/iommu.h"

#include <errno.h>
#include <sys/mman.h>

#define PAGE	   4096ul
#define FIRST_IOVA 0x100000ul
/* Above all allocated IOVAs, and below the interrupt range that VT-d reserves. */
#define LAST_IOVA 0xf0000000ul

int dma_alloc(struct dut *dut, size_t len, struct dma *dma)
{
	const uint64_t iova = dut->next_iova ? dut->next_iova : FIRST_IOVA;
	const size_t size = (len + PAGE - 1) & ~(PAGE - 1);
	void *at = mmap(NULL, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	int err;

	*dma = (struct dma){0};
	if (at == MAP_FAILED)
		return -errno;
	err = iommu_map(dut, at, iova, size, MAP_RW);
	if (err) {
		munmap(at, size);
		return err;
	}
	dut->next_iova = iova + size;
	*dma = (struct dma){.dut = dut, .at = at, .iova = iova, .len = size};
	return 0;
}

void dma_free(struct dma *dma)
{
	if (!dma->at)
		return;
	iommu_unmap(dma->dut, dma->iova, dma->len, NULL);
	munmap(dma->at, dma->len);
	*dma = (struct dma){0};
}

uint64_t dma_unmap_all(struct dut *dut)
{
	uint64_t unmapped;

	iommu_unmap(dut, 0, LAST_IOVA, &unmapped);
	return unmapped;
}
