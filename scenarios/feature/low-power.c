// SPDX-License-Identifier: GPL-2.0-only
/*
 * feature: VFIO_DEVICE_FEATURE_LOW_POWER_ENTRY, _ENTRY_WITH_WAKEUP and _EXIT
 * (include/uapi/linux/vfio.h). The user allows the kernel to suspend the device. An access wakes
 * it; then it may sleep again, or, if the user gave an eventfd, the low power state has ended.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/config/msix-table.h"
#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/pci/runtime-pm.h"
#include "scenarios/lib/vfio/feature.h"

#include <unistd.h>

#define LOW_POWER "feature=low-power"

/* Map the first page that can be mapped, with memory on. */
static int map_some(struct dut *dut, struct region *bar, struct mapping *map)
{
	int err = config_write16(dut, PCI_COMMAND,
				 config_read16(dut, PCI_COMMAND) | PCI_COMMAND_MEMORY);

	for (unsigned int i = 0; i < BARS && !err; i++) {
		err = region_info(dut, i, bar);
		if (!err && bar->flags & VFIO_REGION_INFO_FLAG_MMAP)
			return region_map(dut, bar, bar->sparse ? bar->areas[0].offset : 0, 4096,
					  map);
	}
	return err ? err : -ENOENT;
}

/* "Access to mmap'd device regions is disabled on LOW_POWER_ENTRY". */
SCENARIO(low_power_disables_maps, LOW_POWER " bar=mmap",
	 "a map raises SIGBUS from LOW_POWER_ENTRY on, and works again after LOW_POWER_EXIT")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;

	ASSERT_OK(map_some(dut, &bar, &map));
	ASSERT_OK(map_touch(&map, 0));
	ASSERT_OK(low_power_enter(sleeper, -1));
	ASSERT_ERRNO(EFAULT, map_touch(&map, 0));
	ASSERT_CHECK(await_runtime_status(dut->address, "suspended", dut->wait_ms));
	ASSERT_ERRNO(EFAULT, map_touch(&map, 0));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_OK(map_touch(&map, 0));
	ASSERT_CHECK(check_stays_active(dut->address));
	PASS();
}

static int read_config(struct dut *dut)
{
	const uint16_t vendor = (uint16_t)pci_number(dut->address, "vendor", 0);

	return config_read16(dut, PCI_VENDOR_ID) == vendor ? 0 : -EIO;
}

static int write_config(struct dut *dut)
{
	int err = config_write8(dut, PCI_INTERRUPT_LINE, 0x5a);

	return err ? err : config_read8(dut, PCI_INTERRUPT_LINE) == 0x5a ? 0 : -EIO;
}

/* Find the first word of a BAR, *AT in it, that the MSI-X table does not hide from pread. */
static int first_word(struct dut *dut, struct region *bar, uint64_t *at)
{
	for (unsigned int i = 0; i < BARS; i++) {
		int err = region_info(dut, i, bar);

		*at = err ? 0 : msix_table_end(dut, bar);
		if (err || (bar->flags & VFIO_REGION_INFO_FLAG_READ && *at < bar->size))
			return err;
	}
	return -ENOENT;
}

/* Memory is on. A device that does not decode its BARs reads as all ones. */
static int read_bar(struct dut *dut)
{
	struct region bar;
	uint32_t word;
	uint64_t at;
	int err = first_word(dut, &bar, &at);

	if (!err && region_read(dut, &bar, at, &word, sizeof(word)) != sizeof(word))
		err = -EIO;
	return err ? err : word == UINT32_MAX ? -ENODATA : 0;
}

static int ask_info(struct dut *dut)
{
	struct vfio_device_info info;

	return dut_info(dut, &info);
}

static int set_no_irqs(struct dut *dut)
{
	return irq_set(dut, IRQ_TRIGGER(NONE), IRQ_INTX, 0, 0, NULL, 0);
}

/* Each kind of access of the user. Its result must be the same awake and asleep. */
static const struct {
	const char *name;
	int (*make)(struct dut *dut);
} accesses[] = {
	{"config read", read_config},
	{"config write", write_config},
	{"BAR read", read_bar},
	{"VFIO_DEVICE_GET_INFO", ask_info},
	{"VFIO_DEVICE_SET_IRQS", set_no_irqs},
};

SCENARIO_TABLE(low_power_access_wakes_for_its_time, accesses, LOW_POWER " once",
	       "an access in the low power state works, and the device is suspended again after it")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_low_power struct dut *sleeper = dut;
	int awake;

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	awake = row->make(dut);
	ASSERT_CHECK(low_power_suspend(sleeper, -1));
	for (unsigned int round = 0; round < 2; round++) {
		ASSERT_NUMBER(awake, row->make(dut));
		ASSERT_CHECK(await_runtime_status(dut->address, "suspended", dut->wait_ms));
	}
	ASSERT_OK(low_power_exit(sleeper));
	PASS();
}

