// SPDX-License-Identifier: GPL-2.0-only
/* example: the device of docs/device-model.md, a lamp that tells by MSI when its brightness has changed. */
#include "lab/devices/lib/model.h"

#include <string.h>

enum lamp_reg {
	LAMP_BRIGHTNESS = 0x00, /* 0 to the most that the parameter says */
	LAMP_CHANGES = 0x04,	/* how often it has changed since a reset */
};

struct lamp_params {
	uint64_t most;
};

struct lamp {
	uint32_t brightness, changes;
};

static uint64_t lamp_read(struct device *device, uint64_t offset, unsigned int len __attribute__((unused)))
{
	const struct lamp *lamp = device_state(device);

	if (offset == LAMP_BRIGHTNESS)
		return lamp->brightness;
	return offset == LAMP_CHANGES ? lamp->changes : 0;
}

static void lamp_write(struct device *device, uint64_t offset, uint64_t value,
		       unsigned int len __attribute__((unused)))
{
	const struct lamp_params *params = device_params(device);
	struct lamp *lamp = device_state(device);

	if (offset != LAMP_BRIGHTNESS || value > params->most || value == lamp->brightness)
		return;
	lamp->brightness = (uint32_t)value;
	lamp->changes++;
	device_message(device, PCI_IRQ_MSI, 0);
}

static void lamp_reset(struct device *device, enum pci_reset reset __attribute__((unused)))
{
	memset(device_state(device), 0, sizeof(struct lamp));
}

static const struct bar_ops lamp_registers = {.read = lamp_read, .write = lamp_write};

static const struct param lamp_params[] = {
	PARAM_NUMBER(struct lamp_params, most, 100, UINT32_MAX, "the brightness that it cannot exceed"),
	PARAM_END,
};

DEVICE_MODEL(example, .summary = "a lamp, the example of docs/device-model.md",
	     .registers = "  BAR0  0x00 brightness, 0x04 changes since a reset\n",
	     .shape = {.ids = {.vendor = 0x1234, .device = 0x1a3b, .class = 0x088000},
		       .bars = {[0] = BAR_MMIO(SZ_4K, &lamp_registers)},
		       .caps = {CAP_MSI(1), CAP_PM(), CAP_PCIE_FLR()}},
	     .params = lamp_params, .params_size = sizeof(struct lamp_params),
	     .state_size = sizeof(struct lamp), .reset = lamp_reset);
