// SPDX-License-Identifier: GPL-2.0-only
/* Faults that a model itself has to make: it asks for them by device_fault(). */
#include "lab/devices/lib/fault.h"

#include <errno.h>
#include <string.h>

/* Returns 0 if the device's model asks for the fault. */
static int need_model(struct armed *armed)
{
	const char *name = armed->fault->name;
	const size_t len = strlen(name);
	const char *at = armed->device->model->faults;

	for (; at && (at = strstr(at, name)); at += len) {
		if (at[len] == '\0' || at[len] == ' ')
			return 0;
	}
	return -ENODEV;
}

#define VALUE(otherwise, most, help) FAULT_NUMBER(value, otherwise, most, help)
#define ERROR			     VALUE(5, 133, "the errno that the device returns")

static const struct param error_params[] = {ERROR, FAULT_AFTER, FAULT_COUNT, PARAM_END};
static const struct param cut_params[] = {VALUE(8, UINT32_MAX, "bytes that are left of a record"),
					  FAULT_AFTER, FAULT_COUNT, PARAM_END};
static const struct param version_params[] = {VALUE(1, UINT16_MAX, "the version of the records"),
					      FAULT_AFTER, FAULT_COUNT, PARAM_END};
static const struct param ready_params[] = {VALUE(0, UINT32_MAX, "what the register reads"),
					    FAULT_AFTER, FAULT_COUNT, PARAM_END};
static const struct param when_params[] = {FAULT_AFTER, FAULT_COUNT, PARAM_END};

const struct fault model_faults[] = {
	{.name = "migration-save-fails",
	 .help = "the device cannot save its state",
	 .expect = "read() of the data fails with EIO; the device can go on",
	 .params = error_params,
	 .arm = need_model},
	{.name = "migration-save-cut",
	 .help = "a record of the saved state ends too early",
	 .expect = "read() of the data fails with EIO; the device can go on",
	 .params = cut_params,
	 .arm = need_model},
	{.name = "migration-version",
	 .help = "the saved state is of another version",
	 .expect = "the device that loads it refuses it",
	 .params = version_params,
	 .arm = need_model},
	{.name = "migration-load-refused",
	 .help = "the device refuses to load a record",
	 .expect = "write() of the data fails; leaving RESUMING ends in the state ERROR",
	 .params = error_params,
	 .arm = need_model},
	{.name = "migration-stalls",
	 .help = "the device does not complete a command",
	 .expect = "the driver gives up with ETIMEDOUT",
	 .params = when_params,
	 .arm = need_model},
	{.name = "migration-log-overflow",
	 .help = "a page does not fit into the log of DMA",
	 .expect = "all pages are reported dirty, and none is missed",
	 .params = when_params,
	 .arm = need_model},
	{.name = "gpu-link-down",
	 .help = "the link between the GPU and the processor is not ready",
	 .expect = "the driver waits, and fails with ETIME after 30 s",
	 .params = ready_params,
	 .arm = need_model},
	{.name = "gpu-memory-training",
	 .help = "the memory of the GPU is not ready",
	 .expect = "the driver waits, and fails with ETIME after 30 s",
	 .params = ready_params,
	 .arm = need_model},
	{.name = "gpu-cxl-range",
	 .help = "the CXL DVSEC of the GPU says that its memory is not ready",
	 .expect = "the driver waits, and fails with ETIME after 1 s",
	 .params = ready_params,
	 .arm = need_model},
	{0},
};
