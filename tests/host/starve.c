// SPDX-License-Identifier: GPL-2.0-only
#include "tests/host/starve.h"

#include <sched.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

void starve(const struct run_delay *delay, unsigned int ms)
{
	cpu_set_t before, one;
	pid_t rival;

	if (access("/proc/self/schedstat", R_OK))
		return;
	sched_getaffinity(0, sizeof(before), &before);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	rival = fork();
	while (!rival || run_delay_ms(delay, "/proc") < ms)
		;
	kill(rival, SIGKILL);
	waitpid(rival, NULL, 0);
	sched_setaffinity(0, sizeof(before), &before);
}
