/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Failures that are known of a kernel, and why. The record of one stays a FAIL and gets xfail, with
 * the reason; a case that is listed and passes gets xpass. A case that the kernel reported a bug in
 * is as it was known only if a function is listed with it, and that is in the report. One that left
 * something behind, or lost its guest, never is.
 */
#ifndef REPORTS_MODEL_KNOWN_H
#define REPORTS_MODEL_KNOWN_H

#include "reports/model/expectations.h"
#include "reports/model/record.h"

struct known_kernel;

struct known {
	struct known_kernel *kernels;
	size_t count;
};

/*
 * Take what is known of KERNEL from the file PATH (expectations_read_failures); no file: nothing is
 * known of it. Returns 0, or -errno and a message in WHY.
 */
int known_read(struct known *known, const char *kernel, const char *path, struct buf *why);

/* Flag RECORD, which has its verdict, if it is listed. */
void known_flag(const struct known *known, struct record *record);

/*
 * Why LINES, a call trace of what the case NAME did, are no news of KERNEL; NULL if they are. KNOWN
 * owns it.
 */
const char *known_trace(const struct known *known, const char *kernel, const char *name,
			const struct list *lines);

void known_free(struct known *known);

#endif
