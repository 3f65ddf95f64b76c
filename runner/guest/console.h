/* SPDX-License-Identifier: GPL-2.0-only */
/* Excerpts of a guest's console, which help to find out why the guest was lost. */
#ifndef RUNNER_GUEST_CONSOLE_H
#define RUNNER_GUEST_CONSOLE_H

#include "lab/base/list.h"

/*
 * Append to LINES an excerpt of the console file PATH: the lines from the last panic on, or the
 * last lines if there was no panic. Skips the first FROM bytes, which belong to earlier guests.
 * Appends nothing if the file cannot be read.
 */
void console_excerpt(const char *path, size_t from, struct list *lines);

#endif
