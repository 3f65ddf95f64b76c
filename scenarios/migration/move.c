// SPDX-License-Identifier: GPL-2.0-only
/* migration: a device that is saved on one DUT and continues on another. */
#include "scenarios/migration/migration.h"

#define RING_PAGES 4u

static const struct bar_value some_state[] = {
	{VENDOR_VALUES, 0x01234567},
	{VENDOR_VALUES + 60, 0x89abcdef},
	{VENDOR_MARK, 0x12121212},
	{VENDOR_MEMORY, 0x0badcafe},
	{VENDOR_MEMORY + 3 * VENDOR_CHUNK + 8, 0x5eed5eed},
	{VENDOR_MEMORY + 8 * VENDOR_CHUNK - 4, 0xffffffff},
};

static const char *check_some_state(struct dut *dut)
{
	for (size_t i = 0; i < ARRAY_SIZE(some_state); i++) {
		uint32_t value = 0;
		const int err = bar_read32(dut, 0, some_state[i].offset, &value);

		if (err || value != some_state[i].value)
			return text("register 0x%x: expected 0x%x, got 0x%x (%s)",
				    (unsigned int)some_state[i].offset, some_state[i].value, value,
				    error_name(err));
	}
	return NULL;
}

SCENARIO(state_moves_to_other_device, NEEDED,
	 "a device has the registers and memory of the one whose state it loaded")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_peer struct peer peer = PEER_NONE;
	struct dut *target = &peer.user.dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(peer_open(&peer, dut));
	ASSERT_OK(dut_start(target));
	ASSERT_OK(bar_write_list(dut, 0, some_state, ARRAY_SIZE(some_state)));
	ASSERT_CHECK(mig_save(dut, &stream));
	ASSERT_CHECK(mig_load(target, &stream, MIG_STOP));
	ASSERT_CHECK(check_some_state(target));
	ASSERT_OK(mig_set(target, MIG_RUNNING, NULL));
	ASSERT_CHECK(check_mig_state(target, MIG_RUNNING));
	ASSERT_CHECK(check_some_state(target));
	PASS();
}

/*
 * On the target of a migration the guest's COMMAND register arrives after the device's state. That
 * of a VF does not disable its memory.
 */
SCENARIO(state_loads_while_memory_is_off, NEEDED " !vf",
	 "a device is saved and loaded while its memory is disabled, and it stays so")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_command struct kept_command command = config_keep_command(dut);

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(bar_write_list(dut, 0, some_state, ARRAY_SIZE(some_state)));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value & ~PCI_COMMAND_MEMORY));
	ASSERT_CHECK(mig_save(dut, &stream));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_MEMORY);
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(mig_load(dut, &stream, MIG_RUNNING));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_MEMORY);
	ASSERT_HEX(0, config_read16(dut, PCI_COMMAND) & PCI_COMMAND_MEMORY);
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	ASSERT_CHECK(check_some_state(dut));
	PASS();
}

/* The ring of pages of a device, in memory that both devices have at the same IOVA. */
struct ring {
	struct dma source, target;
};

static void ring_free(struct ring *ring)
{
	dma_free(&ring->source);
	dma_free(&ring->target);
}
#define cleanup_ring __attribute__((cleanup(ring_free)))

static uint32_t slot(const struct dma *dma, unsigned int page)
{
	return ((const volatile uint32_t *)dma->at)[page * VENDOR_PAGE / 4];
}

static int ring_begin(struct ring *ring, struct dut *source, struct dut *target)
{
	int err = dma_alloc(source, RING_PAGES * VENDOR_PAGE, &ring->source);

	if (!err)
		err = dma_alloc(target, RING_PAGES * VENDOR_PAGE, &ring->target);
	if (!err && ring->source.iova != ring->target.iova)
		err = -EXDEV;
	if (!err)
		err = bar_write32(source, 0, VENDOR_RING, (uint32_t)ring->source.iova);
	if (!err)
		err = bar_write32(source, 0, VENDOR_RING_PAGES, RING_PAGES);
	return err ? err : bar_write32(source, 0, VENDOR_RING_VECTOR, 1);
}

