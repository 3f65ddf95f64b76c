// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvgrace: a GPU with memory of its own that the processor reaches without a BAR, as
 * nvgrace-gpu-vfio-pci of Linux sees it. The memory is a part of the guest's that its kernel leaves
 * alone; properties= of the machine say where. Registers: lab/devices/nvgrace-regs.h
 */
#include "lab/devices/nvgrace-regs.h"

#include "lab/devices/lib/model.h"

#include <errno.h>
#include <string.h>

#define DVSEC_VENDOR_NVIDIA NVGRACE_VENDOR
#define DVSEC_VENDOR_CXL    0x1e98
#define DVSEC_BYTES	    12u /* after the header of the capability: the DVSEC's, and its data */
#define DVSEC_CXL_BYTES	    56u

/* CXL 3.1, 8.1.3.8.2: low half of the size of range 1, from the start of the capability. */
#define CXL_RANGE_LOW  0x1cu
#define CXL_INFO_VALID 0x1u
#define CXL_MEM_ACTIVE 0x2u
#define CXL_SIZE_256M  0x10000000u

enum nvgrace_kind {
	KIND_HOPPER,	/* a part of the memory must not be cached */
	KIND_BLACKWELL, /* all of it may be */
	KIND_CXL,	/* a DVSEC of CXL says when it can be used */
};

static const char *const kinds[] = {"hopper", "blackwell", "cxl", NULL};

struct nvgrace_params {
	uint64_t kind;
};

struct nvgrace {
	uint32_t result;
	uint32_t regs[NVGRACE_SCRATCH_END / 4]; /* registers that only store a value */
};

static uint64_t address(const struct nvgrace *nvgrace, unsigned int reg)
{
	return nvgrace->regs[reg / 4] | (uint64_t)nvgrace->regs[reg / 4 + 1] << 32;
}

static int copy(struct device *device, uint32_t len)
{
	const struct nvgrace *nvgrace = device_state(device);
	uint8_t data[NVGRACE_COPY_MAX];
	int err;

	if (!len || len > sizeof(data))
		return -EINVAL;
	err = device_dma_read(device, address(nvgrace, NVGRACE_FROM), data, len);
	return err ? err : device_dma_write(device, address(nvgrace, NVGRACE_TO), data, len);
}

static uint32_t readiness(struct device *device, const char *fault)
{
	uint64_t value = NVGRACE_READY;

	device_fault(device, fault, &value);
	return (uint32_t)value;
}

static uint64_t nvgrace_read(struct device *device, uint64_t offset, unsigned int len)
{
	const struct nvgrace *nvgrace = device_state(device);

	if (len != 4)
		return 0;
	switch (offset) {
	case NVGRACE_ID:
		return NVGRACE_ID_VALUE;
	case NVGRACE_RESULT:
		return nvgrace->result;
	case NVGRACE_C2C_LINK:
		return readiness(device, "gpu-link-down");
	case NVGRACE_HBM_TRAINING:
		return readiness(device, "gpu-memory-training");
	}
	return offset < NVGRACE_SCRATCH_END ? nvgrace->regs[offset / 4] : 0;
}

static void nvgrace_write(struct device *device, uint64_t offset, uint64_t value, unsigned int len)
{
	struct nvgrace *nvgrace = device_state(device);

	if (len != 4)
		return;
	if (offset == NVGRACE_TRIGGER)
		nvgrace->result =
			(uint32_t)-device_message(device, PCI_IRQ_MSI, (unsigned int)value);
	else if (offset == NVGRACE_LEN)
		nvgrace->result = (uint32_t)-copy(device, (uint32_t)value);
	else if (offset >= NVGRACE_MARK && offset < NVGRACE_SCRATCH_END)
		nvgrace->regs[offset / 4] = (uint32_t)value;
}

static void nvgrace_reset(struct device *device, enum pci_reset reset __attribute__((unused)))
{
	memset(device_state(device), 0, sizeof(struct nvgrace));
}

/* The state of the memory, in a register of config space that changes by itself. */
static uint32_t cxl_range(struct device *device)
{
	uint64_t value = CXL_SIZE_256M | CXL_INFO_VALID | CXL_MEM_ACTIVE;

	device_fault(device, "gpu-cxl-range", &value);
	return (uint32_t)value;
}

