// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/recorder.h"

#include "lab/base/cleanup.h"
#include "runner/guest/ktap.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_object *current(struct recorder *recorder)
{
	return recorder->next < recorder->count ? recorder->cases[recorder->next] : NULL;
}

static bool is_current(struct recorder *recorder, const struct ktap_line *line)
{
	json_object *record = current(recorder);

	return record && (unsigned int)record_number(record, "number") == line->number &&
	       !strcmp(record_text(record, "case"), line->text);
}

/* What an attempt adds to a record. */
static void forget(json_object *record)
{
	static const char *const added[] = {"facts", "reason", "where",	     "error",
					    "mess",  "ms",     "kernel_log", "console"};

	for (size_t i = 0; i < ARRAY_SIZE(added); i++)
		json_object_object_del(record, added[i]);
}

static bool take_opening(struct recorder *recorder, const struct ktap_line *line)
{
	if (recorder->running || !is_current(recorder, line))
		return false;
	recorder->running = true;
	recorder->searching = false;
	recorder->deadline_ms = line->value;
	recorder->opened_ms = recorder->read_ms;
	run_delay_begin(&recorder->delay, "/proc", recorder->qemu);
	recorder->opened(recorder->context, current(recorder));
	return true;
}

static void finish(struct recorder *recorder, enum verdict verdict, const char *reason)
{
	json_object *record = current(recorder);

	if (recorder->running)
		json_object_object_add(
			record, "host_ms",
			json_object_new_int((int)(recorder->read_ms - recorder->opened_ms)));
	record_verdict(record, verdict, reason);
	recorder->running = false;
	recorder->last_attempt = false;
	recorder->next++;
	recorder->finished(recorder->context, record);
	recorder->failed |= record_failed(record);
}

/* Why a case failed whose scenario found nothing wrong itself. */
static const char *first_complaint(json_object *record)
{
	json_object *lines;

	if (json_object_object_get_ex(record, "kernel_log", &lines))
		return "the kernel reported a bug during the case";
	if (json_object_object_get_ex(record, "mess", &lines))
		return "the case did not leave things as it found them";
	return "no reason was given";
}

/* A failure that the guest called an error is the lab's own. */
static bool take_result(struct recorder *recorder, const struct ktap_line *line)
{
	json_object *error;

	if (!recorder->running || !is_current(recorder, line))
		return false;
	if (line->kind == KTAP_OK)
		finish(recorder, line->skip ? VERDICT_SKIP : VERDICT_PASS, line->skip);
	else if (json_object_object_get_ex(current(recorder), "error", &error))
		finish(recorder, VERDICT_ERROR, json_object_get_string(error));
	else
		finish(recorder, VERDICT_FAIL, first_complaint(current(recorder)));
	return true;
}

/* "FILE:LINE: TEXT", or TEXT alone */
static void take_failure(json_object *record, const char *said)
{
	const char *colon = strstr(said, ": ");
	const char *blank = strchr(said, ' ');

	if (*record_text(record, "reason"))
		return;
	if (colon && blank == colon + 1 && memchr(said, ':', (size_t)(colon - said))) {
		cleanup_free char *where = strndup(said, (size_t)(colon - said));

		record_set(record, "where", where);
		said = colon + 2;
	}
	record_set(record, "reason", said);
}

static void take_case_note(json_object *record, const char *key, const char *said)
{
	if (!strcmp(key, "fail"))
		take_failure(record, said);
	else if (!strcmp(key, "error"))
		record_set(record, "error", said);
	else if (!strcmp(key, "mess"))
		record_line(record, "mess", said);
	else if (!strcmp(key, "kernel"))
		record_line(record, "kernel_log", said);
	else if (!strcmp(key, "time"))
		json_object_object_add(record, "ms", json_object_new_int(atoi(said)));
}

/* Once between two cases: a guest that says it for ever must end. */
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
		return !recorder->running;
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
	take_case_note(current(recorder), line->key, line->text);
	return true;
}

static bool take_fact(struct recorder *recorder, const struct ktap_line *line)
{
	if (!recorder->running)
		return false;
	record_fact(current(recorder), line->key, line->text);
	return true;
}

/* Outside of a case, the guest itself is in trouble. */
static bool is_trouble(const struct recorder *recorder, const struct ktap_line *line)
{
	return line->kind == KTAP_NOTE && !recorder->running && !strcmp(line->key, "error");
}

/* What else a line may be. */
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
	case KTAP_GARBAGE:
		break;
	}
	return false;
}

/*
 * What a case judges by time takes a second at least (CHILD_WAIT_MS has two), and a guest that got
 * three quarters of its time could have used it.
 */
#define STARVED_LEAST_MS 1000
#define STARVED_PART	 4

bool recorder_starved(const struct recorder *recorder, int64_t at_ms, struct buf *why)
{
	int64_t took = at_ms - recorder->opened_ms;
	unsigned int waited;

	if (!recorder->qemu || recorder->last_attempt || !recorder->running ||
	    took < STARVED_LEAST_MS)
		return false;
	waited = run_delay_ms(&recorder->delay, "/proc");
	/* A guest that hangs has had its time at last, however long that took. */
	if (waited < took / STARVED_PART || took - waited >= recorder->deadline_ms)
		return false;
	buf_printf(why, "the host was busy: QEMU waited for a processor in %u of %u ms", waited,
		   (unsigned int)took);
	return true;
}

/*
 * The reading of the guest's clock comes right before the result, after all that the case reports.
 */
static int take_clock(struct recorder *recorder, const char *said, struct buf *why)
{
	int err = clock_take(&recorder->clock, said, recorder->read_ms, why);

	if (!err && *record_text(current(recorder), "reason") &&
	    recorder_starved(recorder, recorder->read_ms, why))
		err = -ETIME;
	return err;
}

/* 0, -EPROTO, or -ETIME and WHY. */
static int take_line(struct recorder *recorder, char *text, struct buf *why)
{
	struct ktap_line line;

	ktap_parse(text, &line);
	if (is_trouble(recorder, &line)) {
		buf_puts(why, line.text);
		return -EPROTO;
	}
	if (recorder->running && line.kind == KTAP_NOTE && !strcmp(line.key, "clock"))
		return take_clock(recorder, line.text, why);
	return take_word(recorder, &line) ? 0 : -EPROTO;
}

/* Something of hostile bytes that can be shown in one line. */
static void show(struct buf *why, const char *line, size_t size)
{
	buf_puts(why, "the guest wrote a line that is not KTAP of the running case: '");
	for (size_t i = 0; i < size && i < 60; i++)
		buf_printf(why, "%c", line[i] >= ' ' && line[i] <= '~' ? line[i] : '?');
	buf_puts(why, "'");
}

/* A line of SIZE bytes without its newline. 0, or -EPROTO or -ETIME and WHY. */
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

void recorder_lose(struct recorder *recorder, enum verdict verdict, const char *reason,
		   int64_t at_ms)
{
	recorder->read_ms = at_ms;
	if (current(recorder))
		finish(recorder, verdict, reason);
}

void recorder_discard(struct recorder *recorder, const char *reason)
{
	json_object *record = current(recorder);

	buf_free(&recorder->input);
	forget(record);
	record_line(record, "discarded", reason);
}

void recorder_reset(struct recorder *recorder)
{
	buf_free(&recorder->input);
	recorder->running = false;
	recorder->searching = false;
	recorder->ended = false;
	recorder->clock = (struct guest_clock){0};
}
