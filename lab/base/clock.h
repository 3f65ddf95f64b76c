/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock used for all deadlines. */
#ifndef LAB_BASE_CLOCK_H
#define LAB_BASE_CLOCK_H

#include <stdint.h>

/*
 * Returns CLOCK_MONOTONIC in milliseconds. It never goes back, and must not be compared between a
 * guest and its host.
 */
int64_t now_ms(void);

/* The same in nanoseconds. */
uint64_t now_ns(void);

#endif
