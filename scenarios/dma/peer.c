// SPDX-License-Identifier: GPL-2.0-only
/*
 * dma: peer to peer: a BAR as the target of another device's DMA. type1 takes the memory of a
 * mapped BAR (VFIO_IOMMU_MAP_DMA); an iommufd takes a dma-buf of it (VFIO_DEVICE_FEATURE_DMA_BUF),
 * and loses it whenever the BAR may not be accessed. In either case the address space must not
 * reach the BAR once its user has closed the device, because the next user may be another one.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/dut/partner.h"
#include "scenarios/lib/vfio/bar-window.h"
#include "scenarios/lib/vfio/iommu.h"

#define TARGET "scratch bar=mmap group:1 !dma !mark !model !vf"
#define WINDOW 0x08000000ull

/* The DUT's scratch register, in a page of its BAR, and the device that writes to it. */
struct peer_writer {
	struct user master;
	struct dma memory; /* of the master */
	struct bar_window window;
	struct dut_scratch scratch;
	uint64_t page; /* offset in the BAR */
};

#define PEER_NONE ((struct peer_writer){.master = USER_NONE, .window = BAR_WINDOW_NONE})

/* Undo everything; the device itself stays open. */
static void peer_end(struct peer_writer *peer)
{
	if (peer->master.dut.vfio.device >= 0)
		iommu_unmap(&peer->master.dut, WINDOW, IOMMU_PAGE, NULL);
	dma_free(&peer->memory);
	user_end(&peer->master);
	bar_window_drop(&peer->window);
}

#define cleanup_peer __attribute__((cleanup(peer_end)))

/* Map the page of the BAR at WINDOW of the master's address space. */
static int map_bar(struct peer_writer *peer)
{
	return bar_window_map(&peer->window, &peer->master.dut, WINDOW);
}

static int export_bar(struct dut *dut, struct peer_writer *peer)
{
	struct region bar;
	int err = region_info(dut, peer->scratch.bar, &bar);

	return err ? err : bar_window_take(dut, &bar, peer->page, &peer->window);
}

/* Have a master in the address space of DUT, with the BAR not mapped there yet. */
static enum greatest_test_res peer_begin(struct dut *dut, struct peer_writer *peer)
{
	char address[PCI_ADDRESS];
	int err;

	if (partner_find(dut, address))
		SKIPm("the machine has no other device that can do DMA");
	peer->scratch = dut->driver->scratch;
	peer->page = peer->scratch.offset & ~(IOMMU_PAGE - 1);
	ASSERT_OK(dut_start(dut));
	err = export_bar(dut, peer);
	if (err == -ENOTTY)
		SKIPm("the kernel exports no BAR as dma-buf");
	ASSERT_OK(err);
	ASSERT_OK(partner_join(&peer->master, dut, address));
	ASSERT_OK(dut_start(&peer->master.dut));
	ASSERT_OK(dma_alloc(&peer->master.dut, IOMMU_PAGE, &peer->memory));
	PASS();
}

/* Have the master write VALUE to the scratch register. */
static int peer_write(struct peer_writer *peer, uint32_t value)
{
	*(volatile uint32_t *)peer->memory.at = value;
	return dut_dma(&peer->master.dut, WINDOW + peer->scratch.offset - peer->page,
		       peer->memory.iova, sizeof(value));
}

/* The scratch register of DUT has VALUE, in the bits that it stores. */
static const char *check_scratch(struct dut *dut, const struct peer_writer *peer, uint32_t value)
{
	const uint32_t mask = scratch_mask(&peer->scratch);
	uint32_t got;

	bar_read32(dut, peer->scratch.bar, peer->scratch.offset, &got);
	if ((got & mask) == (value & mask))
		return NULL;
	return text("the BAR has 0x%x, expected 0x%x", got & mask, value & mask);
}

static const char *check_write_arrives(struct dut *dut, struct peer_writer *peer, uint32_t value)
{
	bar_write32(dut, peer->scratch.bar, peer->scratch.offset, ~value);
	peer_write(peer, value);
	return check_scratch(dut, peer, value);
}

SCENARIO(
	peer_writes_bar, TARGET,
	"another device's DMA reads and writes a BAR, also one that was never touched, until it is "
	"unmapped")
{
	cleanup_peer struct peer_writer peer = PEER_NONE;
	uint32_t *at;

	CHECK_CALL(peer_begin(dut, &peer));
	ASSERT_OK(map_bar(&peer));
	ASSERT_CHECK(check_write_arrives(dut, &peer, 0x12345670));
	at = peer.memory.at;
	*at = 0;
	ASSERT_OK(dut_dma(&peer.master.dut, peer.memory.iova,
			  WINDOW + peer.scratch.offset - peer.page, sizeof(*at)));
	ASSERT_HEX(0x12345670 & scratch_mask(&peer.scratch), *at & scratch_mask(&peer.scratch));
	ASSERT_OK(iommu_unmap(&peer.master.dut, WINDOW, IOMMU_PAGE, NULL));
	peer_write(&peer, 0x76543210);
	ASSERT_CHECK(check_scratch(dut, &peer, 0x12345670));
	PASS();
}

static int memory_off(struct dut *dut)
{
	return config_write16(dut, PCI_COMMAND,
			      config_read16(dut, PCI_COMMAND) & ~PCI_COMMAND_MEMORY);
}

static int memory_on(struct dut *dut)
{
	return config_write16(dut, PCI_COMMAND,
			      config_read16(dut, PCI_COMMAND) | PCI_COMMAND_MEMORY);
}

