// SPDX-License-Identifier: GPL-2.0-only
#include "runner/replay/bound.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

void bind_to_parent(int parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent && getppid())
		_exit(127);
}

int bound_main(char **argv)
{
	bind_to_parent(getppid());
	execv(argv[0], argv);
	fprintf(stderr, "cannot start %s: %s\n", argv[0], strerror(errno));
	return 127;
}
