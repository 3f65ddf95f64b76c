/* SPDX-License-Identifier: GPL-2.0-only */
/* Writing KTAP version 1, a line at a time. */
#ifndef LAB_KTAP_H
#define LAB_KTAP_H

/*
 * Write one line to FD with one write, so that a line is never half there. What is
 * not printable becomes '?', what is too long is cut. Blocks while the host does not read.
 */
void ktap_line(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
