// SPDX-License-Identifier: GPL-2.0-only
/* selftest: scenarios that misbehave on purpose, for the lab's own tests. */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/kernel/value-file.h"

#include "lab/base/file.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

SCENARIO_UNBOUND(pass, "", "does nothing and passes", .hidden = true)
{
	PASS();
}

SCENARIO_UNBOUND(fail, "", "fails", .hidden = true)
{
	ASSERT_NUMBER(1, 2);
	PASS();
}

SCENARIO_UNBOUND(skip, "", "skips", .hidden = true)
{
	SKIPm("it never can");
}

SCENARIO(pass_with_open_dut, "", "does nothing with an open DUT", .hidden = true)
{
	PASS();
}

SCENARIO_UNBOUND(needy, "irq=msix:9999", "needs a property that no DUT has", .hidden = true)
{
	FAILF("it ran");
}

SCENARIO_UNBOUND(error, "", "reports an error of the lab", .hidden = true)
{
	report_error("the lab failed, as asked");
	PASS();
}

/* Write WORD to the file PATH. If that fails, the case is in error. */
static void poke(const char *path, const char *word)
{
	if (value_write(path, word))
		report_error("cannot write to %s", path);
}

SCENARIO_UNBOUND(panic, "", "panics the kernel", .hidden = true)
{
	poke("/proc/sys/kernel/sysrq", "1");
	poke("/proc/sysrq-trigger", "c");
	PASS();
}

SCENARIO_UNBOUND(poweroff, "", "powers the guest off", .hidden = true)
{
	reboot(RB_POWER_OFF);
	pause();
	PASS();
}

/*
 * One real-time process more than there are CPUs, none of which ever sleeps: nothing else runs
 * again.
 */
SCENARIO_UNBOUND(hang, "", "stops the whole guest", .hidden = true)
{
	struct sched_param most = {.sched_priority = sched_get_priority_max(SCHED_FIFO)};

	poke("/proc/sys/kernel/sched_rt_runtime_us", "-1");
	for (long cpus = sysconf(_SC_NPROCESSORS_ONLN); cpus > 0; cpus--) {
		if (fork() && cpus > 1)
			continue;
		if (sched_setscheduler(0, SCHED_FIFO, &most))
			FAILF("cannot become a real-time process: %s", error_name(errno));
		for (;;)
			;
	}
	PASS();
}

/* Open the stream's port, which a child inherits from the agent. */
static int ktap_port(void)
{
	for (int fd = 0; fd < 64; fd++) {
		cleanup_free char *path = text("/proc/self/fd/%d", fd);
		cleanup_free char *name_path = NULL, *name = NULL;
		char target[64] = "";

		if (readlink(path, target, sizeof(target) - 1) < 0 ||
		    strncmp(target, "/dev/vport", 10))
			continue;
		name_path = text("/sys/class/virtio-ports/%s/name", target + strlen("/dev/"));
		if (!file_read(name_path, &name, NULL) && strstr(name, "ktap"))
			return fd;
	}
	return -1;
}

SCENARIO_UNBOUND(garbage, "", "writes garbage to the stream", .hidden = true)
{
	static const char garbage[] = "\0\377\200garbage\nnot okay 7\n";

	write_all(ktap_port(), garbage, sizeof(garbage) - 1);
	PASS();
}

/* The file outlives the case but not the guest. */
SCENARIO_UNBOUND(fails_every_other_time, "", "passes and fails in turn", .hidden = true)
{
	cleanup_close int fd = open("/tmp/every-other-time", O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		unlink("/tmp/every-other-time");
	ASSERT(fd >= 0);
	PASS();
}

/*
 * A real warning cannot be triggered from here; the agent reads the log and cannot tell the source.
 */
SCENARIO_UNBOUND(warn, "", "prints a fake warning to the kernel log", .hidden = true)
{
	poke("/dev/kmsg", "<4>WARNING: CPU: 0 PID: 1 at selftest.c:1 selftest_warn+0x0/0x1\n");
	poke("/dev/kmsg", "<4>Call Trace:\n");
	poke("/dev/kmsg", "<4> selftest_warn+0x0/0x1\n");
	poke("/dev/kmsg", "<4>---[ end trace 0000000000000000 ]---\n");
	PASS();
}

SCENARIO_UNBOUND(oops, "", "prints a fake oops to the kernel log and taints the kernel",
		 .hidden = true)
{
	poke("/dev/kmsg", "<1>BUG: kernel NULL pointer dereference, address: 0000000000000000\n");
	poke("/dev/kmsg", "<4>---[ end trace 0000000000000000 ]---\n");
	poke("/proc/sys/kernel/tainted", "128");
	PASS();
}

SCENARIO_UNBOUND(leftover_override, "", "leaves a driver_override and an open file behind",
		 .hidden = true)
{
	ASSERT_OK(pci_override(dut->address, "left-behind"));
	ASSERT_OK(open("/dev/null", O_RDONLY));
	PASS();
}

SCENARIO(leftover_irqs, "irq=msi", "leaves MSI enabled", .hidden = true)
{
	struct irqs *irqs;

	ASSERT_OK(irqs_enable(dut, IRQ_MSI, 0, 1, &irqs));
	PASS();
}

SCENARIO(leftover_dma, "", "leaves memory mapped for DMA", .hidden = true)
{
	struct dma dma;

	ASSERT_OK(dma_alloc(dut, 8192, &dma));
	PASS();
}

SCENARIO_UNBOUND(never_ends, "", "never ends", .hidden = true, .deadline_ms = 500)
{
	while (pause())
		;
	PASS();
}

SCENARIO(never_ends_with_open_dut, "", "never ends and keeps the DUT open", .hidden = true,
	 .deadline_ms = 500)
{
	while (pause())
		;
	PASS();
}

SCENARIO_UNBOUND(segv, "", "crashes with SIGSEGV", .hidden = true)
{
	raise(SIGSEGV);
	PASS();
}
