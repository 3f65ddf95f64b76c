/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The control socket accepts lines of text that arm faults. It answers each with one line, "ok
 * [TEXT]" or "error TEXT".
 *
 *	arm NAME [name=value]...	arm a fault, see faults_arm()
 *	disarm [NAME]			disarm one fault, or all, and undo its effect
 *	faults				list armed faults, how often each fired, and its result
 *	resets				print the number of resets of each kind
 *	trace				end a part of the trace (lab/base/trace-area.h)
 */
#ifndef LAB_DEVICES_LIB_CONTROL_H
#define LAB_DEVICES_LIB_CONTROL_H

#include "lab/devices/lib/device.h"

struct control;

/*
 * Serves FD, a connected or listening stream socket (one client at a time), from the event loop of
 * DEVICE's server. On success the control owns FD. Returns 0 or -errno.
 */
int control_create(struct device *device, int fd, struct control **control);

/*
 * Closes the socket and frees CONTROL, which may be NULL. Must be called before device_destroy().
 */
void control_destroy(struct control *control);

static inline void control_destroy_p(struct control **control)
{
	control_destroy(*control);
}

#define cleanup_control __attribute__((cleanup(control_destroy_p)))

/* Executes one LINE, without its newline, and appends the answer, with a newline. */
void control_line(struct device *device, const char *line, struct buf *answer);

#endif
