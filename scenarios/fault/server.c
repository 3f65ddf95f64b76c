// SPDX-License-Identifier: GPL-2.0-only
/*
 * fault: devices whose server fails. QEMU waits for an answer as long as its machine configures,
 * and does not connect to a server again: the device is lost to this guest, in every mode. Its user
 * must get answers in bounded time, and the kernel must release it. None of these devices can be
 * reset: the kernel would wait a minute for its return.
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/model-fault.h"

#include "lab/devices/testdev-regs.h"

#include "lab/base/clock.h"

/* The deadline of any operation on a device whose server has failed. */
#define ENDS_MS 4000

/* Reads return all ones without an error, as for an unplugged device. */
static const char *check_reads_all_ones(struct dut *user)
{
	uint32_t id;
	const int err = bar_read32(user, 0, TESTDEV_ID, &id);

	if (err || id != UINT32_MAX)
		return text("a BAR reads as 0x%x (%s)", id, error_name(err));
	if (pci_config16(user->address, PCI_COMMAND) != 0xffff)
		return "COMMAND does not read as ones";
	return NULL;
}

static enum greatest_test_res is_lost(struct dut *dut, const char *fault)
{
	const char *address = dut->address;
	cleanup_user struct user user = USER_NONE;
	cleanup_irqs struct irqs *irqs = NULL;
	int64_t began;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(dut_start(&user.dut));
	ASSERT_OK(irqs_enable(&user.dut, IRQ_MSI, 0, 2, &irqs));
	ASSERT_CHECK(fault_arm(dut, "%s", fault));
	began = now_ms();
	ASSERT_CHECK(check_reads_all_ones(&user.dut));
	ASSERT_OK(irqs_disable(irqs));
	ASSERT_NO_OTHER_EVENT(irqs);
	dut_stop(&user.dut);
	user_close(&user);
	ASSERT_OK(pci_unbind(address));
	ASSERT_THAT(now_ms() - began < ENDS_MS, "releasing %s took %lld ms", address,
		    (long long)(now_ms() - began));
	PASS();
}

SCENARIO_UNBOUND_VARIANT(
	server_dies, "for=server-dies once",
	"a device whose server dies reads as all ones and can be closed and unbound", is_lost,
	"server-dies")

SCENARIO_UNBOUND_VARIANT(
	server_hangs_up, "for=server-hangs-up once",
	"a device whose server disconnects reads as all ones and can be closed and unbound",
	is_lost, "server-hangs-up")

SCENARIO_UNBOUND_VARIANT(server_garbles_message_id, "for=server-garbles-id once",
			 "a device whose server sends a wrong message ID reads as all ones and can "
			 "be closed and unbound",
			 is_lost, "server-garbles how=id")

SCENARIO_UNBOUND_VARIANT(server_garbles_message_size, "for=server-garbles-size once",
			 "a device whose server sends a bad message size reads as all ones and can "
			 "be closed and unbound",
			 is_lost, "server-garbles how=size")

SCENARIO(server_mute_once, "for=server-mute",
	 "a read without an answer returns all ones, and the next access works")
{
	cleanup_faults struct dut *faulty = dut;
	uint32_t id;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(fault_arm(faulty, "server-mute count=1"));
	ASSERT_OK(bar_read32(dut, 0, TESTDEV_ID, &id));
	ASSERT_HEX(UINT32_MAX, id);
	ASSERT_OK(bar_read32(dut, 0, TESTDEV_ID, &id));
	ASSERT_HEX(TESTDEV_ID_VALUE, id);
	PASS();
}
