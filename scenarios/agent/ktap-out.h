/* SPDX-License-Identifier: GPL-2.0-only */
/* Writing KTAP version 1, a line at a time. */
#ifndef SCENARIOS_AGENT_KTAP_OUT_H
#define SCENARIOS_AGENT_KTAP_OUT_H

/*
 * Write one line to FD with one write, so that a line is never half there. What is
 * not printable becomes '?', what is too long is cut. Blocks while the host does not read.
 */
void ktap_line(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
