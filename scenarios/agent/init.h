/* SPDX-License-Identifier: GPL-2.0-only */
/* The set-up of PID 1 in a guest. */
#ifndef SCENARIOS_AGENT_INIT_H
#define SCENARIOS_AGENT_INIT_H

/* Mount file systems, open the console, enable kernel warnings on it. Returns 0 or -errno. */
int guest_set_up(void);

/* Set the environment of all programs: PATH, and HOME, the folder HOME. */
void guest_environment(const char *home);

/*
 * Open the virtio-serial port NAME. Waits up to 10 s for the kernel to find it. Returns an fd, or
 * -errno (-ENODEV: no such port).
 */
int guest_port(const char *name);

/* Wait for the host to end this guest. Does not return. */
void guest_rest(void) __attribute__((noreturn));

#endif
