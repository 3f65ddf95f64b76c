/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Remove, add and disturb a running guest's devices through QEMU's monitor. A device has a NAME if
 * it is a device model, or if the machine gives its -device an id= (docs/machine.md). All functions
 * block until the monitor answers. They return 0, or -errno with a message in REPLY: -ENOENT no
 * such device, -EINVAL or -EIO QEMU refused.
 */
#ifndef RUNNER_GUEST_HOTPLUG_H
#define RUNNER_GUEST_HOTPLUG_H

#include "runner/guest/guest.h"

/* Ask the guest to release the device NAME (device_del). Does not wait until it has. */
int hotplug_remove(struct guest *guest, const char *name, struct buf *reply);

/*
 * Wait for at most 4 s until QEMU has removed NAME (DEVICE_DELETED), then add it again as it was at
 * the start. Returns -ETIMEDOUT if NAME was not removed.
 */
int hotplug_add(struct guest *guest, const char *name, struct buf *reply);

/*
 * Inject a PCIe error into the port above a device. REQUEST is "NAME ERROR", with ERROR as in
 * QEMU's pcie_aer_inject_error. The port reports it, as no endpoint of QEMU that has AER can be
 * made to.
 */
int hotplug_aer(struct guest *guest, const char *request, struct buf *reply);

#endif
