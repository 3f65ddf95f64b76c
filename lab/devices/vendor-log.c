// SPDX-License-Identifier: GPL-2.0-only
/* vendor: its log of the pages that it wrote by DMA. */
#include "lab/devices/vendor.h"

#include <errno.h>

static uint64_t joined(const uint32_t halves[2])
{
	return (uint64_t)halves[1] << 32 | halves[0];
}

static struct vendor_range named_range(const struct vendor *vendor)
{
	return (struct vendor_range){joined(vendor->log_base), joined(vendor->log_len)};
}

/* Whether RANGE is empty or wraps. */
static bool is_bad(const struct vendor_range *range)
{
	return !range->len || range->base + range->len - 1 < range->base;
}

int vendor_log_range(struct device *device)
{
	struct vendor *vendor = device_state(device);
	struct vendor_log *log = &vendor->log;
	const struct vendor_range range = named_range(vendor);

	if (log->on || is_bad(&range))
		return -EINVAL;
	if (log->ranges == VENDOR_LOG_RANGES)
		return -ENOSPC;
	log->range[log->ranges++] = range;
	return 0;
}

int vendor_log_start(struct device *device)
{
	struct vendor *vendor = device_state(device);
	struct vendor_log *log = &vendor->log;

	if (log->on || !log->ranges || vendor->log_shift < VENDOR_LOG_SHIFT_MIN ||
	    vendor->log_shift > VENDOR_LOG_SHIFT_MAX)
		return -EINVAL;
	log->shift = vendor->log_shift;
	log->on = true;
	return 0;
}

int vendor_log_stop(struct device *device)
{
	struct vendor *vendor = device_state(device);

	vendor->log = (struct vendor_log){0};
	return 0;
}

static bool in_ranges(const struct vendor_log *log, uint64_t iova)
{
	for (unsigned int i = 0; i < log->ranges; i++)
		if (iova - log->range[i].base < log->range[i].len)
			return true;
	return false;
}

static bool is_logged(const struct vendor_log *log, uint64_t page)
{
	for (unsigned int i = 0; i < log->count; i++)
		if (log->pages[i] == page)
			return true;
	return false;
}

static void log_page(struct device *device, uint64_t page)
{
	const struct vendor_params *params = device_params(device);
	struct vendor *vendor = device_state(device);
	struct vendor_log *log = &vendor->log;
	uint64_t ignored;

	if (is_logged(log, page))
		return;
	if (log->count >= params->log || device_fault(device, "migration-log-overflow", &ignored)) {
		log->overflow = true;
		return;
	}
	log->pages[log->count++] = page;
}

void vendor_log_write(struct device *device, uint64_t iova, uint64_t len)
{
	struct vendor *vendor = device_state(device);
	const struct vendor_log *log = &vendor->log;
	const uint64_t last = iova + len - 1;

	if (!log->on || !len)
		return;
	for (uint64_t at = iova; at <= last; at = (at | (VENDOR_PAGE - 1)) + 1)
		if (in_ranges(log, at))
			log_page(device, at >> log->shift);
}

/* After an overflow the log is reliable again once all its ranges were queried as dirty. */
static bool covers_all(const struct vendor_log *log, const struct vendor_range *asked)
{
	for (unsigned int i = 0; i < log->ranges; i++) {
		const struct vendor_range *range = &log->range[i];

		if (range->base < asked->base ||
		    range->base + range->len - 1 > asked->base + asked->len - 1)
			return false;
	}
	return true;
}

static bool overlaps(const struct vendor_range *asked, uint64_t first, uint64_t last)
{
	return first <= asked->base + asked->len - 1 && last >= asked->base;
}

static bool is_inside(const struct vendor_range *asked, uint64_t first, uint64_t last)
{
	return first >= asked->base && last <= asked->base + asked->len - 1;
}

static void put_page(struct vendor *vendor, uint64_t first)
{
	pci_set32(vendor->window, vendor->size, (uint32_t)first);
	pci_set32(vendor->window, vendor->size + 4, (uint32_t)(first >> 32));
	vendor->size += 8;
}

/* A page that is only partly in the range stays in the log: the rest was not reported. */
static int take_pages(struct vendor *vendor, const struct vendor_range *asked)
{
	struct vendor_log *log = &vendor->log;
	unsigned int kept = 0, put = 0;
	int err = 0;

	for (unsigned int i = 0; i < log->count; i++) {
		const uint64_t page = log->pages[i];
		const uint64_t first = page << log->shift;
		const uint64_t last = first + (1ull << log->shift) - 1;
		const bool wanted = overlaps(asked, first, last);

		if (wanted && put < VENDOR_LOG_QUERY_MAX) {
			put_page(vendor, first);
			put++;
			if (is_inside(asked, first, last))
				continue;
		} else if (wanted) {
			err = -EAGAIN;
		}
		log->pages[kept++] = page;
	}
	log->count = kept;
	return err;
}

int vendor_log_query(struct device *device)
{
	struct vendor *vendor = device_state(device);
	struct vendor_log *log = &vendor->log;
	const struct vendor_range asked = named_range(vendor);

	vendor->size = 0;
	if (!log->on || is_bad(&asked))
		return -EINVAL;
	if (!log->overflow)
		return take_pages(vendor, &asked);
	if (covers_all(log, &asked)) {
		log->overflow = false;
		log->count = 0;
	}
	return -EOVERFLOW;
}