static void nvgrace_config_read(struct device *device, unsigned int offset, uint8_t *data,
				size_t len)
{
	const struct nvgrace_params *params = device_params(device);
	const unsigned int at =
		pci_config_find_ecap(device_config(device), PCI_EXT_CAP_ID_DVSEC) + CXL_RANGE_LOW;
	uint8_t range[4];

	if (params->kind != KIND_CXL || offset >= at + sizeof(range) || offset + len <= at)
		return;
	pci_set32(range, 0, cxl_range(device));
	for (size_t i = 0; i < len; i++)
		if (offset + i >= at && offset + i < at + sizeof(range))
			data[i] = range[offset + i - at];
}

/* Makes CAP a DVSEC with DATA as the first word of its data. */
static void make_dvsec(struct device_cap *cap, uint16_t vendor, uint16_t id, unsigned int bytes,
		       uint16_t data)
{
	*cap = (struct device_cap){
		.kind = CAP_KIND_OTHER_EXTENDED, .count = bytes, .id = PCI_EXT_CAP_ID_DVSEC};
	pci_set32(cap->content, 0, vendor | 1u << 16 | (bytes + PCI_CAP_SIZEOF) << 20);
	pci_set16(cap->content, 4, id);
	pci_set16(cap->content, 6, data);
}

/* In the first, bit 0 says that all memory may be cached; its other bits are unknown. */
static int nvgrace_setup(struct device_shape *shape, const void *params,
			 struct buf *why __attribute__((unused)))
{
	const struct nvgrace_params *given = params;
	struct device_cap *cap = shape->caps;

	while (cap->kind)
		cap++;
	if (given->kind == KIND_CXL)
		make_dvsec(cap++, DVSEC_VENDOR_CXL, 0, DVSEC_CXL_BYTES, 0);
	make_dvsec(cap, DVSEC_VENDOR_NVIDIA, 3, DVSEC_BYTES,
		   given->kind == KIND_HOPPER ? 0xfffe : 0x0001);
	return 0;
}

static const struct param nvgrace_params[] = {
	PARAM_CHOICE(struct nvgrace_params, kind, kinds, "how its memory is used and gets ready"),
	PARAM_END,
};

static const struct register_name nvgrace_names[] = {
	REGISTER(NVGRACE_, ID),
	REGISTER(NVGRACE_, RESULT),
	REGISTER(NVGRACE_, TRIGGER),
	REGISTER(NVGRACE_, MARK),
	REGISTER(NVGRACE_, FROM),
	REGISTER(NVGRACE_, TO),
	REGISTER(NVGRACE_, LEN),
	REGISTERS(NVGRACE_, SCRATCH),
	REGISTER(NVGRACE_, C2C_LINK),
	REGISTER(NVGRACE_, HBM_TRAINING),
	REGISTERS_END,
};

static const struct bar_ops nvgrace_registers = {
	.read = nvgrace_read, .write = nvgrace_write, .names = nvgrace_names};

DEVICE_MODEL(nvgrace, .summary = "a GPU with memory outside of its BARs, for nvgrace-gpu-vfio-pci",
	     .registers = "  BAR0  32-bit registers: lab/devices/nvgrace-regs.h\n",
	     .shape = {.ids = {.vendor = NVGRACE_VENDOR,
			       .device = NVGRACE_DEVICE,
			       .subvendor = NVGRACE_VENDOR,
			       .subdevice = 1,
			       .class = 0x030200},
		       .bars = {[0] = {4 * SZ_1M, PCI_BASE_ADDRESS_MEM_TYPE_64,
				       &nvgrace_registers}},
		       .caps = {CAP_PM(), CAP_MSI(4), CAP_PCIE_FLR()}},
	     .params = nvgrace_params, .params_size = sizeof(struct nvgrace_params),
	     .state_size = sizeof(struct nvgrace), .setup = nvgrace_setup, .reset = nvgrace_reset,
	     .config_read = nvgrace_config_read,
	     .faults = "gpu-link-down gpu-memory-training gpu-cxl-range");
