/* SPDX-License-Identifier: GPL-2.0-only */
/* vfiolab explain: the descriptions of scenarios, DUTs, machines and kernels. */
#ifndef RUNNER_CLI_EXPLAIN_H
#define RUNNER_CLI_EXPLAIN_H

#include "lab/base/needs.h"
#include "reports/text/page.h"
#include "runner/plan/plan.h"

struct explain {
	const struct settings *settings;
	struct inventory inventory;
	struct page page;
};

/* Describe NAME, which must exist. */
void explain_scenario(const struct explain *explain, const char *name);
void explain_dut(const struct explain *explain, const char *name);
void explain_machine(const struct explain *explain, const char *name);
void explain_kernel(const struct explain *explain, const char *name);

/* Print the first line: "scenario NAME". */
void explain_title(const struct explain *explain, const char *kind, const char *name);

/*
 * Print a line after LABEL, wrapped at the width of the terminal. A LABEL of "" continues the line
 * above.
 */
void explain_line(const struct explain *explain, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Print a line after LABEL with WORD in one column and its MEANING in another. */
void explain_word(const struct explain *explain, const char *label, const char *word,
		  const char *meaning);

/*
 * PATH for a line: without the lab's source folder. In an overlay, the whole path. A part of PATH.
 */
const char *explain_path(const struct explain *explain, const char *path);

/*
 * The number of scenarios that are planned for DUT of MACHINE; stores the number of all in *ALL.
 * Hidden ones are not counted.
 */
size_t explain_planned(const struct explain *explain, const struct machine *machine,
		       const struct machine_dut *dut, size_t *all);

#endif
