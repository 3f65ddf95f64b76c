/* SPDX-License-Identifier: GPL-2.0-only */
/* The part of a BAR that VFIO hides from pread: the MSI-X table, which reads as all ones. */
#ifndef SCENARIOS_LIB_CONFIG_MSIX_TABLE_H
#define SCENARIOS_LIB_CONFIG_MSIX_TABLE_H

#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

/* Returns the offset of the first word of BAR that is not in the table; the BAR's size if none. */
uint64_t msix_table_end(struct dut *dut, const struct region *bar);

#endif
