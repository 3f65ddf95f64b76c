// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/pin/mediated.h"

#include "scenarios/lib/kernel/child.h"
#include "scenarios/lib/report.h"

#include "lab/base/buf.h"

#include <string.h>

static int call_pin(struct dut *dut, unsigned long call, uint64_t iova, unsigned int pages,
		    uint32_t flags)
{
	struct mediated_pin pin = {
		.argsz = sizeof(pin), .flags = flags, .iova = iova, .pages = pages};

	return vfio_ioctl(dut->vfio.device, call, &pin);
}

int pin_pages(struct dut *dut, uint64_t iova, unsigned int pages, uint32_t flags)
{
	return call_pin(dut, MEDIATED_PIN, iova, pages, flags);
}

int unpin_pages(struct dut *dut, uint64_t iova, unsigned int pages)
{
	return call_pin(dut, MEDIATED_UNPIN, iova, pages, 0);
}

int driver_copy(struct dut *dut, uint64_t iova, void *data, size_t len, uint32_t flags)
{
	struct mediated_copy copy = {.argsz = sizeof(copy),
				     .flags = flags,
				     .iova = iova,
				     .data = (uintptr_t)data,
				     .len = (uint32_t)len};

	return vfio_ioctl(dut->vfio.device, MEDIATED_COPY, &copy);
}

int mediated_status(struct dut *dut, struct mediated_status *status)
{
	*status = (struct mediated_status){.argsz = sizeof(*status)};
	return vfio_ioctl(dut->vfio.device, MEDIATED_STATUS, status);
}

int mediated_hold(struct dut *dut, bool on)
{
	return vfio_ioctl(dut->vfio.device, MEDIATED_HOLD, (void *)(uintptr_t)on);
}

int window_map(struct dut *dut, unsigned int first, unsigned int pages, uint32_t flags,
	       struct window *mapped)
{
	int err = memory_take(pages * IOMMU_PAGE, 0, &mapped->memory);

	if (!err)
		err = iommu_map(dut, mapped->memory.at, page(first), mapped->memory.len, flags);
	if (err)
		return err;
	mapped->dut = dut;
	mapped->iova = page(first);
	return 0;
}

void window_unmap(struct window *mapped)
{
	if (mapped->dut)
		iommu_unmap(mapped->dut, mapped->iova, mapped->memory.len, NULL);
	memory_free(&mapped->memory);
	mapped->dut = NULL;
}

struct pinned pinned_now(struct dut *dut)
{
	return (struct pinned){dut, pages_pinned()};
}

const char *check_pinned(const struct pinned *before, unsigned int pins, long pages)
{
	const long now = pages_pinned() - before->pages;
	struct mediated_status status;
	int err = mediated_status(before->dut, &status);

	if (err)
		return text("the driver's status: %s", error_name(err));
	if (status.pins != pins)
		return text("expected %u pins of the driver, got %u", pins, status.pins);
	if (now != pages)
		return text("expected %ld pages to be pinned, got %ld", pages, now);
	return NULL;
}

const char *charged_field(enum mode mode)
{
	return mode == MODE_TYPE1 ? "VmLck" : "VmPin";
}

const char *check_charged(const struct dut *dut, long pages)
{
	const long now = process_kib(0, charged_field(dut->mode));

	if (now == pages * 4)
		return NULL;
	return text("expected %ld pages to be charged, got %ld KiB (%s)", pages, now,
		    charged_field(dut->mode));
}

const char *check_refused(struct dut *dut, uint64_t to, uint64_t from)
{
	const int err = dut_dma(dut, to, from, 64);

	return err ? NULL
		   : text("the device copied from 0x%llx to 0x%llx", (unsigned long long)from,
			  (unsigned long long)to);
}
