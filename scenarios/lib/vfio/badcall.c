// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/badcall.h"

#include "scenarios/lib/vfio/irqs.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>

/* Numbers that no kernel defines. */
#define NO_INDEX   0x7fffffff
#define NO_FLAG	   0x40000000
#define NO_FD	   1000000
#define NO_REQUEST _IO(VFIO_TYPE, VFIO_BASE + 99)
#define MINUS(n)   ((uint32_t)-(n))

#define MSIX	VFIO_PCI_MSIX_IRQ_INDEX
#define MSI	VFIO_PCI_MSI_IRQ_INDEX
#define INTX	VFIO_PCI_INTX_IRQ_INDEX
#define REQ	VFIO_PCI_REQ_IRQ_INDEX
#define TRIGGER VFIO_IRQ_SET_ACTION_TRIGGER
#define NONE	VFIO_IRQ_SET_DATA_NONE
#define EVENTFD VFIO_IRQ_SET_DATA_EVENTFD
#define PAGE	4096
#define RW	(VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)

#define DEVICE(name_, request_, promised_, ...)                                                    \
	{                                                                                          \
		.name = name_, .file = BADCALL_DEVICE, .request = VFIO_DEVICE_##request_,          \
		.promised = promised_, .words = {                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define GROUP(name_, request_, promised_, ...)                                                     \
	{                                                                                          \
		.name = name_, .file = BADCALL_GROUP, .request = VFIO_GROUP_##request_,            \
		.promised = promised_, .words = {                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define IOMMU(name_, request_, promised_, ...)                                                     \
	{                                                                                          \
		.name = name_, .file = BADCALL_CONTAINER, .request = VFIO_##request_,              \
		.promised = promised_, .words = {                                                  \
			__VA_ARGS__                                                                \
		}                                                                                  \
	}
#define POINTER(name_, file_, request_)                                                            \
	{.name = name_,                                                                            \
	 .file = file_,                                                                            \
	 .request = request_,                                                                      \
	 .promised = EFAULT,                                                                       \
	 .arg = BADCALL_POINTER}

const struct badcall badcalls[] = {
	{.name = "device.unknown",
	 .file = BADCALL_DEVICE,
	 .request = NO_REQUEST,
	 .promised = ENOTTY},

	/* argsz, flags, num_regions, num_irqs */
	DEVICE("device_info.argsz_0", GET_INFO, EINVAL, 0),
	DEVICE("device_info.argsz_short", GET_INFO, EINVAL, 15),
	POINTER("device_info.pointer", BADCALL_DEVICE, VFIO_DEVICE_GET_INFO),

	/* argsz, flags, index, cap_offset, size (2), offset (2) */
	DEVICE("region_info.argsz_0", GET_REGION_INFO, EINVAL, 0),
	DEVICE("region_info.argsz_short", GET_REGION_INFO, EINVAL, 31),
	DEVICE("region_info.index", GET_REGION_INFO, EINVAL, 32, 0, NO_INDEX),
	DEVICE("region_info.index_negative", GET_REGION_INFO, EINVAL, 32, 0, MINUS(1)),
	DEVICE("region_info.flags", GET_REGION_INFO, 0, 32, NO_FLAG, VFIO_PCI_CONFIG_REGION_INDEX),
	POINTER("region_info.pointer", BADCALL_DEVICE, VFIO_DEVICE_GET_REGION_INFO),

	/* argsz, flags, index, count */
	DEVICE("irq_info.argsz_0", GET_IRQ_INFO, EINVAL, 0),
	DEVICE("irq_info.argsz_short", GET_IRQ_INFO, EINVAL, 15),
	DEVICE("irq_info.index", GET_IRQ_INFO, EINVAL, 16, 0, VFIO_PCI_NUM_IRQS),
	DEVICE("irq_info.index_negative", GET_IRQ_INFO, EINVAL, 16, 0, MINUS(1)),
	POINTER("irq_info.pointer", BADCALL_DEVICE, VFIO_DEVICE_GET_IRQ_INFO),

	/* argsz, flags, index, start, count, data */
	DEVICE("set_irqs.argsz_0", SET_IRQS, EINVAL, 0, NONE | TRIGGER, INTX),
	DEVICE("set_irqs.argsz_short", SET_IRQS, EINVAL, 19, NONE | TRIGGER, INTX),
	DEVICE("set_irqs.argsz_without_data", SET_IRQS, EINVAL, 20, EVENTFD | TRIGGER, INTX, 0, 1,
	       0),
	DEVICE("set_irqs.index", SET_IRQS, EINVAL, 20, NONE | TRIGGER, VFIO_PCI_NUM_IRQS, 0, 0),
	DEVICE("set_irqs.index_negative", SET_IRQS, EINVAL, 20, NONE | TRIGGER, MINUS(1), 0, 0),
	DEVICE("set_irqs.flags", SET_IRQS, EINVAL, 20, NO_FLAG | NONE | TRIGGER, INTX, 0, 0),
	DEVICE("set_irqs.no_data_type", SET_IRQS, EINVAL, 20, TRIGGER, INTX, 0, 1),
	DEVICE("set_irqs.two_data_types", SET_IRQS, EINVAL, 24, NONE | EVENTFD | TRIGGER, INTX, 0,
	       1, NO_FD),
	DEVICE("set_irqs.no_action", SET_IRQS, 0, 20, NONE, INTX, 0, 1),
	DEVICE("set_irqs.two_actions", SET_IRQS, 0, 20, NONE | TRIGGER | VFIO_IRQ_SET_ACTION_MASK,
	       INTX, 0, 1),
	DEVICE("set_irqs.start", SET_IRQS, EINVAL, 24, EVENTFD | TRIGGER, INTX, 5000, 1, NO_FD),
	DEVICE("set_irqs.count", SET_IRQS, EINVAL, 24, EVENTFD | TRIGGER, MSI, 0, 5000, NO_FD),
	DEVICE("set_irqs.overflow", SET_IRQS, EINVAL, 20, NONE | TRIGGER, MSIX, 1, MINUS(1)),
	DEVICE("set_irqs.overflow_to_0", SET_IRQS, EINVAL, 20, NONE | TRIGGER, MSIX, MINUS(1), 1),
	DEVICE("set_irqs.intx_fd", SET_IRQS, 0, 24, EVENTFD | TRIGGER, INTX, 0, 1, NO_FD),
	DEVICE("set_irqs.intx_fd_negative", SET_IRQS, 0, 24, EVENTFD | TRIGGER, INTX, 0, 1,
	       MINUS(2)),
	DEVICE("set_irqs.intx_fd_no_eventfd", SET_IRQS, 0, 24, EVENTFD | TRIGGER, INTX, 0, 1, 1),
	DEVICE("set_irqs.msi_fd", SET_IRQS, 0, 24, EVENTFD | TRIGGER, MSI, 0, 1, NO_FD),
	DEVICE("set_irqs.msi_mask", SET_IRQS, 0, 20, NONE | VFIO_IRQ_SET_ACTION_MASK, MSI, 0, 1),
	DEVICE("set_irqs.msix_fd", SET_IRQS, 0, 24, EVENTFD | TRIGGER, MSIX, 0, 1, NO_FD),
	DEVICE("set_irqs.req_fd", SET_IRQS, 0, 24, EVENTFD | TRIGGER, REQ, 0, 1, NO_FD),
	DEVICE("set_irqs.req_start", SET_IRQS, EINVAL, 20, NONE | TRIGGER, REQ, 1, 1),
	POINTER("set_irqs.pointer", BADCALL_DEVICE, VFIO_DEVICE_SET_IRQS),

	/* argsz, flags, count */
	DEVICE("hot_reset_info.argsz_0", GET_PCI_HOT_RESET_INFO, EINVAL, 0),
	DEVICE("hot_reset_info.argsz_short", GET_PCI_HOT_RESET_INFO, EINVAL, 11),
	DEVICE("hot_reset_info.no_room", GET_PCI_HOT_RESET_INFO, 0, 12),
	POINTER("hot_reset_info.pointer", BADCALL_DEVICE, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO),

	/* argsz, flags, count, group fds */
	DEVICE("hot_reset.argsz_0", PCI_HOT_RESET, EINVAL, 0),
	DEVICE("hot_reset.argsz_short", PCI_HOT_RESET, EINVAL, 11),
	DEVICE("hot_reset.flags", PCI_HOT_RESET, EINVAL, 16, NO_FLAG, 1, NO_FD),
	DEVICE("hot_reset.no_group", PCI_HOT_RESET, 0, 12, 0, 0),
	DEVICE("hot_reset.too_many_groups", PCI_HOT_RESET, 0, 16, 0, 5000, NO_FD),
	DEVICE("hot_reset.fd", PCI_HOT_RESET, 0, 16, 0, 1, NO_FD),
	DEVICE("hot_reset.fd_no_group", PCI_HOT_RESET, 0, 16, 0, 1, 1),
	POINTER("hot_reset.pointer", BADCALL_DEVICE, VFIO_DEVICE_PCI_HOT_RESET),

	/* argsz, flags, offset (2), data (2), fd */
	DEVICE("ioeventfd.argsz_0", IOEVENTFD, EINVAL, 0),
	DEVICE("ioeventfd.argsz_short", IOEVENTFD, EINVAL, 27),
	DEVICE("ioeventfd.flags", IOEVENTFD, EINVAL, 32, NO_FLAG | 4, 0, 0, 0, 0, NO_FD),
	DEVICE("ioeventfd.no_size", IOEVENTFD, EINVAL, 32, 0, 0, 0, 0, 0, NO_FD),
	DEVICE("ioeventfd.two_sizes", IOEVENTFD, EINVAL, 32, 4 | 2, 0, 0, 0, 0, NO_FD),
	DEVICE("ioeventfd.fd", IOEVENTFD, 0, 32, 4, 0, 0, 0, 0, NO_FD),
	DEVICE("ioeventfd.fd_negative", IOEVENTFD, EINVAL, 32, 4, 0, 0, 0, 0, MINUS(2)),
	DEVICE("ioeventfd.not_there", IOEVENTFD, 0, 32, 4, 0, 0, 0, 0, MINUS(1)),
	DEVICE("ioeventfd.config", IOEVENTFD, EINVAL, 32, 4, 0, VFIO_PCI_CONFIG_REGION_INDEX << 8,
	       0, 0, NO_FD),
	DEVICE("ioeventfd.beyond", IOEVENTFD, EINVAL, 32, 4, 0, 0x80, 0, 0, NO_FD),
	POINTER("ioeventfd.pointer", BADCALL_DEVICE, VFIO_DEVICE_IOEVENTFD),

	/* argsz, flags */
	DEVICE("feature.argsz_0", FEATURE, 0, 0),
	DEVICE("feature.argsz_short", FEATURE, 0, 7),
	DEVICE("feature.unknown", FEATURE, ENOTTY, 8,
	       VFIO_DEVICE_FEATURE_PROBE | VFIO_DEVICE_FEATURE_GET | 0xffff),
	DEVICE("feature.flags", FEATURE, 0, 8, NO_FLAG | VFIO_DEVICE_FEATURE_PROBE | 0xffff),
	DEVICE("feature.no_operation", FEATURE, 0, 8, 0xffff),
	POINTER("feature.pointer", BADCALL_DEVICE, VFIO_DEVICE_FEATURE),

	{.name = "group.unknown", .file = BADCALL_GROUP, .request = NO_REQUEST, .promised = ENOTTY},
	GROUP("group_status.argsz_0", GET_STATUS, EINVAL, 0),
	GROUP("group_status.argsz_short", GET_STATUS, EINVAL, 7),
	POINTER("group_status.pointer", BADCALL_GROUP, VFIO_GROUP_GET_STATUS),
	GROUP("set_container.fd", SET_CONTAINER, 0, NO_FD),
	GROUP("set_container.fd_negative", SET_CONTAINER, 0, MINUS(1)),
	GROUP("set_container.fd_no_container", SET_CONTAINER, 0, 1),
	POINTER("set_container.pointer", BADCALL_GROUP, VFIO_GROUP_SET_CONTAINER),
	GROUP("unset_container.in_use", UNSET_CONTAINER, EBUSY),
	{.name = "get_device_fd.no_name",
	 .file = BADCALL_GROUP,
	 .request = VFIO_GROUP_GET_DEVICE_FD,
	 .arg = ""},
	{.name = "get_device_fd.no_device",
	 .file = BADCALL_GROUP,
	 .request = VFIO_GROUP_GET_DEVICE_FD,
	 .arg = "ffff:ff:1f.7"},
	POINTER("get_device_fd.pointer", BADCALL_GROUP, VFIO_GROUP_GET_DEVICE_FD),

	{.name = "container.unknown",
	 .file = BADCALL_CONTAINER,
	 .request = NO_REQUEST,
	 .promised = ENOTTY},
	{.name = "set_iommu.again",
	 .file = BADCALL_CONTAINER,
	 .request = VFIO_SET_IOMMU,
	 .arg = (const void *)VFIO_TYPE1v2_IOMMU},
	{.name = "set_iommu.unknown",
	 .file = BADCALL_CONTAINER,
	 .request = VFIO_SET_IOMMU,
	 .arg = (const void *)NO_INDEX},
	IOMMU("iommu_info.argsz_0", IOMMU_GET_INFO, EINVAL, 0),
	IOMMU("iommu_info.argsz_short", IOMMU_GET_INFO, EINVAL, 15),
	POINTER("iommu_info.pointer", BADCALL_CONTAINER, VFIO_IOMMU_GET_INFO),

	/*
	 * argsz, flags, vaddr (2), iova (2), size (2); this process has no mapping at these
	 * addresses
	 */
	IOMMU("map_dma.argsz_0", IOMMU_MAP_DMA, EINVAL, 0),
	IOMMU("map_dma.argsz_short", IOMMU_MAP_DMA, EINVAL, 31, RW, PAGE, 0, PAGE, 0, PAGE),
	IOMMU("map_dma.flags", IOMMU_MAP_DMA, EINVAL, 32, NO_FLAG | RW, PAGE, 0, PAGE, 0, PAGE),
	IOMMU("map_dma.no_permission", IOMMU_MAP_DMA, EINVAL, 32, 0, PAGE, 0, PAGE, 0, PAGE),
	IOMMU("map_dma.size_0", IOMMU_MAP_DMA, EINVAL, 32, RW, PAGE, 0, PAGE, 0, 0),
	IOMMU("map_dma.size_odd", IOMMU_MAP_DMA, EINVAL, 32, RW, PAGE, 0, PAGE, 0, PAGE + 1),
	IOMMU("map_dma.iova_odd", IOMMU_MAP_DMA, EINVAL, 32, RW, PAGE, 0, PAGE + 4, 0, PAGE),
	IOMMU("map_dma.vaddr_odd", IOMMU_MAP_DMA, EINVAL, 32, RW, PAGE + 4, 0, PAGE, 0, PAGE),
	IOMMU("map_dma.iova_overflow", IOMMU_MAP_DMA, EINVAL, 32, RW, PAGE, 0, MINUS(PAGE),
	      MINUS(1), 2 * PAGE),
	IOMMU("map_dma.vaddr_overflow", IOMMU_MAP_DMA, EINVAL, 32, RW, MINUS(PAGE), MINUS(1), PAGE,
	      0, 2 * PAGE),
	IOMMU("map_dma.iova_too_high", IOMMU_MAP_DMA, 0, 32, RW, PAGE, 0, 0, 0x80000000, PAGE),
	IOMMU("map_dma.not_mapped", IOMMU_MAP_DMA, EFAULT, 32, RW, PAGE, 0, PAGE, 0, PAGE),
	POINTER("map_dma.pointer", BADCALL_CONTAINER, VFIO_IOMMU_MAP_DMA),

	/* argsz, flags, iova (2), size (2) */
	IOMMU("unmap_dma.argsz_0", IOMMU_UNMAP_DMA, EINVAL, 0),
	IOMMU("unmap_dma.argsz_short", IOMMU_UNMAP_DMA, EINVAL, 23, 0, PAGE, 0, PAGE),
	IOMMU("unmap_dma.flags", IOMMU_UNMAP_DMA, EINVAL, 24, NO_FLAG, PAGE, 0, PAGE),
	IOMMU("unmap_dma.size_0", IOMMU_UNMAP_DMA, EINVAL, 24, 0, PAGE, 0, 0),
	IOMMU("unmap_dma.size_odd", IOMMU_UNMAP_DMA, EINVAL, 24, 0, PAGE, 0, PAGE + 1),
	IOMMU("unmap_dma.iova_odd", IOMMU_UNMAP_DMA, EINVAL, 24, 0, PAGE + 4, 0, PAGE),
	IOMMU("unmap_dma.overflow", IOMMU_UNMAP_DMA, EINVAL, 24, 0, MINUS(PAGE), MINUS(1),
	      2 * PAGE),
	IOMMU("unmap_dma.not_mapped", IOMMU_UNMAP_DMA, 0, 24, 0, PAGE, 0, PAGE),
	POINTER("unmap_dma.pointer", BADCALL_CONTAINER, VFIO_IOMMU_UNMAP_DMA),
	{0},
};

/*
 * A call that should fail may succeed: an index with a negative eventfd, for one, enables the
 * interrupt without an eventfd on some kernels.
 */
static void disable_irqs(struct dut *dut)
{
	for (int kind = 0; kind < IRQ_KINDS; kind++)
		irq_set(dut, NONE | TRIGGER, (enum irq_kind)kind, 0, 0, NULL, 0);
}

static int file_of(const struct dut *dut, const struct badcall *call)
{
	const int files[] = {
		[BADCALL_DEVICE] = dut->vfio.device,
		[BADCALL_GROUP] = dut->vfio.group,
		[BADCALL_CONTAINER] = dut->vfio.container,
	};

	return files[call->file];
}

bool badcall_has_file(const struct dut *dut, const struct badcall *call)
{
	return file_of(dut, call) >= 0;
}

int badcall_make(struct dut *dut, const struct badcall *call)
{
	uint32_t words[ARRAY_SIZE(call->words)];
	int ret;

	memcpy(words, call->words, sizeof(words));
	ret = vfio_ioctl(file_of(dut, call), call->request, call->arg ? (void *)call->arg : words);
	if (ret >= 0 && call->request == VFIO_DEVICE_SET_IRQS)
		disable_irqs(dut);
	if (ret > 0 && call->request == VFIO_GROUP_GET_DEVICE_FD) {
		close(ret);
		ret = 0;
	}
	return ret;
}
