/* SPDX-License-Identifier: GPL-2.0-only */
/* Finds what the compiler prints about a source in the log of a build. */
#ifndef RUNNER_WATCH_DIAGNOSTICS_H
#define RUNNER_WATCH_DIAGNOSTICS_H

#include "lab/base/list.h"

/*
 * Add to LINES the errors and warnings in LOG, what a build printed, with the lines that belong to
 * them. Paths are below the source, as editors need them.
 */
void diagnostics_find(const char *log, struct list *lines);

#endif
