// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/pci/runtime-pm.h"

#include "scenarios/lib/pci/pci.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <stdbool.h>
#include <string.h>
#include <time.h>

/* Longer than the kernel needs to suspend a device whose last user has released it. */
#define WATCH_MS 60

const char *await_runtime_status(const char *address, const char *status, unsigned int ms)
{
	const struct timespec pause = {.tv_nsec = 1000000};
	const int64_t until = now_ms() + ms;

	for (;;) {
		cleanup_free char *now = NULL;

		if (pci_read(address, "power/runtime_status", &now))
			return text("%s has no power/runtime_status", address);
		if (!strcmp(now, status))
			return NULL;
		if (now_ms() > until)
			return text("%s: expected runtime status %s within %u ms, it is %s",
				    address, status, ms, now);
		nanosleep(&pause, NULL);
	}
}

const char *check_stays_active(const char *address)
{
	const char *why = await_runtime_status(address, "active", 0);

	if (why || await_runtime_status(address, "suspended", WATCH_MS))
		return why;
	return text("%s is suspended", address);
}

char *runtime_pm_text(const char *address)
{
	cleanup_free char *status = NULL, *control = NULL;

	if (pci_read(address, "power/runtime_status", &status) ||
	    pci_read(address, "power/control", &control))
		return text("unknown");
	return text("%s, control %s, used %ld", status, control,
		    pci_number(address, "power/runtime_usage", -1));
}
