/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is done to a guest's devices from outside while it runs. A device can be named where the
 * machine gives its
 * -device an id= (docs/machine.md). All return 0, or -errno and one line in SAID: -ENOENT no such
 * device, -EINVAL QEMU refused, -ETIMEDOUT. They block while QEMU's monitor works, and as said.
 */
#ifndef RUNNER_GUEST_HOTPLUG_H
#define RUNNER_GUEST_HOTPLUG_H

#include "runner/guest/guest.h"

/* Ask the guest to release the device NAME (device_del). Does not wait until it has. */
int hotplug_remove(struct guest *guest, const char *name, struct buf *said);

/*
 * Add NAME again as it was at the start, once it is gone (DEVICE_DELETED): blocks for that, 4 s at
 * most.
 */
int hotplug_add(struct guest *guest, const char *name, struct buf *said);

/*
 * Have the port above a device report a PCIe error: "NAME ERROR", ERROR as QEMU's
 * pcie_aer_inject_error calls it. The port, as those of QEMU's endpoints that have error reporting
 * cannot be told to use it.
 */
int hotplug_aer(struct guest *guest, const char *request, struct buf *said);

#endif
