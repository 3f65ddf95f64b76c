// SPDX-License-Identifier: GPL-2.0-only
/*
 * selftest: device servers that fail in ways that QEMU, and with it the guest, does not survive.
 * Each costs only its case and its guest (docs/device-model.md describes how).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/model-fault.h"

static enum greatest_test_res reads_for_ever(struct dut *dut, const char *fault)
{
	uint32_t value;

	ASSERT_OK(dut_start(dut));
	if (fault)
		ASSERT_CHECK(fault_arm(dut, "%s", fault));
	for (;;)
		bar_read32(dut, 0, 0, &value);
}

SCENARIO(server_mute, "for=server-mute", "the device server stops answering", .hidden = true)
{
	return reads_for_ever(dut, "server-mute");
}

SCENARIO(server_short, "for=server-mute", "the device server sends half a message", .hidden = true)
{
	return reads_for_ever(dut, "server-garbles how=short");
}

SCENARIO(server_type, "for=server-mute", "the device server sends a command in place of an answer",
	 .hidden = true)
{
	return reads_for_ever(dut, "server-garbles how=type");
}

/* The life-cycle test kills the server. */
SCENARIO(server_in_use, "for=flr", "reads from the device until the deadline", .hidden = true)
{
	return reads_for_ever(dut, NULL);
}
