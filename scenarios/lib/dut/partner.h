/* SPDX-License-Identifier: GPL-2.0-only */
/* Two devices in one address space: the DUT, and another device of its machine. */
#ifndef SCENARIOS_LIB_DUT_PARTNER_H
#define SCENARIOS_LIB_DUT_PARTNER_H

#include "scenarios/lib/dut/user.h"

/*
 * Get the ADDRESS of a device of the machine, not DUT, that is alone in its IOMMU group, has no
 * kernel driver, and whose DUT driver can do DMA. Returns 0, or -ENOENT if there is none.
 */
int partner_find(const struct dut *dut, char address[PCI_ADDRESS]);

/*
 * Bind the device at ADDRESS and open it in the address space of DUT, which is open, in any mode.
 * dma_alloc() for it uses other IOVAs than for DUT. Returns 0, or -errno with the step that failed
 * in user->dut.vfio.step. Blocks: the kernel may reset the device.
 */
int partner_join(struct user *user, const struct dut *dut, const char *address);

/* The same with another driver than vfio-pci. */
int partner_join_as(struct user *user, const struct dut *dut, const char *address,
		    const char *driver);

#endif
