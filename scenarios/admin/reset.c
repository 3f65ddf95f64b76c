// SPDX-License-Identifier: GPL-2.0-only
/*
 * admin: an administrator writes to the file `reset' of a device that somebody uses
 * (Documentation/ABI/testing/sysfs-bus-pci). VFIO is not told, so the PCI core must restore all
 * that VFIO set up, and the device is its user's again afterwards.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/live.h"
#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/dut/resetting.h"
#include "scenarios/lib/vfio/hot-reset.h"

static int by_file(struct dut *dut)
{
	return pci_write(dut->address, "reset", "1");
}

SCENARIO(reset_file_resets_open_device, "reset once",
	 "an administrator's reset of an open device resets it and restores its header and what "
	 "VFIO shows of it")
{
	uint8_t before[64], shown[64];

	ASSERT_OK(reset_prepare(dut, before));
	for (unsigned int i = 0; i < sizeof(shown); i++)
		shown[i] = config_read8(dut, i);
	ASSERT_OK(by_file(dut));
	ASSERT_CHECK(check_reset_done(dut, before));
	for (unsigned int i = 0; i < sizeof(shown); i++) {
		if (i / 2 != PCI_STATUS / 2)
			ASSERT_HEX(shown[i], config_read8(dut, i));
	}
	PASS();
}

/*
 * The PCI core restores messages and DisINTx. Only the device forgets what it had to signal. NVMe
 * raises its first vector when it is started.
 */
static enum greatest_test_res interrupt_kept(struct dut *dut, enum irq_kind kind)
{
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(dut_ack(dut));
	ASSERT_OK(by_file(dut));
	dut_stop(dut);
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	if (kind == IRQ_INTX)
		ASSERT_OK(irqs_unmask(irqs, 0));
	ASSERT_EVENTS(irqs, 0, 2);
	ASSERT_OK(irqs_disable(irqs));
	ASSERT_CHECK(check_irq_works(dut, kind));
	PASS();
}

SCENARIO_VARIANT(intx_kept_by_reset_file, "reset irq=intx trigger=intx !driver=nvme once",
		 "INTx stays enabled, and masked, in an administrator's reset", interrupt_kept,
		 IRQ_INTX)
SCENARIO_VARIANT(msi_kept_by_reset_file, "reset irq=msi trigger=msi !driver=nvme once",
		 "MSI stays enabled in an administrator's reset", interrupt_kept, IRQ_MSI)
SCENARIO_VARIANT(msix_kept_by_reset_file, "reset irq=msix trigger=msix !driver=nvme once",
		 "MSI-X stays enabled in an administrator's reset", interrupt_kept, IRQ_MSIX)

/* From 6.19 on the kernel blocks the DMA of a device during its reset, and then unblocks it. */
SCENARIO(dma_kept_by_reset_file, "reset dma !mode=compat",
	 "mappings for DMA, the interrupt and the map of a BAR work after an administrator's reset")
{
	cleanup_live struct live live = {0};

	ASSERT_CHECK(live_begin(&live, dut));
	ASSERT_CHECK(check_live(&live));
	ASSERT_OK(by_file(dut));
	ASSERT_CHECK(live_resume(&live));
	ASSERT_CHECK(check_live(&live));
	PASS();
}

SCENARIO(memory_kept_off_by_reset_file, "reset bar=mmap !bar=subpage !vf once",
	 "memory that the user turned off stays off in an administrator's reset, and its map "
	 "works once it is on")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_mapping struct mapping map = {NULL, 0};
	uint32_t value = 0;
	int err = reset_map_constant(dut, by_file, &map, &value);

	ASSERT_THAT(!err || err == -ENOENT, "no map: %s", error_name(err));
	ASSERT_OK(config_set_memory(dut, false));
	ASSERT_OK(by_file(dut));
	ASSERT_ERRNO(EFAULT, map_touch(&map, 0));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_MEMORY);
	ASSERT_HEX(0, config_read16(dut, PCI_COMMAND) & PCI_COMMAND_MEMORY);
	ASSERT_OK(config_set_memory(dut, true));
	ASSERT_OK(map_touch(&map, 0));
	if (!err)
		ASSERT_HEX(value, map_read32(&map, 0));
	PASS();
}

