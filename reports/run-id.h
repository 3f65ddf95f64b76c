/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORTS_RUN_ID_H
#define REPORTS_RUN_ID_H

#include "reports/model/results.h"

/*
 * A name for a run that no other run has, on whatever machine: when it started, and a hash of its
 * results. The same results always give the same one. Letters, digits and '-'; the caller frees it.
 */
char *run_id(const struct results *results);

/* A hash of TEXT as 16 hexadecimal digits. The caller frees it. */
char *text_id(const char *text);

#endif
