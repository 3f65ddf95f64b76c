/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DUTs of the machine nvgrace: GPUs whose memory nvgrace-gpu-vfio-pci shows as BARs that the
 * devices do not have (drivers/vfio/pci/nvgrace-gpu/main.c).
 */
#ifndef SCENARIOS_NVGRACE_NVGRACE_H
#define SCENARIOS_NVGRACE_NVGRACE_H

#include "scenarios/lib/scenario.h"

#include "lab/devices/nvgrace-regs.h"

#define DRIVER "nvgrace_gpu_vfio_pci"
#define NEEDED "variant=" DRIVER

/* The BARs: memory that must not be cached, and all other memory. */
#define RESERVED_BAR 2u
#define USABLE_BAR   4u

/* The two parts of a GPU's memory, in bytes. */
struct gpu_part {
	unsigned int bar;
	uint64_t size;	   /* of the memory; 0: the GPU has no such part */
	uint64_t bar_size; /* the next power of two, of the memory before it is cut to blocks */
};

struct gpu {
	const char *dut;
	bool cxl; /* it is ready when its DVSEC of CXL says so */
	struct gpu_part parts[2];
};

/* The GPU that DUT is, as lab/machines/nvgrace.xml declares it; NULL: an unknown one. */
const struct gpu *gpu_of(const struct dut *dut);

/*
 * For each part of the memory of DUT, with its region: call CHECK. Returns NULL, or the first
 * message.
 */
const char *gpu_check_parts(struct dut *dut,
			    const char *(*check)(struct dut *dut, const struct gpu_part *part,
						 const struct region *bar));

#endif
