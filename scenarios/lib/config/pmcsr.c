// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/config/pmcsr.h"

#include "scenarios/lib/config/capability.h"
#include "scenarios/lib/config/config-space.h"
#include "scenarios/lib/pci/pci.h"

#include "lab/base/buf.h"
#include "lab/base/clock.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <time.h>

static const char *const names[] = {"D0", "D1", "D2", "D3hot"};

int pmcsr_state(const char *address)
{
	unsigned int pm = pci_capability(address, PCI_CAP_ID_PM);

	return pm ? pci_config16(address, pm + PCI_PM_CTRL) & PCI_PM_CTRL_STATE_MASK : -ENOENT;
}

int pmcsr_set(struct dut *dut, enum pmcsr_state state)
{
	const unsigned int pm = config_capability(dut, PCI_CAP_ID_PM);

	return pm ? config_write16(dut, pm + PCI_PM_CTRL, state) : -ENOENT;
}

const char *await_power_state(const char *address, enum pmcsr_state state, unsigned int ms)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	int64_t until = now_ms() + ms;
	int now;

	while ((now = pmcsr_state(address)) != (int)state) {
		if (now < 0)
			return text("%s has no PMCSR", address);
		if (now_ms() > until)
			return text("%s: expected power state %s within %u ms, it is in %s",
				    address, names[state], ms, names[now]);
		nanosleep(&pause, NULL);
	}
	return NULL;
}
