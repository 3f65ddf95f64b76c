// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/describe.h"

#include "lab/base/cleanup.h"
#include "reports/model/record.h"
#include "runner/cli/command.h"
#include "runner/lane/pool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void on_event(void *context, unsigned int lane, json_object *job, json_object *event)
{
	struct buf *error = context;

	(void)lane;
	if (*record_text(event, "error") && !error->len)
		buf_puts(error, record_text(event, "error"));
	if (*record_text(event, "xml"))
		printf("<!-- %s on kernel %s -->\n%s\n", record_text(job, "machine"),
		       record_text(job, "kernel"), record_text(event, "xml"));
	if (*record_text(event, "argv"))
		printf("# %s on kernel %s\n%s\n", record_text(job, "machine"),
		       record_text(job, "kernel"), record_text(event, "argv"));
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
		json_object_object_add(plan->jobs[i], "mode", json_object_new_string("describe"));
	if (!err)
		err = pool_run(&pool);
	if (err && !error.len)
		buf_printf(&error, "no domain could be described: %s", strerror(-err));
	return error.len ? complain(&error) : 0;
}
