// SPDX-License-Identifier: GPL-2.0-only
/*
 * vendor: the device of a variant driver; its state can be saved and restored. Registers:
 * lab/devices/vendor-regs.h
 */
#include "lab/devices/vendor-regs.h"

#include "lab/devices/lib/model.h"

#include <errno.h>
#include <string.h>

#define WINDOW (VENDOR_WINDOW_END - VENDOR_WINDOW)
#define VALUES ((VENDOR_VALUES_END - VENDOR_VALUES) / 4)

/* A saved state begins with a magic number. */
#define SAVED_MAGIC  0x53544154u
#define SAVED_HEADER 12u /* magic, length, sum of the bytes after the header */
#define SAVED_STATE  (4 + 4 * VALUES)

struct vendor_params {
	uint64_t ballast;
};

struct vendor {
	uint32_t state, result, size, page, counter;
	uint32_t values[VALUES];
	uint8_t saved[VENDOR_SAVE_MAX];
};

static uint32_t sum_of(const uint8_t *data, uint32_t len)
{
	uint32_t sum = 0;

	while (len--)
		sum += *data++;
	return sum;
}

static uint32_t saved_size(const struct device *device)
{
	const struct vendor_params *params = device_params(device);

	return SAVED_HEADER + SAVED_STATE + (uint32_t)params->ballast;
}

static int save(struct device *device)
{
	struct vendor *vendor = device_state(device);
	uint8_t *state = vendor->saved + SAVED_HEADER;

	if (vendor->state != VENDOR_STOPPED)
		return -EBUSY;
	vendor->size = saved_size(device);
	memset(vendor->saved, 0, sizeof(vendor->saved));
	pci_set32(state, 0, vendor->counter);
	for (unsigned int i = 0; i < VALUES; i++)
		pci_set32(state, 4 + 4 * i, vendor->values[i]);
	pci_set32(vendor->saved, 0, SAVED_MAGIC);
	pci_set32(vendor->saved, 4, vendor->size);
	pci_set32(vendor->saved, 8, sum_of(state, vendor->size - SAVED_HEADER));
	return 0;
}

static bool is_sound(struct device *device)
{
	const struct vendor *vendor = device_state(device);

	return vendor->size == saved_size(device) && pci_get32(vendor->saved, 0) == SAVED_MAGIC &&
	       pci_get32(vendor->saved, 4) == vendor->size &&
	       pci_get32(vendor->saved, 8) ==
		       sum_of(vendor->saved + SAVED_HEADER, vendor->size - SAVED_HEADER);
}

static int load(struct device *device)
{
	struct vendor *vendor = device_state(device);
	const uint8_t *state = vendor->saved + SAVED_HEADER;

	if (vendor->state != VENDOR_STOPPED)
		return -EBUSY;
	if (!is_sound(device)) {
		vendor->state = VENDOR_BROKEN;
		return -EBADMSG;
	}
	vendor->counter = pci_get32(state, 0);
	for (unsigned int i = 0; i < VALUES; i++)
		vendor->values[i] = pci_get32(state, 4 + 4 * i);
	return 0;
}

/* Returns the byte of the saved state that the window shows at OFFSET, or NULL beyond its end. */
static uint8_t *window(struct vendor *vendor, uint64_t offset)
{
	const uint64_t at = (uint64_t)vendor->page * WINDOW + offset - VENDOR_WINDOW;

	return offset >= VENDOR_WINDOW && offset < VENDOR_WINDOW_END &&
			       at + 4 <= sizeof(vendor->saved)
		       ? vendor->saved + at
		       : NULL;
}

static uint32_t *value_at(struct vendor *vendor, uint64_t offset)
{
	return offset >= VENDOR_VALUES && offset < VENDOR_VALUES_END
		       ? &vendor->values[(offset - VENDOR_VALUES) / 4]
		       : NULL;
}

static uint32_t count(struct vendor *vendor)
{
	return vendor->state == VENDOR_RUNNING ? vendor->counter++ : vendor->counter;
}

