/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock that deadlines go by. */
#ifndef LAB_BASE_CLOCK_H
#define LAB_BASE_CLOCK_H

#include <stdint.h>

/*
 * Milliseconds of CLOCK_MONOTONIC: never set back, and not comparable between a guest and its host.
 */
int64_t now_ms(void);

#endif
