// SPDX-License-Identifier: GPL-2.0-only
/* A guest's command in the foreground: the terminal, signals, and the wait for its end. */
#include "runner/cli/foreground.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/signals.h"
#include "runner/lane/lane.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

struct terminal {
	bool changed;
	struct termios before;
};

static void terminal_restore(struct terminal *terminal)
{
	if (terminal->changed)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->before);
}

/* Make the local terminal raw: the guest's terminal processes the input. */
static void terminal_raw(struct terminal *terminal)
{
	struct termios raw;

	if (tcgetattr(STDIN_FILENO, &terminal->before))
		return;
	raw = terminal->before;
	cfmakeraw(&raw);
	terminal->changed = !tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
}

static int open_signals(void)
{
	static const int taken[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};

	return signals_open(taken, ARRAY_SIZE(taken), 0);
}

static int take_signal(int signals, struct lane *lane)
{
	struct signalfd_siginfo info;
	struct winsize size;

	if (read(signals, &info, sizeof(info)) != sizeof(info) || info.ssi_signo != SIGWINCH)
		return -EINTR;
	if (!ioctl(STDIN_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		wire_send_size(lane->fd, size.ws_row, size.ws_col);
	return 0;
}

/* Wait for the lane's last event. Returns 0, or -errno with a message in WHY. */
static int wait_done(struct lane *lane, int signals, struct event *event, struct buf *why)
{
	struct pollfd events[] = {{.fd = lane->fd, .events = POLLIN},
				  {.fd = signals, .events = POLLIN}};
	int got = 0;

	while (!got) {
		if (poll(events, ARRAY_SIZE(events), -1) < 0)
			continue;
		if (events[1].revents && take_signal(signals, lane)) {
			buf_puts(why, "interrupted");
			return -EINTR;
		}
		if (events[0].revents)
			got = lane_event(lane, event, true);
	}
	if (got < 0)
		buf_puts(why, "the lane was lost");
	return got < 0 ? got : 0;
}

/* Copy to WHY the lane's error, and below it the end of the console. */
static void take_error(const struct event *event, struct buf *why)
{
	buf_puts(why, event->error);
	for (size_t i = 0; i < event->console.count; i++)
		buf_printf(why, "\n  %s", event->console.items[i]);
}

int foreground_run(const struct settings *settings, const char *folder, const struct job *job,
		   int *status, struct buf *why)
{
	__attribute__((cleanup(terminal_restore))) struct terminal terminal = {0};
	__attribute__((cleanup(lane_stop))) struct lane lane = {.fd = -1};
	cleanup_free char *log = text("%s/lane.log", folder);
	cleanup_close int signals = open_signals();
	cleanup_event struct event event = {0};
	int err;

	if (job->command.tty)
		terminal_raw(&terminal);
	err = lane_start(settings, folder, log, true, &lane);
	if (!err)
		err = lane_give(&lane, job);
	if (err)
		buf_printf(why, "cannot start a lane: %s", strerror(-err));
	else
		err = wait_done(&lane, signals, &event, why);
	if (!err && event.error) {
		take_error(&event, why);
		err = -EIO;
	}
	*status = (int)event.status;
	return err;
}
