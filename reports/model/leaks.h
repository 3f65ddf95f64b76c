/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaks of a kernel's memory, the part "leaks" of the results (docs/schema.md). They belong to a
 * guest, not to a
 * case: they are looked for when all cases have their verdicts.
 */
#ifndef REPORTS_MODEL_LEAKS_H
#define REPORTS_MODEL_LEAKS_H

#include "reports/model/known.h"

#include <json-c/json.h>

struct page;

/*
 * Add what a guest of KERNEL and MACHINE said of one: "TIMES BYTES CASE FRAME < FRAME ..."
 * (docs/protocol.md). The member "known" is why it is no news, where KNOWN says so.
 */
void leaks_add(json_object *results, const char *kernel, const char *machine, const char *said,
	       const struct known *known);

/* How many of KERNEL, or of all where that is NULL, are not known. */
unsigned int leaks_count(json_object *results, const char *kernel);

/* Print each once, known or not, whatever the number of guests and cases that have it. */
void leaks_print(json_object *results, const struct page *page);

#endif
