// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/aside.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/vfio/irqs.h"

#include "lab/base/buf.h"

#include <errno.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

int aside_begin(struct aside *aside, int (*act)(const char *address), const char *address,
		struct vfio *vfio)
{
	const pid_t pid = fork();

	if (pid < 0)
		return -errno;
	if (!pid) {
		vfio_close(vfio);
		_exit(act(address) ? 1 : 0);
	}
	*aside = (struct aside){.pid = pid, .done = pidfd_open(pid, 0)};
	return aside->done < 0 ? -errno : 0;
}

const char *check_aside_asks(struct aside *aside, int (*act)(const char *address),
			     const char *address, struct dut *dut, int request)
{
	int err = aside_begin(aside, act, address, &dut->vfio);

	if (err)
		return text("it cannot be started: %s", error_name(err));
	if (!event_wait(request, dut->wait_ms))
		return text("the request interrupt did not arrive within %u ms", dut->wait_ms);
	return NULL;
}

const char *check_aside_waits(const struct aside *aside, unsigned int ms)
{
	return event_wait(aside->done, ms) ? "it did not wait for the user" : NULL;
}

const char *check_aside_ends(struct aside *aside, unsigned int ms)
{
	int status = -1;

	if (!event_wait(aside->done, ms))
		return text("it did not finish within %u ms", ms);
	if (waitpid(aside->pid, &status, 0) != aside->pid || status)
		return text("it failed: status 0x%x", (unsigned int)status);
	aside->pid = 0;
	return NULL;
}

void aside_forget(struct aside *aside)
{
	if (aside->done >= 0)
		close(aside->done);
	aside->done = -1;
}
