/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes KTAP version 1, a line at a time. */
#ifndef SCENARIOS_AGENT_KTAP_OUT_H
#define SCENARIOS_AGENT_KTAP_OUT_H

/*
 * Write one line to FD with a single write(), so that readers never see half a line. Unprintable
 * characters become '?', and a line that is too long is cut. Blocks while the host does not read.
 */
void ktap_line(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
