// SPDX-License-Identifier: GPL-2.0-only
/*
 * replay: run the case of a bundle in guests and compare its result with the recorded one. It is
 * static and part of each bundle, whose script run starts it in the bundle's folder. The guests are
 * those of a lane (runner/guest), with QEMU started directly instead of by libvirt.
 */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/guest/hypervisor.h"
#include "runner/guest/job-run.h"
#include "runner/replay/bound.h"
#include "runner/replay/outcome.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

struct replay {
	const char *qemu;
	const char *accel;
	char *run; /* folder of the sockets, removed in the end */
	char *out; /* folder of what is left for the user */
	struct bundle bundle;
	struct outcome outcome;
	pid_t guests; /* the process that starts them */
	int link;
};

static int complain(const char *why)
{
	fprintf(stderr, "run: %s\n", why);
	return REPLAY_FAILED;
}

static void replay_free(struct replay *replay)
{
	if (replay->guests > 0) {
		kill(replay->guests, SIGKILL);
		waitpid(replay->guests, NULL, 0);
	}
	cleanup_close_p(&replay->link);
	if (replay->run)
		remove_tree(replay->run);
	free(replay->run);
	free(replay->out);
	outcome_free(&replay->outcome);
	bundle_free(&replay->bundle);
}

/* Point the job at the files of the bundle, which is the working folder. */
static void place_job(struct replay *replay)
{
	struct job *job = &replay->bundle.job;

	job->xml = text(".");
	job->device = text("./" BUNDLE_DEVICE);
	job->run = text("%s", replay->run);
	job->streams = text("%s", replay->out);
	job->console = text("%s/console", replay->out);
	free(job->accel);
	job->accel = text("%s", replay->accel);
}

static void __attribute__((noreturn)) serve_guests(const struct replay *replay, int link)
{
	const struct lane_link to = {.fd = link, .err = STDERR_FILENO};
	struct hypervisor *hypervisor;

	if (!hypervisor_open(replay->qemu, replay->out, &hypervisor, NULL))
		job_run(hypervisor, &to, &replay->bundle.job, NULL);
	_exit(0);
}

/*
 * Root can have a namespace for the processes of the guests, which all end with its first one. This
 * matters for device models, which give up root and with it the bond to their parent. Others keep
 * that bond.
 */
static void make_namespace(void)
{
	if (!geteuid() && unshare(CLONE_NEWPID))
		return;
}

static int start_guests(struct replay *replay)
{
	const pid_t parent = getpid();
	sigset_t none;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		return -errno;
	make_namespace();
	replay->guests = fork();
	if (!replay->guests) {
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		bind_to_parent(parent);
		close(ends[0]);
		serve_guests(replay, ends[1]);
	}
	close(ends[1]);
	replay->link = ends[0];
	return replay->guests < 0 ? -errno : 0;
}

static void take_lines(struct replay *replay, struct buf *input)
{
	char *end;

	while (input->len && (end = memchr(input->data, '\n', input->len))) {
		cleanup_event struct event event = {0};

		*end = '\0';
		if (!wire_read_event(input->data, &event))
			outcome_take(&replay->outcome, &event);
		buf_consume(input, (size_t)(end - input->data) + 1);
	}
}

/* Wait for the events of the guests, each of which has a deadline, or for a signal. */
static void watch_guests(struct replay *replay, int signals)
{
	struct pollfd events[] = {
		{.fd = replay->link, .events = POLLIN},
		{.fd = signals, .events = POLLIN},
	};
	cleanup_buf struct buf input = BUF_INIT;
	char chunk[65536];
	ssize_t got = 1;

	while (got > 0 && !replay->outcome.done) {
		if (poll(events, ARRAY_SIZE(events), -1) < 0 || events[1].revents)
			return;
		got = read(replay->link, chunk, sizeof(chunk));
		if (got > 0)
			buf_add(&input, chunk, (size_t)got);
		take_lines(replay, &input);
	}
}

static int block_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

/*
 * Make the folder of what is left for the user, before the sandbox makes all others read-only. Its
 * absence is no error: the bundle may be on a read-only file system.
 */
static int prepare(void)
{
	make_folders(BUNDLE_OUT);
	return 0;
}

static void choose_out(struct replay *replay)
{
	if (access(BUNDLE_OUT, W_OK)) {
		replay->out = text("%s", replay->run);
		return;
	}
	replay->out = text(BUNDLE_OUT);
	/* QEMU appends to it. */
	unlink(BUNDLE_OUT "/console");
}

static int run(struct replay *replay, const char *folder)
{
	cleanup_close int signals = block_signals();
	cleanup_buf struct buf why = BUF_INIT;

	if (bundle_read(".", &replay->bundle, &why))
		return complain(why.data);
	replay->run = text("%s/vfiolab.XXXXXX", folder);
	if (!mkdtemp(replay->run)) {
		buf_printf(&why, "cannot write to %s: %s", folder, strerror(errno));
		free(steal(replay->run));
		return complain(why.data);
	}
	choose_out(replay);
	place_job(replay);
	replay->outcome = (struct outcome){.bundle = &replay->bundle, .out = stdout};
	outcome_begin(&replay->outcome);
	if (start_guests(replay))
		return complain("cannot start a process");
	watch_guests(replay, signals);
	return outcome_end(&replay->outcome);
}

int main(int argc, char **argv)
{
	__attribute__((cleanup(replay_free))) struct replay replay = {.link = -1};

	if (argc > 2 && !strcmp(argv[1], BOUND))
		return bound_main(argv + 2);
	if (argc == 2 && !strcmp(argv[1], "--prepare"))
		return prepare();
	if (argc != 4)
		return complain("usage: replay FOLDER QEMU tcg|kvm, as the script run does");
	replay.qemu = argv[2];
	replay.accel = argv[3];
	return run(&replay, argv[1]);
}
