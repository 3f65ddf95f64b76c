// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/job-run.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "runner/guest/console.h"
#include "runner/guest/guest-plan.h"
#include "runner/guest/memory-dump.h"
#include "runner/guest/session.h"
#include "runner/guest/standby.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Give up after this many consecutive guests that never started a case. */
#define BOOT_TRIES 2

/*
 * How many times a case is retried because the guest's clock was wrong or the host too busy. Each
 * retry doubles all deadlines. After the last retry a failure on a busy host counts; with a wrong
 * clock the case is an ERROR. After CLOCK_CASES such cases in a row the job ends, as guests do not
 * keep time on this host.
 */
#define CLOCK_RETRIES 2
#define CLOCK_CASES   2

/* /proc/PID/comm of QEMU and of a device model; the kernel truncates it to 15 characters. */
#define QEMU_COMM  "qemu-system-x86"
#define MODEL_COMM "device"

struct job_state {
	const struct lane_link *link;
	const struct job *job;
	struct standby *standby; /* NULL: none */
	struct machine *machine;
	struct recorder recorder;
	struct buf plan;
	unsigned int guests;
	unsigned int lost_boots; /* consecutive guests that were lost before they started a case */
	char *last_reason;	 /* why the last of these was lost */
	unsigned int retries;	 /* of the next case, due to guests' clocks or a busy host */
	unsigned int untimed;	 /* consecutive cases for which all retries failed */
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

static void on_note(void *context, const char *key, const char *value)
{
	const struct job_state *state = context;
	cleanup_free char *name = printable(key);
	cleanup_free char *clean = printable(value);
	const struct event event = {.kind = EVENT_NOTE, .key = name, .text = clean};

	link_send(state->link, &event);
}

/* The factor on the deadlines of the next guest. */
static double scale_of(const struct job_state *state)
{
	return state->job->scale * (1u << state->retries);
}

/* Write the plan of the next guest: the cases that have no result yet. */
static void write_plan(struct job_state *state)
{
	bool first = state->guests == 1 && !state->job->part;

	buf_free(&state->plan);
	guest_plan(state->job, state->machine, state->recorder.next, first, scale_of(state),
		   &state->plan);
}

/* Give the case that a guest was lost with, or the next one, the verdict of CAUSE. */
static void lose_case(struct job_state *state, enum cause cause, const char *reason)
{
	recorder_lose(&state->recorder, cause, reason, now_ms());
	recorder_reset(&state->recorder);
}

/* The size of the console file: the output of earlier guests. */
static size_t console_size(const struct job_state *state)
{
	struct stat info;

	return stat(state->job->console, &info) ? 0 : (size_t)info.st_size;
}

/* Add an excerpt of the guest's console, from offset FROM, to the case that lost its guest. */
static void keep_console(struct job_state *state, size_t from)
{
	struct recorder *recorder = &state->recorder;

	if (recorder->next < recorder->count)
		console_excerpt(state->job->console, from, &recorder->result.console);
}

/* Save QEMU's log of a lost guest beside its console. */
static void keep_log(const struct job_state *state, struct hypervisor *hypervisor, const char *name)
{
	cleanup_free char *path = text("%s.qemu.log", state->job->console);
	cleanup_free char *log = NULL;

	/* Errors are ignored: the log is no part of the verdict. */
	if (!vm_log(hypervisor, name, &log))
		file_write(path, log, strlen(log));
}

/* Dump the memory of a guest that panicked or hung, and report where. */
static void keep_dump(struct job_state *state, struct vm *vm, enum cause cause)
{
	const struct recorder *recorder = &state->recorder;
	cleanup_free char *dump = dump_guest(state->job, vm, cause);
	cleanup_free char *note = NULL;

	if (!dump)
		return;
	note = recorder->next < recorder->count
		       ? text("%s: %s", dump, recorder->cases[recorder->next].name)
		       : text("%s", dump);
	on_note(state, "dump", note);
}

/* Whether the guest was lost after its last case, so that the search for leaks is incomplete. */
static bool lost_at_the_end(const struct job_state *state, const struct session *session)
{
	const struct recorder *recorder = &state->recorder;

	return session->end == SESSION_LOST && recorder->count && recorder->next == recorder->count;
}

/*
 * Discard the attempt of a case in a guest whose clock was wrong. Neither a timeout nor a PASS
 * counts, as a wait for an unwanted event may have been too short. Discard also a failure while the
 * guest waited for a host CPU. The case runs again in a fresh guest. If no guest has a correct
 * clock, the case is an ERROR.
 */
static int distrust(struct job_state *state, struct session *session, struct buf *why)
{
	state->lost_boots = 0;
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

/* A guest that was lost before it started a case costs no result: the case is retried. */
static int after_session(struct job_state *state, struct session *session, size_t at_start,
			 struct buf *why)
{
	struct recorder *recorder = &state->recorder;
	bool no_case = recorder->next == at_start && !recorder->running;

	if (recorder->next != at_start || session->end != SESSION_CLOCK)
		state->retries = state->untimed = 0;
	if (session->end == SESSION_CLOCK)
		return distrust(state, session, why);
	if (lost_at_the_end(state, session)) {
		buf_printf(why, "after the last case: %s", session->reason.data);
		return -EIO;
	}
	state->lost_boots = no_case ? state->lost_boots + 1 : 0;
	if (no_case && session->end != SESSION_DONE) {
		free(state->last_reason);
		state->last_reason = strdup(session->reason.data);
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

/* Open the file for the KTAP stream of the next guest. Returns its descriptor, or -1. */
static int open_stream(const struct job_state *state, struct buf *why)
{
	cleanup_free char *path =
		text("%s/%u.%u", state->job->streams, state->job->part + 1, state->guests);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		buf_printf(why, "cannot write %s: %s", path, strerror(errno));
	return fd;
}

/* Save what the device models had to say, beside the console. */
static void keep_models_log(const struct job_state *state, struct models *models)
{
	cleanup_free char *path = text("%s.models.log", state->job->console);

	/* Errors are ignored: the log is no part of the verdict. */
	models_log(models, path);
}

/* The rest of the traces. A failed case keeps its verdict, but a trace must not be cut silently. */
static int end_traces(const struct job_state *state, struct tracer *tracer, struct models *models,
		      struct buf *why)
{
	int err = tracer ? tracer_finish(tracer, models) : 0;

	if (err && !why->len)
		buf_printf(why, "cannot write to %s: %s", state->job->traces, strerror(-err));
	return err;
}

static int serve_guest(struct job_state *state, struct hypervisor *hypervisor, struct guest *guest,
		       const struct domain_files *files, struct buf *why)
{
	const struct job *job = state->job;
	cleanup_close int stream = open_stream(state, why);
	cleanup_free char *kept = job->kept ? text("%s/%u", job->kept, state->guests) : NULL;
	struct session session = {
		.guest = guest,
		.recorder = &state->recorder,
		.plan = state->plan.data,
		.keeper = {.folder = kept},
		.tracer = files->tracer,
		.job = job,
		.scale = scale_of(state),
		.stream = stream,
		.leave = state->link->fd,
	};
	size_t at_start = state->recorder.next, console = console_size(state);
	int err = stream < 0 ? -EIO : session_run(&session);

	keep_models_log(state, guest->models);
	if (!err)
		err = end_traces(state, files->tracer, guest->models, why);
	if (!err) {
		if (session.end == SESSION_LOST) {
			keep_console(state, console);
			keep_log(state, hypervisor, files->name);
			keep_dump(state, guest->vm, session.cause);
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

/* Run cases in GUEST, which stood by, and which this ends. */
static int run_standby(struct job_state *state, struct hypervisor *hypervisor,
		       struct guest *standing, struct buf *why)
{
	cleanup_guest struct guest *guest = standing;
	const struct domain_files files = domain_files_of(state->job, state->standby->run);
	const struct event started = {.kind = EVENT_GUEST};

	state->guests++;
	write_plan(state);
	standby_plan(state->job, &state->plan);
	link_send(state->link, &started);
	find_processes(&state->recorder);
	return serve_guest(state, hypervisor, guest, &files, why);
}

static int start_guest(struct job_state *state, struct hypervisor *hypervisor, struct buf *why)
{
	cleanup_tracer struct tracer *tracer = tracer_create(state->job, state->guests + 1);
	cleanup_guest struct guest *guest = NULL;
	cleanup_free char *run = text("%s/%s.%u", state->job->run ?: JOB_RUN_DEFAULT,
				      state->machine->name, ++state->guests);
	struct domain_files files = domain_files_of(state->job, run);
	const struct event started = {.kind = EVENT_GUEST};
	int err;

	write_plan(state);
	link_send(state->link, &started);
	make_folders(run);
	files.tracer = tracer;
	err = guest_start(hypervisor, state->machine, &files, &guest, why);
	if (err) {
		/* The last accesses may show why. */
		end_traces(state, tracer, NULL, why);
		return err;
	}
	find_processes(&state->recorder);
	state->recorder.last_attempt = state->retries == CLOCK_RETRIES;
	state->recorder.debugged = state->job->gdb;
	if (state->job->gdb)
		on_note(state, "gdb", state->job->gdb);
	return serve_guest(state, hypervisor, guest, &files, why);
}

static int run_guest(struct job_state *state, struct hypervisor *hypervisor, struct buf *why)
{
	struct guest *standing = state->guests ? NULL : standby_take(state->standby, state->job);

	if (standing)
		return run_standby(state, hypervisor, standing, why);
	return start_guest(state, hypervisor, why);
}

/* Whether another guest is needed. A probe has no cases and takes one guest. */
static bool goes_on(const struct job_state *state)
{
	if (state->job->kind == JOB_PROBE)
		return !state->guests;
	return state->recorder.next < state->recorder.count;
}

static int run_guests(struct job_state *state, struct hypervisor *hypervisor, struct buf *why)
{
	int err = machine_load(state->job->xml, &state->machine, why);

	while (!err && goes_on(state)) {
		if (state->lost_boots == BOOT_TRIES) {
			buf_printf(why, "%d guests in a row started no case: %s", BOOT_TRIES,
				   state->last_reason);
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
	free(state->last_reason);
}

int job_run(struct hypervisor *hypervisor, const struct lane_link *link, const struct job *job,
	    struct standby *standby)
{
	cleanup_buf struct buf why = BUF_INIT;
	__attribute__((cleanup(state_free))) struct job_state state = {
		.link = link,
		.job = job,
		.standby = standby,
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
