// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/pin/unmapping.h"

#include "scenarios/lib/report.h"
#include "scenarios/lib/vfio/irqs.h"
#include "scenarios/pin/mediated.h"

#include "lab/base/buf.h"

#include <unistd.h>

static void *run(void *of)
{
	struct unmapping *unmapping = of;

	unmapping->err =
		iommu_unmap(unmapping->dut, unmapping->iova, unmapping->size, &unmapping->unmapped);
	event_signal(unmapping->done);
	return NULL;
}

int unmapping_start(struct unmapping *unmapping)
{
	int err;

	unmapping->done = event_open();
	if (unmapping->done < 0)
		return unmapping->done;
	err = pthread_create(&unmapping->thread, NULL, run, unmapping);
	unmapping->started = !err;
	if (err)
		close(unmapping->done);
	return -err;
}

const char *check_unmapping_waits(const struct unmapping *unmapping, unsigned int ms)
{
	return event_wait(unmapping->done, ms) ? "the unmap did not wait for the driver" : NULL;
}

const char *check_unmapped(const struct unmapping *unmapping)
{
	if (!event_wait(unmapping->done, unmapping->dut->wait_ms))
		return text("the unmap does not end within %u ms", unmapping->dut->wait_ms);
	if (unmapping->err)
		return text("the unmap failed: %s", error_name(unmapping->err));
	if (unmapping->unmapped != unmapping->size)
		return text("0x%llx of 0x%llx bytes were unmapped",
			    (unsigned long long)unmapping->unmapped,
			    (unsigned long long)unmapping->size);
	return NULL;
}

void unmapping_end(struct unmapping *unmapping)
{
	if (!unmapping->started)
		return;
	mediated_hold(unmapping->dut, false);
	pthread_join(unmapping->thread, NULL);
	close(unmapping->done);
	unmapping->started = false;
}
