/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Known failures of a kernel, and their reasons. The record of one stays a FAIL and gets the reason
 * as xfail. A listed case that passes gets it as xpass. If the kernel reported a bug during a case,
 * the failure is known only if a function is listed with the case and the report contains it. A
 * case with leftovers or a lost guest is never a known failure.
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
 * Add the known failures of KERNEL from the file PATH (expectations_read_failures), if it exists.
 * Returns 0, or -errno with a message in WHY.
 */
int known_read(struct known *known, const char *kernel, const char *path, struct buf *why);

/* Flag RECORD, which has its verdict, if it is listed. */
void known_flag(const struct known *known, struct record *record);

/*
 * The reason listed for LINES, a call trace from the case NAME on KERNEL; NULL if it is not listed.
 * KNOWN owns it.
 */
const char *known_trace(const struct known *known, const char *kernel, const char *name,
			const struct list *lines);

void known_free(struct known *known);

#endif
