// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/signals.h"

#include <signal.h>
#include <sys/signalfd.h>

int signals_open(const int *signals, size_t count, int flags)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < count; i++) {
		signal(signals[i], SIG_DFL);
		sigaddset(&set, signals[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | flags);
}
