// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject: ioctls whose allocations and copies fail, one after the other
 * (scenarios/lib/kernel/inject.h). Each failure must return a fitting error and leave nothing
 * behind; kmemleak finds leaked memory at the end of the guest. Needs a debug kernel:
 * KERNELS=base+debug.
 */
#include "scenarios/lib/scenario.h"

#include "lab/base/alloc.h"
#include "scenarios/lib/kernel/inject.h"
#include "scenarios/lib/vfio/hot-reset.h"
#include "scenarios/lib/vfio/iommu.h"

#include <string.h>

/* Some of these request something that not every device has, and fail without a fault, too. */
static enum greatest_test_res info(struct dut *dut, unsigned long request, const void *arg,
				   size_t len)
{
	const struct inject_call call = {
		.fd = dut->vfio.device, .request = request, .arg = arg, .len = len};
	cleanup_free void *copy = zalloc(1, len);

	memcpy(copy, arg, len);
	if (vfio_ioctl(dut->vfio.device, request, copy) < 0)
		SKIP();
	ASSERT_CHECK(inject_each(dut, &call));
	PASS();
}

SCENARIO(region_info_survives_faults, "failslab",
	 "GET_REGION_INFO, capabilities included, survives injected failures")
{
	for (unsigned int i = 0; i < VFIO_PCI_NUM_REGIONS + 3; i++) {
		union {
			struct vfio_region_info info;
			char room[512];
		} ask = {.info = {.argsz = sizeof(ask), .index = i}};

		if (info(dut, VFIO_DEVICE_GET_REGION_INFO, &ask, sizeof(ask)) ==
		    GREATEST_TEST_RES_FAIL)
			return GREATEST_TEST_RES_FAIL;
	}
	PASS();
}

SCENARIO(hot_reset_info_survives_faults, "failslab hot:1",
	 "GET_PCI_HOT_RESET_INFO survives injected failures")
{
	struct {
		struct vfio_pci_hot_reset_info info;
		struct vfio_pci_dependent_device devices[HOT_MAX];
	} ask = {.info = {.argsz = sizeof(ask)}};

	return info(dut, VFIO_DEVICE_GET_PCI_HOT_RESET_INFO, &ask, sizeof(ask));
}

/* Vectors to enable at once: struct vfio_irq_set with an eventfd each. */
#define VECTORS_MAX 4

struct irq_request {
	struct vfio_irq_set set;
	int32_t fds[VECTORS_MAX];
};

static void close_fds(struct irq_request *request)
{
	for (unsigned int i = 0; i < request->set.count; i++)
		close(request->fds[i]);
}
#define cleanup_request __attribute__((cleanup(close_fds)))

static void ask_for(struct dut *dut, enum irq_kind kind, struct irq_request *request)
{
	unsigned int count = irq_count(dut, kind);

	request->set.argsz = sizeof(*request);
	request->set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
	request->set.index = kind;
	request->set.count = count < VECTORS_MAX ? count : VECTORS_MAX;
	for (unsigned int i = 0; i < request->set.count; i++)
		request->fds[i] = event_open();
}

static void disable(struct dut *dut, int ret __attribute__((unused)), void *context)
{
	const enum irq_kind *kind = context;

	irq_set(dut, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, *kind, 0, 0, NULL, 0);
}

/* User space can signal only an enabled interrupt. */
static const char *left_enabled(struct dut *dut, void *context)
{
	const enum irq_kind *kind = context;
	int err = irq_set(dut, VFIO_IRQ_SET_DATA_NONE | VFIO_IRQ_SET_ACTION_TRIGGER, *kind, 0, 1,
			  NULL, 0);

	return err == -EINVAL ? NULL : text("%s enabled", irq_name(*kind));
}

