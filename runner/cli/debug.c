// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/debug.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/cli/command.h"
#include "runner/cli/gdb-script.h"
#include "runner/cli/one-case.h"
#include "runner/guest/memory-dump.h"

#include <errno.h>
#include <string.h>
#include <sys/un.h>

/* Dumps of one run, unless DUMPS= is set. */
#define DUMPS_DEFAULT 2

/*
 * The deadline of a case under gdb, in ms: the most that the agent accepts. The clock of a guest
 * that gdb has stopped does not run.
 */
#define GDB_DEADLINE_MS 1000000

enum {
	OPTION_GDB = OPTION_LONG_ONLY + 0x40,
	OPTION_CONSOLE,
	OPTION_DUMPS,
};

static const struct argp_option options[] = {
	{"gdb", OPTION_GDB, "CASE", 0,
	 "run this case, SCENARIO[DUT] or a line of a run, in a guest that waits for gdb, without "
	 "time limits; print the command that starts gdb. The results are in O=/gdb",
	 0},
	{"console", OPTION_CONSOLE, NULL, 0,
	 "print what the kernels print on their consoles as it comes, with all messages "
	 "[CONSOLE=1]",
	 0},
	{"dumps", OPTION_DUMPS, "N", 0,
	 "dump the memory of the first N guests that panic or hang, by default 2; 0: none [DUMPS=]",
	 0},
	{0},
};

static int parse_dumps(const char *what, const char *value, struct debug *debug, struct buf *why)
{
	debug->dumps = 0;
	return strcmp(value, "0") ? parse_number(what, value, DUMPS_MAX, &debug->dumps, why) : 0;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct debug *debug = state->input;
	cleanup_buf struct buf why = BUF_INIT;

	switch (key) {
	case OPTION_GDB:
		debug->gdb = value;
		return 0;
	case OPTION_CONSOLE:
		debug->console = true;
		return 0;
	case OPTION_DUMPS:
		if (!parse_dumps("--dumps", value, debug, &why))
			return 0;
		argp_failure(state, EXIT_LAB, 0, "%s", why.data);
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp debug_argp = {
	.options = options,
	.parser = parse,
};

int debug_read(struct debug *debug, struct buf *why)
{
	const char *console = getenv("CONSOLE") ?: "";
	const char *dumps = getenv("DUMPS") ?: "";

	debug->console = !strcmp(console, "1");
	debug->dumps = DUMPS_DEFAULT;
	if (*console && strcmp(console, "0") && !debug->console) {
		buf_printf(why, "CONSOLE=%s: expected 1", console);
		return -EINVAL;
	}
	return *dumps ? parse_dumps("DUMPS", dumps, debug, why) : 0;
}

static void copy_list(struct list *to, const struct list *from)
{
	for (size_t i = 0; i < from->count; i++)
		list_add(to, from->items[i]);
}

static void choose(struct choice *choice, const struct one_case *one)
{
	const struct job *job = one_case_job(one);
	const struct job_case *target = one_case_target(one);

	list_free(&choice->kernels);
	list_free(&choice->machines);
	list_free(&choice->scenarios);
	list_free(&choice->duts);
	list_free(&choice->modes);
	list_add(&choice->kernels, job->kernel);
	list_add(&choice->machines, job->machine);
	list_add(&choice->scenarios, target->scenario);
	list_add(&choice->duts, target->dut);
	list_add(&choice->modes, mode_names[target->mode]);
	choice->repeat = choice->retry = 0;
	choice->lanes = 1;
}

int debug_choose(const struct debug *debug, const struct settings *settings, struct choice *choice,
		 struct buf *why)
{
	char *const words[] = {(char *)debug->gdb, NULL};
	struct one_case one = {.words = words, .choice = {.accel = choice->accel, .lanes = 1}};
	int err;

	copy_list(&one.choice.kernels, &choice->kernels);
	copy_list(&one.choice.machines, &choice->machines);
	err = one_case_find(settings, &one, why);
	if (!err)
		choose(choice, &one);
	one_case_free(&one);
	return err;
}

/* Give the only job of PLAN a socket in FOLDER, and write the script for it. */
static int prepare_gdb(struct debug *debug, struct plan *plan, const char *folder, struct buf *why)
{
	struct job *job = &plan->jobs[0];

	job->gdb = text("%s/gdb.socket", folder);
	job->deadline_ms = GDB_DEADLINE_MS;
	if (strlen(job->gdb) >= sizeof(((struct sockaddr_un *)0)->sun_path)) {
		buf_printf(why, "--gdb: the path of a socket is too long: %s: set a shorter O=",
			   job->gdb);
		return -ENAMETOOLONG;
	}
	debug->script = text("%s/guest.gdb", folder);
	if (!gdb_has_lines(job))
		printf("gdb     %s has no debug information: a kernel such as base+symbols has\n",
		       job->kernel);
	return gdb_script_write(job, debug->script, why);
}

/* The last loglevel= of the command line counts, and "quiet" comes before it. */
static void make_loud(struct job *job)
{
	char *quiet = job->cmdline;

	job->cmdline = text("%s%sloglevel=7", quiet ?: "", quiet ? " " : "");
	free(quiet);
}

int debug_prepare(struct debug *debug, struct plan *plan, const char *folder, struct buf *why)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct job *job = &plan->jobs[i];

		if (debug->dumps)
			job->dumps = text("%s/dumps", folder);
		job->dumps_max = debug->dumps;
		if (debug->console)
			make_loud(job);
	}
	return debug->gdb ? prepare_gdb(debug, plan, folder, why) : 0;
}

void debug_watch(struct debug *debug, const struct plan *plan)
{
	if (debug->console)
		consoles_watch(&debug->consoles, plan);
}

bool debug_note(struct debug *debug, const char *key, const char *value)
{
	if (key && !strcmp(key, "dump")) {
		list_add(&debug->dumped, value ?: "");
		return true;
	}
	if (!key || strcmp(key, "gdb"))
		return false;
	printf("gdb     the guest waits for gdb: start\n"
	       "            gdb -x %s\n"
	       "        in another terminal. Its command \"case\" runs the guest to the beginning "
	       "of the case,\n"
	       "        and loads the symbols of modules. Leave gdb to end the run, or press "
	       "Ctrl-C here.\n",
	       debug->script);
	fflush(stdout);
	return true;
}

void debug_tick(struct debug *debug, struct progress *progress)
{
	cleanup_list struct list lines = {0};

	consoles_read(&debug->consoles, &lines);
	for (size_t i = 0; i < lines.count; i++)
		progress_text(progress, lines.items[i]);
}

void debug_print(const struct debug *debug)
{
	for (size_t i = 0; i < debug->dumped.count; i++)
		printf("dump:    %s\n", debug->dumped.items[i]);
}

void debug_free(struct debug *debug)
{
	consoles_free(&debug->consoles);
	list_free(&debug->dumped);
	free(debug->script);
}
