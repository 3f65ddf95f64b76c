// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/vfio/feature.h"

#include "scenarios/lib/pci/runtime-pm.h"
#include "scenarios/lib/report.h"

#include "lab/base/buf.h"

#include <errno.h>
#include <string.h>

#define DATA_MAX 64u

int feature_call(struct dut *dut, uint32_t flags, uint32_t argsz, const void *data, size_t len)
{
	struct {
		struct vfio_device_feature feature;
		uint8_t data[DATA_MAX];
	} call = {.feature = {.argsz = argsz, .flags = flags}};

	if (len > sizeof(call.data))
		return -E2BIG;
	if (len)
		memcpy(call.data, data, len);
	return vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &call);
}

static int set(struct dut *dut, unsigned int number, const void *data, size_t len)
{
	return feature_call(dut, FEATURE_SET | number,
			    (uint32_t)(sizeof(struct vfio_device_feature) + len), data, len);
}

bool feature_offered(struct dut *dut, unsigned int number, uint32_t access)
{
	return !feature_call(dut, FEATURE_PROBE | access | number,
			     sizeof(struct vfio_device_feature), NULL, 0);
}

int low_power_enter(struct dut *dut, int wakeup)
{
	const int32_t entry[2] = {wakeup, 0};

	if (wakeup < 0)
		return set(dut, FEATURE_LOW_POWER_ENTRY, NULL, 0);
	return set(dut, FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP, entry, sizeof(entry));
}

const char *low_power_suspend(struct dut *dut, int wakeup)
{
	int err = low_power_enter(dut, wakeup);

	if (err)
		return text("the low power state cannot be entered: %s", error_name(err));
	return await_runtime_status(dut->address, "suspended", dut->wait_ms);
}

int low_power_exit(struct dut *dut)
{
	return set(dut, FEATURE_LOW_POWER_EXIT, NULL, 0);
}

void low_power_end(struct dut **dut)
{
	low_power_exit(*dut);
}