static enum greatest_test_res enable(struct dut *dut, enum irq_kind kind)
{
	cleanup_request struct irq_request request = {0};
	const struct inject_call call = {
		.fd = dut->vfio.device,
		.request = VFIO_DEVICE_SET_IRQS,
		.arg = &request,
		.len = sizeof(request),
		.undo = disable,
		/* Not that many vectors; since 6.2, no interrupt domain for the device. */
		.also = {-ENOSPC, -ENODEV},
		.left = left_enabled,
		.context = &kind,
	};

	ask_for(dut, kind, &request);
	ASSERT_CHECK(inject_each(dut, &call));
	PASS();
}

SCENARIO_VARIANT(intx_enable_survives_faults, "failslab irq=intx",
		 "enabling INTx under fault injection either succeeds or leaves nothing behind",
		 enable, IRQ_INTX)
SCENARIO_VARIANT(msi_enable_survives_faults, "failslab irq=msi",
		 "enabling MSI under fault injection either succeeds or leaves nothing behind",
		 enable, IRQ_MSI)
SCENARIO_VARIANT(msix_enable_survives_faults, "failslab irq=msix",
		 "enabling MSI-X under fault injection either succeeds or leaves nothing behind",
		 enable, IRQ_MSIX)

static void take_unmask_back(struct dut *dut, int ret __attribute__((unused)),
			     void *context __attribute__((unused)))
{
	int32_t none = -1;

	irq_set(dut, VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK, IRQ_INTX, 0, 1, &none,
		sizeof(none));
}

/*
 * Such an eventfd has a kernel object of its own (virqfd), of which an interrupt can have only one.
 */
SCENARIO(intx_unmask_eventfd_survives_faults, "failslab irq=intx",
	 "setting an unmask eventfd for INTx survives injected failures")
{
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_request struct irq_request request = {0};
	const struct inject_call call = {
		.fd = dut->vfio.device,
		.request = VFIO_DEVICE_SET_IRQS,
		.arg = &request,
		.len = sizeof(request),
		.undo = take_unmask_back,
	};

	ask_for(dut, IRQ_INTX, &request);
	request.set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_UNMASK;
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_CHECK(inject_each(dut, &call));
	PASS();
}

static void unmap(struct dut *dut, int ret __attribute__((unused)), void *context)
{
	const struct vfio_iommu_type1_dma_map *map = context;

	iommu_unmap(dut, map->iova, map->size, NULL);
}

/* An unmap of an unmapped range unmaps nothing. */
static const char *left_mapped(struct dut *dut, void *context)
{
	const struct vfio_iommu_type1_dma_map *map = context;
	uint64_t unmapped = 0;

	iommu_unmap(dut, map->iova, map->size, &unmapped);
	return unmapped ? text("%llu bytes mapped", (unsigned long long)unmapped) : NULL;
}

SCENARIO(dma_map_survives_faults, "failslab container",
	 "a DMA map under fault injection either succeeds or leaves nothing behind")
{
	cleanup_memory struct memory memory = {0};
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map), .flags = MAP_RW, .iova = 1 << 20};
	struct inject_call call = {
		.fd = dut->vfio.container,
		.request = VFIO_IOMMU_MAP_DMA,
		.arg = &map,
		.len = sizeof(map),
		.undo = unmap,
		.left = left_mapped,
		.context = &map,
	};

	ASSERT_OK(memory_take(16 * IOMMU_PAGE, 0, &memory));
	map.vaddr = (uintptr_t)memory.at;
	map.size = memory.len;
	ASSERT_CHECK(inject_each(dut, &call));
	PASS();
}

SCENARIO(hot_reset_survives_faults, "failslab hot:1 !hot:2 container",
	 "a hot reset survives injected failures")
{
	struct {
		struct vfio_pci_hot_reset reset;
		int32_t group;
	} ask = {.reset = {.argsz = sizeof(ask), .count = 1}, .group = dut->vfio.group};
	const struct inject_call call = {.fd = dut->vfio.device,
					 .request = VFIO_DEVICE_PCI_HOT_RESET,
					 .arg = &ask,
					 .len = sizeof(ask)};

	ASSERT_CHECK(inject_each(dut, &call));
	PASS();
}
