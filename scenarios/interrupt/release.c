// SPDX-License-Identifier: GPL-2.0-only
/*
 * interrupt: disable, replace and close release eventfds and handlers; disabled memory stays
 * disabled.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/growth.h"
#include "scenarios/lib/kernel/rcu.h"

#include "lab/base/file.h"

#include <stdlib.h>
#include <string.h>

/*
 * Returns NULL if no interrupt of the device at ADDRESS has a handler, or the line of
 * /proc/interrupts of one that has.
 */
static const char *check_no_handler(const char *address)
{
	cleanup_free char *lines = NULL;
	cleanup_free char *name = text("(%s)", address);
	char *rest;

	if (file_read("/proc/interrupts", &lines, NULL))
		return "/proc/interrupts cannot be read";
	rest = lines;
	for (char *line; (line = strsep(&rest, "\n"));)
		if (strstr(line, name))
			return text("%s", line);
	return NULL;
}

/* A leftover is visible only when the next user enables another type or the device is removed. */
static enum greatest_test_res closed_while_enabled(struct dut *dut, enum irq_kind kind)
{
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_close int event = event_open();

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	for (int round = 0; round < 2; round++) {
		ASSERT_OK(irq_set(&user.dut, IRQ_TRIGGER(EVENTFD), kind, 0, 1, &event,
				  sizeof(event)));
		ASSERT_THAT(check_no_handler(address), "no interrupt has a handler");
		user_close(&user);
		ASSERT_CHECK(check_no_handler(address));
		ASSERT_OK(user_open(&user, dut));
	}
	PASS();
}

SCENARIO_UNBOUND_VARIANT(close_disables_intx, "irq=intx",
			 "closing the device disables INTx, and the next user can enable it",
			 closed_while_enabled, IRQ_INTX)
SCENARIO_UNBOUND_VARIANT(close_disables_msi, "irq=msi",
			 "closing the device disables MSI, and the next user can enable it",
			 closed_while_enabled, IRQ_MSI)
SCENARIO_UNBOUND_VARIANT(close_disables_msix, "irq=msix",
			 "closing the device disables MSI-X, and the next user can enable it",
			 closed_while_enabled, IRQ_MSIX)

/* Otherwise it would clear DisINTx in the device, which the user may have set since. */
SCENARIO(intx_unmask_eventfd_ends_with_intx, "irq=intx",
	 "an unmask eventfd has no effect once INTx is disabled")
{
	cleanup_command struct kept_command kept = config_keep_command(dut);
	cleanup_irqs struct irqs *irqs = NULL;
	cleanup_close int unmask = event_open();
	uint16_t command;

	ASSERT_OK(irqs_enable(dut, IRQ_INTX, 0, 1, &irqs));
	ASSERT_OK(irq_set(dut, IRQ_UNMASK(EVENTFD), IRQ_INTX, 0, 1, &unmask, sizeof(unmask)));
	ASSERT_OK(irqs_disable(irqs));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, kept.value | PCI_COMMAND_INTX_DISABLE));
	command = pci_config16(dut->address, PCI_COMMAND);
	ASSERT_OK(event_signal(unmask));
	ASSERT_HEX(command, pci_config16(dut->address, PCI_COMMAND));
	ASSERT_NO_OTHER_EVENT(irqs);
	PASS();
}

/*
 * A new eventfd gets the lowest free ID, so the ID grows with each eventfd still referenced.
 * Returns 0 if the kernel does not show it.
 */
static long next_eventfd(const void *of __attribute__((unused)))
{
	/* An eventfd guarded by RCU is released later: REQ's since 7.0 and in stable kernels. */
	rcu_settle();

	cleanup_close int event = event_open();
	cleanup_free char *path = text("/proc/self/fdinfo/%d", event);
	cleanup_free char *info = NULL;
	const char *number = file_read(path, &info, NULL) ? NULL : strstr(info, "eventfd-id:");

	return number ? atol(number + strlen("eventfd-id:")) : 0;
}

struct eventfd_user {
	struct dut *dut;
	enum irq_kind kind;
};

/*
 * The operations on an enabled eventfd: disable the interrupt alone, after replacing it, or after
 * removing it.
 */
enum release { RELEASE_DISABLED, RELEASE_REPLACED, RELEASE_REMOVED };

static int release_one(struct eventfd_user *user, enum release release)
{
	cleanup_close int first = event_open(), second = event_open();
	const int32_t next = release == RELEASE_REPLACED ? second : -1;
	int err = irq_set(user->dut, IRQ_TRIGGER(EVENTFD), user->kind, 0, 1, &first, sizeof(first));

	if (!err && release != RELEASE_DISABLED)
		err = irq_set(user->dut, IRQ_TRIGGER(EVENTFD), user->kind, 0, 1, &next,
			      sizeof(next));
	if (err || (release == RELEASE_REMOVED && user->kind == IRQ_REQ))
		return err;
	return irq_set(user->dut, IRQ_TRIGGER(NONE), user->kind, 0, 0, NULL, 0);
}

static const char *release_each_way(void *of)
{
	static const char *const names[] = {"disabled", "replaced", "removed"};
	int err;

	for (enum release release = RELEASE_DISABLED; release <= RELEASE_REMOVED; release++) {
		err = release_one(of, release);
		if (err)
			return text("%s: %s", names[release], error_name(err));
	}
	return NULL;
}

static enum greatest_test_res eventfds_released(struct dut *dut, enum irq_kind kind)
{
	static const struct growth_counter eventfds[] = {{.name = "eventfds", .now = next_eventfd},
							 {0}};
	struct eventfd_user user = {dut, kind};
	const struct growth_test test = {
		.round = release_each_way, .of = &user, .rounds = 1, .counters = eventfds};

	ASSERT_NO_GROWTH(&test);
	PASS();
}

SCENARIO_VARIANT(intx_eventfds_released, "irq=intx",
		 "disable, replace and remove release the eventfds of INTx", eventfds_released,
		 IRQ_INTX)
SCENARIO_VARIANT(msi_eventfds_released, "irq=msi",
		 "disable, replace and remove release the eventfds of MSI", eventfds_released,
		 IRQ_MSI)
SCENARIO_VARIANT(msix_eventfds_released, "irq=msix",
		 "disable, replace and remove release the eventfds of MSI-X", eventfds_released,
		 IRQ_MSIX)
SCENARIO_VARIANT(request_eventfds_released, "irq=req",
		 "disable, replace and remove release the eventfd of the request interrupt",
		 eventfds_released, IRQ_REQ)

/* The MSI-X table is in the device's memory, which the user may have disabled. */
SCENARIO(msix_enabled_with_memory_off, "irq=msix trigger=msix !vf",
	 "MSI-X enabled with memory off keeps memory off and works once memory is on")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_irqs struct irqs *irqs = NULL;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value & ~PCI_COMMAND_MEMORY));
	ASSERT_OK(irqs_enable(dut, IRQ_MSIX, 0, 1, &irqs));
	ASSERT_HEX(0, pci_config16(dut->address, PCI_COMMAND) & PCI_COMMAND_MEMORY);
	ASSERT_OK(config_write16(dut, PCI_COMMAND,
				 command.value | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER));
	ASSERT_OK(dut_trigger(dut, IRQ_MSIX, 0));
	ASSERT_EVENTS(irqs, 0, 1);
	PASS();
}
