// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/models.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "reports/model/record.h"
#include "runner/guest/guest.h"
#include "runner/guest/model-sandbox.h"
#include "runner/guest/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#define ANSWER_MS 2000
#define ERRORS_MS 1000

/*
 * File descriptors of a model: its server socket, its end of the control socket, and the memory of
 * its trace.
 */
enum {
	SERVER_FD = 3,
	CONTROL_FD = 4,
	TRACE_FD = 5,
};

struct model {
	const char *name; /* owned by the machine */
	pid_t pid;	  /* of its sandbox, which exits with the model */
	int control;
	int errors; /* pipe from its standard error; it is closed when the model exits */
	struct buf received;
};

struct models {
	size_t count;
	struct model items[];
};

static int listen_at(const char *folder, const char *name, int *fd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int len = snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s.sock", folder, name);

	if (len >= (int)sizeof(address.sun_path))
		return -ENAMETOOLONG;
	unlink(address.sun_path);
	*fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (*fd < 0 || bind(*fd, (struct sockaddr *)&address, sizeof(address)) || listen(*fd, 1))
		return -errno;
	return 0;
}

/* Not list_add_words(), which also splits at commas: parameters may contain commas. */
static void add_params(struct list *argv, const char *params)
{
	for (const char *at = params + strspn(params, " "); *at; at += strspn(at, " ")) {
		const size_t len = strcspn(at, " ");

		list_addf(argv, "%.*s", (int)len, at);
		at += len;
	}
}

static void add_command(struct list *argv, const struct machine *machine,
			const struct machine_model *model, const struct domain_files *files)
{
	model_sandbox(argv, machine, model, files->device);
	list_add(argv, model->model);
	list_addf(argv, "--fd=%d", SERVER_FD);
	list_addf(argv, "--control=%d", CONTROL_FD);
	add_params(argv, model->params);
	if (files->tracer)
		list_addf(argv, "--trace=%d", TRACE_FD);
	if (files->trace_all)
		list_add(argv, "mmap=off");
	if (model->fault) {
		list_add(argv, "--fault");
		list_add(argv, model->fault);
	}
}

/*
 * Move FD above the descriptors of the model: otherwise a dup2() onto one of those could close it.
 */
static int move_up(int *fd)
{
	const int moved = fcntl(*fd, F_DUPFD_CLOEXEC, TRACE_FD + 1);

	if (moved < 0)
		return -errno;
	close(*fd);
	*fd = moved;
	return 0;
}

/* The model's ends of its connections; -1: none. */
struct ends {
	int server, control, errors, trace;
};

static void ends_close(struct ends *ends)
{
	cleanup_close_p(&ends->server);
	cleanup_close_p(&ends->control);
	cleanup_close_p(&ends->errors);
	cleanup_close_p(&ends->trace);
}

static int move_all_up(struct ends *ends)
{
	int err = move_up(&ends->server) ?: move_up(&ends->control) ?: move_up(&ends->errors);

	return err || ends->trace < 0 ? err : move_up(&ends->trace);
}

static int spawn(const struct list *argv, const struct ends *ends, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return -err;
	err = posix_spawn_file_actions_adddup2(&actions, ends->errors, STDERR_FILENO)
		      ?: posix_spawn_file_actions_adddup2(&actions, ends->server, SERVER_FD)
		      ?: posix_spawn_file_actions_adddup2(&actions, ends->control, CONTROL_FD);
	if (!err && ends->trace >= 0)
		err = posix_spawn_file_actions_adddup2(&actions, ends->trace, TRACE_FD);
	if (!err)
		err = posix_spawnp(pid, argv->items[0], &actions, NULL, argv->items, environ);
	posix_spawn_file_actions_destroy(&actions);
	return -err;
}

/*
 * Create the model's control socket and its error pipe. MODEL gets the runner's ends; the caller
 * closes the model's.
 */
static int connect_model(struct model *model, struct ends *of_model)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -errno;
	model->control = ends[0];
	of_model->control = ends[1];
	if (pipe2(ends, O_CLOEXEC))
		return -errno;
	model->errors = ends[0];
	of_model->errors = ends[1];
	return 0;
}

static int add_trace(struct tracer *tracer, const char *name, int *fd)
{
	if (!tracer)
		return 0;
	*fd = tracer_add(tracer, name);
	return *fd < 0 ? *fd : 0;
}

static int start(struct model *model, const struct machine *machine,
		 const struct machine_model *described, const struct domain_files *files)
{
	__attribute__((cleanup(ends_close))) struct ends ends = {-1, -1, -1, -1};
	cleanup_list struct list argv = {0};
	int err;

	err = listen_at(files->run, described->name, &ends.server);
	if (!err)
		err = connect_model(model, &ends);
	if (!err)
		err = add_trace(files->tracer, described->name, &ends.trace);
	if (!err)
		err = move_all_up(&ends);
	if (err)
		return err;
	add_command(&argv, machine, described, files);
	return spawn(&argv, &ends, &model->pid);
}

int models_start(const struct machine *machine, const struct domain_files *files,
		 struct models **models, struct buf *why)
{
	cleanup_models struct models *made =
		calloc(1, sizeof(*made) + machine->model_count * sizeof(*made->items));
	int err;

