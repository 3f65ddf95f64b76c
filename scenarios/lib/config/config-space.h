/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Config space as VFIO shows it, beyond single registers (scenarios/lib/vfio/region.h): accesses of
 * any size, and the list of capabilities.
 */
#ifndef SCENARIOS_LIB_CONFIG_CONFIG_SPACE_H
#define SCENARIOS_LIB_CONFIG_CONFIG_SPACE_H

#include "scenarios/lib/vfio/region.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_MAX 4096u

/* Returns the size of config space: 256 or 4096; 0 if it cannot be determined. */
size_t config_size(struct dut *dut);

/* Access LEN bytes at OFFSET with one pread or pwrite. Returns the number of bytes or -errno. */
ssize_t config_pread(struct dut *dut, unsigned int offset, void *data, size_t len);
ssize_t config_pwrite(struct dut *dut, unsigned int offset, const void *data, size_t len);

/*
 * Read the register of SIZE bytes (1, 2 or 4) at OFFSET: as VFIO shows it, and in the device itself
 * (sysfs).
 */
uint32_t config_get(struct dut *dut, unsigned int offset, size_t size);
uint32_t config_physical(struct dut *dut, unsigned int offset, size_t size);
int config_put(struct dut *dut, unsigned int offset, size_t size, uint32_t value);

/* Capabilities and extended capabilities, in the order of their chains. */
struct config_caps {
	struct config_cap {
		bool extended;
		uint16_t id;
		unsigned int at;
	} caps[128];
	size_t count;
};

/*
 * Follow both chains. Returns NULL, or a message if they are malformed (PCI Local Bus 3.0, 6.7;
 * PCIe 5.0, 7.6.3).
 */
const char *config_walk(struct dut *dut, struct config_caps *caps);

/* Returns the capability or extended capability ID, or NULL. */
const struct config_cap *config_find(const struct config_caps *caps, bool extended, uint16_t id);

#endif
