// SPDX-License-Identifier: GPL-2.0-only
/*
 * example: the device of docs/device-model.md, a lamp that raises an MSI when its brightness
 * changes.
 */
#include "lab/devices/example-regs.h"

#include "lab/devices/lib/model.h"

#include <string.h>

struct lamp_params {
	uint64_t most;
};

struct lamp {
	uint32_t brightness, changes, colour;
};

static uint64_t lamp_read(struct device *device, uint64_t offset,
			  unsigned int len __attribute__((unused)))
{
	const struct lamp *lamp = device_state(device);

	switch (offset) {
	case LAMP_BRIGHTNESS:
		return lamp->brightness;
	case LAMP_CHANGES:
		return lamp->changes;
	case LAMP_COLOUR:
		return lamp->colour;
	default:
		return 0;
	}
}

static void set_brightness(struct device *device, uint64_t value)
{
	const struct lamp_params *params = device_params(device);
	struct lamp *lamp = device_state(device);

	if (value > params->most || value == lamp->brightness)
		return;
	lamp->brightness = (uint32_t)value;
	lamp->changes++;
	device_message(device, PCI_IRQ_MSI, 0);
}

static void lamp_write(struct device *device, uint64_t offset, uint64_t value, unsigned int len)
{
	struct lamp *lamp = device_state(device);

	if (len != 4)
		return;
	if (offset == LAMP_BRIGHTNESS)
		set_brightness(device, value);
	else if (offset == LAMP_COLOUR)
		lamp->colour = (uint32_t)value;
}

static void lamp_reset(struct device *device, enum pci_reset reset __attribute__((unused)))
{
	memset(device_state(device), 0, sizeof(struct lamp));
}

static const struct register_name lamp_names[] = {
	REGISTER(LAMP_, BRIGHTNESS),
	REGISTER(LAMP_, CHANGES),
	REGISTER(LAMP_, COLOUR),
	REGISTERS_END,
};

static const struct bar_ops lamp_registers = {
	.read = lamp_read, .write = lamp_write, .names = lamp_names};

static const struct param lamp_params[] = {
	PARAM_NUMBER(struct lamp_params, most, 100, UINT32_MAX, "the maximum of its brightness"),
	PARAM_END,
};

DEVICE_MODEL(example, .summary = "a lamp, the example of docs/device-model.md",
	     .registers = "  BAR0  32-bit registers: lab/devices/example-regs.h\n",
	     .shape = {.ids = {.vendor = LAMP_VENDOR, .device = LAMP_DEVICE, .class = 0x088000},
		       .bars = {[0] = BAR_MMIO(SZ_4K, &lamp_registers)},
		       .caps = {CAP_MSI(1), CAP_PM(), CAP_PCIE_FLR()}},
	     .params = lamp_params, .params_size = sizeof(struct lamp_params),
	     .state_size = sizeof(struct lamp), .reset = lamp_reset);
