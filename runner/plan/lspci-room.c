// SPDX-License-Identifier: GPL-2.0-only
/*
 * Checks that the firmware can place the BARs of a dump's devices. SeaBIOS stops, and says so only
 * on its own console, if they do not fit below 4 GiB or into its I/O ports.
 */
#include "runner/plan/lspci-layout.h"

#include <errno.h>
#include <inttypes.h>
#include <linux/pci_regs.h>

/* A port or bridge takes 4 KiB of I/O ports, of which SeaBIOS has 60 KiB with those of bus 0. */
#define IO_WINDOW_MAX 14u
/* Of 1004 MiB below 4 GiB. Each port takes at least 2 MiB, and sizes are aligned. */
#define LOW_MEMORY_MAX (896ull << 20)

static bool is_io(const struct lspci_bar *bar)
{
	return bar->size && bar->flags & PCI_BASE_ADDRESS_SPACE_IO;
}

static bool is_low(const struct lspci_bar *bar)
{
	const uint32_t high = PCI_BASE_ADDRESS_MEM_TYPE_64 | PCI_BASE_ADDRESS_MEM_PREFETCH;

	return bar->size && !is_io(bar) && (bar->flags & high) != high;
}

static bool has_io(const struct layout *layout, const struct group *group)
{
	for (size_t i = group->first; i < group->first + group->count; i++)
		for (unsigned int bar = 0; bar < PCI_BARS; bar++)
			if (is_io(&layout->members[i].device.bars[bar]))
				return true;
	return false;
}

/* How many ports and bridges have I/O BARs behind them. */
static unsigned int io_windows(const struct layout *layout)
{
	unsigned int count = 0;
	bool seen[32] = {false};

	for (size_t g = 0; g < layout->group_count; g++) {
		const struct group *group = &layout->groups[g];

		if (group->place == PLACE_ROOT || seen[group->slot] || !has_io(layout, group))
			continue;
		seen[group->slot] = true;
		count++;
	}
	return count;
}

static uint64_t low_memory(const struct layout *layout)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < layout->member_count; i++)
		for (unsigned int bar = 0; bar < PCI_BARS; bar++)
			if (is_low(&layout->members[i].device.bars[bar]))
				sum += layout->members[i].device.bars[bar].size;
	return sum;
}

int lspci_layout_check_room(const struct layout *layout, struct buf *why)
{
	const unsigned int windows = io_windows(layout);
	const uint64_t memory = low_memory(layout);

	if (windows > IO_WINDOW_MAX)
		buf_printf(why,
			   "%u slots and bridges of it have I/O ports, and a machine has room for "
			   "%u: choose some with --lspci FILE@ADDRESS,ADDRESS...",
			   windows, IO_WINDOW_MAX);
	else if (memory > LOW_MEMORY_MAX)
		buf_printf(why,
			   "BARs of %" PRIu64 " MiB of it must be below 4 GiB, and a machine has "
			   "room for %llu MiB: choose some with --lspci FILE@ADDRESS,ADDRESS...",
			   memory >> 20, LOW_MEMORY_MAX >> 20);
	else
		return 0;
	return -EINVAL;
}