	if (!made)
		abort();
	for (size_t i = 0; i < machine->model_count; i++) {
		made->items[made->count++] = (struct model){
			.name = machine->models[i].name, .control = -1, .errors = -1};
		err = start(&made->items[i], machine, &machine->models[i], files);
		if (err) {
			buf_printf(why, "cannot start the device model %s: %s",
				   machine->models[i].name, strerror(-err));
			return err;
		}
	}
	*models = steal(made);
	return 0;
}

static struct model *find(struct models *models, const char *name)
{
	for (size_t i = 0; i < models->count; i++)
		if (!strcmp(models->items[i].name, name))
			return &models->items[i];
	return NULL;
}

/* Receive another part of the answer until UNTIL (now_ms). Returns 0 or -errno. */
static int receive(struct model *model, int64_t until)
{
	struct pollfd event = {.fd = model->control, .events = POLLIN};
	int64_t now = now_ms();
	char chunk[1024];
	ssize_t got;

	if (now >= until || poll(&event, 1, (int)(until - now)) <= 0)
		return -ETIMEDOUT;
	got = read(model->control, chunk, sizeof(chunk));
	if (got <= 0)
		return -EPIPE;
	buf_add(&model->received, chunk, (size_t)got);
	return 0;
}

/*
 * Receive a line "ok[ TEXT]" or "error TEXT". Returns 0 or -errno, with TEXT or a message in REPLY.
 */
static int take_answer(struct model *model, struct buf *reply)
{
	int64_t until = now_ms() + ANSWER_MS;
	const char *line, *rest;
	char *end;
	int err = 0;

	buf_free(&model->received);
	while (!model->received.len ||
	       !(end = memchr(model->received.data, '\n', model->received.len))) {
		err = receive(model, until);
		if (err) {
			buf_printf(reply, "the device model %s %s", model->name,
				   err == -EPIPE ? "is gone" : "does not answer");
			return err;
		}
	}
	*end = '\0';
	line = model->received.data;
	rest = strchr(line, ' ');
	buf_puts(reply, rest ? rest + 1 : "");
	return strncmp(line, "ok", 2) ? -EINVAL : 0;
}

int models_command(struct models *models, const char *name, const char *line, struct buf *reply)
{
	struct model *model = models ? find(models, name) : NULL;
	cleanup_free char *sent = text("%s\n", line);

	if (!model) {
		buf_printf(reply, "%s is not a device model", name);
		return -ENOENT;
	}
	/* Errors are ignored here: take_answer() reports a closed socket. */
	send(model->control, sent, strlen(sent), MSG_NOSIGNAL);
	return take_answer(model, reply);
}

/* Read the standard error of MODEL until it exits, at most ERRORS_MS. Returns whether it exited. */
static bool read_errors(const struct model *model, struct buf *reply)
{
	const int64_t until = now_ms() + ERRORS_MS;
	struct pollfd event = {.fd = model->errors, .events = POLLIN};
	char chunk[1024];
	ssize_t got;

	for (;;) {
		const int64_t now = now_ms();

		if (now >= until || poll(&event, 1, (int)(until - now)) <= 0)
			return false;
		got = read(model->errors, chunk, sizeof(chunk));
		if (got <= 0)
			return true;
		buf_add(reply, chunk, (size_t)got);
	}
}

bool models_blame(struct models *models, struct buf *why)
{
	for (size_t i = 0; i < models->count; i++) {
		cleanup_buf struct buf reply = BUF_INIT;

		if (!read_errors(&models->items[i], &reply))
			continue;
		buf_free(why);
		buf_printf(why, "the device model %s exited: %.*s", models->items[i].name,
			   reply.data ? (int)strcspn(reply.data, "\n") : 0,
			   reply.data ? reply.data : "");
		return true;
	}
	return false;
}

/* Add the lines that MODEL has written, each after its name. The last one may have no newline. */
static void take_log(const struct model *model, struct buf *log)
{
	struct pollfd event = {.fd = model->errors, .events = POLLIN};
	cleanup_buf struct buf text = BUF_INIT;
	cleanup_list struct list lines = {0};
	char chunk[4096];
	ssize_t got;

	while (poll(&event, 1, 0) > 0 && (got = read(model->errors, chunk, sizeof(chunk))) > 0)
		buf_add(&text, chunk, (size_t)got);
	list_add_split(&lines, text.data ?: "", "\n");
	for (size_t i = 0; i < lines.count; i++) {
		cleanup_free char *line = printable(lines.items[i]);

		if (*line)
			buf_printf(log, "%s: %s\n", model->name, line);
	}
}

int models_log(struct models *models, const char *path)
{
	cleanup_buf struct buf log = BUF_INIT;
	cleanup_close int fd = -1;

	for (size_t i = 0; models && i < models->count; i++)
		take_log(&models->items[i], &log);
	if (!log.len)
		return 0;
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	return fd < 0 ? -errno : write_all(fd, log.data, log.len);
}

void models_end(struct models *models)
{
	if (!models)
		return;
	for (size_t i = 0; i < models->count; i++) {
		struct model *model = &models->items[i];

		if (model->pid > 0) {
			kill(model->pid, SIGKILL);
			waitpid(model->pid, NULL, 0);
		}
		cleanup_close_p(&model->control);
		cleanup_close_p(&model->errors);
		buf_free(&model->received);
	}
	free(models);
}
