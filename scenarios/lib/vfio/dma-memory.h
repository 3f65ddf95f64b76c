/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory mapped for the DUT's DMA. */
#ifndef SCENARIOS_LIB_VFIO_DMA_MEMORY_H
#define SCENARIOS_LIB_VFIO_DMA_MEMORY_H

#include "scenarios/lib/dut/dut.h"

struct dma {
	struct dut *dut;
	void *at;
	uint64_t iova;
	size_t len; /* whole pages */
};

/*
 * Allocate LEN bytes, zeroed, and map them for the DUT. Returns 0 or -errno.
 */
int dma_alloc(struct dut *dut, size_t len, struct dma *dma);

/* Unmap and free. NULL-safe, for cleanup_dma. */
void dma_free(struct dma *dma);

#define cleanup_dma __attribute__((cleanup(dma_free)))

/* Unmap everything in the DUT's address space. Returns the number of bytes unmapped. */
uint64_t dma_unmap_all(struct dut *dut);

#endif
