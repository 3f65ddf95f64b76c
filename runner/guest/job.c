// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/job.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "runner/guest/console.h"
#include "runner/guest/guest-plan.h"
#include "runner/guest/session.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Where the channel's sockets are: in the lane's own /tmp. */
#define RUN_FOLDER "/tmp/run"

/* Give up after this many consecutive guests that never started a case. */
#define BOOT_TRIES 2

/*
 * How often a case runs again because the guest's clock was wrong or the host too busy, each time
 * with twice the time. Then a failure is believed; a wrong clock never is: after so many cases in a
 * row for which all of that did not help the job ends, as guests do not keep time on this host.
 */
#define CLOCK_RETRIES 2
#define CLOCK_CASES   2

/* What QEMU and a device model are called in /proc/PID/comm, which the kernel cuts. */
#define QEMU_COMM  "qemu-system-x86"
#define MODEL_COMM "device"

struct job_state {
	const struct lane_link *link;
	const struct job *job;
	struct machine *machine;
	struct recorder recorder;
	struct buf plan;
	unsigned int guests;
	unsigned int nowhere; /* guests in a row that were lost before they began a case */
	char *last_words;     /* of the last of these */
	unsigned int
		retries; /* of the case that is next, because of guests' clocks or a busy host */
	unsigned int untimed; /* cases in a row that were retried in vain */
};

static void on_opened(void *context, const struct job_case *opened)
{
	const struct job_state *state = context;
	const struct event event = {.kind = EVENT_CASE, .number = opened->number};

	link_send(state->link, &event);
}

static void on_finished(void *context, const struct job_case *done, const struct result *result)
{
	const struct job_state *state = context;
	const struct event event = {
		.kind = EVENT_RESULT, .number = done->number, .result = *result};

	link_send(state->link, &event);
}

static void on_note(void *context, const char *key, const char *said)
{
	const struct job_state *state = context;
	cleanup_free char *name = printable(key);
	cleanup_free char *clean = printable(said);
	const struct event event = {.kind = EVENT_NOTE, .key = name, .text = clean};

	link_send(state->link, &event);
}

/* The factor on the deadlines of the next guest. */
static double scale_of(const struct job_state *state)
{
	return state->job->scale * (1u << state->retries);
}

/* The plan of the next guest: what has no result yet. */
static void write_plan(struct job_state *state)
{
	bool first = state->guests == 1 && !state->job->part;

	buf_free(&state->plan);
	guest_plan(state->job, state->machine, state->recorder.next, first, scale_of(state),
		   &state->plan);
}

/* The case that a guest was lost with, or the next one, has the verdict of CAUSE. */
static void lose_case(struct job_state *state, enum cause cause, const char *reason)
{
	recorder_lose(&state->recorder, cause, reason, now_ms());
	recorder_reset(&state->recorder);
}

/* How much the guests before this one have left on the console. */
static size_t console_size(const struct job_state *state)
{
	struct stat info;

	return stat(state->job->console, &info) ? 0 : (size_t)info.st_size;
}

/* The case that lost its guest gets what the console has of it, FROM that guest's start. */
static void keep_console(struct job_state *state, size_t from)
{
	struct recorder *recorder = &state->recorder;

	if (recorder->next < recorder->count)
		console_excerpt(state->job->console, from, &recorder->result.console);
}

/* What it takes to look into a lost guest: the console is there already, this is QEMU's log. */
static void keep_log(const struct job_state *state, struct hypervisor *hypervisor, const char *name)
{
	cleanup_free char *path = text("%s.qemu.log", state->job->console);
	cleanup_free char *log = NULL;

	/* Help for a reader, no part of the verdict: without it the run goes on. */
	if (!vm_log(hypervisor, name, &log))
		file_write(path, log, strlen(log));
}

/* All cases have their results; what was to come after them, the look for leaks, is lost. */
static bool lost_at_the_end(const struct job_state *state, const struct session *session)
{
	const struct recorder *recorder = &state->recorder;

	return session->end == SESSION_LOST && recorder->count && recorder->next == recorder->count;
}

/*
 * Nothing that a guest with a wrong clock reports is believed: neither that a case missed its
 * deadline or waited in vain, nor that it passed, as a wait for an unwanted event may have been too
 * short. Nor is a failure that took its time while the guest waited for a processor. The case runs
 * again in a fresh guest. If no guest has a right clock, it stays an ERROR.
 */
static int distrust(struct job_state *state, struct session *session, struct buf *why)
{
	state->nowhere = 0;
	recorder_discard(&state->recorder, session->reason.data);
	if (state->retries++ < CLOCK_RETRIES) {
		buf_printf(&session->reason, "; %s runs again in a fresh guest",
			   state->recorder.cases[state->recorder.next].name);
		recorder_reset(&state->recorder);
		return 0;
	}
	state->retries = 0;
	lose_case(state, session->cause, session->reason.data);
	if (++state->untimed < CLOCK_CASES)
		return 0;
	buf_printf(why, "guests do not keep time on this host: %s", session->reason.data);
	return -EIO;
}

/*
 * A guest that was lost before it began a case has cost nothing yet: the case is tried again, so
 * often and no more.
 */
static int after_session(struct job_state *state, struct session *session, size_t at_start,
			 struct buf *why)
{
	struct recorder *recorder = &state->recorder;
	bool nowhere = recorder->next == at_start && !recorder->running;

