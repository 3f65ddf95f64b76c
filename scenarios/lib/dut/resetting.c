// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/resetting.h"

#include "scenarios/lib/vfio/irqs.h"

#include "lab/base/clock.h"

#include <unistd.h>

static void *run(void *arg)
{
	struct resetting *resetting = arg;

	resetting->result = resetting->act(resetting->dut);
	resetting->ended = now_ms();
	return event_signal(resetting->done) ? NULL : resetting;
}

int resetting_begin(struct resetting *resetting, struct dut *dut, int (*act)(struct dut *dut))
{
	const int done = event_open();
	int err;

	if (done < 0)
		return done;
	*resetting = (struct resetting){.dut = dut, .act = act, .done = done, .began = now_ms()};
	err = -pthread_create(&resetting->thread, NULL, run, resetting);
	if (err) {
		close(done);
		resetting->done = -1;
	}
	return err;
}

bool resetting_ends(struct resetting *resetting, unsigned int ms)
{
	return event_wait(resetting->done, ms);
}

void resetting_cleanup(struct resetting *resetting)
{
	if (resetting->done < 0)
		return;
	pthread_join(resetting->thread, NULL);
	close(resetting->done);
	resetting->done = -1;
}
