/* SPDX-License-Identifier: GPL-2.0-only */
/* The variant driver's (kernel/modules/edu-vfio-pci) additions to vfio-pci: its log and command. */
#ifndef SCENARIOS_VARIANT_EDU_VFIO_H
#define SCENARIOS_VARIANT_EDU_VFIO_H

#include "kernel/modules/edu-vfio-pci/edu-vfio-pci.h"
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

#include <stdint.h>

#define EDU_MODULE "edu_vfio_pci"

/* Find the log's region. Returns NULL, or a message. */
const char *edu_find_log(struct dut *dut, struct region *log);

/* Read the log, whose counters are little endian. Returns NULL, or a message. */
const char *edu_read_log(struct dut *dut, struct edu_vfio_log *content);

/* EDU_VFIO_FACTORIAL: have the device compute the factorial of NUMBER. Returns 0 or -errno. */
int edu_factorial(struct dut *dut, uint32_t number, uint32_t *result);

#endif
