// SPDX-License-Identifier: GPL-2.0-only
/*
 * migration: a device whose DMA writes to the memory of another. A user stops both by RUNNING_P2P
 * first (include/uapi/linux/vfio.h, enum vfio_device_mig_state): such a device begins no DMA, but
 * takes that of others.
 *
 * While the DMA is under way nothing reads or writes the device that does it: QEMU would wait for
 * it, and serve no DMA meanwhile (docs/vfio-user.md). Its interrupt reports the end. For that
 * reason the last kick is given up: the driver reads the device when it lets it run.
 */
#include "scenarios/migration/migration.h"

#include "scenarios/lib/vfio/bar-window.h"
#include "scenarios/lib/vfio/iommu.h"

#define WINDOW 0x08000000ull
#define BAR    2

/* The first page of the memory of TARGET, in the address space of another device, MASTER. */
struct aim {
	struct dut *master;
	struct dut *target;
	struct bar_window window;
};
#define AIM_NONE ((struct aim){.window = BAR_WINDOW_NONE})

static void aim_end(struct aim *aim)
{
	if (aim->master)
		iommu_unmap(aim->master, WINDOW, IOMMU_PAGE, NULL);
	bar_window_drop(&aim->window);
}
#define cleanup_aim __attribute__((cleanup(aim_end)))

static int aim_take(struct aim *aim, struct dut *target)
{
	struct region bar;
	int err = region_info(target, BAR, &bar);

	aim->target = target;
	return err ?: bar_window_take(target, &bar, 0, &aim->window);
}

/* The ring of MASTER is that page; it begins with the number 1. */
static int aim_at(struct aim *aim, struct dut *master)
{
	const struct bar_value ring[] = {
		{VENDOR_RING, WINDOW},
		{VENDOR_RING_PAGES, 1},
		{VENDOR_RING_VECTOR, 1},
	};
	int err = bar_write32(aim->target, BAR, 0, 0);

	if (!err)
		err = bar_window_map(&aim->window, master, WINDOW);
	if (err)
		return err;
	aim->master = master;
	return bar_write_list(master, 0, ring, ARRAY_SIZE(ring));
}

static uint32_t hit(const struct aim *aim)
{
	uint32_t number = 0;

	bar_read32(aim->target, BAR, 0, &number);
	return number;
}

SCENARIO(p2p_states_stop_dma_to_other_device, NEEDED " irq=msix:2 trigger=msix bar=mmap",
	 "a device writes to another one's memory, also if that is in RUNNING_P2P, but not in "
	 "RUNNING_P2P itself")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_peer struct peer peer = PEER_NONE;
	cleanup_aim struct aim aim = AIM_NONE;
	cleanup_irqs struct irqs *irqs = NULL;
	struct dut *target = &peer.user.dut;
	int err;

	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(peer_open(&peer, dut));
	ASSERT_OK(dut_start(target));
	err = aim_take(&aim, target);
	if (err == -ENOTTY)
		SKIPm("the kernel exports no BAR as dma-buf");
	ASSERT_OK(err);
	ASSERT_OK(aim_at(&aim, dut));
	ASSERT_OK(irqs_enable(dut, IRQ_MSIX, 0, 2, &irqs));

	ASSERT_OK(bar_write32(dut, 0, VENDOR_KICK, 1));
	ASSERT_EVENTS(irqs, 1, 1);
	ASSERT_NUMBER(1, hit(&aim));
	ASSERT_OK(mig_set(target, MIG_RUNNING_P2P, NULL));
	ASSERT_OK(bar_write32(dut, 0, VENDOR_KICK, 1));
	ASSERT_EVENTS(irqs, 1, 2);
	ASSERT_NUMBER(2, hit(&aim));
	ASSERT_OK(mig_set(dut, MIG_RUNNING_P2P, NULL));
	ASSERT_OK(bar_write32(dut, 0, VENDOR_KICK, 1));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING_P2P));
	ASSERT_NUMBER(2, hit(&aim));
	ASSERT_NO_OTHER_EVENT(irqs);
	ASSERT_OK(dut_reset(dut));
	PASS();
}
