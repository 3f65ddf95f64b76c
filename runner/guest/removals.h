/* SPDX-License-Identifier: GPL-2.0-only */
/* The devices that QEMU has removed (DEVICE_DELETED), from the thread of its events to others. */
#ifndef RUNNER_GUEST_REMOVALS_H
#define RUNNER_GUEST_REMOVALS_H

struct removals {
	int ends[2]; /* pipe: ids of devices, one per line */
};

/* Prepare REMOVALS; the caller closes them. Aborts if there are no file descriptors left. */
void removals_open(struct removals *removals);
void removals_close(struct removals *removals);

/* Note that the device ID was removed. Does not block; a removal that nobody awaits may be lost. */
void removals_add(const struct removals *removals, const char *id);

/* Discard the removals so far. */
void removals_forget(const struct removals *removals);

/*
 * Wait for at most MS milliseconds until the device ID was removed. Returns 0 or -ETIMEDOUT.
 */
int removals_await(const struct removals *removals, const char *id, unsigned int ms);

#endif
