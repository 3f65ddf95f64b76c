/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory that a traced device model shares with its lane. The model appends lines to one half.
 * At a mark (the control command "trace") it goes on in the other half, and the lane reads the
 * first one. What a model wrote before it died is still here.
 */
#ifndef LAB_BASE_TRACE_AREA_H
#define LAB_BASE_TRACE_AREA_H

#include <stdint.h>

/* Bytes between two marks, some 70,000 events. Later events are counted only. */
#define TRACE_HALF (4u << 20)

struct trace_half {
	uint32_t len;  /* bytes of TEXT, whole lines */
	uint32_t lost; /* events that found no room */
	/* "NS KIND ...\n": CLOCK_MONOTONIC of the host in ns, a blank, the event */
	char text[TRACE_HALF];
};

struct trace_area {
	uint32_t current; /* index of the half that the model writes to */
	struct trace_half halves[2];
};

#endif
