// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/recorder.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/ktap.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct job_case *current(const struct recorder *recorder)
{
	return recorder->next < recorder->count ? &recorder->cases[recorder->next] : NULL;
}

static bool is_current(const struct recorder *recorder, const struct ktap_line *line)
{
	const struct job_case *next = current(recorder);

	return next && next->number == line->number && !strcmp(next->name, line->text);
}

static bool take_opening(struct recorder *recorder, const struct ktap_line *line)
{
	if (recorder->running || !is_current(recorder, line))
		return false;
	recorder->running = true;
	recorder->searching = false;
	recorder->deadline_ms = line->value;
	recorder->opened_ms = recorder->read_ms;
	run_delay_begin(&recorder->delay, "/proc", &recorder->processes);
	recorder->opened(recorder->context, current(recorder));
	return true;
}

static void forget(struct recorder *recorder)
{
	result_free(&recorder->result);
	free(steal(recorder->lab_failed));
}

static void finish(struct recorder *recorder, enum cause cause, const char *reason)
{
	const struct job_case *done = current(recorder);

	if (recorder->running)
		recorder->result.host_ms = (unsigned int)(recorder->read_ms - recorder->opened_ms);
	result_judge(&recorder->result, cause, reason);
	recorder->running = false;
	recorder->last_attempt = false;
	recorder->next++;
	recorder->finished(recorder->context, done, &recorder->result);
	forget(recorder);
}

/* The cause of "not ok". If the guest reported an error, the lab failed and not the kernel. */
static enum cause cause_of(const struct recorder *recorder)
{
	const struct result *result = &recorder->result;

	if (recorder->lab_failed)
		return CAUSE_LAB_FAILED;
	if (result->reason)
		return CAUSE_FAILED;
	if (result->kernel_log.count)
		return CAUSE_KERNEL_REPORT;
	return result->leftovers.count ? CAUSE_LEFTOVERS : CAUSE_UNEXPLAINED;
}

static bool take_result(struct recorder *recorder, const struct ktap_line *line)
{
	if (!recorder->running || !is_current(recorder, line))
		return false;
	if (line->kind == KTAP_OK)
		finish(recorder, line->skip ? CAUSE_SKIPPED : CAUSE_PASSED, line->skip);
	else
		finish(recorder, cause_of(recorder), recorder->lab_failed);
	return true;
}

/* "FILE:LINE: TEXT", or TEXT alone */
static void take_failure(struct result *result, const char *value)
{
	const char *colon = strstr(value, ": ");
	const char *blank = strchr(value, ' ');

	if (result->reason)
		return;
	if (colon && blank == colon + 1 && memchr(value, ':', (size_t)(colon - value))) {
		cleanup_free char *where = strndup(value, (size_t)(colon - value));

		result->where = printable(where);
		value = colon + 2;
	}
	result->reason = printable(value);
}

static void add_printable(struct list *list, const char *value)
{
	cleanup_free char *line = printable(value);

	list_add(list, line);
}

static void take_case_note(struct recorder *recorder, const char *key, const char *value)
{
	struct result *result = &recorder->result;

	if (!strcmp(key, "fail"))
		take_failure(result, value);
	else if (!strcmp(key, "error") && !recorder->lab_failed)
		recorder->lab_failed = printable(value);
	else if (!strcmp(key, "leftover"))
		add_printable(&result->leftovers, value);
	else if (!strcmp(key, "kernel"))
		add_printable(&result->kernel_log, value);
	else if (!strcmp(key, "time"))
		result->ms = (unsigned int)strtoul(value, NULL, 10);
}

/* Accept a search once between two cases: repeated ones would extend the deadline for ever. */
static bool take_search(struct recorder *recorder, const char *ms)
{
	unsigned int deadline;

	if (recorder->running || recorder->searching || strspn(ms, "0123456789") != strlen(ms) ||
	    sscanf(ms, "%9u", &deadline) != 1)
		return false;
	recorder->searching = true;
	recorder->deadline_ms = deadline;
	return true;
}

