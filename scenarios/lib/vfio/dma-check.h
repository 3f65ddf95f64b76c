/* SPDX-License-Identifier: GPL-2.0-only */
/* What the DMA of a started DUT reaches. Functions return NULL, or a message. Block for the DMA. */
#ifndef SCENARIOS_LIB_VFIO_DMA_CHECK_H
#define SCENARIOS_LIB_VFIO_DMA_CHECK_H

#include "scenarios/lib/dut/dut.h"

/*
 * The device copies LEN bytes from IOVA FROM to IOVA TO, which reach the memory AT_FROM and AT_TO
 * of this process. Overwrites both.
 */
const char *check_dma_copies(struct dut *dut, uint64_t to, void *at_to, uint64_t from,
			     void *at_from, size_t len);

/*
 * A copy of 64 bytes is stopped and reported. The device decides what becomes of it. Exception: a
 * device model accesses memory through the mappings that QEMU sends it, and so is stopped before
 * the IOMMU, which then has nothing to report.
 */
const char *check_dma_blocked(struct dut *dut, uint64_t to, uint64_t from);

#endif
