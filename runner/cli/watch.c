// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab watch: build and run what changes in a kernel source, whenever a file is saved. */
#include "runner/cli/watch.h"

#include "lab/base/cleanup.h"
#include "lab/base/clock.h"
#include "lab/base/file.h"
#include "runner/cli/command.h"
#include "runner/cli/run-folder.h"
#include "runner/lane/pool.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>

enum { OPTION_ALL = OPTION_LONG_ONLY };

static const struct argp_option options[] = {
	{"all", OPTION_ALL, NULL, 0,
	 "run all cases, those that reach the change first; by default these alone", 0},
	{0},
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct watch *watch = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &watch->choice;
		return 0;
	case OPTION_ALL:
		watch->all = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num)
			return ARGP_ERR_UNKNOWN;
		watch->kdir = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp watch_argp = {
	.options = options,
	.parser = parse,
	.children = (struct argp_child[]){{.argp = &choice_argp}, {0}},
	.args_doc = "[KDIR]",
	.doc = "Build the kernel source KDIR whenever a file of it is saved, run the cases that "
	       "reach what has changed, and print what is news since the last pass: cases that "
	       "fail, cases that pass again, errors of the compiler. The first pass runs what is "
	       "not committed yet. make reach must have found out what the cases reach. An "
	       "interrupt (Ctrl-C) ends it [KDIR=].",
};

static void tally_free(struct watch_tally *tally)
{
	list_free(&tally->jobs);
	free(tally->reach);
	free(tally->made);
	free(tally->made_whole);
}

static int start(struct watch *watch)
{
	static const struct list nothing;
	const struct pass pass = {
		.settings = &watch->settings,
		.choice = &watch->choice,
		.source = watch->source,
		.since = watch->since,
		.since_whole = watch->since_whole,
		.saved = watch->saves.unknown ? &nothing : &watch->saves.files,
		.failing = &watch->failing,
		.ready = &watch->ready.lanes,
		.log = watch->log,
		.build_log = watch->build_log,
	};

	list_free(&watch->failing);
	standing_failing(&watch->standing, &watch->failing);
	tally_free(&watch->tally);
	watch->tally = (struct watch_tally){.began_ms = now_ms()};
	watch_ready_hand_over(&watch->ready);
	return pass_start(&pass, &watch->process);
}

/* End the pass, if there is one, and prepare for the next. */
static void end_pass(struct watch *watch)
{
	if (watch->process.pid <= 0)
		return;
	pass_end(&watch->process);
	watch_ready_take(&watch->ready, &watch->tally.jobs);
	/* Until it has built, it uses no lane. */
	if (watch->tally.built_ms)
		watch_ready_renew(&watch->ready);
	else
		watch_ready_serve(&watch->ready);
}

/* Take all lines that have arrived. */
static void serve_pass(struct watch *watch)
{
	bool may_read = true;
	int got = 1;

	while (got > 0) {
		cleanup_pass_line struct pass_line line = {0};

		got = pass_read(&watch->process, may_read, &line);
		may_read = false;
		if (got > 0)
			watch_take_line(watch, &line);
	}
	if (got < 0)
		end_pass(watch);
}

/* Wait for saves, results and signals until a signal arrives. Returns 0 or -errno. */
static int serve(struct watch *watch, int signals)
{
	int err = start(watch);

	while (!err && !watch->fatal) {
		struct pollfd events[] = {{.fd = signals, .events = POLLIN},
					  {.fd = watch->process.fd, .events = POLLIN},
					  {.fd = watch->saves.fd, .events = POLLIN},
					  {.fd = watch->ready.fd, .events = POLLIN}};

		if (poll(events, ARRAY_SIZE(events), -1) < 0)
			continue;
		if (events[0].revents)
			return 0;
		if (events[1].revents)
			serve_pass(watch);
		if (events[2].revents && saves_take(&watch->saves)) {
			saves_settle(&watch->saves);
			end_pass(watch);
			err = start(watch);
		}
		if (events[3].revents)
			watch_ready_serve(&watch->ready);
	}
	return err;
}

