/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A page of a BAR as the target of another device's DMA. type1 takes the memory of a mapped BAR
 * (VFIO_IOMMU_MAP_DMA); an iommufd takes a dma-buf of it (VFIO_DEVICE_FEATURE_DMA_BUF). All
 * functions return 0 or -errno.
 */
#ifndef SCENARIOS_LIB_VFIO_BAR_WINDOW_H
#define SCENARIOS_LIB_VFIO_BAR_WINDOW_H

#include "scenarios/lib/vfio/region.h"

struct bar_window {
	struct mapping mapping; /* type1 */
	int dma_buf;		/* iommufd; -1: none */
};

#define BAR_WINDOW_NONE ((struct bar_window){.dma_buf = -1})

/* Take the page at OFFSET of BAR from OWNER. -ENOTTY: the kernel exports no BAR as dma-buf. */
int bar_window_take(struct dut *owner, const struct region *bar, uint64_t offset,
		    struct bar_window *window);

/* Map it at IOVA in the address space of MASTER. iommu_unmap() undoes it. */
int bar_window_map(const struct bar_window *window, struct dut *master, uint64_t iova);

/* Forget the page; the address space keeps what is mapped there. */
void bar_window_drop(struct bar_window *window);

#define cleanup_bar_window __attribute__((cleanup(bar_window_drop)))

#endif
