// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devices/lib/control.h"

#include "lab/devices/lib/faults.h"
#include "lab/devices/lib/trace.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#define CONTROL_LINE_MAX 4096u /* a longer line closes the connection */

struct control {
	struct device *device;
	int listening, client; /* -1: none */
	struct buf input;
};

/* Appends the answer, always one line. */
static void finish(struct buf *answer, const char *verdict, const char *text)
{
	buf_printf(answer, "%s%s%s\n", verdict, text && *text ? " " : "", text ? text : "");
}

static void print_resets(const struct device *device, struct buf *text)
{
	for (unsigned int i = 0; i < PCI_RESETS; i++)
		buf_printf(text, "%s%s=%u", i ? " " : "", pci_reset_name((enum pci_reset)i),
			   device->resets[i]);
}

/*
 * Returns the text after WORD and a blank, "" if there is none, or NULL if LINE does not begin with
 * WORD.
 */
static const char *after(const char *line, const char *word)
{
	const size_t len = strlen(word);

	if (strncmp(line, word, len) || (line[len] && line[len] != ' '))
		return NULL;
	line += len;
	return line + strspn(line, " ");
}

static int mark(struct device *device, struct buf *why)
{
	if (!device->trace) {
		buf_puts(why, "this device is not traced: see device --help");
		return -EINVAL;
	}
	trace_mark(device->trace);
	return 0;
}

void control_line(struct device *device, const char *line, struct buf *answer)
{
	cleanup_buf struct buf text = BUF_INIT;
	const char *rest;
	int err = 0;

	if ((rest = after(line, "arm")))
		err = faults_arm(device->faults, rest, &text);
	else if ((rest = after(line, "disarm")))
		err = faults_disarm(device->faults, *rest ? rest : NULL, &text);
	else if (after(line, "faults"))
		faults_tell(device->faults, &text);
	else if (after(line, "resets"))
		print_resets(device, &text);
	else if (after(line, "trace"))
		err = mark(device, &text);
	else
		err = -EINVAL;
	if (err == -EINVAL && !text.data)
		buf_printf(&text,
			   "unknown request '%s': expected arm, disarm, faults, resets or trace",
			   line);
	finish(answer, err ? "error" : "ok", text.data);
}

static void hang_up(struct control *control)
{
	vfu_unwatch(control->device->vfu, control->client);
	close(steal_fd(&control->client));
	buf_free(&control->input);
}

static void serve_lines(struct control *control)
{
	char *end;

	while (control->client >= 0 && control->input.data &&
	       (end = strchr(control->input.data, '\n'))) {
		const size_t len = (size_t)(end - control->input.data) + 1;
		cleanup_buf struct buf answer = BUF_INIT;

		*end = '\0';
		control_line(control->device, control->input.data, &answer);
		buf_consume(&control->input, len);
		if (write_all(control->client, answer.data, answer.len))
			hang_up(control);
	}
}

static void client_ready(void *arg)
{
	struct control *control = arg;
	char data[1024];
	const ssize_t got = read(control->client, data, sizeof(data));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (got <= 0 || control->input.len + (size_t)got > CONTROL_LINE_MAX) {
		hang_up(control);
		return;
	}
	buf_add(&control->input, data, (size_t)got);
	serve_lines(control);
}

static int watch_client(struct control *control, int fd)
{
	const int err = vfu_watch(control->device->vfu, fd, client_ready, control);

	if (!err)
		control->client = fd;
	return err;
}

static void client_waits(void *arg)
{
	struct control *control = arg;
	const int fd = accept4(control->listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	if (fd < 0)
		return;
	if (control->client >= 0 || watch_client(control, fd))
		close(fd);
}

static bool listens(int fd)
{
	int value = 0;
	socklen_t len = sizeof(value);

	return !getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &len) && value;
}

static int set_up(struct control *control, int fd)
{
	const int flags = fcntl(fd, F_GETFL);
	int err;

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK))
		return -errno;
	if (!listens(fd))
		return watch_client(control, fd);
	err = vfu_watch(control->device->vfu, fd, client_waits, control);
	if (!err)
		control->listening = fd;
	return err;
}

int control_create(struct device *device, int fd, struct control **control)
{
	struct control *made = calloc(1, sizeof(*made));
	int err;

	*control = NULL;
	if (!made)
		return -ENOMEM;
	*made = (struct control){.device = device, .listening = -1, .client = -1};
	err = set_up(made, fd);
	if (err)
		free(made);
	else
		*control = made;
	return err;
}

void control_destroy(struct control *control)
{
	if (!control)
		return;
	if (control->client >= 0)
		hang_up(control);
	if (control->listening >= 0) {
		vfu_unwatch(control->device->vfu, control->listening);
		close(control->listening);
	}
	free(control);
}
