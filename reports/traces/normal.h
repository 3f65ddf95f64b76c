/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events without what differs by nature between two runs of one kernel: times, addresses that a
 * kernel chooses for DMA, BARs and messages.
 */
#ifndef REPORTS_TRACES_NORMAL_H
#define REPORTS_TRACES_NORMAL_H

#include "lab/base/buf.h"

#include <stdint.h>

/* A range of DMA addresses that has a number, by its first use. */
struct dma_range {
	uint64_t first, last;
	unsigned int number;
};

/* The ranges of one device so far. The caller zeroes it before its first event. */
struct normaliser {
	struct dma_range *ranges;
	size_t count;
	unsigned int numbers;
};

/*
 * Append EVENT, from its kind on, in its normal form to OUT. Events of a device must come in their
 * order.
 */
void normalise(struct normaliser *normaliser, const char *event, struct buf *out);

void normaliser_free(struct normaliser *normaliser);
#define cleanup_normaliser __attribute__((cleanup(normaliser_free)))

#endif
