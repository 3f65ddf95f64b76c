// SPDX-License-Identifier: GPL-2.0-only
/* pci-testdev: QEMU's device for testing BARs. Protocol: QEMU's docs/specs/pci-testdev.rst */
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/region.h"

/*
 * BAR0 begins with a header that is empty until a test is selected by writing its number to the
 * first byte.
 */
enum pci_testdev_reg {
	TESTDEV_TEST = 0,
	TESTDEV_NAME = 16, /* of the test */
};

#define TESTDEV_NO_EVENTFD 0 /* the test that only counts writes */

/* The register is one byte wide, and the device rejects wider accesses to it. */
static int testdev_mark(struct dut *dut)
{
	const uint8_t test = TESTDEV_NO_EVENTFD;
	struct region bar;
	int err = region_info(dut, VFIO_PCI_BAR0_REGION_INDEX, &bar);
	ssize_t put = err ? err : region_write(dut, &bar, TESTDEV_TEST, &test, sizeof(test));

	return put < 0 ? (int)put : 0;
}

static int testdev_marked(struct dut *dut)
{
	uint32_t name;
	int err = bar_read32(dut, 0, TESTDEV_NAME, &name);

	return err ? err : name != 0;
}

DUT_DRIVER(testdev, .vendor = 0x1b36, .device = 0x0005, .mark = testdev_mark,
	   .marked = testdev_marked, .scratch = {.bar = 2, .len = DUT_WHOLE_BAR});
