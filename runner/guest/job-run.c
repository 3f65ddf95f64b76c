// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/job-run.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "runner/guest/guest-plan.h"
#include "runner/guest/job-state.h"
#include "runner/guest/standby.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Give up after this many consecutive guests that never started a case. */
#define BOOT_TRIES 2

/* /proc/PID/comm of QEMU and of a device model; the kernel truncates it to 15 characters. */
#define QEMU_COMM  "qemu-system-x86"
#define MODEL_COMM "device"

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
	job_note(context, key, value);
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

/* The size of the console file: the output of earlier guests. */
static size_t console_size(const struct job_state *state)
{
	struct stat info;

	return stat(state->job->console, &info) ? 0 : (size_t)info.st_size;
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
		if (session.end == SESSION_LOST)
			job_keep_lost(state, hypervisor, &session, files->name, console);
		err = job_after_session(state, &session, at_start, why);
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

/* Count another boot, of a fresh guest or of one that reboots, and write its plan. */
static void begin_boot(struct job_state *state)
{
	const struct event started = {.kind = EVENT_GUEST};

	state->guests++;
	write_plan(state);
	link_send(state->link, &started);
}

/* Serve GUEST until it ends, also if it reboots for a case. Accesses are traced until then. */
static int serve_boots(struct job_state *state, struct hypervisor *hypervisor, struct guest *guest,
		       const struct domain_files *files, struct buf *why)
{
	struct domain_files again = *files;
	int err = serve_guest(state, hypervisor, guest, files, why);

	again.tracer = NULL;
	while (!err && state->reboots) {
		state->reboots = false;
		err = guest_await_reset(guest, scale_of(state), why);
		if (err)
			return err;
		begin_boot(state);
		err = serve_guest(state, hypervisor, guest, &again, why);
	}
	return err;
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
	return serve_boots(state, hypervisor, guest, &files, why);
}

static int start_guest(struct job_state *state, struct hypervisor *hypervisor, struct buf *why)
{
	cleanup_tracer struct tracer *tracer = tracer_create(state->job, state->guests + 1);
	cleanup_guest struct guest *guest = NULL;
	cleanup_free char *run = text("%s/%s.%u", state->job->run ?: JOB_RUN_DEFAULT,
				      state->machine->name, state->guests + 1);
	struct domain_files files = domain_files_of(state->job, run);
	int err;

	state->rebooted = 0;
	begin_boot(state);
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
		job_note(state, "gdb", state->job->gdb);
	return serve_boots(state, hypervisor, guest, &files, why);
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
