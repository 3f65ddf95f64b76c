/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * BARs exported as dma-buf (VFIO_DEVICE_FEATURE_DMA_BUF, since 6.19), and their import into an
 * iommufd (IOMMU_IOAS_MAP_FILE). All functions return 0 or -errno unless noted otherwise.
 */
#ifndef SCENARIOS_LIB_VFIO_DMA_BUF_H
#define SCENARIOS_LIB_VFIO_DMA_BUF_H

#include "scenarios/lib/vfio/region.h"

/* Part of a region, in bytes: struct vfio_region_dma_range. */
struct dma_buf_range {
	uint64_t offset;
	uint64_t length;
};

#define DMA_BUF_RANGES 3

/* The call's argument: struct vfio_device_feature_dma_buf. */
struct dma_buf_request {
	uint32_t region;
	uint32_t open_flags;
	uint32_t flags;
	uint32_t count;
	struct dma_buf_range ranges[DMA_BUF_RANGES];
};

/* The call as it is. Returns an fd or -errno. */
int dma_buf_request(struct dut *dut, const struct dma_buf_request *request);

/* Export LENGTH bytes at OFFSET of the region. Returns an fd or -errno. */
int dma_buf_export(struct dut *dut, unsigned int region, uint64_t offset, uint64_t length);

/* The first BAR of at least a page that can be mapped; -ENOENT if there is none. */
int dma_buf_bar(struct dut *dut, struct region *bar);

/* Export the first page of that BAR, with memory on. Returns an fd or -errno. */
int dma_buf_export_page(struct dut *dut);

/* Returns the size of a dma-buf in bytes, or -errno. */
int64_t dma_buf_size(int fd);

/* An address space of an iommufd, without a device, that imports dma-bufs. */
struct importer {
	int iommufd;
	uint32_t ioas;
};

#define IMPORTER_NONE ((struct importer){.iommufd = -1})

int importer_open(struct importer *importer);
void importer_close(struct importer *importer);

#define cleanup_importer __attribute__((cleanup(importer_close)))

/* Map LENGTH bytes from the start of the dma-buf FD at IOVA in the address space IOAS. */
int dma_buf_map(int iommufd, uint32_t ioas, int fd, uint64_t length, uint64_t iova);

/*
 * Import the first page of the dma-buf FD and drop it again. Returns 0 if that works; -ENODEV if
 * the exporter has revoked it.
 */
int dma_buf_try(const struct importer *importer, int fd);

#endif
