/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control socket: lines of text that arm faults. Each line is answered by one, "ok [TEXT]" or
 * "error TEXT".
 *
 *	arm NAME [name=value]...	as faults_arm
 *	disarm [NAME]			one fault, or all; what it did is repaired
 *	faults				what is armed, how often it struck, with which result
 *	resets				how many there were, of each kind
 */
#ifndef LAB_DEVICES_LIB_CONTROL_H
#define LAB_DEVICES_LIB_CONTROL_H

#include "lab/devices/lib/device.h"

struct control;

/*
 * Serve FD, a stream socket that is connected, or listens (one client at a time), along with
 * DEVICE's own. It belongs to the control on success. 0 or -errno.
 */
int control_create(struct device *device, int fd, struct control **control);

/* Close it. NULL-safe. Before the device is destroyed. */
void control_destroy(struct control *control);

static inline void control_destroy_p(struct control **control)
{
	control_destroy(*control);
}

#define cleanup_control __attribute__((cleanup(control_destroy_p)))

/* Carry out one LINE, without its end, and append the answer, with it. */
void control_line(struct device *device, const char *line, struct buf *answer);

#endif
