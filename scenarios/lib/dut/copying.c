// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/lib/dut/copying.h"

#include "lab/base/clock.h"

#include <sched.h>

static void *copy_on(void *of)
{
	struct copying *copying = of;

	while (!atomic_load(&copying->stop)) {
		if (!dut_dma(copying->dut, copying->to, copying->from, copying->len))
			atomic_fetch_add(&copying->copied, 1);
		atomic_fetch_add(&copying->ended, 1);
	}
	return NULL;
}

int copying_start(struct copying *copying)
{
	int err = pthread_create(&copying->thread, NULL, copy_on, copying);

	copying->started = !err;
	return -err;
}

bool copying_await(struct copying *copying, unsigned int count)
{
	const unsigned int goal = atomic_load(&copying->copied) + count;
	const int64_t until = now_ms() + copying->dut->wait_ms;

	while (atomic_load(&copying->copied) < goal) {
		if (now_ms() > until)
			return false;
		sched_yield();
	}
	return true;
}

void copying_end(struct copying *copying)
{
	atomic_store(&copying->stop, true);
	if (copying->started)
		pthread_join(copying->thread, NULL);
	copying->started = false;
}
