// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/session.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "runner/guest/gdb-modules.h"
#include "runner/guest/hotplug.h"
#include "runner/guest/standby.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/*
 * Time limits: without progress between cases, and in addition to the deadline of a case. Until its
 * first case a guest has as long as to boot: it loads modules and describes all DUTs. The agent
 * may take 10 s to open the DUT before a case, 10 s to close it after the case, and 3 s to kill a
 * case that missed its deadline.
 */
#define QUIET_MS 20000
#define GRACE_MS 25000

/* REASON may be NULL if the rule of CAUSE has one. */
static void lose(struct session *session, enum cause cause, const char *reason)
{
	session->end = SESSION_LOST;
	session->cause = cause;
	buf_free(&session->reason);
	buf_puts(&session->reason, reason ?: verdict_rules[cause].reason);
}

static unsigned int time_limit_ms(const struct session *session)
{
	unsigned int ms = QUIET_MS;

	if (!session->begun)
		ms = session->guest->boot_limit_ms;
	else if (session->recorder->running)
		ms = GRACE_MS;
	ms = (unsigned int)(ms * session->scale);
	return session->recorder->running || session->recorder->searching
		       ? ms + session->recorder->deadline_ms
		       : ms;
}

static void lose_to_time(struct session *session)
{
	cleanup_buf struct buf starved = BUF_INIT;
	cleanup_free char *reason = NULL;
	double seconds = time_limit_ms(session) / 1000.0;

	if (recorder_starved(session->recorder, now_ms(), &starved)) {
		lose(session, CAUSE_STARVED, starved.data);
		session->end = SESSION_CLOCK;
		return;
	}
	if (!session->boot_ms)
		reason = text("the guest sent nothing in %.0f s after its start", seconds);
	else
		reason = text("the guest hung: no progress for %.0f s", seconds);
	lose(session, session->boot_ms ? CAUSE_HANG : CAUSE_NO_START, reason);
}

/*
 * A session starts as SESSION_LOST without a reason, and goes on until it has a reason or another
 * end. The stream of a guest that is done is still read to its end, as the two ports are not
 * synchronised.
 */
static bool goes_on(const struct session *session)
{
	if (session->end == SESSION_LOST)
		return !session->reason.len;
	return session->end != SESSION_CLOCK && !session->recorder->ended;
}

/*
 * Returns 1 if there may be more, 0 if the port is empty or closed, or -errno of the stream file.
 */
static int take_stream(struct session *session)
{
	cleanup_buf struct buf why = BUF_INIT;
	char chunk[65536];
	int judged, err;
	ssize_t got;

	/* Output after the end of the session belongs to no case. */
	if (!goes_on(session))
		return 0;
	got = read(session->guest->ktap, chunk, sizeof(chunk));
	if (got <= 0)
		return 0;
	judged = recorder_feed(session->recorder, chunk, (size_t)got, now_ms(), &why);
	err = write_all(session->stream, chunk, (size_t)got);
	if (err)
		return err;
	if (judged)
		lose(session, judged == -ETIME ? CAUSE_CLOCK : CAUSE_GARBAGE, why.data);
	if (judged == -ETIME)
		session->end = SESSION_CLOCK;
	return !judged;
}

/* The payload is the name of a device, a blank, and a command for its model. */
static int command_model(struct guest *guest, const char *payload, struct buf *reply)
{
	cleanup_free char *name = strndup(payload, strcspn(payload, " "));
	const char *line = payload + strcspn(payload, " ");

	return models_command(guest->models, name, *line ? line + 1 : line, reply);
}

/* Serve the requests of cases that act on the guest's devices. */
static int serve_case(struct guest *guest, const struct frame *frame)
{
	static const struct {
		const char *verb;
		int (*serve)(struct guest *guest, const char *payload, struct buf *reply);
	} verbs[] = {
		{"model", command_model},
		{"unplug", hotplug_remove},
		{"plug", hotplug_add},
		{"aer", hotplug_aer},
	};
	cleanup_buf struct buf reply = BUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(verbs); i++) {
		int err;

		if (strcmp(frame->word, verbs[i].verb))
			continue;
		err = verbs[i].serve(guest, frame->payload.data ?: "", &reply);
		return guest_answer(guest, err ? "error" : "ok", reply.data ?: "");
	}
	return guest_answer(guest, "error", "no such request");
}

static int keep(struct session *session, const struct buf *payload)
{
	cleanup_buf struct buf reply = BUF_INIT;
	int err = keep_file(&session->keeper, payload, &reply);

	return guest_answer(session->guest, err ? "error" : "ok", reply.data ?: "");
}

static int trace(struct session *session, const char *request)
{
	cleanup_buf struct buf reply = BUF_INIT;
	struct guest *guest = session->guest;
	int err = tracer_serve(session->tracer, guest->models, request, &reply);

	return guest_answer(guest, err ? "error" : "ok", reply.data ?: "");
}

/* Read the clock as late as possible, right before sending it (runner/guest/guest-clock.h). */
static int answer_clock(struct guest *guest)
{
	cleanup_free char *now = text("%lld", (long long)now_ms());

	return guest_answer(guest, "ok", now);
}

/*
 * A case begins: gdb, which continued the guest, gets its prompt back when QEMU stops. The guest
 * waits for the answer, so nothing of the case happens before gdb continues it again.
 */