static uint64_t vendor_read(struct device *device, uint64_t offset, unsigned int len)
{
	struct vendor *vendor = device_state(device);

	if (len != 4)
		return 0;
	switch (offset) {
	case VENDOR_ID:
		return VENDOR_ID_VALUE;
	case VENDOR_STATE:
		return vendor->state;
	case VENDOR_RESULT:
		return vendor->result;
	case VENDOR_SIZE:
		return vendor->size;
	case VENDOR_PAGE:
		return vendor->page;
	case VENDOR_COUNTER:
		return count(vendor);
	}
	if (value_at(vendor, offset))
		return *value_at(vendor, offset);
	return window(vendor, offset) ? pci_get32(window(vendor, offset), 0) : 0;
}

static int command(struct device *device, uint32_t value)
{
	if (value == VENDOR_SAVE)
		return save(device);
	return value == VENDOR_LOAD ? load(device) : -EINVAL;
}

static void set_state(struct vendor *vendor, uint32_t state)
{
	if (vendor->state != VENDOR_BROKEN && state <= VENDOR_STOPPED)
		vendor->state = state;
}

static void vendor_write(struct device *device, uint64_t offset, uint64_t value, unsigned int len)
{
	struct vendor *vendor = device_state(device);

	if (len != 4)
		return;
	if (offset == VENDOR_STATE)
		set_state(vendor, (uint32_t)value);
	else if (offset == VENDOR_COMMAND)
		vendor->result = (uint32_t)-command(device, (uint32_t)value);
	else if (offset == VENDOR_SIZE && value <= VENDOR_SAVE_MAX)
		vendor->size = (uint32_t)value;
	else if (offset == VENDOR_PAGE && value < VENDOR_SAVE_MAX / WINDOW)
		vendor->page = (uint32_t)value;
	else if (value_at(vendor, offset) && vendor->state == VENDOR_RUNNING)
		*value_at(vendor, offset) = (uint32_t)value;
	else if (window(vendor, offset) && vendor->state == VENDOR_STOPPED)
		pci_set32(window(vendor, offset), 0, (uint32_t)value);
}

static void vendor_reset(struct device *device, enum pci_reset reset __attribute__((unused)))
{
	memset(device_state(device), 0, sizeof(struct vendor));
}

static const struct param vendor_params[] = {
	PARAM_NUMBER(struct vendor_params, ballast, 0, VENDOR_SAVE_MAX - SAVED_HEADER - SAVED_STATE,
		     "bytes of padding in the saved state"),
	PARAM_END,
};

static const struct register_name vendor_names[] = {
	REGISTER(VENDOR_, ID),	    REGISTER(VENDOR_, STATE),
	REGISTER(VENDOR_, COMMAND), REGISTER(VENDOR_, RESULT),
	REGISTER(VENDOR_, SIZE),    REGISTER(VENDOR_, PAGE),
	REGISTER(VENDOR_, COUNTER), REGISTERS(VENDOR_, VALUES),
	REGISTERS(VENDOR_, WINDOW), REGISTERS_END,
};

static const struct bar_ops vendor_registers = {
	.read = vendor_read, .write = vendor_write, .names = vendor_names};

DEVICE_MODEL(vendor,
	     .summary = "the device of a variant driver: its state can be saved and restored",
	     .registers = "  BAR0  32-bit registers: lab/devices/vendor-regs.h\n"
			  "  BAR2  memory, which is not part of the saved state\n"
			  "  BAR4  MSI-X table and PBA\n",
	     .shape = {.ids = {.vendor = VENDOR_VENDOR,
			       .device = VENDOR_DEVICE,
			       .subvendor = VENDOR_VENDOR,
			       .subdevice = 1,
			       .class = 0x00ff00},
		       .pin = 1,
		       .bars = {[0] = BAR_MMIO(SZ_4K, &vendor_registers), [2] = BAR_RAM64(SZ_64K)},
		       .caps = {CAP_PM(), CAP_MSIX(4, 4), CAP_PCIE_FLR(), CAP_AER()}},
	     .params = vendor_params, .params_size = sizeof(struct vendor_params),
	     .state_size = sizeof(struct vendor), .reset = vendor_reset);
