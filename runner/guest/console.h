/* SPDX-License-Identifier: GPL-2.0-only */
/* What a guest left on its console, for a reader who wants to know why it was lost. */
#ifndef RUNNER_GUEST_CONSOLE_H
#define RUNNER_GUEST_CONSOLE_H

#include "lab/base/list.h"

/*
 * Append to LINES the lines of the console PATH that say what happened: some lines from the last
 * panic on, or its end where there was none. What the file had in its first FROM bytes belongs
 * to earlier guests. Appends nothing where the file cannot be read.
 */
void console_excerpt(const char *path, size_t from, struct list *lines);

#endif