/* "The low power exit can happen either through LOW_POWER_EXIT or through any other access". */
SCENARIO_TABLE(low_power_wakeup_is_signalled_once, accesses, LOW_POWER " once",
	       "an access to a suspended device signals the wakeup eventfd once and ends the state")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_close int wakeup = event_open();
	cleanup_low_power struct dut *sleeper = dut;
	int awake;

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	awake = row->make(dut);
	ASSERT_CHECK(low_power_suspend(sleeper, wakeup));
	ASSERT_THAT(!event_wait(wakeup, 0), "the wakeup eventfd is signalled before any access");
	ASSERT_NUMBER(awake, row->make(dut));
	ASSERT_NUMBER(1, event_read(wakeup));
	ASSERT_NUMBER(awake, row->make(dut));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_NUMBER(0, event_read(wakeup));
	PASS();
}

/* "The access to mmap'd device regions will not trigger low power exit." */
SCENARIO(low_power_wakeup_by_access_but_not_map, LOW_POWER " bar=mmap once",
	 "a map does not wake the device; an access does, and the map works without LOW_POWER_EXIT")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_close int wakeup = event_open();
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;

	ASSERT_OK(map_some(dut, &bar, &map));
	ASSERT_CHECK(low_power_suspend(sleeper, wakeup));
	ASSERT_ERRNO(EFAULT, map_touch(&map, 0));
	ASSERT_THAT(!event_wait(wakeup, 0), "a map signals the wakeup eventfd");
	ASSERT_CHECK(await_runtime_status(dut->address, "suspended", 0));
	ASSERT_OK(read_config(dut));
	ASSERT_NUMBER(1, event_read(wakeup));
	ASSERT_OK(map_touch(&map, 0));
	ASSERT_CHECK(check_stays_active(dut->address));
	PASS();
}

/* "This device feature IOCTL may itself generate a wakeup eventfd notification". */
SCENARIO(low_power_exit_signals_wakeup, LOW_POWER " once",
	 "LOW_POWER_EXIT of a suspended device signals the wakeup eventfd, and works without entry")
{
	cleanup_close int wakeup = event_open();
	cleanup_low_power struct dut *sleeper = dut;

	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_CHECK(low_power_suspend(sleeper, wakeup));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_NUMBER(1, event_read(wakeup));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_NUMBER(0, event_read(wakeup));
	ASSERT_CHECK(check_stays_active(dut->address));
	PASS();
}

/* With an eventfd, the second call itself wakes the device and so ends the first. */
SCENARIO(low_power_entered_twice, LOW_POWER " once",
	 "a second LOW_POWER_ENTRY fails with EINVAL and one LOW_POWER_EXIT ends the state")
{
	cleanup_close int wakeup = event_open(), second = event_open();
	cleanup_low_power struct dut *sleeper = dut;

	ASSERT_CHECK(low_power_suspend(sleeper, -1));
	ASSERT_ERRNO(EINVAL, low_power_enter(sleeper, -1));
	ASSERT_ERRNO(EINVAL, low_power_enter(sleeper, wakeup));
	ASSERT_CHECK(await_runtime_status(dut->address, "suspended", dut->wait_ms));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_CHECK(check_stays_active(dut->address));
	ASSERT_CHECK(low_power_suspend(sleeper, wakeup));
	ASSERT_CHECK(low_power_suspend(sleeper, second));
	ASSERT_NUMBER(1, event_read(wakeup));
	ASSERT_OK(read_config(dut));
	ASSERT_NUMBER(1, event_read(second));
	ASSERT_NUMBER(0, event_read(wakeup));
	PASS();
}

static const struct {
	const char *name;
	uint32_t flags;
	uint32_t argsz;
	int32_t fd; /* 0: standard input, which is no eventfd */
	int error;
} malformed[] = {
	{"ENTRY, argsz of 7", FEATURE_SET | FEATURE_LOW_POWER_ENTRY, 7, 0, EINVAL},
	{"ENTRY, argsz of 0", FEATURE_SET | FEATURE_LOW_POWER_ENTRY, 0, 0, EINVAL},
	{"ENTRY, GET", FEATURE_GET | FEATURE_LOW_POWER_ENTRY, 8, 0, EINVAL},
	{"ENTRY, neither", FEATURE_LOW_POWER_ENTRY, 8, 0, EINVAL},
	{"ENTRY, GET and SET", FEATURE_GET | FEATURE_SET | FEATURE_LOW_POWER_ENTRY, 8, 0, EINVAL},
	{"ENTRY, unknown flag", FEATURE_SET | 1u << 20 | FEATURE_LOW_POWER_ENTRY, 8, 0, EINVAL},
	{"WAKEUP, argsz of 8", FEATURE_SET | FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP, 8, 0, EINVAL},
	{"WAKEUP, argsz of 15", FEATURE_SET | FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP, 15, 0, EINVAL},
	{"WAKEUP, fd of -1", FEATURE_SET | FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP, 16, -1, EINVAL},
	{"WAKEUP, fd not open", FEATURE_SET | FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP, 16, 999, EBADF},
	{"WAKEUP, no eventfd", FEATURE_SET | FEATURE_LOW_POWER_ENTRY_WITH_WAKEUP, 16, 0, EINVAL},
	{"EXIT, argsz of 7", FEATURE_SET | FEATURE_LOW_POWER_EXIT, 7, 0, EINVAL},
	{"EXIT, GET", FEATURE_GET | FEATURE_LOW_POWER_EXIT, 8, 0, EINVAL},
};

