// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/migration/dma-log.h"

#include "scenarios/lib/vfio/feature.h"

#include <stdlib.h>
#include <string.h>

int log_start(struct dut *dut, uint64_t *page_size, const log_range *ranges, uint32_t count)
{
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_dma_logging_control control;
	} call = {
		.feature = {.argsz = sizeof(call),
			    .flags = FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_START},
		.control = {.page_size = *page_size,
			    .num_ranges = count,
			    .ranges = (uintptr_t)ranges},
	};
	const int err = vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &call);

	*page_size = call.control.page_size;
	return err;
}

int log_stop(struct dut *dut)
{
	struct vfio_device_feature call = {
		.argsz = sizeof(call), .flags = FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP};

	return vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &call);
}

int log_report(struct dut *dut, uint64_t iova, uint64_t length, uint64_t page_size,
	       uint64_t *bitmap)
{
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_dma_logging_report report;
	} call = {
		.feature = {.argsz = sizeof(call),
			    .flags = FEATURE_GET | VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT},
		.report = {.iova = iova,
			   .length = length,
			   .page_size = page_size,
			   .bitmap = (uintptr_t)bitmap},
	};

	return vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &call);
}

int logged_alloc(struct dut *dut, unsigned int pages, struct logged *logged)
{
	*logged = (struct logged){.dut = dut,
				  .pages = pages,
				  .written = calloc(pages, 1),
				  .bitmap = calloc((pages + 63) / 64, sizeof(uint64_t))};
	if (!logged->written || !logged->bitmap)
		return -ENOMEM;
	return dma_alloc(dut, (size_t)pages * VENDOR_PAGE, &logged->dma);
}

void logged_free(struct logged *logged)
{
	dma_free(&logged->dma);
	free(logged->written);
	free(logged->bitmap);
}

int logged_start(struct logged *logged, uint64_t page_size)
{
	const log_range range = {logged->dma.iova, logged->dma.len};

	return log_start(logged->dut, &page_size, &range, 1);
}

int logged_write(struct logged *logged, unsigned int number)
{
	const uint64_t page = logged->dma.iova + (uint64_t)number * VENDOR_PAGE;

	logged->written[number] = 1;
	return dut_dma(logged->dut, page + 64, page, 16);
}

const char *check_logged_of(struct logged *logged, unsigned int first, unsigned int count,
			    unsigned int *too_many)
{
	int err;

	*too_many = 0;
	memset(logged->bitmap, 0, (count + 63) / 64 * sizeof(uint64_t));
	err = log_report(logged->dut, logged->dma.iova + (uint64_t)first * VENDOR_PAGE,
			 (uint64_t)count * VENDOR_PAGE, VENDOR_PAGE, logged->bitmap);
	if (err)
		return text("the log cannot be read: %s", error_name(err));
	for (unsigned int i = 0; i < count; i++) {
		const bool dirty = logged->bitmap[i / 64] >> i % 64 & 1;

		if (logged->written[first + i] && !dirty)
			return text("page %u of %u was written, but is not in the log", first + i,
				    logged->pages);
		*too_many += dirty && !logged->written[first + i];
		logged->written[first + i] = 0;
	}
	return NULL;
}

const char *check_logged(struct logged *logged, unsigned int *too_many)
{
	return check_logged_of(logged, 0, logged->pages, too_many);
}
