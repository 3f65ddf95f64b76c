// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/describe.h"

#include "lab/base/cleanup.h"
#include "runner/cli/command.h"
#include "runner/lane/pool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void on_event(void *context, unsigned int lane, const struct job *job,
		     const struct event *event)
{
	struct buf *error = context;

	(void)lane;
	if (event->error && !error->len)
		buf_puts(error, event->error);
	if (event->xml)
		printf("<!-- %s on kernel %s -->\n%s\n", job->machine, job->kernel, event->xml);
	if (event->argv)
		printf("# %s on kernel %s\n%s\n", job->machine, job->kernel, event->argv);
}

int describe_plan(const struct settings *settings, struct plan *plan)
{
	char folder[] = "/tmp/dry.XXXXXX";
	cleanup_buf struct buf error = BUF_INIT;
	struct pool pool = {
		.settings = settings,
		.folder = folder,
		.jobs = plan->jobs,
		.count = plan->count,
		.lanes = 1,
		.event = on_event,
		.context = &error,
	};
	int err = mkdtemp(folder) ? plan_place(plan, folder) : -errno;

	for (size_t i = 0; i < plan->count; i++)
		plan->jobs[i].kind = JOB_DESCRIBE;
	if (!err)
		err = pool_run(&pool);
	if (err && !error.len)
		buf_printf(&error, "cannot describe a domain: %s", strerror(-err));
	return error.len ? complain(&error) : 0;
}
