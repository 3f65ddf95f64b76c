// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/job.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "reports/model/known.h"
#include "runner/guest/console.h"
#include "runner/guest/guest-plan.h"
#include "runner/guest/session.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

/* Where the channel's sockets are: in the lane's own /tmp. */
#define RUN_FOLDER "/tmp/run"

/* After so many guests in a row that got nowhere, the rest is not worth the wait. */
#define BOOT_TRIES 2

/*
 * How often a case runs again because the guest's clock was wrong or the host too busy, each time
 * with twice the time. Then a failure is believed; a wrong clock never is: after so many cases in
 * a row for which all of that did not help the job ends, as guests do not keep time on this host.
 */
#define CLOCK_RETRIES 2
#define CLOCK_CASES   2

/* What QEMU is called in /proc/PID/comm, which the kernel cuts. */
#define QEMU_COMM "qemu-system-x86"

struct job {
	const struct lane_link *link;
	json_object *spec;
	struct machine *machine;
	struct recorder recorder;
	struct known known;
	struct buf plan;
	int stream;
	unsigned int guests;
	unsigned int nowhere; /* guests in a row that were lost before they began a case */
	char *last_words;     /* of the last of these */
	/* Of the case that is next, because of guests' clocks or a busy host. */
	unsigned int retries;
	unsigned int untimed; /* cases in a row that were retried in vain */
};

void link_send(const struct lane_link *link, json_object *event)
{
	const char *line = json_object_to_json_string_ext(event, JSON_C_TO_STRING_PLAIN);
	cleanup_free char *sent = text("%s\n", line);

	/* A closed link is noticed where it is waited for. */
	write_all(link->fd, sent, strlen(sent));
	json_object_put(event);
}

json_object *link_event(const char *kind)
{
	json_object *event = json_object_new_object();

	json_object_object_add(event, "event", json_object_new_string(kind));
	return event;
}

static void add_text(json_object *object, const char *key, const char *value)
{
	json_object_object_add(object, key, json_object_new_string(value));
}

static void on_opened(void *context, json_object *record)
{
	struct job *job = context;
	json_object *event = link_event("case");

	add_text(event, "case", record_text(record, "case"));
	link_send(job->link, event);
}

static void on_finished(void *context, json_object *record)
{
	struct job *job = context;
	json_object *event = link_event("record");

	known_flag(&job->known, record_text(job->spec, "kernel"), record);
	json_object_object_add(event, "record", json_object_get(record));
	link_send(job->link, event);
}

static void on_note(void *context, const char *key, const char *said)
{
	struct job *job = context;
	json_object *event = link_event("note");

	add_text(event, "key", key);
	add_text(event, "text", said);
	link_send(job->link, event);
}

/* The factor on the deadlines of the next guest. */
static double scale_of(const struct job *job)
{
	return job_scale(job->spec) * (1u << job->retries);
}

/* The plan of the next guest: what has no verdict yet. */
static void write_plan(struct job *job)
{
	const struct recorder *recorder = &job->recorder;
	bool first = job->guests == 1 && !record_number(job->spec, "part");

	buf_free(&job->plan);
	guest_plan(job->spec, job->machine, recorder->cases + recorder->next,
		   recorder->count - recorder->next, first, scale_of(job), &job->plan);
}

/* The stream gets the line that the lost guest could not write. */
static int lose_case(struct job *job, enum verdict verdict, const char *reason)
{
	struct recorder *recorder = &job->recorder;
	cleanup_buf struct buf lines = BUF_INIT;
	json_object *record;

	if (recorder->next == recorder->count)
		return 0;
	record = recorder->cases[recorder->next];
	if (verdict == VERDICT_FAIL)
		buf_printf(&lines, "# fail: %s\nnot ok %d %s\n", reason,
			   record_number(record, "number"), record_text(record, "case"));
	else
		buf_printf(&lines, "not ok %d %s # ERROR %s%s\n", record_number(record, "number"),
			   record_text(record, "case"), verdict == VERDICT_MISS ? "not run: " : "",
			   reason);
	recorder_lose(recorder, verdict, reason, now_ms());
	return write_all(job->stream, lines.data, lines.len);
}

/* A guest may be lost in the middle of a line. */
static int lose_guest(struct job *job, enum verdict verdict, const char *reason)
{
	int err = 0;

	if (job->recorder.input.len)
		err = write_all(job->stream, "\n", 1);
	if (!err)
		err = lose_case(job, verdict, reason);
	recorder_reset(&job->recorder);
	return err;
}

static void miss_rest(struct job *job, const char *reason)
{
	while (job->recorder.next < job->recorder.count)
		if (lose_case(job, VERDICT_MISS, reason))
			return;
}

