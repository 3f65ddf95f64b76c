// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/job-state.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "runner/guest/console.h"
#include "runner/guest/memory-dump.h"

#include <errno.h>
#include <string.h>

void job_note(const struct job_state *state, const char *key, const char *value)
{
	cleanup_free char *name = printable(key);
	cleanup_free char *clean = printable(value);
	const struct event event = {.kind = EVENT_NOTE, .key = name, .text = clean};

	link_send(state->link, &event);
}

/* Give the case that a guest was lost with, or the next one, the verdict of CAUSE. */
static void lose_case(struct job_state *state, enum cause cause, const char *reason)
{
	recorder_lose(&state->recorder, cause, reason, now_ms());
	recorder_reset(&state->recorder);
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
	job_note(state, "dump", note);
}

void job_keep_lost(struct job_state *state, struct hypervisor *hypervisor,
		   const struct session *session, const char *name, size_t from)
{
	keep_console(state, from);
	keep_log(state, hypervisor, name);
	keep_dump(state, session->guest->vm, session->cause);
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

/*
 * The running case runs again once the guest has rebooted: once only, so that a program which finds
 * no trace of its first run does not do this for ever.
 */
static int reboot(struct job_state *state)
{
	struct recorder *recorder = &state->recorder;

	state->reboots = state->rebooted != recorder->next + 1;
	state->rebooted = recorder->next + 1;
	if (state->reboots)
		recorder_again(recorder);
	else
		lose_case(state, CAUSE_FAILED, "the program asked for a second reboot");
	return 0;
}

int job_after_session(struct job_state *state, struct session *session, size_t at_start,
		      struct buf *why)
{
	struct recorder *recorder = &state->recorder;
	bool no_case = recorder->next == at_start && !recorder->running;

	if (session->end == SESSION_REBOOT)
		return reboot(state);
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
