// SPDX-License-Identifier: GPL-2.0-only
/* Puts the events of the lanes into the results of a run. */
#include "runner/cli/run.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "reports/model/leaks.h"

#include <errno.h>
#include <string.h>

/* A record for a case of JOB that has not run yet. */
static struct record new_record(const struct job *job, const struct job_case *each)
{
	return (struct record){
		.kernel = text("%s", job->kernel),
		.machine = text("%s", job->machine),
		.name = text("%s", each->name),
		.scenario = text("%s", each->scenario),
		.dut = text("%s", each->dut),
		.mode = each->mode,
		.number = each->number,
		.attempt = each->attempt,
	};
}

void run_add_cases(struct run *run, struct plan *plan)
{
	struct records *records = &run->results.cases;

	for (size_t j = 0; j < plan->count; j++) {
		struct job *job = &plan->jobs[j];

		for (size_t i = 0; i < job->cases.count; i++) {
			job->cases.items[i].record = records->count;
			*array_add(records) = new_record(job, &job->cases.items[i]);
		}
	}
}

/* The record of the case NUMBER of JOB, or NULL if JOB lacks it. */
static struct record *record_of(struct run *run, const struct job *job, unsigned int number)
{
	const struct job_case *found = job_find(job, number);

	return found ? &run->results.cases.items[found->record] : NULL;
}

/* Cases that did not run have no guest. */
static void take_result(struct run *run, unsigned int lane, const struct result *result,
			struct record *record)
{
	result_free(&record->result);
	json_copy(&result_type, &record->result, result);
	if (result->verdict != VERDICT_MISS) {
		record->guest = guests_current(&run->guests, lane);
		record->lane = lane;
	}
	known_flag(&run->known, record);
	if (record_failed(record))
		list_add_once(&run->failed, record->kernel);
}

/* Make a record of each subtest of the record at INDEX. */
static void add_subtests(struct run *run, size_t index)
{
	struct records *records = &run->results.cases;
	const size_t count = records->items[index].result.subtests.count;

	for (size_t i = 0; i < count; i++) {
		struct record *added = array_add(records);
		struct record *of = &records->items[index];
		struct subtest *subtest = &of->result.subtests.items[i];

		added->kernel = text("%s", of->kernel);
		added->machine = text("%s", of->machine);
		added->scenario = text("%s:%s", of->scenario, subtest->name);
		added->dut = text("%s", of->dut);
		added->mode = of->mode;
		added->name = case_name(added->scenario, added->dut, added->mode);
		added->program = text("%s", of->scenario);
		added->attempt = of->attempt;
		added->guest = of->guest;
		added->lane = of->lane;
		added->result.verdict = subtest->verdict;
		added->result.reason = steal(subtest->reason);
		added->xfail = steal(subtest->xfail);
		known_flag(&run->known, added);
		free(steal(subtest->name));
	}
	free(records->items[index].result.subtests.items);
	records->items[index].result.subtests.items = NULL;
	records->items[index].result.subtests.count = 0;
}

static void take_guest(struct run *run, unsigned int lane, const struct job *job)
{
	guests_start(&run->guests, lane);
	*array_add(&run->results.guests) = (struct guest_record){
		.kernel = text("%s", job->kernel),
		.machine = text("%s", job->machine),
		.guest = guests_current(&run->guests, lane),
		.lane = lane,
	};
}

/*
 * Note the end of LANE's last guest, unless it is noted already. END may be NULL: no reason given.
 */
static void end_guest(struct run *run, unsigned int lane, unsigned int boot_ms, const char *end)
{
	for (size_t i = run->results.guests.count; i-- > 0;) {
		struct guest_record *guest = &run->results.guests.items[i];

		if (guest->lane != lane)
			continue;
		if (!guest->end) {
			guest->boot_ms = boot_ms;
			guest->end = text("%s", end ?: "");
		}
		return;
	}
}

/* Take "guest: Linux 5.10.223 x86_64" as the description of the kernel. */
static void take_note(struct run *run, const struct job *job, const struct event *event)
{
	struct kernel_about *kernel = results_kernel(&run->results, job->kernel);

	if (!event->key || !event->text)
		return;
	if (!strcmp(event->key, "guest") && kernel) {
		free(kernel->guest);
		kernel->guest = printable(event->text);
	} else if (!strcmp(event->key, "leak")) {
		leaks_add(&run->results, job->kernel, job->machine, event->text, &run->known);
	}
}

static void miss(struct record *record, enum cause cause, const char *reason)
{
	if (record->result.verdict == VERDICT_MISS)
		result_judge(&record->result, cause, reason);
}

static void take_done(struct run *run, unsigned int lane, const struct job *job, const char *error)
{
	end_guest(run, lane, 0, error);
	for (size_t i = 0; i < job->cases.count; i++)
		miss(&run->results.cases.items[job->cases.items[i].record], CAUSE_JOB_ENDED,
		     error ?: "the lane left it out");
	if (error && !run->lab_error.len)
		buf_puts(&run->lab_error, error);
}

struct record *run_take_event(struct run *run, unsigned int lane, const struct job *job,
			      const struct event *event)
{
	struct record *record = NULL;

	switch (event->kind) {
	case EVENT_GUEST:
		take_guest(run, lane, job);
		break;
	case EVENT_BOOT:
		end_guest(run, lane, event->ms, event->end);
		break;
	case EVENT_CASE:
		record = record_of(run, job, event->number);
		break;
	case EVENT_RESULT:
		record = record_of(run, job, event->number);
		if (!record)
			break;
		take_result(run, lane, &event->result, record);
		add_subtests(run, (size_t)(record - run->results.cases.items));
		record = record_of(run, job, event->number);
		break;
	case EVENT_NOTE:
		take_note(run, job, event);
		break;
	default:
		take_done(run, lane, job, event->error);
	}
	return record;
}

bool run_wants(const struct run *run, const struct job *job)
{
	switch (run->choice.stop) {
	case STOP_RUN:
		return !run->failed.count;
	case STOP_KERNEL:
		return !list_has(&run->failed, job->kernel);
	default:
		return true;
	}
}

bool run_was_stopped(const struct run *run)
{
	return run->choice.stop != STOP_NEVER && run->failed.count;
}

void run_miss_rest(struct run *run, int err)
{
	enum cause cause = CAUSE_JOB_ENDED;
	const char *reason;

	if (err)
		cause = err == -EINTR ? CAUSE_INTERRUPTED : CAUSE_NOT_STARTED;
	else if (run_was_stopped(run))
		cause = CAUSE_STOPPED;
	reason = verdict_rules[cause].reason ?: "the run left it out";
	for (size_t i = 0; i < run->results.cases.count; i++)
		miss(&run->results.cases.items[i], cause, reason);
	/* Guests that were killed in the middle of a case. */
	for (size_t i = 0; i < run->results.guests.count; i++)
		if (!run->results.guests.items[i].end)
			run->results.guests.items[i].end = text("%s", reason);
}
