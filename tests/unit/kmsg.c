// SPDX-License-Identifier: GPL-2.0-only
/* Which lines of the kernel's log are reports of bugs. */
#include "scenarios/lib/kernel/kmsg.h"

#include "lab/base/cleanup.h"

#include "greatest.h"

#include <string.h>

static size_t count(const char *const *lines, size_t total)
{
	struct kmsg_report report = {0};
	size_t reported = 0;

	for (size_t i = 0; i < total; i++)
		reported += kmsg_reported(&report, lines[i]);
	return reported;
}

TEST warning_from_cut_to_end(void)
{
	static const char *const lines[] = {
		"vfio-pci 0000:00:02.0: enabling device (0000 -> 0002)",
		"------------[ cut here ]------------",
		"WARNING: CPU: 0 PID: 88 at drivers/vfio/pci/vfio_pci.c:518 "
		"vfio_pci_release+0x1/0x2 "
		"[vfio_pci]",
		"Modules linked in: vfio_pci",
		"Call Trace:",
		" vfio_device_fops_release+0x1/0x2",
		"---[ end trace 5e4a8f1a9a0b1f2d ]---",
		"vfio-pci 0000:00:02.0: resetting",
	};

	ASSERT_EQ_FMT((size_t)6, count(lines, ARRAY_SIZE(lines)), "%zu");
	PASS();
}

TEST each_kind_begins_a_report(void)
{
	static const char *const lines[] = {
		"BUG: KASAN: use-after-free in vfio_pci_disable+0x1/0x2",
		"BUG: unable to handle page fault for address: ffffc90000000000",
		"kernel BUG at drivers/vfio/vfio.c:1!",
		"WARNING: possible circular locking dependency detected",
		"INFO: possible recursive locking detected",
		"INFO: task agent:1 blocked for more than 120 seconds.",
		"general protection fault, probably for non-canonical address 0xdead: 0000 [#1] "
		"SMP",
		"watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [agent:1]",
		"rcu: INFO: rcu_sched self-detected stall on CPU",
		"refcount_t: underflow; use-after-free.",
		"UBSAN: shift-out-of-bounds in drivers/pci/pci.c:1:2",
		"Call Trace:",
	};

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		ASSERT_EQ_FMTm(lines[i], (size_t)1, count(&lines[i], 1), "%zu");
	PASS();
}

TEST plain_lines_do_not(void)
{
	static const char *const lines[] = {
		"vfio-pci 0000:01:00.0: Relaying device request to user (#0)",
		"pcieport 0000:00:03.0: AER: Corrected error received",
		"random: crng init done, no WARNING: here",
		"DMAR: Intel(R) Virtualization Technology for Directed I/O",
		"",
	};

	ASSERT_EQ_FMT((size_t)0, count(lines, ARRAY_SIZE(lines)), "%zu");
	PASS();
}

/* A report without an end marker must not include the rest of the log. */
TEST report_is_bounded(void)
{
	struct kmsg_report report = {0};
	unsigned int lines = 0;

	ASSERT(kmsg_reported(&report, "Call Trace:"));
	while (kmsg_reported(&report, " some_function+0x1/0x2") && lines < 1000)
		lines++;
	ASSERT(lines > 20 && lines < 200);
	PASS();
}

TEST text_of_record(void)
{
	char record[] = "4,339,5140900,-;NET: Registered protocol family 10\n SUBSYSTEM=pci\n "
			"DEVICE=+pci:x\n";
	char no_message[] = "4,339,5140900";

	ASSERT_STR_EQ("NET: Registered protocol family 10", kmsg_text(record));
	ASSERT_EQ(NULL, kmsg_text(no_message));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(warning_from_cut_to_end);
	RUN_TEST(each_kind_begins_a_report);
	RUN_TEST(plain_lines_do_not);
	RUN_TEST(report_is_bounded);
	RUN_TEST(text_of_record);
	GREATEST_MAIN_END();
}
