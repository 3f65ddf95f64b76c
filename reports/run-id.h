/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef REPORTS_RUN_ID_H
#define REPORTS_RUN_ID_H

#include "reports/model/results.h"

/*
 * A unique name for a run: when it started, and a hash of its results. The same results always have
 * the same name. It consists of letters, digits and '-'. The caller frees it.
 */
char *run_id(const struct results *results);

/* A hash of TEXT as 16 hexadecimal digits. The caller frees it. */
char *text_id(const char *text);

#endif