/* How much the guests before this one have left on the console. */
static size_t console_size(const struct job *job)
{
	struct stat info;

	return stat(record_text(job->spec, "console"), &info) ? 0 : (size_t)info.st_size;
}

/*
 * The record of the case that lost its guest gets what the console says of it, FROM that guest's
 * start.
 */
static void keep_console(struct job *job, size_t from)
{
	struct recorder *recorder = &job->recorder;
	cleanup_list struct list lines = {0};

	if (recorder->next == recorder->count)
		return;
	console_excerpt(record_text(job->spec, "console"), from, &lines);
	for (size_t i = 0; i < lines.count; i++)
		record_line(recorder->cases[recorder->next], "console", lines.items[i]);
}

/*
 * What it takes to look into a lost guest: the console is there already, here is how QEMU was
 * started and ended.
 */
static void keep_log(struct job *job, struct hypervisor *hypervisor, const char *name)
{
	cleanup_free char *path = text("%s.qemu.log", record_text(job->spec, "console"));
	cleanup_free char *log = NULL;

	/* Help for a reader, no part of the verdict: without it the run goes on. */
	if (!vm_log(hypervisor, name, &log))
		file_write(path, log, strlen(log));
}

static bool stops(const struct job *job)
{
	return json_object_get_boolean(json_object_object_get(job->spec, "stop"));
}

/* No more of its cases are wanted. */
static bool stopped(const struct job *job)
{
	return stops(job) && job->recorder.failed;
}

/* All cases have their verdicts; what was to come after them, the look for leaks, is lost. */
static bool lost_at_the_end(const struct job *job, const struct session *session)
{
	const struct recorder *recorder = &job->recorder;

	return session->end == SESSION_LOST && recorder->count && recorder->next == recorder->count;
}

/*
 * Nothing that a guest with a wrong clock reports is believed: neither that a case missed its
 * deadline or waited in vain, nor that it passed, as a wait for an unwanted event may have been too
 * short. Nor is a failure that took its time while QEMU waited for a processor. The case runs
 * again in a fresh guest. If no guest has a right clock, it stays an ERROR.
 */
static int distrust(struct job *job, struct session *session, struct buf *why)
{
	cleanup_free char *line = text("# discarded: %s\n", session->reason.data);
	int err = write_all(job->stream, line, strlen(line));

	job->nowhere = 0;
	recorder_discard(&job->recorder, session->reason.data);
	if (!err && job->retries++ < CLOCK_RETRIES) {
		buf_printf(&session->reason, "; %s runs again in a fresh guest",
			   record_text(job->recorder.cases[job->recorder.next], "case"));
		recorder_reset(&job->recorder);
		return 0;
	}
	job->retries = 0;
	if (!err)
		err = lose_guest(job, VERDICT_ERROR, session->reason.data);
	if (err || ++job->untimed < CLOCK_CASES)
		return err;
	buf_printf(why, "guests do not keep time on this host: %s", session->reason.data);
	return -EIO;
}

/*
 * A guest that was lost before it began a case has cost nothing yet: the case
 * is tried again, so often and no more.
 */
static int after_session(struct job *job, struct session *session, size_t at_start, struct buf *why)
{
	struct recorder *recorder = &job->recorder;
	bool nowhere = recorder->next == at_start && !recorder->running;

	if (recorder->next != at_start || session->end != SESSION_CLOCK)
		job->retries = job->untimed = 0;
	if (session->end == SESSION_CLOCK)
		return distrust(job, session, why);
	if (lost_at_the_end(job, session)) {
		buf_printf(why, "after the last case: %s", session->reason.data);
		return -EIO;
	}
	job->nowhere = nowhere ? job->nowhere + 1 : 0;
	if (nowhere && session->end != SESSION_DONE) {
		free(job->last_words);
		job->last_words = strdup(session->reason.data);
		recorder_reset(recorder);
		return 0;
	}
	if (session->end == SESSION_LOST)
		return lose_guest(job, session->verdict, session->reason.data);
	if (session->end == SESSION_DONE && recorder->next < recorder->count)
		return lose_guest(job, VERDICT_ERROR, "the guest left the case out");
	recorder_reset(recorder);
	return 0;
}

static void tell_boot(const struct job *job, const struct session *session)
{
	json_object *event = link_event("boot");

	json_object_object_add(event, "ms", json_object_new_int((int)session->boot_ms));
	add_text(event, "end",
		 session->end == SESSION_DONE	   ? "done"
		 : session->end == SESSION_STOPPED ? "a case failed"
		 : session->reason.len		   ? session->reason.data
						   : "fresh");
	link_send(job->link, event);
}