static int stop_for_gdb(struct session *session, const char *modules)
{
	cleanup_buf struct buf reply = BUF_INIT;
	int err = gdb_modules_write(session->job, modules, &reply);

	if (!err)
		err = vm_monitor(session->guest->vm, "stop", &reply);
	return guest_answer(session->guest, err ? "error" : "ok", reply.data ?: "");
}

static void take_request(struct session *session, const struct frame *frame)
{
	struct guest *guest = session->guest;
	int err;

	if (!strcmp(frame->word, "plan")) {
		session->progress_ms = now_ms();
		session->boot_ms = (unsigned int)(session->progress_ms - guest->started_ms) ?: 1;
		err = guest_answer(guest, "ok", session->plan);
	} else if (!strcmp(frame->word, "unready")) {
		lose(session, CAUSE_NO_START, frame->payload.data);
		err = guest_answer(guest, "ok", "");
	} else if (!strcmp(frame->word, "done")) {
		session->end = SESSION_DONE;
		err = guest_answer(guest, "ok", "");
	} else if (!strcmp(frame->word, "fresh")) {
		session->end = SESSION_FRESH;
		buf_puts(&session->reason, frame->payload.data);
		err = guest_answer(guest, "ok", "");
	} else if (!strcmp(frame->word, "reboot")) {
		session->end = SESSION_REBOOT;
		buf_puts(&session->reason, frame->payload.data);
		err = guest_answer(guest, "ok", "");
	} else if (!strcmp(frame->word, "clock")) {
		err = answer_clock(guest);
	} else if (!strcmp(frame->word, "keep")) {
		err = keep(session, &frame->payload);
	} else if (!strcmp(frame->word, "modules") && session->job->gdb) {
		err = stop_for_gdb(session, frame->payload.data ?: "");
	} else if (!strcmp(frame->word, "file")) {
		err = standby_answer(session->job, guest, frame->payload.data ?: "");
	} else if (!strcmp(frame->word, "trace")) {
		err = trace(session, frame->payload.data ?: "");
	} else {
		err = serve_case(guest, frame);
	}
	if (err)
		lose(session, CAUSE_PORT_CLOSED, NULL);
}

static void take_requests(struct session *session)
{
	struct frame frame;
	int taken;

	while (session->end == SESSION_LOST && goes_on(session)) {
		taken = guest_request(session->guest, &frame);
		if (taken == -EPROTO)
			lose(session, CAUSE_BAD_REQUEST, NULL);
		if (taken <= 0)
			return;
		take_request(session, &frame);
		buf_free(&frame.payload);
	}
}

/* Only a change of case counts as progress: a guest that prints diagnostics for ever must end. */
static int drain(struct session *session)
{
	const struct recorder *recorder = session->recorder;
	size_t next = recorder->next;
	bool running = recorder->running, searching = recorder->searching;
	int more;

	do
		more = take_stream(session);
	while (more > 0);
	if (recorder->next != next || recorder->running != running ||
	    recorder->searching != searching)
		session->progress_ms = now_ms();
	session->begun |= recorder->running || recorder->next != next;
	return more;
}

/* SeaBIOS resets the machine once more if it is not started for the first time. */
static bool firmware_resets(const struct session *session)
{
	const struct guest *guest = session->guest;

	if (!guest->rebooted || session->boot_ms || vm_ended(guest->vm) != VM_RESET)
		return false;
	vm_forget_reset(guest->vm);
	return true;
}

static int take_events(struct session *session, const struct pollfd *events)
{
	/* Read the stream first: it precedes the guest's next request and its end. */
	int err = drain(session);

	if (err)
		return err;
	if (goes_on(session) && events[1].revents)
		take_requests(session);
	/* Results written just before the request may have arrived on the other port by now. */
	err = drain(session);
	if (!err && goes_on(session) && session->end != SESSION_REBOOT && events[2].revents &&
	    !firmware_resets(session))
		lose(session, cause_of_end(session->guest->vm), NULL);
	return err;
}

/* The rest of the time limit, in milliseconds; -1: there is none. */
static int remaining(const struct session *session)
{
	int64_t until = session->progress_ms + time_limit_ms(session);
	int64_t now = now_ms();

	if (session->job->gdb)
		return -1;
	return until > now ? (int)(until - now) : 0;
}

/* Stop polling closed ports: the event of the virtual machine reports why they were closed. */
static void forget_closed(struct pollfd *events)
{
	for (int i = 0; i < 2; i++)
		if (events[i].revents & (POLLHUP | POLLERR))
			events[i].fd = -1;
}

int session_run(struct session *session)
{
	struct pollfd events[] = {
		{.fd = session->guest->ktap, .events = POLLIN},
		{.fd = session->guest->request, .events = POLLIN},
		{.fd = vm_fd(session->guest->vm), .events = POLLIN},
		{.fd = session->leave, .events = POLLIN},
	};
	int ready, err = 0;

	session->end = SESSION_LOST;
	session->progress_ms = session->guest->started_ms;
	while (!err && goes_on(session)) {
		ready = poll(events, ARRAY_SIZE(events), remaining(session));
		if (ready < 0 && errno != EINTR)
			return -errno;
		if (ready > 0 && events[3].revents)
			return -ECANCELED;
		if (ready > 0)
			err = take_events(session, events);
		if (!err && goes_on(session) && !remaining(session))
			lose_to_time(session);
		forget_closed(events);
	}
	return err;
}
