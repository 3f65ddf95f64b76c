/* SPDX-License-Identifier: GPL-2.0-only */
/* vfiolab run: gdb, memory dumps and live consoles (docs/debugging.md). */
#ifndef RUNNER_CLI_DEBUG_H
#define RUNNER_CLI_DEBUG_H

#include "runner/cli/consoles.h"
#include "runner/lane/progress.h"
#include "runner/plan/plan.h"

#include <argp.h>

struct debug {
	const char *gdb;    /* --gdb: the case, or NULL */
	char *script;	    /* for gdb */
	bool console;	    /* --console, CONSOLE=1 */
	unsigned int dumps; /* --dumps, DUMPS=: maximum for the run */
	struct consoles consoles;
	struct list dumped; /* "PATH (SIZE)" of each dump */
};

/* The options, for a struct debug. */
extern const struct argp debug_argp;

/* Set DEBUG to the defaults from the environment. Returns 0, or -EINVAL with a message in WHY. */
int debug_read(struct debug *debug, struct buf *why);

/*
 * With --gdb: let CHOICE select only that case, on one kernel and one machine. Returns 0, or -errno
 * with a message in WHY.
 */
int debug_choose(const struct debug *debug, const struct settings *settings, struct choice *choice,
		 struct buf *why);

/*
 * Set what the jobs of PLAN need, whose results are in FOLDER. With --gdb, write the script for gdb
 * to it. Returns 0, or -errno with a message in WHY.
 */
int debug_prepare(struct debug *debug, struct plan *plan, const char *folder, struct buf *why);

/* Watch the consoles of the jobs of PLAN, which must last until the next call. */
void debug_watch(struct debug *debug, const struct plan *plan);

/* Take a lane's note: "dump", or "gdb" if its guest waits for gdb. Returns whether it was one. */
bool debug_note(struct debug *debug, const char *key, const char *value);

/* Print what the consoles have printed since the last call. Called about once a second. */
void debug_tick(struct debug *debug, struct progress *progress);

/* Print where the dumps are. */
void debug_print(const struct debug *debug);

void debug_free(struct debug *debug);

#endif
