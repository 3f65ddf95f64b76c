// SPDX-License-Identifier: GPL-2.0-only
/* Faults of resets. The device does not respond until the reset has finished (PCIe 6.6.2). */
#include "lab/devices/lib/fault.h"

#include <string.h>

static const char *const resets[] = {"any", "flr", "pm", "bus", NULL};

/* A reset of another kind ends a hanging one, as on real devices, which are recovered this way. */
static bool hold(struct armed *armed, enum pci_reset reset)
{
	if (armed->pending && !fault_is_of(armed, reset)) {
		armed->pending = false;
		armed->faults->absent = false;
		return false;
	}
	if (armed->pending)
		return true;
	if (!fault_is_of(armed, reset) || !fault_due(armed))
		return false;
	armed->pending = true;
	armed->reset = reset;
	armed->faults->absent = true;
	return true;
}

static void finish(struct armed *armed)
{
	if (!armed->pending)
		return;
	armed->pending = false;
	armed->faults->absent = false;
	device_finish_reset(armed->device, armed->reset);
}

static bool hold_for_a_while(struct armed *armed, enum pci_reset reset)
{
	const bool began = !armed->pending;
	const bool held = hold(armed, reset);

	if (held && began)
		fault_set_timer(armed, armed->args.ms);
	return held;
}

static int keep_config(struct armed *armed)
{
	armed->faults->saved = *device_config(armed->device);
	return 0;
}

/* Everything except the identity reads as zero and ignores writes: COMMAND cannot be set again. */
static void lose_config(struct armed *armed, enum pci_reset reset)
{
	struct pci_config *config = device_config(armed->device);

	if (!fault_is_of(armed, reset) || !fault_due(armed))
		return;
	pci_set32(config->data, PCI_COMMAND, 0);
	memset(config->data + PCI_BASE_ADDRESS_0, 0, config->size - PCI_BASE_ADDRESS_0);
	memset(config->writable, 0, sizeof(config->writable));
}

static void restore_config(struct armed *armed)
{
	struct pci_config *config = device_config(armed->device);

	memcpy(config->writable, armed->faults->saved.writable, sizeof(config->writable));
	if (armed->fired)
		pci_config_reset(config);
}

static void change_ids(struct armed *armed, enum pci_reset reset)
{
	struct pci_ids ids = armed->device->shape.ids;

	if (!fault_is_of(armed, reset) || !fault_due(armed))
		return;
	ids.vendor = (uint16_t)armed->args.vendor;
	ids.device = (uint16_t)armed->args.device;
	pci_header_set_ids(device_config(armed->device), &ids);
}

static void restore_ids(struct armed *armed)
{
	pci_header_set_ids(device_config(armed->device), &armed->device->shape.ids);
}

static const struct param of_params[] = {FAULT_OF(resets), FAULT_AFTER, FAULT_COUNT, PARAM_END};

static const struct param late_params[] = {
	FAULT_OF(resets), FAULT_AFTER, FAULT_COUNT,
	FAULT_NUMBER(ms, 1000, 600000, "milliseconds until it finishes"), PARAM_END};

static const struct param ids_params[] = {
	FAULT_OF(resets),
	FAULT_AFTER,
	FAULT_COUNT,
	FAULT_NUMBER(vendor, 0xdead, 0xffff, "the vendor ID afterwards"),
	FAULT_NUMBER(device, 0xbeef, 0xffff, "the device ID afterwards"),
	PARAM_END};

const struct fault reset_faults[] = {
	{.name = "reset-never",
	 .help = "a reset never finishes: everything reads as all ones from then on",
	 .expect = "waits up to 60 s for the function to come back, logs that it gave up, and "
		   "VFIO_DEVICE_RESET fails",
	 .params = of_params,
	 .take_reset = hold,
	 .disarm = finish},
	{.name = "reset-late",
	 .help = "a reset takes a while to finish, and until then everything reads as all ones",
	 .expect = "waits, and the reset succeeds",
	 .params = late_params,
	 .take_reset = hold_for_a_while,
	 .expired = finish,
	 .disarm = finish},
	{.name = "reset-loses-config",
	 .help = "after a reset, config space reads as zero except the IDs and ignores writes",
	 .expect = "the reset succeeds; what is saved cannot be restored, BARs do not answer, "
		   "nothing crashes",
	 .params = of_params,
	 .arm = keep_config,
	 .reset_done = lose_config,
	 .disarm = restore_config},
	{.name = "reset-other-ids",
	 .help = "after a reset the device has other vendor and device IDs",
	 .expect = "keeps treating it as the old device; config space shows the IDs of VFIO's copy "
		   "for "
		   "VFs, else those of the device",
	 .params = ids_params,
	 .reset_done = change_ids,
	 .disarm = restore_ids},
	{0},
};
