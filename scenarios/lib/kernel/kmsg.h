/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's log, watched for reports of something wrong in the kernel. */
#ifndef SCENARIOS_LIB_KERNEL_KMSG_H
#define SCENARIOS_LIB_KERNEL_KMSG_H

#include <stdbool.h>

/* Where in a report a reader of the log is. */
struct kmsg_report {
	unsigned int left; /* lines that may still belong to it; 0 outside of one */
};

/*
 * Whether MESSAGE, the next line of the log, belongs to a report: a WARNING,
 * BUG, KASAN, lockdep, hung-task or oops report, or a backtrace. A report ends
 * with its end marker, or when it has become too long.
 */
bool kmsg_reported(struct kmsg_report *report, const char *message);

/*
 * The text of RECORD, as one read of /dev/kmsg returns it, cut out of it in
 * place: without the prefix and the dictionary. NULL where it is malformed.
 */
char *kmsg_text(char *record);

/* Open the log at its end. An fd that does not block, or -errno. */
int kmsg_open(void);

/*
 * Read what was logged since the last call, where REPORT ended, and pass each line that belongs to
 * a report to LINE. If the log wrapped before it was read, LINE gets a line about that too. Does
 * not block. Returns how many lines belonged to a report, or -errno.
 */
int kmsg_read(int fd, struct kmsg_report *report, void (*line)(void *context, const char *message),
	      void *context);

/* Whether the log, from its start, has a line with TEXT in it. */
bool kmsg_says(const char *text);

#endif
