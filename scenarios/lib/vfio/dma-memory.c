// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/dma-memory.h"

#include <errno.h>
#include <sys/mman.h>

#define PAGE	   4096ul
#define FIRST_IOVA 0x100000ul
/* Above all allocated IOVAs, and below the interrupt range that VT-d reserves. */
#define LAST_IOVA 0xf0000000ul

int dma_alloc(struct dut *dut, size_t len, struct dma *dma)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.iova = dut->next_iova ? dut->next_iova : FIRST_IOVA,
		.size = (len + PAGE - 1) & ~(PAGE - 1),
	};
	void *at = mmap(NULL, map.size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	int err;

	*dma = (struct dma){0};
	if (at == MAP_FAILED)
		return -errno;
	map.vaddr = (uintptr_t)at;
	err = vfio_ioctl(dut->vfio.container, VFIO_IOMMU_MAP_DMA, &map);
	if (err) {
		munmap(at, map.size);
		return err;
	}
	dut->next_iova = map.iova + map.size;
	*dma = (struct dma){.dut = dut, .at = at, .iova = map.iova, .len = map.size};
	return 0;
}

static uint64_t unmap(struct dut *dut, uint64_t iova, uint64_t len)
{
	struct vfio_iommu_type1_dma_unmap arg = {.argsz = sizeof(arg), .iova = iova, .size = len};

	return vfio_ioctl(dut->vfio.container, VFIO_IOMMU_UNMAP_DMA, &arg) ? 0 : arg.size;
}

void dma_free(struct dma *dma)
{
	if (!dma->at)
		return;
	unmap(dma->dut, dma->iova, dma->len);
	munmap(dma->at, dma->len);
	*dma = (struct dma){0};
}

uint64_t dma_unmap_all(struct dut *dut)
{
	return unmap(dut, 0, LAST_IOVA);
}
