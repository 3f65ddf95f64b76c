// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/wire.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>

static const char *const kind_names[EVENT_KINDS] = {
	[EVENT_GUEST] = "guest",   [EVENT_BOOT] = "boot", [EVENT_CASE] = "case",
	[EVENT_RESULT] = "result", [EVENT_NOTE] = "note", [EVENT_DONE] = "done",
};

static const struct json_member guest_members[] = {
	JSON_WORD(struct event, kind, kind_names),
};

static const struct json_member boot_members[] = {
	JSON_WORD(struct event, kind, kind_names),
	JSON_NUMBER(struct event, ms),
	JSON_STRING(struct event, end),
};

static const struct json_member case_members[] = {
	JSON_WORD(struct event, kind, kind_names),
	JSON_NUMBER(struct event, number),
};

static const struct json_member result_members[] = {
	JSON_WORD(struct event, kind, kind_names),
	JSON_NUMBER(struct event, number),
	JSON_OBJECT(struct event, result, &result_type),
};

static const struct json_member note_members[] = {
	JSON_WORD(struct event, kind, kind_names),
	JSON_STRING(struct event, key),
	JSON_STRING(struct event, text),
};

static const struct json_member done_members[] = {
	JSON_WORD(struct event, kind, kind_names),
	JSON_STRING(struct event, error),
	JSON_NUMBER(struct event, status),
	JSON_STRINGS(struct event, console),
	JSON_STRING(struct event, xml),
	JSON_STRING(struct event, argv),
};

static const struct json_table event_types[EVENT_KINDS] = {
	[EVENT_GUEST] = JSON_TYPE(struct event, guest_members),
	[EVENT_BOOT] = JSON_TYPE(struct event, boot_members),
	[EVENT_CASE] = JSON_TYPE(struct event, case_members),
	[EVENT_RESULT] = JSON_TYPE(struct event, result_members),
	[EVENT_NOTE] = JSON_TYPE(struct event, note_members),
	[EVENT_DONE] = JSON_TYPE(struct event, done_members),
};

struct size {
	unsigned int rows, columns;
};

static const struct json_member size_members[] = {
	JSON_COUNT(struct size, rows),
	JSON_COUNT(struct size, columns),
};
static const struct json_table size_type = JSON_TYPE(struct size, size_members);

static int send_line(int fd, const struct json_table *type, const void *object)
{
	cleanup_free char *json = json_write(type, object, false);
	cleanup_free char *line = text("%s\n", json);

	return write_all(fd, line, strlen(line));
}

void link_send(const struct lane_link *link, const struct event *event)
{
	send_line(link->fd, &event_types[event->kind], event);
}

int wire_send_job(int fd, const struct job *job)
{
	return send_line(fd, &job_type, job);
}

int wire_send_size(int fd, unsigned int rows, unsigned int columns)
{
	const struct size size = {rows, columns};

	return send_line(fd, &size_type, &size);
}

int wire_read_job(const char *line, struct job *job)
{
	return json_read(&job_type, line, job, NULL) ? -EPROTO : 0;
}

int wire_read_event(const char *line, struct event *event)
{
	/* First the kind alone, which determines the other members. */
	if (json_read(&event_types[EVENT_GUEST], line, event, NULL))
		return -EPROTO;
	return json_read(&event_types[event->kind], line, event, NULL) ? -EPROTO : 0;
}

int wire_read_size(const char *line, unsigned int *rows, unsigned int *columns)
{
	struct size size = {0};

	if (json_read(&size_type, line, &size, NULL) || !size.rows || !size.columns)
		return -EPROTO;
	*rows = size.rows;
	*columns = size.columns;
	return 0;
}

void event_free(struct event *event)
{
	enum event_kind kind = event->kind;

	json_free(&event_types[kind], event);
	memset(event, 0, sizeof(*event));
}
