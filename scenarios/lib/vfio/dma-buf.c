// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/dma-buf.h"

#include "scenarios/lib/vfio/cdev.h"
#include "scenarios/lib/vfio/feature.h"
#include "scenarios/lib/vfio/iommufd.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/iommufd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PAGE 4096u

int dma_buf_request(struct dut *dut, const struct dma_buf_request *request)
{
	return feature_call(dut, FEATURE_GET | FEATURE_DMA_BUF,
			    sizeof(struct vfio_device_feature) + sizeof(*request), request,
			    sizeof(*request));
}

int dma_buf_export(struct dut *dut, unsigned int region, uint64_t offset, uint64_t length)
{
	const struct dma_buf_request request = {.region = region,
						.open_flags = O_RDWR | O_CLOEXEC,
						.count = 1,
						.ranges = {{offset, length}}};

	return dma_buf_request(dut, &request);
}

int dma_buf_bar(struct dut *dut, struct region *bar)
{
	for (unsigned int i = 0; i < BARS; i++) {
		int err = region_info(dut, i, bar);

		if (err || (bar->flags & VFIO_REGION_INFO_FLAG_MMAP && bar->size >= PAGE))
			return err;
	}
	return -ENOENT;
}

int dma_buf_export_page(struct dut *dut)
{
	struct region bar;
	int err = config_set_memory(dut, true);

	if (!err)
		err = dma_buf_bar(dut, &bar);
	return err ? err : dma_buf_export(dut, bar.index, 0, PAGE);
}

int64_t dma_buf_size(int fd)
{
	const off_t end = lseek(fd, 0, SEEK_END);

	return end < 0 ? -errno : end;
}

int importer_open(struct importer *importer)
{
	int err;

	importer->iommufd = iommufd_open();
	if (importer->iommufd < 0)
		return importer->iommufd;
	err = ioas_alloc(importer->iommufd, &importer->ioas);
	if (err)
		importer_close(importer);
	return err;
}

void importer_close(struct importer *importer)
{
	if (importer->iommufd >= 0)
		close(importer->iommufd);
	*importer = IMPORTER_NONE;
}

int dma_buf_map(int iommufd, uint32_t ioas, int fd, uint64_t length, uint64_t iova)
{
	const struct ioas space = {iommufd, ioas};

	return iommufd_map_file_at(&space, fd, 0, length, IOAS_RW, iova);
}

int dma_buf_try(const struct importer *importer, int fd)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap), .ioas_id = importer->ioas, .iova = PAGE, .length = PAGE};
	int err = dma_buf_map(importer->iommufd, importer->ioas, fd, PAGE, PAGE);

	return err ? err : vfio_ioctl(importer->iommufd, IOMMU_IOAS_UNMAP, &unmap);
}
