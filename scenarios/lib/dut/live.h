/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device in full use: memory for its DMA, a vector of MSI-X or MSI, a map of its scratch
 * registers; what its DUT driver lacks is left out.
 */
#ifndef SCENARIOS_LIB_DUT_LIVE_H
#define SCENARIOS_LIB_DUT_LIVE_H

#include "scenarios/lib/dut/user.h"
#include "scenarios/lib/vfio/dma-memory.h"
#include "scenarios/lib/vfio/irqs.h"
#include "scenarios/lib/vfio/region.h"

struct live {
	struct dut *user;
	struct irqs *irqs; /* NULL: none */
	enum irq_kind kind;
	uint64_t events; /* that it had so far */
	struct dma dma;	 /* .len 0: none */
	struct mapping map;
	uint64_t at; /* the scratch register in the map */
};

/*
 * Start USER, which is open, and bring LIVE, which is zeroed, into use. A child process does not
 * inherit its memory, so aside_begin() may follow. Returns NULL or a message.
 */
const char *live_begin(struct live *live, struct dut *user);

/* Start the device again, after a reset. Returns NULL or a message. */
const char *live_resume(struct live *live);

/* Raise an interrupt, and wait for it. Returns NULL if it arrived, or a message. */
const char *check_live_interrupt(struct live *live);

/* Returns NULL if the interrupt, a copy by DMA and the map work, or a message. */
const char *check_live(struct live *live);

/* Close the device like a process that exits: nothing else is released before. */
void live_close(struct live *live, struct user *user);

/* Release everything; the device may be closed. For cleanup_live. */
void live_end(struct live *live);

#define cleanup_live __attribute__((cleanup(live_end)))

#endif
