// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of DMA: to an address, or at a time, that is not allowed. `result' is the result of the
 * DMA.
 */
#include "lab/devices/lib/fault.h"
#include "lab/devices/lib/trace.h"

#include <string.h>

#define DMA_MAX 4096u
#define POISON	0x5a

static void write_poison(struct armed *armed, uint64_t iova)
{
	unsigned char data[DMA_MAX];
	const struct vfu_dma dma = {
		.iova = iova, .len = armed->args.len, .data = data, .write = true};

	memset(data, POISON, sizeof(data));
	fault_fires(armed);
	armed->result = vfu_pass_dma(armed->device->vfu, &dma);
	trace_dma(armed->device->trace, &dma, armed->result);
}

static int write_outside(struct armed *armed)
{
	write_poison(armed, armed->args.iova);
	return 0;
}

/* Deferred to the timer, because no DMA is possible within this notification. */
static void note_unmapped(struct armed *armed, uint64_t iova, uint64_t size __attribute__((unused)))
{
	armed->iova = iova;
	fault_set_timer(armed, 0);
}

static void write_unmapped(struct armed *armed)
{
	write_poison(armed, armed->iova);
}

static bool write_in_reset(struct armed *armed, enum pci_reset reset __attribute__((unused)))
{
	if (armed->faults->last_iova)
		write_poison(armed, armed->faults->last_iova);
	return false;
}

#define LENGTH FAULT_NUMBER(len, 64, DMA_MAX, "bytes to write")

static const struct param outside_params[] = {
	FAULT_NUMBER(iova, 0xfffffffff000, UINT64_MAX, "target address"), LENGTH, PARAM_END};
static const struct param len_params[] = {LENGTH, PARAM_END};

const struct fault dma_faults[] = {
	{.name = "dma-outside",
	 .help = "the device writes now to an address that is not mapped",
	 .expect = "nothing is written: the IOMMU stops it (result=-14)",
	 .params = outside_params,
	 .arm = write_outside},
	{.name = "dma-after-unmap",
	 .help = "the device writes to the last unmapped range right after the unmap",
	 .expect = "nothing is written: unmapping is complete when it returns (result=-14)",
	 .params = len_params,
	 .unmapped = note_unmapped,
	 .expired = write_unmapped},
	{.name = "dma-during-reset",
	 .help = "the device writes to its last DMA address while it is being reset",
	 .expect = "the write succeeds if the address is still mapped; after the reset bus "
		   "mastering is off",
	 .params = len_params,
	 .take_reset = write_in_reset},
	{0},
};
