// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/vf-host.h"

#include "scenarios/lib/assert.h"
#include "scenarios/lib/pci/pci.h"
#include "scenarios/lib/vfio/sriov.h"
#include "scenarios/lib/vfio/vfio.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"

#include <errno.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct host {
	char pf[PCI_ADDRESS];
	unsigned int count;
	enum mode mode;
	int ready;
};

static int fail(const struct host *host, const char *step, int err)
{
	printf("%s %s: %s\n", host->pf, step, error_name(err));
	return err;
}

/* vfio-pci has bound each new VF; release it, because a DUT starts without a driver. */
static int release_vfs(const struct host *host)
{
	char vf[PCI_ADDRESS];
	int err = 0;

	for (unsigned int i = 0; i < host->count && !err; i++) {
		err = sriov_vf(host->pf, i, vf);
		if (!err)
			err = pci_unbind(vf);
		if (!err)
			err = pci_override(vf, "");
	}
	return err;
}

static int create(const struct host *host)
{
	int err = sriov_allow(true);

	if (!err)
		err = sriov_set(host->pf, host->count);
	sriov_allow(false);
	return err ? err : release_vfs(host);
}

static int hold(void *arg)
{
	const struct host *host = arg;
	cleanup_vfio struct vfio vfio = VFIO_CLOSED;
	int err = pci_bind(host->pf, "vfio-pci");

	if (err)
		return fail(host, "cannot be bound to vfio-pci", err);
	err = vfio_open_with(host->mode, host->pf, SRIOV_TOKEN, &vfio);
	if (err)
		return fail(host, vfio.step, err);
	err = create(host);
	if (err)
		return fail(host, "creates no VFs", err);
	eventfd_write(host->ready, 1);
	for (;;)
		pause();
}

int vf_host_start(const char *path, unsigned int count, unsigned int ms, worker_line *line,
		  void *context)
{
	cleanup_close int ready = eventfd(0, EFD_CLOEXEC);
	struct host host = {.count = count, .mode = vfio_usual_mode(), .ready = ready};
	struct worker_result result;
	struct worker worker;
	int err = pci_find(path, -1, host.pf);

	if (!err)
		err = worker_start(&worker, hold, &host);
	if (err)
		return err;
	result = worker_follow(&worker, ready, now_ms() + ms, line, context);
	if (result.end == WORKER_RUNS)
		return 0;
	return result.end == WORKER_TIMEOUT || result.end == WORKER_STUCK ? -ETIMEDOUT : -EIO;
}
