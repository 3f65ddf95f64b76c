// SPDX-License-Identifier: GPL-2.0-only
#include "runner/lane/lane.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/guest/exec-guest.h"
#include "runner/guest/job-run.h"
#include "runner/guest/standby.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

static void add_bind(struct list *argv, const char *how, const char *path)
{
	list_add(argv, how);
	list_add(argv, path);
	list_add(argv, path);
}

/* The file system of a lane: what QEMU and libvirt read, and FOLDER, the only writable one. */
static void add_files(struct list *argv, const struct settings *settings, const char *folder)
{
	static const char *const links[] = {"bin", "lib", "lib64", "sbin"};

	add_bind(argv, "--ro-bind", "/usr");
	add_bind(argv, "--ro-bind", "/etc");
	add_bind(argv, "--ro-bind", "/sys");
	for (size_t i = 0; i < ARRAY_SIZE(links); i++) {
		list_add(argv, "--symlink");
		list_addf(argv, "usr/%s", links[i]);
		list_addf(argv, "/%s", links[i]);
	}
	list_add_words(argv, "--dev /dev --proc /proc --tmpfs /tmp --tmpfs /run --tmpfs /var");
	add_bind(argv, "--dev-bind-try", "/dev/kvm");
	add_bind(argv, "--ro-bind", settings->cache);
	add_bind(argv, "--ro-bind", settings->top);
	add_bind(argv, "--ro-bind", settings->out);
	for (size_t i = 0; i < settings->visible.count; i++)
		add_bind(argv, "--ro-bind", settings->visible.items[i]);
	add_bind(argv, "--bind", folder);
}

/*
 * Two nested sandboxes. The outer one creates the PID namespace and mounts its /proc, which the
 * kernel permits only in the user namespace that owns the surrounding /proc. The inner one drops to
 * an unprivileged user.
 */
static void add_sandbox(struct list *argv, const struct settings *settings, const char *folder)
{
	list_add_words(argv, "bwrap --unshare-pid --unshare-net --unshare-ipc --unshare-uts "
			     "--die-with-parent --new-session");
	add_files(argv, settings, folder);
	list_add_words(argv, "-- bwrap --unshare-user --uid 65534 --gid 65534 --cap-drop ALL "
			     "--die-with-parent --bind / / --dev-bind /dev /dev --");
	list_add(argv, settings->self);
	list_add(argv, "lane");
}

static void __attribute__((noreturn)) become_lane(char **argv, int link, const char *log,
						  bool stdio)
{
	int null = open("/dev/null", O_RDWR);
	int err = open(log, O_WRONLY | O_CREAT | O_APPEND, 0644);
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (!stdio) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}
	/* Move both above the descriptors that dup2() replaces below. */
	link = fcntl(link, F_DUPFD, LANE_STDERR_FD + 1);
	err = fcntl(err >= 0 ? err : null, F_DUPFD, LANE_STDERR_FD + 1);
	dup2(stdio ? STDERR_FILENO : err, LANE_STDERR_FD);
	dup2(err, STDERR_FILENO);
	dup2(link, LANE_FD);
	close_range(LANE_STDERR_FD + 1, ~0U, 0);
	execvp(argv[0], argv);
	_exit(127);
}

int lane_start(const struct settings *settings, const char *folder, const char *log, bool stdio,
	       struct lane *lane)
{
	cleanup_list struct list argv = {0};
	int ends[2];

	add_sandbox(&argv, settings, folder);
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -errno;
	*lane = (struct lane){.fd = ends[0], .pid = fork()};
	if (!lane->pid)
		become_lane(argv.items, ends[1], log, stdio);
	close(ends[1]);
	return lane->pid < 0 ? -errno : 0;
}

int lane_give(struct lane *lane, const struct job *job)
{
	return wire_send_job(lane->fd, job);
}

/*
 * Move a complete line from PENDING to *LINE, which the caller frees. Returns whether one was
 * there.
 */
static bool take_line(struct buf *pending, char **line)
{
	char *newline = pending->len ? memchr(pending->data, '\n', pending->len) : NULL;

	if (!newline)
		return false;
	*line = strndup(pending->data, (size_t)(newline - pending->data));
	buf_consume(pending, strlen(*line) + 1);
	return true;
}

