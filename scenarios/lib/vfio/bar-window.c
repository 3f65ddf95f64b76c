// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/bar-window.h"

#include "scenarios/lib/vfio/dma-buf.h"
#include "scenarios/lib/vfio/iommu.h"
#include "scenarios/lib/vfio/iommufd.h"

#include "lab/base/cleanup.h"

/* The address space of DUT, if an iommufd holds it. */
static struct ioas space_of(const struct dut *dut)
{
	struct ioas ioas = ioas_of(dut);

	if (dut->mode == MODE_COMPAT) {
		ioas.iommufd = dut->vfio.container;
		iommufd_vfio_ioas(ioas.iommufd, IOMMU_VFIO_IOAS_GET, &ioas.id);
	}
	return ioas;
}

int bar_window_take(struct dut *owner, const struct region *bar, uint64_t offset,
		    struct bar_window *window)
{
	if (owner->mode == MODE_TYPE1)
		return region_map(owner, bar, offset, IOMMU_PAGE, &window->mapping);
	window->dma_buf = dma_buf_export(owner, bar->index, offset, IOMMU_PAGE);
	return window->dma_buf < 0 ? window->dma_buf : 0;
}

int bar_window_map(const struct bar_window *window, struct dut *master, uint64_t iova)
{
	const struct ioas ioas = space_of(master);

	if (master->mode != MODE_TYPE1)
		return dma_buf_map(ioas.iommufd, ioas.id, window->dma_buf, IOMMU_PAGE, iova);
	return iommu_map(master, (const void *)window->mapping.at, iova, IOMMU_PAGE, MAP_RW);
}

void bar_window_drop(struct bar_window *window)
{
	region_unmap(&window->mapping);
	if (window->dma_buf >= 0)
		close(steal_fd(&window->dma_buf));
}
