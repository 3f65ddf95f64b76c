// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/pool.h"

#include "lab/base/cleanup.h"
#include "reports/model/record.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

#define TICK_MS 1000

struct lane_slot {
	struct lane lane;
	json_object *job; /* what it is at, or NULL */
};

struct state {
	const struct pool *pool;
	struct lane_slot *workers;
	unsigned int count;
	size_t next; /* job */
};

static void close_workers(struct state *state)
{
	for (unsigned int i = 0; i < state->count; i++)
		lane_stop(&state->workers[i].lane);
	free(state->workers);
}

static bool wanted(const struct pool *pool, json_object *job)
{
	return !pool->wanted || pool->wanted(pool->context, job);
}

static bool over(const struct pool *pool)
{
	return pool->over && pool->over(pool->context);
}

static void give_next(struct state *state, struct lane_slot *worker)
{
	const struct pool *pool = state->pool;

	worker->job = NULL;
	while (state->next < pool->count && !wanted(pool, pool->jobs[state->next]))
		state->next++;
	if (state->next == pool->count)
		return;
	worker->job = pool->jobs[state->next++];
	/* A lane that cannot take it is found lost where its link is read. */
	lane_give(&worker->lane, worker->job);
}

static int start_workers(struct state *state)
{
	const struct pool *pool = state->pool;
	unsigned int wanted = pool->lanes < pool->count ? pool->lanes : (unsigned int)pool->count;
	int err;

	state->workers = calloc(wanted + 1, sizeof(*state->workers));
	if (!state->workers)
		abort();
	for (; state->count < wanted; state->count++) {
		cleanup_free char *log = text("%s/lane-%u.log", pool->folder, state->count + 1);
		struct lane_slot *worker = &state->workers[state->count];

		err = lane_start(pool->settings, pool->folder, log, false, &worker->lane);
		if (err)
			return err;
		give_next(state, worker);
	}
	return 0;
}

static void tell(struct state *state, struct lane_slot *worker, json_object *event)
{
	state->pool->event(state->pool->context, (unsigned int)(worker - state->workers) + 1,
			   worker->job, event);
}

/* The lane is gone in the middle of its job, which is then over. */
static void lose_worker(struct state *state, struct lane_slot *worker)
{
	json_object *event = link_event("done");

	json_object_object_add(
		event, "error",
		json_object_new_string("the lane was lost (see its log in the run's folder)"));
	if (worker->job)
		tell(state, worker, event);
	json_object_put(event);
	worker->job = NULL;
	lane_stop(&worker->lane);
}

static void serve(struct state *state, struct lane_slot *worker)
{
	json_object *event;
	int got;

	for (bool may_read = true; (got = lane_event(&worker->lane, &event, may_read)) > 0;
	     may_read = false) {
		bool done = !strcmp(record_text(event, "event"), "done");

		tell(state, worker, event);
		json_object_put(event);
		if (done)
			give_next(state, worker);
	}
	if (got < 0)
		lose_worker(state, worker);
}

static bool busy(const struct state *state)
{
	for (unsigned int i = 0; i < state->count; i++)
		if (state->workers[i].job)
			return true;
	return false;
}

/* With all workers lost, jobs may be left that nobody will take. */
static void lose_rest(struct state *state)
{
	struct lane_slot *worker = state->workers;

	while (state->next < state->pool->count) {
		worker->job = state->pool->jobs[state->next++];
		lose_worker(state, worker);
	}
}

static int serve_all(struct state *state, int signals)
{
	struct pollfd *events = calloc(state->count + 1, sizeof(*events));
	int err = 0;

	if (!events)
		abort();
	while (!err && busy(state) && !over(state->pool)) {
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
		if (events[state->count].revents)
			err = -EINTR;
		if (state->pool->tick)
			state->pool->tick(state->pool->context);
	}
	free(events);
	if (!err && !over(state->pool))
		lose_rest(state);
	return err;
}

/* lab/tools/enter has some of them ignored, and those would never be told. */
static int block_signals(void)
{
	static const int ends[] = {SIGINT, SIGTERM, SIGHUP};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ends); i++) {
		signal(ends[i], SIG_DFL);
		sigaddset(&set, ends[i]);
	}
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

int pool_run(const struct pool *pool)
{
	cleanup_close int signals = block_signals();
	struct state state = {.pool = pool};
	int err;

	if (signals < 0)
		return -errno;
	err = start_workers(&state);
	if (!err)
		err = serve_all(&state, signals);
	close_workers(&state);
	return err;
}
