// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/probe.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/bundle/pack.h"
#include "runner/lane/pool.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* How often the cases run until the lab does not fail. */
#define TRIES_MAX 3

int prober_start(struct prober *prober, const struct one_case *one, struct buf *why)
{
	cleanup_free char *log = NULL;
	int err;

	*prober = (struct prober){.lane = {.fd = -1}, .signals = lanes_block_signals()};
	prober->folder = text("/tmp/probe.XXXXXX");
	if (!mkdtemp(prober->folder)) {
		buf_printf(why, "cannot write to /tmp: %s", strerror(errno));
		free(steal(prober->folder));
		return -EIO;
	}
	log = text("%s/lane.log", prober->folder);
	err = lane_start(&one->settings, prober->folder, log, false, &prober->lane);
	if (err)
		buf_printf(why, "cannot start a lane: %s", strerror(-err));
	return err;
}

void prober_stop(struct prober *prober)
{
	lane_stop(&prober->lane);
	if (prober->signals >= 0)
		close(steal_fd(&prober->signals));
	if (prober->folder)
		remove_tree(prober->folder);
	free(steal(prober->folder));
}

/* Store the next event of the lane in EVENT. Returns 0, or -errno with a message in WHY. */
static int next_event(struct prober *prober, struct event *event, struct buf *why)
{
	struct pollfd events[] = {{.fd = prober->lane.fd, .events = POLLIN},
				  {.fd = prober->signals, .events = POLLIN}};
	int got = lane_event(&prober->lane, event, false);

	while (!got) {
		if (poll(events, ARRAY_SIZE(events), -1) < 0)
			continue;
		if (events[1].revents) {
			buf_puts(why, "interrupted");
			return -EINTR;
		}
		got = lane_event(&prober->lane, event, true);
	}
	if (got < 0)
		buf_puts(why, "the lane was lost");
	return got < 0 ? got : 0;
}

/* What to store of the events of a job; NULL: nothing. */
struct wanted {
	unsigned int number; /* of the case whose result is wanted */
	struct result *result;
	bool finished;
	char **xml, **argv;
};

static void take(struct wanted *wanted, const struct event *event)
{
	if (event->kind == EVENT_RESULT && wanted->result && event->number == wanted->number) {
		result_free(wanted->result);
		json_copy(&result_type, wanted->result, &event->result);
		wanted->finished = true;
	}
	if (event->xml && wanted->xml)
		*wanted->xml = text("%s", event->xml);
	if (event->argv && wanted->argv)
		*wanted->argv = text("%s", event->argv);
}

/* Run JOB. Returns 0, or -errno with a message in WHY. An error of the job is only a message. */
static int run(struct prober *prober, const struct job *job, struct wanted *wanted, struct buf *why)
{
	int err = lane_give(&prober->lane, job);
	bool done = false;

	if (err)
		buf_puts(why, "the lane was lost");
	while (!err && !done) {
		cleanup_event struct event event = {0};

		err = next_event(prober, &event, why);
		if (err)
			break;
		take(wanted, &event);
		done = event.kind == EVENT_DONE;
		if (event.error && !wanted->finished)
			buf_puts(why, event.error);
	}
	return err;
}

static int run_once(struct prober *prober, const struct one_case *one, struct result *result,
		    struct buf *why)
{
	struct wanted wanted = {.number = one_case_target(one)->number, .result = result};
	cleanup_job struct job job = {0};
	struct plan plan = {.jobs = &job, .count = 1};
	int err;

	job_copy(&job, one_case_job(one));
	err = plan_place(&plan, prober->folder);
	if (err) {
		buf_printf(why, "cannot write to %s: %s", prober->folder, strerror(-err));
		return err;
	}
	err = run(prober, &job, &wanted, why);
	if (err || wanted.finished)
		return err;
	if (!why->len)
		buf_puts(why, "the guest ended before the case");
	return -EIO;
}

int probe_run(struct prober *prober, const struct one_case *one, struct result *result,
	      struct buf *why)
{
	int err = run_once(prober, one, result, why);

	for (unsigned int tries = 1; !err && tries < TRIES_MAX; tries++) {
		if (result->verdict != VERDICT_ERROR)
			break;
		err = run_once(prober, one, result, why);
	}
	return err;
}

int probe_describe(struct prober *prober, const struct one_case *one, char **xml, char **argv,
		   struct buf *why)
{
	struct wanted wanted = {.xml = xml, .argv = argv};
	cleanup_job struct job job = {0};
	int err;

	job_copy(&job, one_case_job(one));
	job.kind = JOB_DESCRIBE;
	pack_place(&job);
	err = run(prober, &job, &wanted, why);
	if (!err && (!*xml || !*argv)) {
		if (!why->len)
			buf_puts(why, "libvirt did not describe the guest");
		err = -EIO;
	}
	return err;
}
