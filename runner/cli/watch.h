/* SPDX-License-Identifier: GPL-2.0-only */
/* The state of vfiolab watch, and what it prints. */
#ifndef RUNNER_CLI_WATCH_H
#define RUNNER_CLI_WATCH_H

#include "runner/cli/watch-pass.h"
#include "runner/cli/watch-ready.h"
#include "runner/watch/saves.h"
#include "runner/watch/standing.h"

/* What the current pass has shown so far. */
struct watch_tally {
	unsigned int ran, failed, fixed;
	bool ended; /* the rest is known */
	char *reach;
	struct list jobs;	 /* that it ran */
	char *made, *made_whole; /* what becomes since and since_whole */
	int64_t began_ms, built_ms;
};

struct watch {
	struct choice choice;
	struct settings settings; /* with an O= of its own */
	const char *kdir;	  /* as given */
	char *source;
	char *out;
	char *log, *build_log;
	bool all;
	char *since, *since_whole; /* of struct pass */
	struct list failing;
	struct list errors; /* of the compiler, in the last pass */
	bool was_broken;
	bool fatal; /* the first pass failed in a way that another cannot mend */
	struct standing standing;
	struct saves saves;
	struct pass_process process;
	struct watch_ready ready;
	struct watch_tally tally;
};

/* Take LINE of the current pass, and print what is news in it. */
void watch_take_line(struct watch *watch, const struct pass_line *line);

#endif
