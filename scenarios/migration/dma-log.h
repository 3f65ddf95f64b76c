/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * DMA logging (include/uapi/linux/vfio.h, VFIO_DEVICE_FEATURE_DMA_LOGGING_*). All functions return
 * 0 or -errno.
 */
#ifndef SCENARIOS_MIGRATION_DMA_LOG_H
#define SCENARIOS_MIGRATION_DMA_LOG_H

#include "scenarios/migration/migration.h"

typedef struct vfio_device_feature_dma_logging_range log_range;

/* *PAGE_SIZE is the wanted size, and gets that of the device. */
int log_start(struct dut *dut, uint64_t *page_size, const log_range *ranges, uint32_t count);
int log_stop(struct dut *dut);

/* Adds to BITMAP, one bit for each page of PAGE_SIZE from IOVA on. */
int log_report(struct dut *dut, uint64_t iova, uint64_t length, uint64_t page_size,
	       uint64_t *bitmap);

/* Memory of PAGES pages, with a map of those that the device wrote. */
struct logged {
	struct dut *dut;
	struct dma dma;
	unsigned int pages;
	uint8_t *written; /* by page */
	uint64_t *bitmap;
};
int logged_alloc(struct dut *dut, unsigned int pages, struct logged *logged);
void logged_free(struct logged *logged);
#define cleanup_logged __attribute__((cleanup(logged_free)))

/* Log the whole memory. */
int logged_start(struct logged *logged, uint64_t page_size);

/* Make the device write a few bytes to page NUMBER. */
int logged_write(struct logged *logged, unsigned int number);

/*
 * Report the pages FIRST to FIRST + COUNT - 1. Returns NULL if none of those that were written is
 * missing, and forgets them. *TOO_MANY gets the number of others that were reported.
 */
const char *check_logged_of(struct logged *logged, unsigned int first, unsigned int count,
			    unsigned int *too_many);
const char *check_logged(struct logged *logged, unsigned int *too_many);

#endif
