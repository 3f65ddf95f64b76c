/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mediated device (kernel/modules/mediated-testdev), which does DMA in memory that its driver
 * pins: the calls of its driver, and what is pinned.
 */
#ifndef SCENARIOS_PIN_MEDIATED_H
#define SCENARIOS_PIN_MEDIATED_H

#include "kernel/modules/mediated-testdev/mediated-testdev.h"
#include "scenarios/lib/dut/dut.h"
#include "scenarios/lib/vfio/iommu.h"

#define MEDIATED "variant=mediated-testdev"

/* IOVAs that dma_alloc() does not use. */
#define WINDOW 0x08000000ull

/* The IOVA of page N of the window. */
static inline uint64_t page(unsigned int n)
{
	return WINDOW + n * IOMMU_PAGE;
}

/* Have the driver pin PAGES pages from IOVA on for MEDIATED_*, or unpin them. 0 or -errno. */
int pin_pages(struct dut *dut, uint64_t iova, unsigned int pages, uint32_t flags);
int unpin_pages(struct dut *dut, uint64_t iova, unsigned int pages);

/* Have the driver copy between IOVA and DATA. Returns 0 or -errno. */
int driver_copy(struct dut *dut, uint64_t iova, void *data, size_t len, uint32_t flags);

int mediated_status(struct dut *dut, struct mediated_status *status);

/* Have the driver wait with the release of pages, or not any more. Returns 0 or -errno. */
int mediated_hold(struct dut *dut, bool on);

/* PAGES of memory at page FIRST of the window, unmapped and freed at the end of the scope. */
struct window {
	struct dut *dut;
	struct memory memory;
	uint64_t iova;
};
int window_map(struct dut *dut, unsigned int first, unsigned int pages, uint32_t flags,
	       struct window *mapped);
void window_unmap(struct window *mapped);

#define cleanup_window __attribute__((cleanup(window_unmap)))

/* What is pinned: by the driver, and in the whole guest. */
struct pinned {
	struct dut *dut;
	long pages;
};
struct pinned pinned_now(struct dut *dut);

/*
 * Returns NULL if the driver has PINS pins, and PAGES more pages are pinned than at BEFORE, when it
 * had none; or a message.
 */
const char *check_pinned(const struct pinned *before, unsigned int pins, long pages);

/* What pinned memory of this process counts as, in mode MODE: a field of /proc/PID/status. */
const char *charged_field(enum mode mode);

/* Returns NULL if PAGES are charged to this process, or a message. */
const char *check_charged(const struct dut *dut, long pages);

/* Returns NULL if the device does not copy from IOVA, and pins nothing for it; or a message. */
const char *check_refused(struct dut *dut, uint64_t to, uint64_t from);

#endif
