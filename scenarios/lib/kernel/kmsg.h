/* SPDX-License-Identifier: GPL-2.0-only */
/* Watches the kernel's log for reports of bugs. */
#ifndef SCENARIOS_LIB_KERNEL_KMSG_H
#define SCENARIOS_LIB_KERNEL_KMSG_H

#include <stdbool.h>

/* The position of a reader of the log within a report. */
struct kmsg_report {
	unsigned int left; /* lines that may still belong to it; 0 outside of one */
};

/*
 * Returns true if MESSAGE, the next line of the log, belongs to a report: a WARNING, BUG, KASAN,
 * lockdep, hung-task or oops report, or a backtrace. A report ends with its end marker, or at a
 * maximum length.
 */
bool kmsg_reported(struct kmsg_report *report, const char *message);

/*
 * Returns the text of RECORD, as one read of /dev/kmsg returns it, without the prefix and the
 * dictionary. Modifies RECORD. Returns NULL if it is malformed.
 */
char *kmsg_text(char *record);

/* Open the log at its end. Returns a non-blocking fd, or -errno. */
int kmsg_open(void);

/*
 * Read what was logged since the last call; REPORT is the position where that ended. Pass each line
 * that belongs to a report to LINE. If the log wrapped before it was read, LINE gets a line about
 * that too. Does not block. Returns how many lines belonged to a report, or -errno.
 */
int kmsg_read(int fd, struct kmsg_report *report, void (*line)(void *context, const char *message),
	      void *context);

/* Returns true if the log, from its start, contains a line with TEXT. */
bool kmsg_contains(const char *text);

#endif