	if (recorder->next != at_start || session->end != SESSION_CLOCK)
		state->retries = state->untimed = 0;
	if (session->end == SESSION_CLOCK)
		return distrust(state, session, why);
	if (lost_at_the_end(state, session)) {
		buf_printf(why, "after the last case: %s", session->reason.data);
		return -EIO;
	}
	state->nowhere = nowhere ? state->nowhere + 1 : 0;
	if (nowhere && session->end != SESSION_DONE) {
		free(state->last_words);
		state->last_words = strdup(session->reason.data);
	} else if (session->end == SESSION_LOST) {
		lose_case(state, session->cause, session->reason.data);
	} else if (session->end == SESSION_DONE && recorder->next < recorder->count) {
		lose_case(state, CAUSE_LEFT_OUT, NULL);
	}
	recorder_reset(recorder);
	return 0;
}

static void send_boot(const struct job_state *state, const struct session *session)
{
	cleanup_free char *end = printable(session->end == SESSION_DONE ? "done"
					   : session->reason.len	? session->reason.data
									: "fresh");
	const struct event event = {.kind = EVENT_BOOT, .ms = session->boot_ms, .end = end};

	link_send(state->link, &event);
}

/* The file that keeps the stream of the next guest as it comes. */
static int open_stream(const struct job_state *state, struct buf *why)
{
	cleanup_free char *path =
		text("%s/%u.%u", state->job->streams, state->job->part + 1, state->guests);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		buf_printf(why, "cannot write %s: %s", path, strerror(errno));
	return fd;
}

static int serve_guest(struct job_state *state, struct hypervisor *hypervisor, struct guest *guest,
		       const char *name, struct buf *why)
{
	const struct job *job = state->job;
	cleanup_close int stream = open_stream(state, why);
	cleanup_free char *kept = job->kept ? text("%s/%u", job->kept, state->guests) : NULL;
	struct session session = {
		.guest = guest,
		.recorder = &state->recorder,
		.plan = state->plan.data,
		.keeper = {.folder = kept},
		.scale = scale_of(state),
		.stream = stream,
		.leave = state->link->fd,
	};
	size_t at_start = state->recorder.next, console = console_size(state);
	int err = stream < 0 ? -EIO : session_run(&session);

	if (!err) {
		if (session.end == SESSION_LOST) {
			keep_console(state, console);
			keep_log(state, hypervisor, name);
		}
		err = after_session(state, &session, at_start, why);
		send_boot(state, &session);
	}
	if (err && err != -ECANCELED && !why->len)
		buf_printf(why, "cannot write to %s: %s", job->streams, strerror(-err));
	buf_free(&session.reason);
	return err;
}

static void find_processes(struct recorder *recorder)
{
	recorder->processes.count = 0;
	processes_find(&recorder->processes, "/proc", QEMU_COMM);
	processes_find(&recorder->processes, "/proc", MODEL_COMM);
}

static int run_guest(struct job_state *state, struct hypervisor *hypervisor, struct buf *why)
{
	cleanup_guest struct guest *guest = NULL;
	cleanup_free char *run = text(RUN_FOLDER "/%s.%u", state->machine->name, ++state->guests);
	const struct domain_files files = domain_files_of(state->job, run);
	const struct event started = {.kind = EVENT_GUEST};
	int err;

	write_plan(state);
	link_send(state->link, &started);
	make_folders(run);
	err = guest_start(hypervisor, state->machine, &files, &guest, why);
	if (err)
		return err;
	find_processes(&state->recorder);
	state->recorder.last_attempt = state->retries == CLOCK_RETRIES;
	return serve_guest(state, hypervisor, guest, files.name, why);
}

/* A probe has no case to count by: one guest is all it takes. */
static bool goes_on(const struct job_state *state)
{
	if (state->job->mode == JOB_PROBE)
		return !state->guests;
	return state->recorder.next < state->recorder.count;
}

static int run_guests(struct job_state *state, struct hypervisor *hypervisor, struct buf *why)
{
	int err = machine_load(state->job->machines, state->job->machine, &state->machine, why);

	while (!err && goes_on(state)) {
		if (state->nowhere == BOOT_TRIES) {
			buf_printf(why, "%d guests in a row got nowhere: %s", BOOT_TRIES,
				   state->last_words);
			return -EIO;
		}
		err = run_guest(state, hypervisor, why);
	}
	return err;
}

static void state_free(struct job_state *state)
{
	machine_free(state->machine);
	recorder_free(&state->recorder);
	buf_free(&state->plan);
	free(state->last_words);
}

int job_run(struct hypervisor *hypervisor, const struct lane_link *link, const struct job *job)
{
	cleanup_buf struct buf why = BUF_INIT;
	__attribute__((cleanup(state_free))) struct job_state state = {
		.link = link,
		.job = job,
		.recorder = {.cases = job->cases.items,
			     .count = job->cases.count,
			     .opened = on_opened,
			     .finished = on_finished,
			     .note = on_note},
	};
	struct event done = {.kind = EVENT_DONE};
	int err;

	state.recorder.context = &state;
	err = run_guests(&state, hypervisor, &why);
	if (err)
		done.error = why.data ?: "interrupted";
	link_send(link, &done);
	return err == -ECANCELED ? err : 0;
}