static bool take_note(struct recorder *recorder, const struct ktap_line *line)
{
	if (!strcmp(line->key, "end")) {
		recorder->ended = true;
		return !recorder->running || !strcmp(line->text, "reboot");
	}
	if (!strcmp(line->key, "search"))
		return take_search(recorder, line->text);
	if (!strcmp(line->key, "leak") && !recorder->searching)
		return false;
	if (!strcmp(line->key, "guest") || !strcmp(line->key, "dut") ||
	    !strcmp(line->key, "leak")) {
		recorder->note(recorder->context, line->key, line->text);
		return true;
	}
	if (!recorder->running)
		return false;
	take_case_note(recorder, line->key, line->text);
	return true;
}

static bool take_fact(struct recorder *recorder, const struct ktap_line *line)
{
	cleanup_free char *name = NULL;
	cleanup_free char *value = NULL;

	if (!recorder->running)
		return false;
	name = printable(line->key);
	value = printable(line->text);
	pairs_set(&recorder->result.facts, name, value);
	return true;
}

/* The name becomes part of a case's name, and the guest is not to be trusted. */
static bool is_subtest_name(const char *name)
{
	static const char others[] = "._+:=@~-";

	for (const char *at = name; *at; at++)
		if (!isalnum((unsigned char)*at) && !strchr(others, *at))
			return false;
	return *name && strlen(name) <= SUBTEST_NAME_MAX;
}

static bool take_subtest(struct recorder *recorder, const struct ktap_line *line)
{
	struct result *result = &recorder->result;
	const char *reason = line->skip ?: line->xfail ?: line->key;
	struct subtest *subtest;

	if (!recorder->running || !is_subtest_name(line->text) ||
	    result->subtests.count == SUBTESTS_MAX)
		return false;
	subtest = array_add(&result->subtests);
	subtest->name = text("%s", line->text);
	subtest->verdict = line->skip ? VERDICT_SKIP : line->value ? VERDICT_PASS : VERDICT_FAIL;
	subtest->reason = reason && *reason ? printable(reason) : NULL;
	if (line->xfail)
		subtest->xfail = printable(*line->xfail ? line->xfail : "expected by the program");
	return true;
}

/* Whether the guest reports an error outside of a case. */
static bool is_guest_error(const struct recorder *recorder, const struct ktap_line *line)
{
	return line->kind == KTAP_NOTE && !recorder->running && !strcmp(line->key, "error");
}

/* Process a line of any other kind. Returns whether it is allowed here. */
static bool take_word(struct recorder *recorder, const struct ktap_line *line)
{
	switch (line->kind) {
	case KTAP_VERSION:
	case KTAP_PLAN:
	case KTAP_DIAGNOSTIC:
		return true;
	case KTAP_OK:
	case KTAP_NOT_OK:
		return take_result(recorder, line);
	case KTAP_CASE:
		return take_opening(recorder, line);
	case KTAP_FACT:
		return take_fact(recorder, line);
	case KTAP_NOTE:
		return take_note(recorder, line);
	case KTAP_SUBTEST:
		return take_subtest(recorder, line);
	case KTAP_GARBAGE:
		break;
	}
	return false;
}

/*
 * The waits of a case take at least a second (CHILD_WAIT_MS is two). A guest that ran for three
 * quarters of its time had enough CPU time.
 */
#define STARVED_LEAST_MS 1000
#define STARVED_PART	 4

bool recorder_starved(const struct recorder *recorder, int64_t at_ms, struct buf *why)
{
	int64_t took = at_ms - recorder->opened_ms;
	unsigned int waited;

	if (!recorder->processes.count || recorder->last_attempt || !recorder->running ||
	    took < STARVED_LEAST_MS)
		return false;
	waited = run_delay_ms(&recorder->delay, "/proc");
	/* A guest that got its whole deadline in CPU time hangs, however long that took. */
	if (waited < took / STARVED_PART || took - waited >= recorder->deadline_ms)
		return false;
	buf_printf(why, "the host was busy: the guest waited for a processor in %u of %u ms",
		   waited, (unsigned int)took);
	return true;
}

