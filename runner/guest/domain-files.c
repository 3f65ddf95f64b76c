// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/domain.h"

#include <string.h>

struct domain_files domain_files_of(const struct job *job, const char *run)
{
	return (struct domain_files){
		.common = job->common,
		.vmlinux = job->vmlinux,
		.initrd = job->initrd,
		.name = strrchr(run, '/') + 1,
		.run = run,
		.console = job->console,
		.accel = job->accel,
		.device = job->device,
		.cmdline = job->cmdline ?: "",
		.gdb = job->gdb,
		.memory = job->memory,
		.cpus = job->cpus,
		.image = job->image,
		.user_data = job->user_data,
		.trace = job->trace,
		.trace_all = job->trace_all,
	};
}
