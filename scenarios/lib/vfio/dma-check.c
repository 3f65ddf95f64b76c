// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/dma-check.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/vfio/iommu.h"

#include <string.h>

const char *check_dma_copies(struct dut *dut, uint64_t to, void *at_to, uint64_t from,
			     void *at_from, size_t len)
{
	int err;

	pattern_fill(at_from, len, (unsigned int)(to / IOMMU_PAGE + from / IOMMU_PAGE + 1));
	memset(at_to, 0xee, len);
	err = dut_dma(dut, to, from, len);
	if (err)
		return text("the device cannot copy from 0x%llx to 0x%llx: %s",
			    (unsigned long long)from, (unsigned long long)to, error_name(err));
	return check_bytes(at_from, at_to, len);
}

const char *check_dma_blocked(struct dut *dut, uint64_t to, uint64_t from)
{
	const long before = iommu_faults();
	const int err = dut_dma(dut, to, from, 64);

	if (dut->model || dut->driver->dma_fails)
		return err ? NULL
			   : "the device reports that it copied from or to memory that is not "
			     "mapped";
	if (before < 0 || iommu_await_fault(dut, before))
		return NULL;
	return text("the IOMMU reported no fault in %u ms", dut->wait_ms);
}
