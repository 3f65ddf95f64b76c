// SPDX-License-Identifier: GPL-2.0-only
/*
 * igd: Intel integrated graphics as vfio-pci's IGD support sees it: VGA class, with the address of
 * an OpRegion in config space. The OpRegion is either in guest memory, where QEMU's loader puts the
 * output of libexec/opregion, or in the aperture, where software in the guest writes it. Intel IGD
 * OpRegion Specification 1.0, 1.2.
 */
#include "lab/devices/lib/model.h"

#define IGD_ASLS 0xfc /* config: physical address of the OpRegion */

struct igd_params {
	uint64_t asls, aperture;
};

struct igd {
	bool started;
	uint32_t asls;
};

static int igd_setup(struct device_shape *shape, const void *params,
		     struct buf *why __attribute__((unused)))
{
	const struct igd_params *given = params;

	shape->bars[2].size = given->aperture;
	return 0;
}

/*
 * Firmware, or software in its place, writes the address; no reset changes it, not even a bus
 * reset.
 */
static void igd_reset(struct device *device, enum pci_reset reset __attribute__((unused)))
{
	const struct igd_params *params = device_params(device);
	struct pci_config *config = device_config(device);
	struct igd *igd = device_state(device);

	if (!igd->started)
		*igd = (struct igd){.started = true, .asls = (uint32_t)params->asls};
	pci_set32(config->data, IGD_ASLS, igd->asls);
	pci_set32(config->writable, IGD_ASLS, UINT32_MAX);
}

static void igd_config_written(struct device *device, unsigned int offset __attribute__((unused)),
			       size_t len __attribute__((unused)))
{
	struct igd *igd = device_state(device);

	igd->asls = pci_get32(device_config(device)->data, IGD_ASLS);
}

static const struct param igd_params[] = {
	PARAM_NUMBER(struct igd_params, asls, 0x1f000000, UINT32_MAX,
		     "address of the OpRegion in the guest's memory; 0 or all ones: none"),
	PARAM_NUMBER(struct igd_params, aperture, 16 * SZ_1M, 1ull << 32,
		     "bytes of memory behind BAR2"),
	PARAM_END,
};

static uint64_t igd_read(struct device *device __attribute__((unused)),
			 uint64_t offset __attribute__((unused)),
			 unsigned int len __attribute__((unused)))
{
	return 0;
}

static const struct bar_ops igd_registers = {.read = igd_read};

DEVICE_MODEL(igd, .summary = "Intel graphics with an OpRegion",
	     .registers = "  BAR0    registers, which read 0\n"
			  "  BAR2    the aperture, memory\n"
			  "  BAR4    64 bytes of I/O space\n"
			  "  config  0xfc: the OpRegion's address\n",
	     .shape = {.ids = {.vendor = 0x8086,
			       .device = 0x5912,
			       .subvendor = 0x8086,
			       .subdevice = 0x2212,
			       .class = 0x030000,
			       .revision = 4},
		       .pin = 1,
		       .bars = {[0] = {SZ_1M, PCI_BASE_ADDRESS_MEM_TYPE_64, &igd_registers},
				[2] = BAR_RAM64(16 * SZ_1M),
				[4] = BAR_IO(64, &igd_registers)},
		       .caps = {CAP_VENDOR(9), CAP_PCIE_FLR(), CAP_MSI(1), CAP_PM()},
		       .caps_limit = IGD_ASLS},
	     .params = igd_params, .params_size = sizeof(struct igd_params),
	     .state_size = sizeof(struct igd), .setup = igd_setup, .reset = igd_reset,
	     .config_written = igd_config_written);