/* Variables that select kernels have no use here. */
static int check_choice(const struct watch *watch, struct buf *why)
{
	struct stat about;

	if (!watch->kdir || !*watch->kdir)
		buf_puts(why, "watch: name a kernel source: vfiolab watch KDIR");
	else if (stat(watch->kdir, &about) || !S_ISDIR(about.st_mode))
		buf_printf(why, "watch: %s: no such folder", watch->kdir);
	else if (watch->choice.kernels.count)
		buf_puts(why, "watch: it builds KDIR: leave out --kernel and KERNELS=");
	else if (getenv("SERIES") && *getenv("SERIES"))
		buf_puts(why, "watch: SERIES= has no use: apply it to KDIR");
	else if (watch->choice.shard.count)
		buf_puts(why, "watch: --shard and SHARD= have no use");
	return why->len ? -EINVAL : 0;
}

/* An O= of its own keeps the kernel "local" of other runs as it is. */
static int make_folder(struct watch *watch, struct buf *why)
{
	cleanup_free char *work = text("%s/work", watch->out);
	cleanup_free char *programs = text("%s/libexec", watch->out);
	cleanup_free char *logs = text("%s/logs", watch->out);
	int err = folder_lock(watch->out, "watch", why);

	if (err)
		return err;
	/* Other programs or settings may have made them. */
	remove_tree(work);
	remove_tree(programs);
	err = make_folders(logs);
	if (err)
		buf_printf(why, "cannot write to %s: %s", watch->out, strerror(-err));
	return err;
}

static int open_ready(struct watch *watch, struct buf *why)
{
	cleanup_free char *passes = text("%s/" PASSES, watch->out);
	int err = watch_ready_open(&watch->settings, passes, &watch->ready);

	if (err)
		buf_printf(why, "cannot write to %s: %s", passes, strerror(-err));
	return err;
}

static int begin(struct watch *watch, const struct settings *settings, struct buf *why)
{
	int err;

	watch->kdir = watch->kdir ?: getenv("KDIR");
	err = check_choice(watch, why);
	if (err)
		return err;
	watch->source = realpath(watch->kdir, NULL);
	watch->out = text("%s/watch", settings->out);
	watch->log = text("%s/log", watch->out);
	watch->build_log = text("%s/logs/kernel-local.log", watch->out);
	watch->choice.only_changed = !watch->all;
	list_add(&watch->choice.kernels, "local");
	err = make_folder(watch, why);
	if (err)
		return err;
	setenv("O", watch->out, 1);
	setenv("KDIR", watch->source, 1);
	return settings_read(&watch->settings, why)
		       ?: open_ready(watch, why)
		       ?: saves_open(watch->source, &watch->saves, why);
}

static void watch_free(struct watch *watch)
{
	pass_end(&watch->process);
	watch_ready_end(&watch->ready);
	saves_close(&watch->saves);
	standing_free(&watch->standing);
	choice_free(&watch->choice);
	list_free(&watch->failing);
	list_free(&watch->errors);
	free(watch->source);
	free(watch->out);
	free(watch->log);
	free(watch->build_log);
	free(watch->since);
	free(watch->since_whole);
	tally_free(&watch->tally);
}

static int run_watch(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(watch_free))) struct watch watch = {
		.saves = {.fd = -1}, .process = {.fd = -1}, .ready = {.fd = -1}};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_close int signals = -1;
	int err;

	if (choice_read(&watch.choice, &why))
		return complain(&why);
	parse_options(&watch_argp, argc, argv, 0, &watch);
	if (begin(&watch, settings, &why))
		return complain(&why);
	signals = lanes_block_signals();
	err = signals < 0 ? -errno : serve(&watch, signals);
	if (err) {
		buf_printf(&why, "watch: %s", strerror(-err));
		return complain(&why);
	}
	return watch.fatal ? EXIT_LAB : 0;
}

COMMAND(watch, .name = "watch",
	.summary = "build and run what changes in a kernel source, on each save",
	.argp = &watch_argp, .run = run_watch);