/* NULL where the job has none. */
static char *kept_folder(const struct job *job, unsigned int guest)
{
	const char *kept = record_text(job->spec, "kept");

	return *kept ? text("%s/%u", kept, guest) : NULL;
}

static int run_guest(struct job *job, struct hypervisor *hypervisor, struct buf *why)
{
	cleanup_guest struct guest *guest = NULL;
	cleanup_free char *run = text(RUN_FOLDER "/%s.%u", job->machine->name, job->guests + 1);
	cleanup_free char *kept = kept_folder(job, job->guests + 1);
	struct domain_files files = domain_files_of(job->spec, run);
	struct session session = {
		.recorder = &job->recorder,
		.keeper = {.folder = kept},
		.scale = scale_of(job),
		.stop = stops(job),
		.stream = job->stream,
		.leave = job->link->fd,
	};
	size_t at_start = job->recorder.next;
	size_t console = console_size(job);
	int err;

	job->guests++;
	write_plan(job);
	session.plan = job->plan.data;
	link_send(job->link, link_event("guest"));
	make_folders(run);
	err = guest_start(hypervisor, job->machine, &files, &guest, why);
	if (err)
		return err;
	session.guest = guest;
	job->recorder.qemu = process_find("/proc", QEMU_COMM);
	job->recorder.last_attempt = job->retries == CLOCK_RETRIES;
	err = session_run(&session);
	if (!err) {
		if (session.end == SESSION_LOST) {
			keep_console(job, console);
			keep_log(job, hypervisor, files.name);
		}
		err = after_session(job, &session, at_start, why);
		tell_boot(job, &session);
	}
	if (err && err != -ECANCELED && !why->len)
		buf_printf(why, "cannot write %s: %s", record_text(job->spec, "stream"),
			   strerror(-err));
	buf_free(&session.reason);
	return err;
}

/* A probe has no case to count by: one guest is all it takes. */
static int run_guests(struct job *job, struct hypervisor *hypervisor, struct buf *why)
{
	bool probe = !strcmp(record_text(job->spec, "mode"), "probe");
	int err = 0;

	while (!err && !stopped(job) &&
	       (probe ? !job->guests : job->recorder.next < job->recorder.count)) {
		if (job->nowhere == BOOT_TRIES) {
			buf_printf(why, "%d guests in a row got nowhere: %s", BOOT_TRIES,
				   job->last_words);
			return -EIO;
		}
		err = run_guest(job, hypervisor, why);
	}
	return err;
}

static int prepare(struct job *job, struct buf *why)
{
	const char *ktap = record_text(job->spec, "stream");
	json_object *cases;
	int err;

	err = known_read(&job->known, record_text(job->spec, "kernel"),
			 record_text(job->spec, "known"), why);
	if (!err)
		err = machine_load(record_text(job->spec, "machines"),
				   record_text(job->spec, "machine"), &job->machine, why);
	if (err)
		return err;
	if (json_object_object_get_ex(job->spec, "cases", &cases)) {
		job->recorder.count = json_object_array_length(cases);
		job->recorder.cases = calloc(job->recorder.count + 1, sizeof(*job->recorder.cases));
		for (size_t i = 0; i < job->recorder.count; i++)
			job->recorder.cases[i] = json_object_array_get_idx(cases, i);
	}
	job->stream = open(ktap, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (job->stream >= 0)
		return 0;
	buf_printf(why, "cannot write %s: %s", ktap, strerror(errno));
	return -EIO;
}

static void finish(struct job *job, const char *error)
{
	json_object *event = link_event("done");

	if (error) {
		miss_rest(job, error);
		add_text(event, "error", error);
	} else if (stopped(job)) {
		miss_rest(job, JOB_STOPPED);
	}
	link_send(job->link, event);
	cleanup_close_p(&job->stream);
	machine_free(job->machine);
	known_free(&job->known);
	free(job->recorder.cases);
	buf_free(&job->recorder.input);
	buf_free(&job->plan);
	free(job->last_words);
}

int job_run(struct hypervisor *hypervisor, const struct lane_link *link, json_object *spec)
{
	cleanup_buf struct buf why = BUF_INIT;
	struct job job = {
		.link = link,
		.spec = spec,
		.stream = -1,
		.recorder = {.opened = on_opened, .finished = on_finished, .note = on_note},
	};
	int err;

	job.recorder.context = &job;
	err = prepare(&job, &why);
	if (!err)
		err = run_guests(&job, hypervisor, &why);
	finish(&job, err ? why.data : NULL);
	return err == -ECANCELED ? err : 0;
}