SCENARIO_TABLE(low_power_malformed_refused, malformed, LOW_POWER " once",
	       "a malformed call of a low power feature fails and leaves the device awake")
{
	cleanup_low_power struct dut *sleeper = dut;
	const int32_t data[2] = {row->fd, 0};
	int err = feature_call(sleeper, row->flags, row->argsz, data, sizeof(data));

	ASSERT_RESULT(row->error, err);
	ASSERT_CHECK(await_runtime_status(dut->address, "active", 0));
	/* An entry would have made this one fail. */
	ASSERT_OK(low_power_enter(sleeper, -1));
	PASS();
}

SCENARIO(low_power_kept_across_reset, LOW_POWER " reset bar=mmap once",
	 "a reset in the low power state works, and maps stay disabled until LOW_POWER_EXIT")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_mapping struct mapping map = {NULL, 0};
	struct region bar;
	uint8_t before[64];

	ASSERT_OK(reset_prepare(dut, before));
	ASSERT_OK(map_some(dut, &bar, &map));
	ASSERT_CHECK(low_power_suspend(sleeper, -1));
	ASSERT_OK(dut_reset(dut));
	ASSERT_ERRNO(EFAULT, map_touch(&map, 0));
	ASSERT_CHECK(await_runtime_status(dut->address, "suspended", dut->wait_ms));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_OK(map_touch(&map, 0));
	ASSERT_CHECK(check_reset_done(dut, before));
	PASS();
}

/* The usage count of the device must be as before, or it would be suspended while it is open. */
static enum greatest_test_res close_in_low_power(struct dut *dut, bool with_wakeup)
{
	cleanup_close int wakeup = with_wakeup ? event_open() : -1;
	cleanup_user struct user user = USER_NONE;
	uint8_t before[64], after[64];

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(pci_header(dut->address, before));
	ASSERT_CHECK(low_power_suspend(&user.dut, wakeup));
	user_close(&user);
	ASSERT_OK(user_open(&user, dut));
	ASSERT_CHECK(check_stays_active(dut->address));
	ASSERT_OK(pci_header(dut->address, after));
	ASSERT_BYTES(before, after, sizeof(before));
	ASSERT_CHECK(low_power_suspend(&user.dut, -1));
	ASSERT_OK(low_power_exit(&user.dut));
	ASSERT_CHECK(check_stays_active(dut->address));
	PASS();
}

SCENARIO_UNBOUND(low_power_ends_with_close, LOW_POWER,
		 "a device closed in the low power state is awake and whole for its next user")
{
	return close_in_low_power(dut, false);
}

SCENARIO_UNBOUND(low_power_with_wakeup_ends_with_close, LOW_POWER " once",
		 "the same with a wakeup eventfd")
{
	return close_in_low_power(dut, true);
}

/* The kernel masks INTx while the device is suspended, and unmasks it then. */
static enum greatest_test_res interrupts_after_exit(struct dut *dut, enum irq_kind kind)
{
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, kind, 0, 1, &irqs));
	ASSERT_CHECK(low_power_suspend(sleeper, -1));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dut_trigger(dut, kind, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	ASSERT_OK(dut_ack(dut));
	PASS();
}

SCENARIO(low_power_keeps_intx, LOW_POWER " irq=intx trigger=intx once",
	 "INTx stays enabled over the low power state")
{
	return interrupts_after_exit(dut, IRQ_INTX);
}

SCENARIO(low_power_keeps_msi, LOW_POWER " irq=msi trigger=msi once",
	 "MSI stays enabled over the low power state")
{
	return interrupts_after_exit(dut, IRQ_MSI);
}

SCENARIO(low_power_keeps_msix, LOW_POWER " irq=msix trigger=msix once",
	 "MSI-X stays enabled over the low power state")
{
	return interrupts_after_exit(dut, IRQ_MSIX);
}

SCENARIO(low_power_keeps_intx_masked, LOW_POWER " irq=intx trigger=intx once",
	 "INTx that the user masked is still masked after the low power state")
{
	cleanup_low_power struct dut *sleeper = dut;
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irqs_mask(irqs, 0));
	ASSERT_CHECK(low_power_suspend(sleeper, -1));
	ASSERT_OK(low_power_exit(sleeper));
	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(check_intx_waits_for_unmask(irqs));
	ASSERT_OK(dut_ack(dut));
	PASS();
}