/* The PCI core holds back accesses to config space meanwhile (pci_cfg_access_lock). */
SCENARIO(config_waits_for_reset_file, "reset once",
	 "config space read during an administrator's reset is that of the device")
{
	cleanup_resetting struct resetting reset = RESETTING_NONE;
	const uint32_t class = config_read32(dut, PCI_CLASS_REVISION);
	unsigned int reads = 0;

	ASSERT_OK(resetting_begin(&reset, dut, by_file));
	for (bool over = false; !over; reads++) {
		over = resetting_ends(&reset, 0);
		ASSERT_HEX(class, config_read32(dut, PCI_CLASS_REVISION));
	}
	ASSERT_OK(reset.result);
	ASSERT_THAT(reads > 1, "the reset was over before the first read");
	PASS();
}

/*
 * VFIO revokes maps for its own resets: nobody may access a device whose memory is off. On real
 * platforms that can be fatal.
 */
SCENARIO(map_waits_for_reset_file, "reset bar=mmap !bar=subpage once",
	 "a map of a BAR used during an administrator's reset reaches the device or waits")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_resetting struct resetting reset = RESETTING_NONE;
	cleanup_mapping struct mapping map = {NULL, 0};
	unsigned long unanswered = 0;
	uint32_t value = 0;
	int err = reset_map_constant(dut, by_file, &map, &value);

	if (err == -ENOENT)
		SKIPm("no BAR begins with a register of constant value");
	ASSERT_OK(err);
	ASSERT_OK(resetting_begin(&reset, dut, by_file));
	while (!resetting_ends(&reset, 0))
		unanswered += map_read32(&map, 0) != value;
	ASSERT_OK(reset.result);
	ASSERT_THAT(!unanswered, "%lu reads were not answered", unanswered);
	PASS();
}

static const struct {
	const char *name;
	int (*reset)(struct dut *dut);
} user_resets[] = {
	{"VFIO_DEVICE_RESET", dut_reset},
	{"hot reset", hot_reset},
};

static int by_file_again_and_again(struct dut *dut)
{
	int err = 0;

	for (unsigned int i = 0; i < 3 && !err; i++)
		err = by_file(dut);
	return err;
}

/* Each takes locks that the other needs. VFIO's own may give up (EAGAIN), but not wait for ever. */
SCENARIO_TABLE(resets_by_both_end, user_resets, "reset !mode=compat",
	       "resets by the user and by an administrator at the same time end, and the device "
	       "works",
	       .deadline_ms = 20000)
{
	cleanup_resetting struct resetting reset = RESETTING_NONE;
	unsigned int done = 0;
	uint8_t before[64];

	if (row->reset == hot_reset && hot_functions(dut->address) != 1)
		SKIP();
	ASSERT_OK(reset_prepare(dut, before));
	ASSERT_OK(resetting_begin(&reset, dut, by_file_again_and_again));
	for (bool over = false; !over;) {
		int err;

		over = resetting_ends(&reset, 0);
		err = row->reset(dut);
		ASSERT_THAT(!err || err == -EAGAIN || err == -EBUSY, "the user's reset: %s",
			    error_name(err));
		done += !err;
	}
	ASSERT_OK(reset.result);
	ASSERT_THAT(done, "no reset of the user succeeded");
	ASSERT_CHECK(check_reset_done(dut, before));
	PASS();
}

/* From 6.14 on bridges have such a file. The devices below are saved and restored. */
SCENARIO(reset_of_bus_restores_open_device, "hot:1 !hot:2 !vf once",
	 "an administrator's reset of the bus below a bridge resets an open device and restores "
	 "its header")
{
	char bridge[PCI_ADDRESS];
	uint8_t before[64];

	ASSERT_OK(pci_parent(dut->address, bridge));
	if (!pci_has(bridge, "reset_subordinate"))
		SKIPm("bridges have no file reset_subordinate");
	ASSERT_OK(reset_prepare(dut, before));
	ASSERT_OK(pci_write(bridge, "reset_subordinate", "1"));
	ASSERT_CHECK(check_reset_done(dut, before));
	ASSERT_CHECK(check_vfio_works(dut->address, &dut->vfio));
	PASS();
}
