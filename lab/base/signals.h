/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals as readable events. */
#ifndef LAB_BASE_SIGNALS_H
#define LAB_BASE_SIGNALS_H

#include <stddef.h>

/*
 * Block the COUNT SIGNALS, and open a signalfd(2) for them with FLAGS (SFD_NONBLOCK or 0), which is
 * closed on exec. They get their default action first: lab/tools/enter ignores some, and a signalfd
 * never reports an ignored signal. Does not block. Returns the descriptor, or -1 with errno set.
 */
int signals_open(const int *signals, size_t count, int flags);

#endif
