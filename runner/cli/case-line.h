/* SPDX-License-Identifier: GPL-2.0-only */
/* Parses a case as a run prints it: KERNEL/MACHINE SCENARIO[DUT]. */
#ifndef RUNNER_CLI_CASE_LINE_H
#define RUNNER_CLI_CASE_LINE_H

#include "lab/base/list.h"

struct case_line {
	char *kernel;
	char *machine;
	char *scenario;
	struct list duts; /* at least one */
};

/*
 * Parse INPUT, a line that a run or vfiolab list prints for a case, into LINE, which is zeroed: a
 * verdict and a lane may precede it, text may follow, and its brackets may have several DUTs.
 * Returns 0 or -EINVAL. The caller frees LINE in any case.
 */
int case_line_read(const char *input, struct case_line *line);

/* The same for SCENARIO[DUT], without a kernel and a machine. */
int case_name_read(const char *input, struct case_line *line);

void case_line_free(struct case_line *line);
#define cleanup_case_line __attribute__((cleanup(case_line_free)))

#endif
