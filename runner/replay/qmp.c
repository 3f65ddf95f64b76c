// SPDX-License-Identifier: GPL-2.0-only
#include "runner/replay/qmp.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "lab/base/json.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>

/* Time limits: for a machine to be complete, and for an answer. */
#define START_MS  60000
#define ANSWER_MS 20000

struct qmp {
	int fd;
	struct qmp_handler handler;
	int answers[2];	    /* pipe: messages that are no events, one a line */
	struct buf pending; /* bytes of the next one, read so far */
	pthread_t thread;
};

/* What QEMU sends. A message has an event, an error, or neither. */
struct qmp_error {
	char *desc;
};

struct message {
	char *event;
	struct qmp_data data;
	struct qmp_error error;
};

static const struct json_member data_members[] = {
	JSON_STRING(struct qmp_data, device),
	JSON_STRING(struct qmp_data, reason),
	JSON_BOOLEAN(struct qmp_data, guest),
};
static const struct json_table data_type = JSON_TYPE(struct qmp_data, data_members);

static const struct json_member error_members[] = {
	JSON_STRING(struct qmp_error, desc),
};
static const struct json_table error_type = JSON_TYPE(struct qmp_error, error_members);

static const struct json_member message_members[] = {
	JSON_STRING(struct message, event),
	JSON_OBJECT(struct message, data, &data_type),
	JSON_OBJECT(struct message, error, &error_type),
};
static const struct json_table message_type = JSON_TYPE(struct message, message_members);

/* The answer to a command of the human monitor. */
struct output {
	char *text;
};

static const struct json_member output_members[] = {
	JSON_STRING_AS(struct output, text, "return"),
};
static const struct json_table output_type = JSON_TYPE(struct output, output_members);

static void message_free(struct message *message)
{
	json_free(&message_type, message);
}
#define cleanup_message __attribute__((cleanup(message_free)))

static void take_line(struct qmp *qmp, const char *line, size_t len)
{
	cleanup_free char *content = strndup(line, len);
	cleanup_message struct message message = {0};

	/* Malformed messages are answers to nothing. */
	if (json_read(&message_type, content, &message, NULL))
		return;
	if (message.event)
		qmp->handler.event(qmp->handler.context, message.event, &message.data);
	else
		write_all(qmp->answers[1], line, len + 1);
}

static void *serve(void *context)
{
	cleanup_buf struct buf input = BUF_INIT;
	struct qmp *qmp = context;
	char chunk[4096], *end;
	ssize_t got;

	while ((got = read(qmp->fd, chunk, sizeof(chunk))) > 0) {
		buf_add(&input, chunk, (size_t)got);
		while (input.len && (end = memchr(input.data, '\n', input.len))) {
			size_t len = (size_t)(end - input.data);

			take_line(qmp, input.data, len);
			buf_consume(&input, len + 1);
		}
	}
	close(steal_fd(&qmp->answers[1]));
	qmp->handler.event(qmp->handler.context, NULL, NULL);
	return NULL;
}

/* Store the next answer in *LINE, which the caller frees. Returns 0, or -errno: -EPIPE: none. */
static int next_answer(struct qmp *qmp, int ms, char **line)
{
	const int64_t until = now_ms() + ms;
	char chunk[4096], *end;

	while (!qmp->pending.len || !(end = memchr(qmp->pending.data, '\n', qmp->pending.len))) {
		struct pollfd event = {.fd = qmp->answers[0], .events = POLLIN};
		int64_t now = now_ms();
		ssize_t got;

		if (now >= until || poll(&event, 1, (int)(until - now)) <= 0)
			return -ETIMEDOUT;
		got = read(qmp->answers[0], chunk, sizeof(chunk));
		if (got <= 0)
			return -EPIPE;
		buf_add(&qmp->pending, chunk, (size_t)got);
	}
	*line = strndup(qmp->pending.data, (size_t)(end - qmp->pending.data));
	buf_consume(&qmp->pending, strlen(*line) + 1);
	return 0;
}

/* Take an answer into *LINE. Returns 0, or -errno with a message in WHY. */
static int take_answer(struct qmp *qmp, int ms, char **line, struct buf *why)
{
	cleanup_message struct message message = {0};
	int err = next_answer(qmp, ms, line);

	if (err) {
		buf_puts(why, err == -EPIPE ? "QEMU has exited" : "QEMU's monitor does not answer");
		return err;
	}
	json_read(&message_type, *line, &message, NULL);
	if (!message.error.desc)
		return 0;
	buf_puts(why, message.error.desc);
	return -EINVAL;
}

int qmp_execute(struct qmp *qmp, const char *command, struct buf *why)
{
	cleanup_free char *sent = text("{\"execute\": \"%s\"}\n", command);
	cleanup_free char *answer = NULL;

	/* Errors are ignored here: the answer of a closed monitor is an error. */
	write_all(qmp->fd, sent, strlen(sent));
	return take_answer(qmp, ANSWER_MS, &answer, why);
}

struct human_arguments {
	char *line;
};

struct human_command {
	char *execute;
	struct human_arguments arguments;
};

static const struct json_member argument_members[] = {
	JSON_STRING_AS(struct human_arguments, line, "command-line"),
};
static const struct json_table arguments_type = JSON_TYPE(struct human_arguments, argument_members);

static const struct json_member command_members[] = {
	JSON_STRING(struct human_command, execute),
	JSON_OBJECT(struct human_command, arguments, &arguments_type),
};
static const struct json_table command_type = JSON_TYPE(struct human_command, command_members);

int qmp_human(struct qmp *qmp, const char *line, struct buf *reply)
{
	cleanup_free char *copy = text("%s", line);
	const struct human_command command = {(char *)"human-monitor-command", {copy}};
	cleanup_free char *json = json_write(&command_type, &command, false);
	cleanup_free char *sent = text("%s\n", json);
	cleanup_free char *answer = NULL;
	struct output output = {0};
	int err;

	write_all(qmp->fd, sent, strlen(sent));
	err = take_answer(qmp, ANSWER_MS, &answer, reply);
	if (!err && !json_read(&output_type, answer, &output, NULL))
		buf_puts(reply, output.text ?: "");
	json_free(&output_type, &output);
	return err;
}

int qmp_open(int fd, const struct qmp_handler *handler, struct qmp **qmp, struct buf *why)
{
	struct qmp *made = zalloc(1, sizeof(*made));
	cleanup_free char *greeting = NULL;
	int err;

	made->fd = fd;
	made->handler = *handler;
	if (pipe2(made->answers, O_CLOEXEC) || pthread_create(&made->thread, NULL, serve, made))
		abort();
	err = take_answer(made, START_MS, &greeting, why);
	if (!err)
		err = qmp_execute(made, "qmp_capabilities", why);
	*qmp = made;
	return err;
}

void qmp_close(struct qmp *qmp)
{
	if (!qmp)
		return;
	pthread_join(qmp->thread, NULL);
	close(qmp->answers[0]);
	close(qmp->fd);
	buf_free(&qmp->pending);
	free(qmp);
}