/* The guest reports its clock right before the result, after all other lines of the case. */
static int take_clock(struct recorder *recorder, const char *value, struct buf *why)
{
	int err;

	if (recorder->debugged)
		return 0;
	err = clock_take(&recorder->clock, value, recorder->read_ms, why);

	if (!err && recorder->result.reason && recorder_starved(recorder, recorder->read_ms, why))
		err = -ETIME;
	return err;
}

/* Returns 0, -EPROTO, or -ETIME with a message in WHY. */
static int take_line(struct recorder *recorder, char *text, struct buf *why)
{
	struct ktap_line line;

	ktap_parse(text, &line);
	if (is_guest_error(recorder, &line)) {
		buf_puts(why, line.text);
		return -EPROTO;
	}
	if (recorder->running && line.kind == KTAP_NOTE && !strcmp(line.key, "clock"))
		return take_clock(recorder, line.text, why);
	return take_word(recorder, &line) ? 0 : -EPROTO;
}

/* Report LINE in WHY, shortened and made printable: the guest may be hostile. */
static void show(struct buf *why, const char *line, size_t size)
{
	buf_puts(why, "the guest wrote a line that is not KTAP of the running case: '");
	for (size_t i = 0; i < size && i < 60; i++)
		buf_printf(why, "%c", line[i] >= ' ' && line[i] <= '~' ? line[i] : '?');
	buf_puts(why, "'");
}

/* Process a line of SIZE bytes. Returns 0, or -EPROTO or -ETIME with a message in WHY. */
static int feed_line(struct recorder *recorder, const char *data, size_t size, struct buf *why)
{
	cleanup_free char *line = strndup(data, size);
	int err = strlen(line) == size ? take_line(recorder, line, why) : -EPROTO;

	if (err && !why->len)
		show(why, data, size);
	return err;
}

int recorder_feed(struct recorder *recorder, const char *data, size_t len, int64_t read_ms,
		  struct buf *why)
{
	struct buf *input = &recorder->input;
	char *newline;
	int err = 0;

	recorder->read_ms = read_ms;
	buf_add(input, data, len);
	while (!err && input->len && (newline = memchr(input->data, '\n', input->len))) {
		size_t size = (size_t)(newline - input->data);

		err = feed_line(recorder, input->data, size, why);
		buf_consume(input, size + 1);
	}
	if (!err && input->len > RECORDER_LINE_MAX) {
		show(why, input->data, input->len);
		err = -EPROTO;
	}
	return err;
}

void recorder_lose(struct recorder *recorder, enum cause cause, const char *reason, int64_t at_ms)
{
	recorder->read_ms = at_ms;
	if (current(recorder))
		finish(recorder, cause, reason);
}

/* Drop the running case's attempt, but not why earlier ones were discarded. */
static void drop_attempt(struct recorder *recorder)
{
	struct list discarded = recorder->result.discarded;

	recorder->result.discarded = (struct list){0};
	forget(recorder);
	buf_free(&recorder->input);
	recorder->result.discarded = discarded;
}

void recorder_again(struct recorder *recorder)
{
	drop_attempt(recorder);
	recorder_reset(recorder);
}

void recorder_discard(struct recorder *recorder, const char *reason)
{
	drop_attempt(recorder);
	add_printable(&recorder->result.discarded, reason);
}

void recorder_reset(struct recorder *recorder)
{
	buf_free(&recorder->input);
	recorder->running = false;
	recorder->searching = false;
	recorder->ended = false;
	recorder->clock = (struct guest_clock){0};
}

void recorder_free(struct recorder *recorder)
{
	buf_free(&recorder->input);
	forget(recorder);
}
