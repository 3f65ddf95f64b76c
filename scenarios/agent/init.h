/* SPDX-License-Identifier: GPL-2.0-only */
/* What PID 1 of a guest has to set up. */
#ifndef SCENARIOS_AGENT_INIT_H
#define SCENARIOS_AGENT_INIT_H

/* Mount what user space needs, open the console, let warnings reach it. 0 or -errno. */
int guest_set_up(void);

/*
 * Open the virtio-serial port NAME; waits until the kernel has found it, at most 10 s.
 * An fd, or -errno (-ENODEV: there is none).
 */
int guest_port(const char *name);

/* Nothing more to do: wait for the host to end this guest. Does not return. */
void guest_rest(void) __attribute__((noreturn));

#endif
