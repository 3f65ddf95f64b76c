/* SPDX-License-Identifier: GPL-2.0-only */
/* What vfiolab explain prints, of one thing each. */
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

/* Print what the lab knows of the one that is called NAME, which exists. */
void explain_scenario(const struct explain *explain, const char *name);
void explain_dut(const struct explain *explain, const char *name);
void explain_machine(const struct explain *explain, const char *name);
void explain_kernel(const struct explain *explain, const char *name);

/* Begin with what it is: "scenario NAME". */
void explain_title(const struct explain *explain, const char *kind, const char *name);

/*
 * Print a line, which is wrapped, after LABEL. Lines without one ("") continue what is above them.
 */
void explain_line(const struct explain *explain, const char *label, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Print a line with WORD in a column of its own before its MEANING. */
void explain_word(const struct explain *explain, const char *label, const char *word,
		  const char *meaning);

/* How many scenarios are planned for DUT; hidden ones do not count. *ALL: how many there are. */
size_t explain_planned(const struct explain *explain, const struct machine_dut *dut, size_t *all);

#endif
