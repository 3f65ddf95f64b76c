/* SPDX-License-Identifier: GPL-2.0-only */
/* What the variant driver (kernel/modules/edu-vfio-pci) adds to vfio-pci: its log and command. */
#ifndef SCENARIOS_VARIANT_EDU_VFIO_H
#define SCENARIOS_VARIANT_EDU_VFIO_H

#include "kernel/modules/edu-vfio-pci/edu-vfio-pci.h"
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include <stdint.h>

#define EDU_MODULE "edu_vfio_pci"

/* Find the log's region. NULL, or why it cannot be found. */
const char *edu_find_log(struct dut *dut, struct region *log);

/* Read the log, whose counters are little endian. NULL, or why it cannot be read. */
const char *edu_read_log(struct dut *dut, struct edu_vfio_log *content);

/* EDU_VFIO_FACTORIAL: have the device compute the factorial of NUMBER. 0 or -errno. */
int edu_factorial(struct dut *dut, uint32_t number, uint32_t *result);

#endif
