// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/probe.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/bundle/pack.h"
#include "runner/lane/pool.h"

#include <errno.h>
#include <string.h>

struct probe {
	unsigned int target; /* number of the case whose result matters */
	struct result *result;
	bool finished;
	char **xml, **argv;
	struct buf *why;
};

static void on_event(void *context, unsigned int lane, const struct job *job,
		     const struct event *event)
{
	struct probe *probe = context;

	(void)lane;
	(void)job;
	if (event->kind == EVENT_RESULT && probe->result && event->number == probe->target) {
		result_free(probe->result);
		json_copy(&result_type, probe->result, &event->result);
		probe->finished = true;
	}
	if (event->kind != EVENT_DONE)
		return;
	if (event->error && !probe->finished && !probe->why->len)
		buf_puts(probe->why, event->error);
	if (event->xml && probe->xml)
		*probe->xml = text("%s", event->xml);
	if (event->argv && probe->argv)
		*probe->argv = text("%s", event->argv);
}

/* Run JOB in a lane whose files are below the temporary FOLDER. */
static int run_in(const struct one_case *one, struct job *job, const char *folder,
		  struct probe *probe)
{
	struct plan plan = {.jobs = job, .count = 1};
	const struct pool pool = {
		.settings = &one->settings,
		.folder = folder,
		.jobs = job,
		.count = 1,
		.lanes = 1,
		.event = on_event,
		.context = probe,
	};
	int err = job->kind == JOB_DESCRIBE ? 0 : plan_place(&plan, folder);

	if (!err)
		err = pool_run(&pool);
	if (err == -EINTR)
		buf_puts(probe->why, "interrupted");
	else if (err && !probe->why->len)
		buf_printf(probe->why, "cannot start a lane: %s", strerror(-err));
	return err;
}

static int run(const struct one_case *one, struct job *job, struct probe *probe)
{
	char folder[] = "/tmp/probe.XXXXXX";
	int err;

	if (!mkdtemp(folder)) {
		buf_printf(probe->why, "cannot write to /tmp: %s", strerror(errno));
		return -errno;
	}
	err = run_in(one, job, folder, probe);
	remove_tree(folder);
	return err;
}

int probe_run(const struct one_case *one, struct result *result, struct buf *why)
{
	struct probe probe = {.target = one_case_target(one)->number, .result = result, .why = why};
	cleanup_job struct job job = {0};
	int err;

	job_copy(&job, one_case_job(one));
	err = run(one, &job, &probe);
	if (!err && !probe.finished) {
		if (!why->len)
			buf_puts(why, "the guest ended before the case");
		err = -EIO;
	}
	return err;
}

int probe_describe(const struct one_case *one, char **xml, char **argv, struct buf *why)
{
	struct probe probe = {.xml = xml, .argv = argv, .why = why};
	cleanup_job struct job job = {0};
	int err;

	job_copy(&job, one_case_job(one));
	job.kind = JOB_DESCRIBE;
	pack_place(&job);
	err = run(one, &job, &probe);
	if (!err && (!*xml || !*argv)) {
		if (!why->len)
			buf_puts(why, "libvirt did not describe the guest");
		err = -EIO;
	}
	return err;
}
