// SPDX-License-Identifier: GPL-2.0-only
/*
 * uapi: what a kernel offers in addition to the calls that all have, as facts: device features
 * (VFIO_DEVICE_FEATURE_PROBE) and extensions of a container (VFIO_CHECK_EXTENSION), each by its
 * number (include/uapi/linux/vfio.h). vfiolab kernels makes a table of them.
 */
#include "scenarios/lib/scenario.h"

#include <string.h>

/* More numbers than any kernel has. */
#define FEATURES   32u
#define EXTENSIONS 32u

static bool offers(struct dut *dut, unsigned int number, uint32_t access)
{
	struct vfio_device_feature probe = {.argsz = sizeof(probe),
					    .flags = VFIO_DEVICE_FEATURE_PROBE | access | number};

	return !vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &probe);
}

/* 0 is the VF token (5.7), 1 and 2 migration (5.18), 3 to 5 low power (6.1). */
SCENARIO(device_features_offered, "",
	 "facts: the device features that can be read or set, by number, and no unknown one")
{
	for (unsigned int i = 0; i < FEATURES; i++) {
		const bool get = offers(dut, i, VFIO_DEVICE_FEATURE_GET);
		const bool set = offers(dut, i, VFIO_DEVICE_FEATURE_SET);

		if (get || set)
			fact("feature[%u]=%s%s%s", i, get ? "get" : "", get && set ? " " : "",
			     set ? "set" : "");
	}
	ASSERT_THAT(!offers(dut, VFIO_DEVICE_FEATURE_MASK, VFIO_DEVICE_FEATURE_GET),
		    "the device offers the last of all possible features");
	PASS();
}

/* 1, 3 and 6 are types of IOMMU, 4 is cache coherence, 9 unmapping all (5.12). */
SCENARIO(container_extensions_offered, "first container",
	 "facts: the extensions of the container that the kernel has, by number")
{
	for (unsigned int i = 1; i < EXTENSIONS; i++) {
		const int has =
			vfio_ioctl(dut->vfio.container, VFIO_CHECK_EXTENSION, (void *)(uintptr_t)i);

		ASSERT_THAT(has >= 0, "extension %u: %s", i, error_name(has));
		if (has)
			fact("extension[%u]=%d", i, has);
	}
	PASS();
}