/* Kicks that a quiet device remembers are work in flight. */
SCENARIO(work_in_flight_completes_on_target, NEEDED " irq=msix:2 trigger=msix",
	 "DMA and an interrupt that were pending when the device was stopped happen on the other "
	 "device, and not on the first")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_peer struct peer peer = PEER_NONE;
	cleanup_ring struct ring ring = {0};
	cleanup_irqs struct irqs *before = NULL;
	cleanup_irqs struct irqs *after = NULL;
	struct dut *target = &peer.user.dut;

	/* The ring begins at its first page. */
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(peer_open(&peer, dut));
	ASSERT_OK(dut_start(target));
	ASSERT_OK(ring_begin(&ring, dut, target));
	ASSERT_OK(irqs_enable(dut, IRQ_MSIX, 0, 2, &before));
	ASSERT_OK(irqs_enable(target, IRQ_MSIX, 0, 2, &after));
	ASSERT_OK(bar_write32(dut, 0, VENDOR_KICK, 2));
	ASSERT_EVENTS(before, 1, 1);
	ASSERT_NUMBER(2, slot(&ring.source, 1));

	ASSERT_OK(mig_set(dut, MIG_RUNNING_P2P, NULL));
	ASSERT_OK(bar_write32(dut, 0, VENDOR_KICK, 1));
	ASSERT_CHECK(mig_save(dut, &stream));
	ASSERT_NUMBER(0, slot(&ring.source, 2));
	ASSERT_CHECK(mig_load(target, &stream, MIG_RUNNING_P2P));
	ASSERT_NUMBER(0, slot(&ring.target, 2));
	ASSERT_OK(mig_set(target, MIG_RUNNING, NULL));
	ASSERT_EVENTS(after, 1, 1);
	ASSERT_NUMBER(3, slot(&ring.target, 2));
	ASSERT_NUMBER(0, slot(&ring.source, 2));
	ASSERT_OK(bar_write32(target, 0, VENDOR_KICK, 1));
	ASSERT_EVENTS(after, 1, 2);
	ASSERT_NUMBER(4, slot(&ring.target, 3));
	ASSERT_NO_OTHER_EVENT(before);
	ASSERT_NO_OTHER_EVENT(after);
	PASS();
}

/* "the user must not touch the device, otherwise the state can be exited": but nothing breaks. */
SCENARIO(quiet_device_does_no_dma, NEEDED " dma",
	 "a device in RUNNING_P2P or PRE_COPY_P2P does no DMA, and does it when it runs again")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	static const enum mig quiet[] = {MIG_RUNNING_P2P, MIG_PRE_COPY_P2P};
	cleanup_dma struct dma dma = {0};

	/* The ring begins at its first page. */
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dma_alloc(dut, RING_PAGES * VENDOR_PAGE, &dma));
	ASSERT_OK(bar_write32(dut, 0, VENDOR_RING, (uint32_t)dma.iova));
	ASSERT_OK(bar_write32(dut, 0, VENDOR_RING_PAGES, RING_PAGES));
	for (unsigned int i = 0; i < ARRAY_SIZE(quiet); i++) {
		ASSERT_OK(mig_set(dut, quiet[i], NULL));
		ASSERT_OK(bar_write32(dut, 0, VENDOR_KICK, 1));
		ASSERT_ERRNO(EBUSY, dut_dma(dut, dma.iova + VENDOR_PAGE, dma.iova, 4));
		ASSERT_NUMBER(0, slot(&dma, i));
		ASSERT_OK(mig_set(dut, MIG_RUNNING, NULL));
		ASSERT_OK(dut_dma(dut, dma.iova + 3 * VENDOR_PAGE, dma.iova, 4));
		ASSERT_NUMBER(i + 1, slot(&dma, i));
	}
	PASS();
}