static int to_d3hot(struct dut *dut)
{
	return pmcsr_set(dut, PMCSR_D3HOT);
}

/* Waking may reset the device. */
static int to_d0(struct dut *dut)
{
	int err = pmcsr_set(dut, PMCSR_D0);

	return err ? err : dut_start(dut);
}

/* What makes a BAR inaccessible for a time; -ENOENT: the device cannot do that. */
static const struct state {
	const char *name;
	int (*enter)(struct dut *dut);
	int (*leave)(struct dut *dut);
} states[] = {
	{"memory off", memory_off, memory_on},
	{"D3hot", to_d3hot, to_d0},
};

/*
 * In D3hot type1 maps it: whether that is refused differs between kernels. A dma-buf is revoked in
 * either state.
 */
SCENARIO_TABLE(inaccessible_bar_not_mapped_for_peer, states, TARGET,
	       "a BAR is not mapped for DMA while memory is off (EFAULT or ENODEV), and is after "
	       "that; facts: the errors")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_peer struct peer_writer peer = PEER_NONE;
	int err;

	CHECK_CALL(peer_begin(dut, &peer));
	err = row->enter(dut);
	if (err == -ENOENT)
		SKIP();
	ASSERT_OK(err);
	err = map_bar(&peer);
	if (!err)
		iommu_unmap(&peer.master.dut, WINDOW, IOMMU_PAGE, NULL);
	ASSERT_OK(row->leave(dut));
	fact("map[%s]=%s", row->name, error_name(err));
	if (row->enter == memory_off || dut->mode != MODE_TYPE1)
		ASSERT_RESULT(dut->mode == MODE_TYPE1 ? EFAULT : ENODEV, err);
	ASSERT_OK(map_bar(&peer));
	ASSERT_CHECK(check_write_arrives(dut, &peer, 0x24680ac0));
	PASS();
}

/* Whether the mapping works again then: facts. A new one does. */
static enum greatest_test_res works_again(struct dut *dut, struct peer_writer *peer,
					  const char *after)
{
	const char *why = check_write_arrives(dut, peer, 0x1b1b1b10);

	fact("after[%s]=%s", after, why ? "lost" : "mapped");
	ASSERT_THAT(!why || dut->mode != MODE_TYPE1, "after %s: %s", after, why);
	ASSERT_OK(iommu_unmap(&peer->master.dut, WINDOW, IOMMU_PAGE, NULL));
	ASSERT_OK(map_bar(peer));
	ASSERT_CHECK(check_write_arrives(dut, peer, 0x2c2c2c20));
	PASS();
}

SCENARIO_TABLE(peer_blocked_while_bar_inaccessible, states, TARGET,
	       "another device's DMA does not reach a BAR while memory is off or in D3hot; facts: "
	       "whether its mapping returns")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_peer struct peer_writer peer = PEER_NONE;
	int err;

	CHECK_CALL(peer_begin(dut, &peer));
	ASSERT_OK(map_bar(&peer));
	ASSERT_CHECK(check_write_arrives(dut, &peer, 0x3d3d3d30));
	err = row->enter(dut);
	if (err == -ENOENT)
		SKIP();
	ASSERT_OK(err);
	peer_write(&peer, 0x4e4e4e40);
	ASSERT_OK(row->leave(dut));
	ASSERT_THAT(check_scratch(dut, &peer, 0x4e4e4e40), "the write arrived");
	return works_again(dut, &peer, row->name);
}

SCENARIO(peer_mapping_after_reset, TARGET " reset",
	 "a BAR that is mapped for another device's DMA survives a reset of its device, or can be "
	 "mapped anew; fact: which")
{
	cleanup_peer struct peer_writer peer = PEER_NONE;

	CHECK_CALL(peer_begin(dut, &peer));
	ASSERT_OK(map_bar(&peer));
	ASSERT_CHECK(check_write_arrives(dut, &peer, 0x5f5f5f50));
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(dut_start(dut));
	return works_again(dut, &peer, "reset");
}

/*
 * The mapping of the BAR itself is undone first: what is left is in the address space alone. The
 * next user may be anyone; here it is the same process, with another address space.
 */
static enum greatest_test_res close_while_mapped(struct dut *dut)
{
	cleanup_user struct user first = USER_NONE, next = USER_NONE;
	cleanup_peer struct peer_writer peer = PEER_NONE;

	ASSERT_OK(user_bind_and_open(&first, dut, dut->vfio_driver));
	CHECK_CALL(peer_begin(&first.dut, &peer));
	ASSERT_OK(map_bar(&peer));
	ASSERT_CHECK(check_write_arrives(&first.dut, &peer, 0x61616160));
	bar_window_drop(&peer.window);
	user_close(&first);
	ASSERT_OK(user_open(&next, dut));
	ASSERT_OK(dut_start(&next.dut));
	ASSERT_OK(bar_write32(&next.dut, peer.scratch.bar, peer.scratch.offset, 0x72727270));
	peer_write(&peer, 0x38383830);
	ASSERT_CHECK(check_scratch(&next.dut, &peer, 0x72727270));
	PASS();
}

SCENARIO_UNBOUND(peer_loses_closed_bar, TARGET " mode=type1",
		 "another device's DMA does not reach a BAR whose device was closed and has a new "
		 "user")
{
	return close_while_mapped(dut);
}

SCENARIO_UNBOUND(peer_loses_dma_buf_of_closed_bar, TARGET " !mode=type1",
		 "another device's DMA does not reach the dma-buf of a BAR whose device was closed "
		 "and has a new user")
{
	return close_while_mapped(dut);
}