/* Read more from FD into PENDING. Returns 0, or -EPIPE at its end. */
static int read_more(int fd, struct buf *pending)
{
	char chunk[65536];
	ssize_t got = read(fd, chunk, sizeof(chunk));

	if (got > 0)
		buf_add(pending, chunk, (size_t)got);
	return got > 0 || (got < 0 && errno == EINTR) ? 0 : -EPIPE;
}

/*
 * Store the next line of FD in *LINE, which the caller frees. Returns 1, 0 if no complete line has
 * arrived yet, or -EPIPE.
 */
static int read_line(int fd, struct buf *pending, char **line, bool may_read)
{
	if (take_line(pending, line))
		return 1;
	if (!may_read)
		return 0;
	if (read_more(fd, pending))
		return -EPIPE;
	return take_line(pending, line);
}

int lane_event(struct lane *lane, struct event *event, bool may_read)
{
	cleanup_free char *line = NULL;
	int got = read_line(lane->fd, &lane->pending, &line, may_read);

	*event = (struct event){0};
	return got == 1 ? wire_read_event(line, event) ?: 1 : got;
}

void lane_stop(struct lane *lane)
{
	if (lane->pid > 0) {
		kill(lane->pid, SIGKILL);
		waitpid(lane->pid, NULL, 0);
	}
	if (lane->fd >= 0)
		close(lane->fd);
	buf_free(&lane->pending);
	*lane = (struct lane){.fd = -1};
}

/* What a lane has while it runs. */
struct lane_state {
	const struct settings *settings;
	struct lane_link link;
	struct hypervisor *hypervisor; /* NULL until the first job */
	struct standby standby;
	struct buf pending;
};

/* Without a guest that stands by, jobs start their own: the lane's log has the error. */
static void stand_by(struct lane_state *state, const struct job *job)
{
	cleanup_buf struct buf why = BUF_INIT;

	standby_end(&state->standby);
	if (standby_start(state->hypervisor, job, &state->standby, &why)) {
		fprintf(stderr, "%s\n", why.data);
		standby_end(&state->standby);
	}
}

static int run_job(struct lane_state *state, const struct job *job)
{
	int err = 0;

	switch (job->kind) {
	case JOB_EXEC:
		return exec_run(state->hypervisor, &state->link, job);
	case JOB_DESCRIBE:
		return describe_run(state->hypervisor, &state->link, job);
	case JOB_STAND_BY:
		stand_by(state, job);
		return 0;
	default:
		err = job_run(state->hypervisor, &state->link, job, &state->standby);
		standby_end(&state->standby);
		return err;
	}
}

static int serve(struct lane_state *state, const char *line)
{
	static const char root[] = "/tmp/lv";
	cleanup_job struct job job = {0};
	cleanup_buf struct buf why = BUF_INIT;
	struct event failed = {.kind = EVENT_DONE};

	if (wire_read_job(line, &job))
		return -EPROTO;
	if (state->hypervisor ||
	    !hypervisor_open(state->settings->uri, root, &state->hypervisor, &why))
		return run_job(state, &job);
	failed.error = why.data;
	link_send(&state->link, &failed);
	return 0;
}

/* Until there is a job, tell the runner when the guest that stands by has booted, or is lost. */
static void announce(struct lane_state *state)
{
	const struct guest *guest = state->standby.guest;
	struct pollfd events[] = {{.fd = LANE_FD, .events = POLLIN},
				  {.fd = guest ? guest->request : -1, .events = POLLIN}};
	const struct event booted = {.kind = EVENT_BOOT};

	if (!guest || state->standby.announced || state->pending.len)
		return;
	while (poll(events, ARRAY_SIZE(events), -1) < 0)
		if (errno != EINTR)
			return;
	if (events[0].revents)
		return;
	state->standby.announced = true;
	link_send(&state->link, &booted);
}

int lane_main(const struct settings *settings)
{
	struct lane_state state = {.settings = settings, .link = {LANE_FD, LANE_STDERR_FD}};
	int err = 0;

	while (!err) {
		cleanup_free char *line = NULL;
		int got;

		announce(&state);
		got = read_line(LANE_FD, &state.pending, &line, true);
		err = got == 1 ? serve(&state, line) : got;
	}
	buf_free(&state.pending);
	return 0;
}
