// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/watch-ready.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/host-memory.h"
#include "runner/plan/lane-count.h"

#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/sysinfo.h>

/* The guests that stand by may take 1/SHARE of the memory that is available. */
#define SHARE 2

/* How many guests of one machine stand by: a machine with many cases has several jobs. */
#define GUESTS_MAX 2

int watch_ready_open(const struct settings *settings, const char *folder, struct watch_ready *ready)
{
	*ready = (struct watch_ready){.settings = settings, .folder = text("%s", folder)};
	ready->fd = epoll_create1(EPOLL_CLOEXEC);
	return ready->fd < 0 ? -errno : make_folders(folder);
}

static size_t count_of(const struct watch_ready *ready, const char *machine)
{
	size_t count = 0;

	for (size_t i = 0; i < ready->jobs.count; i++)
		count += !strcmp(ready->jobs.items[i].machine, machine);
	return count;
}

static void free_jobs(struct watch_ready *ready)
{
	for (size_t i = 0; i < ready->jobs.count; i++)
		job_free(&ready->jobs.items[i]);
	free(ready->jobs.items);
	ready->jobs.items = NULL;
	ready->jobs.count = 0;
}

static void take_job(struct watch_ready *ready, const char *json)
{
	cleanup_job struct job job = {0};

	/* An image of its own boots for minutes, and device models are traced from their start. */
	if (json_read(&job_type, json, &job, NULL) || !job.machine || job.image || job.trace ||
	    !job.delta.base || count_of(ready, job.machine) == GUESTS_MAX)
		return;
	*array_add(&ready->jobs) = job;
	job = (struct job){0};
}

void watch_ready_take(struct watch_ready *ready, const struct list *jobs)
{
	if (jobs->count)
		free_jobs(ready);
	for (size_t i = 0; i < jobs->count; i++)
		take_job(ready, jobs->items[i]);
}

/* How many guests the host has memory for. */
static size_t limit(void)
{
	return host_memory_available() / SHARE / (LANE_GUEST_MIB + LANE_OWN_MIB);
}

static void forget_event(struct watch_ready *ready, const struct ready_lane *each)
{
	if (!epoll_ctl(ready->fd, EPOLL_CTL_DEL, each->lane.fd, NULL))
		ready->booting--;
}

/* Kill the lanes. Those that a pass has used are killed by it, but this process is their parent. */
static void stop(struct watch_ready *ready)
{
	for (size_t i = 0; i < ready->lanes.count; i++) {
		struct ready_lane *each = &ready->lanes.items[i];

		if (each->lane.fd >= 0)
			forget_event(ready, each);
		lane_stop(&each->lane);
		free(each->machine);
	}
	free(ready->lanes.items);
	ready->lanes.items = NULL;
	ready->lanes.count = 0;
}

static int start(struct watch_ready *ready, const struct job *of)
{
	const size_t number = ready->lanes.count + 1;
	cleanup_free char *log = text("%s/standby-%zu.log", ready->folder, number);
	struct ready_lane *each = array_add(&ready->lanes);
	struct epoll_event event = {.events = EPOLLIN, .data.u64 = number - 1};
	cleanup_job struct job job = {0};
	int err;

	job_copy_bare(&job, of);
	free(job.initrd);
	job.initrd = text("%s", of->delta.base);
	free(job.console);
	job.console = text("%s/standby-%zu.console", ready->folder, number);
	job.kind = JOB_STAND_BY;
	unlink(job.console);
	each->machine = text("%s", of->machine);
	err = lane_start(ready->settings, ready->folder, log, false, &each->lane);
	if (!err)
		err = lane_give(&each->lane, &job);
	if (!err && epoll_ctl(ready->fd, EPOLL_CTL_ADD, each->lane.fd, &event))
		err = -errno;
	if (err)
		lane_stop(&each->lane);
	else
		ready->booting++;
	return err;
}

/* Boot as many at once as there are processors: the first ones are up early then. */
static void start_some(struct watch_ready *ready)
{
	size_t count = limit() + ready->lanes.count;

	while (ready->booting < (unsigned int)get_nprocs() &&
	       ready->lanes.count < ready->jobs.count && ready->lanes.count < count)
		if (start(ready, &ready->jobs.items[ready->lanes.count]))
			return;
}

void watch_ready_hand_over(struct watch_ready *ready)
{
	for (size_t i = 0; i < ready->lanes.count; i++)
		if (ready->lanes.items[i].lane.fd >= 0)
			forget_event(ready, &ready->lanes.items[i]);
}

void watch_ready_renew(struct watch_ready *ready)
{
	stop(ready);
	start_some(ready);
}

void watch_ready_serve(struct watch_ready *ready)
{
	struct epoll_event event;

	while (epoll_wait(ready->fd, &event, 1, 0) == 1) {
		struct ready_lane *each = &ready->lanes.items[event.data.u64];
		cleanup_event struct event sent = {0};
		int got = lane_event(&each->lane, &sent, true);

		if (got)
			forget_event(ready, each);
		if (got < 0)
			lane_stop(&each->lane);
	}
	start_some(ready);
}

void watch_ready_end(struct watch_ready *ready)
{
	stop(ready);
	free_jobs(ready);
	cleanup_close_p(&ready->fd);
	free(ready->folder);
}

/* Add the paths of all files below FOLDER. */
static void add_files(char *folder, struct list *files)
{
	char *paths[] = {folder, NULL};
	FTS *walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);

	for (FTSENT *entry; walk && (entry = fts_read(walk));)
		if (entry->fts_info == FTS_F)
			list_add(files, entry->fts_path + strlen(folder) + 1);
	if (walk)
		fts_close(walk);
}

void watch_ready_delta(const char *out, struct image_delta *delta)
{
	cleanup_free char *image = text("%s/" READY_IMAGE, out);

	*delta = (struct image_delta){
		/* Each whole build gives its image another name. */
		.base = realpath(image, NULL),
		.folder = text("%s/" READY_CHANGED, out),
	};
	add_files(delta->folder, &delta->files);
}
