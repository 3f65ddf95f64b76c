// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/live.h"

#include "scenarios/lib/report.h"
#include "scenarios/lib/vfio/dma-check.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/needs.h"

#include <errno.h>
#include <sys/mman.h>

#define PAGE	4096ull
#define PATTERN 0x600df00du

static enum irq_kind message_kind(struct dut *user)
{
	static const enum irq_kind kinds[] = {IRQ_MSIX, IRQ_MSI};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (user->driver->triggers & IRQ_BIT(kinds[i]) && irq_count(user, kinds[i]))
			return kinds[i];
	}
	return IRQ_KINDS;
}

static int begin_dma(struct live *live)
{
	int err;

	if (!needs_mention(live->user->properties, "dma"))
		return 0;
	err = dma_alloc(live->user, 2 * PAGE, &live->dma);
	if (!err && madvise(live->dma.at, live->dma.len, MADV_DONTFORK))
		err = -errno;
	return err;
}

static int begin_map(struct live *live)
{
	const struct dut_scratch *scratch = &live->user->driver->scratch;
	struct region bar;
	int err = scratch->len ? region_info(live->user, scratch->bar, &bar) : -ENOENT;

	if (err || !(bar.flags & VFIO_REGION_INFO_FLAG_MMAP))
		return err == -ENOENT ? 0 : err;
	live->at = scratch->offset % PAGE;
	err = region_map(live->user, &bar, scratch->offset - live->at, PAGE, &live->map);
	if (!err && madvise((void *)live->map.at, PAGE, MADV_DONTFORK))
		err = -errno;
	return err;
}

const char *live_begin(struct live *live, struct dut *user)
{
	int err = dut_start(user);

	*live = (struct live){.user = user, .kind = message_kind(user)};
	if (!err)
		err = begin_dma(live);
	if (!err)
		err = begin_map(live);
	if (!err && live->kind != IRQ_KINDS)
		err = irqs_enable(user, live->kind, 0, 1, &live->irqs);
	return err ? text("the device cannot be used: %s", error_name(err)) : NULL;
}

const char *live_resume(struct live *live)
{
	int err;

	dut_stop(live->user);
	err = dut_start(live->user);
	return err ? text("the device cannot be started again: %s", error_name(err)) : NULL;
}

const char *check_live_interrupt(struct live *live)
{
	int err;

	if (!live->irqs)
		return NULL;
	err = dut_ack(live->user);
	if (!err)
		err = dut_trigger(live->user, live->kind, 0);
	if (err)
		return text("no interrupt can be raised: %s", error_name(err));
	return irqs_await(live->irqs, 0, ++live->events);
}

static const char *check_map(struct live *live)
{
	const uint32_t mask = scratch_mask(&live->user->driver->scratch);
	uint32_t got;

	if (!live->map.at)
		return NULL;
	if (map_touch(&live->map, live->at))
		return "the map of a BAR raises SIGBUS";
	map_write32(&live->map, live->at, PATTERN & mask);
	got = map_read32(&live->map, live->at) & mask;
	return got == (PATTERN & mask)
		       ? NULL
		       : text("the map reads 0x%x, expected 0x%x", got, PATTERN & mask);
}

const char *check_live(struct live *live)
{
	const char *why = check_live_interrupt(live) ?: check_map(live);

	if (why || !live->dma.len)
		return why;
	return check_dma_copies(live->user, live->dma.iova + PAGE, (char *)live->dma.at + PAGE,
				live->dma.iova, live->dma.at, 64);
}

/* A map of a BAR keeps the device open. */
void live_close(struct live *live, struct user *user)
{
	region_unmap(&live->map);
	user_close(user);
}

void live_end(struct live *live)
{
	region_unmap(&live->map);
	irqs_free(live->irqs);
	dma_free(&live->dma);
	*live = (struct live){0};
}
