// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/pool.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/signals.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>

#define TICK_MS 1000

struct lane_slot {
	struct lane lane;
	const struct job *job; /* that it runs, or NULL */
};

struct pool_state {
	const struct pool *pool;
	struct lane_slot *workers;
	unsigned int count;
	size_t next; /* index of the next job to give out */
};

static void close_workers(struct pool_state *state)
{
	for (unsigned int i = 0; i < state->count; i++)
		lane_stop(&state->workers[i].lane);
	free(state->workers);
}

static bool wanted(const struct pool *pool, const struct job *job)
{
	return !pool->wanted || pool->wanted(pool->context, job);
}

/* The next job that is still wanted; NULL: there is none. */
static const struct job *next_job(struct pool_state *state)
{
	const struct pool *pool = state->pool;

	while (state->next < pool->count && !wanted(pool, &pool->jobs[state->next]))
		state->next++;
	return state->next < pool->count ? &pool->jobs[state->next] : NULL;
}

/* Give WORKER a lane whose guest waits for the cases of MACHINE. Returns whether there is one. */
static bool take_ready(const struct pool *pool, struct lane_slot *worker, const char *machine)
{
	struct ready_lanes *ready = pool->ready;

	for (size_t i = 0; ready && i < ready->count; i++) {
		struct ready_lane *each = &ready->items[i];

		if (each->lane.fd < 0 || strcmp(each->machine, machine) != 0)
			continue;
		lane_stop(&worker->lane);
		worker->lane = each->lane;
		each->lane = (struct lane){.fd = -1};
		return true;
	}
	return false;
}

static int start_lane(const struct pool_state *state, struct lane_slot *worker)
{
	const struct pool *pool = state->pool;
	cleanup_free char *log =
		text("%s/lane-%u.log", pool->folder, (unsigned int)(worker - state->workers) + 1);

	return lane_start(pool->settings, pool->folder, log, false, &worker->lane);
}

/* Give WORKER the next job, and a lane if it lacks one. Returns 0 or -errno. */
static int give_next(struct pool_state *state, struct lane_slot *worker)
{
	const struct job *job = next_job(state);
	int err = 0;

	worker->job = NULL;
	if (!job)
		return 0;
	if (!take_ready(state->pool, worker, job->machine) && worker->lane.fd < 0)
		err = start_lane(state, worker);
	if (err)
		return err;
	state->next++;
	worker->job = job;
	/* Errors are ignored here: reading the link of a lost lane returns -EPIPE. */
	lane_give(&worker->lane, worker->job);
	return 0;
}

static int start_workers(struct pool_state *state)
{
	const struct pool *pool = state->pool;
	unsigned int count = pool->lanes < pool->count ? pool->lanes : (unsigned int)pool->count;

	state->workers = zalloc(count, sizeof(*state->workers));
	for (; state->count < count; state->count++) {
		struct lane_slot *worker = &state->workers[state->count];
		int err;

		worker->lane.fd = -1;
		err = give_next(state, worker);
		if (err)
			return err;
	}
	return 0;
}

static void report_event(struct pool_state *state, struct lane_slot *worker,
			 const struct event *event)
{
	state->pool->event(state->pool->context, (unsigned int)(worker - state->workers) + 1,
			   worker->job, event);
}

/* Report the job of a lost lane as done, with an error. */
static void lose_worker(struct pool_state *state, struct lane_slot *worker)
{
	cleanup_free char *error = text("%s", verdict_rules[CAUSE_LANE_LOST].reason);
	const struct event event = {.kind = EVENT_DONE, .error = error};

	if (worker->job)
		report_event(state, worker, &event);
	worker->job = NULL;
	lane_stop(&worker->lane);
}

/* Returns 1 if an event was served and the job is still wanted, 0 if not, or -errno. */
static int serve_event(struct pool_state *state, struct lane_slot *worker, bool may_read)
{
	cleanup_event struct event event = {0};
	int got = lane_event(&worker->lane, &event, may_read);

	/* A lane without a job must not send events. */
	if (got == 1 && !worker->job)
		return -EPROTO;
	if (got != 1)
		return got;
	report_event(state, worker, &event);
	if (event.kind == EVENT_DONE)
		give_next(state, worker);
	return worker->job && wanted(state->pool, worker->job) ? 1 : 0;
}

static void serve(struct pool_state *state, struct lane_slot *worker)
{
	bool may_read = true;
	int got;

	while ((got = serve_event(state, worker, may_read)) > 0)
		may_read = false;
	if (got < 0)
		lose_worker(state, worker);
}

/*
 * A lane cannot abort its job, and its guest may be in the middle of a case. So kill the lane of a
 * job that is no longer wanted, and start a new one in its place.
 */
static void replace_unwanted(struct pool_state *state)
{
	for (unsigned int i = 0; i < state->count; i++) {
		struct lane_slot *worker = &state->workers[i];

		if (!worker->job || wanted(state->pool, worker->job))
			continue;
		lane_stop(&worker->lane);
		worker->job = NULL;
		/* If this fails, the remaining lanes take its jobs. */
		if (state->next < state->pool->count && give_next(state, worker))
			lane_stop(&worker->lane);
	}
}

static bool busy(const struct pool_state *state)
{
	for (unsigned int i = 0; i < state->count; i++)
		if (state->workers[i].job)
			return true;
	return false;
}

/* Report the jobs that are left when all lanes are lost as done, with an error. */
static void lose_rest(struct pool_state *state)
{
	struct lane_slot *worker = state->workers;

	while (state->next < state->pool->count) {
		worker->job = &state->pool->jobs[state->next++];
		if (wanted(state->pool, worker->job))
			lose_worker(state, worker);
		worker->job = NULL;
	}
}

static int serve_all(struct pool_state *state, int signals)
{
	cleanup_free struct pollfd *events = zalloc(state->count + 1, sizeof(*events));
	int err = 0;

	while (!err && busy(state)) {
		events[state->count] = (struct pollfd){.fd = signals, .events = POLLIN};
		for (unsigned int i = 0; i < state->count; i++)
			events[i] =
				(struct pollfd){.fd = state->workers[i].lane.fd, .events = POLLIN};
		if (poll(events, state->count + 1, state->pool->tick ? TICK_MS : -1) < 0) {
			err = errno == EINTR ? 0 : -errno;
			continue;
		}
		for (unsigned int i = 0; i < state->count; i++)
			if (events[i].revents)
				serve(state, &state->workers[i]);
		replace_unwanted(state);
		if (events[state->count].revents)
			err = -EINTR;
		if (state->pool->tick)
			state->pool->tick(state->pool->context);
	}
	if (!err)
		lose_rest(state);
	return err;
}

int lanes_block_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};

	return signals_open(ends, ARRAY_SIZE(ends), 0);
}

int pool_run(const struct pool *pool)
{
	cleanup_close int signals = lanes_block_signals();
	struct pool_state state = {.pool = pool};
	int err;

	if (signals < 0)
		return -errno;
	err = start_workers(&state);
	if (!err)
		err = serve_all(&state, signals);
	close_workers(&state);
	return err;
}
