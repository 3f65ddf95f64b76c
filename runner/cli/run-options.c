// SPDX-License-Identifier: GPL-2.0-only
/* The options of vfiolab run, and the make variables that set their defaults. */
#include "lab/base/cleanup.h"
#include "runner/cli/command.h"
#include "runner/cli/run.h"

#include <errno.h>
#include <string.h>

enum {
	OPTION_DRY_RUN = 'n',
	OPTION_VERBOSE = 'v',
	OPTION_CASES = 'c',
	OPTION_REPORTS = OPTION_LONG_ONLY,
	OPTION_FAILED,
	OPTION_REPEAT,
	OPTION_RETRY,
	OPTION_TRACE,
	OPTION_REACH,
	OPTION_ONLY,
};

static const struct argp_option options[] = {
	{"dry-run", OPTION_DRY_RUN, NULL, 0,
	 "print each guest's domain XML and QEMU command line instead", 0},
	{"cases", OPTION_CASES, "FILE", 0,
	 "run the cases that FILE names, in lines as a run or vfiolab list prints them: "
	 "KERNEL/MACHINE SCENARIO[DUT]; other options select among them",
	 0},
	{"failed", OPTION_FAILED, NULL, 0,
	 "run the cases of the latest run that failed, had an error or did not run; other options "
	 "select among them [FAILED=1]",
	 0},
	{"repeat", OPTION_REPEAT, "N", 0, "run every case N times in a row [REPEAT=]", 0},
	{"retry", OPTION_RETRY, "N", 0,
	 "run a failed case up to N more times, in a fresh guest; if it then passes, it is "
	 "flaky, and no failure unless FLAKY=fail [RETRY=]",
	 0},
	{"trace", OPTION_TRACE, "1|all", OPTION_ARG_OPTIONAL,
	 "write down what the drivers do with the device models, a file for each case; all: also "
	 "accesses to memory of BARs that guests usually map [TRACE=]",
	 0},
	{"only", OPTION_ONLY, "changed", 0,
	 "run only the cases that reach what SERIES= or KDIR= changes; otherwise they run first "
	 "(vfiolab reach) [ONLY=changed]",
	 0},
	{"reach", OPTION_REACH, NULL, 0,
	 "keep which lines of the kernel each case reaches, for vfiolab reach; the kernels must "
	 "have the flavour coverage (make reach does this)",
	 0},
	{"verbose", OPTION_VERBOSE, NULL, 0, "print each case, and all reasons for skips", 0},
	{"reports", OPTION_REPORTS, "NAME", 0,
	 "put the results below O=/NAME instead of O=/reports", 0},
	{0},
};

static int trace(struct argp_state *state, const char *value, struct choice *choice)
{
	cleanup_buf struct buf why = BUF_INIT;

	if (!parse_trace(value ?: "1", &choice->trace, &why))
		return 0;
	argp_failure(state, EXIT_LAB, 0, "%s", why.data);
	return EINVAL;
}

static int only(struct argp_state *state, const char *value, struct choice *choice)
{
	cleanup_buf struct buf why = BUF_INIT;

	if (!parse_only(value, &choice->only_changed, &why))
		return 0;
	argp_failure(state, EXIT_LAB, 0, "%s", why.data);
	return EINVAL;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct run *run = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &run->choice;
		state->child_inputs[1] = &run->debug;
		return 0;
	case OPTION_DRY_RUN:
		run->dry = true;
		return 0;
	case OPTION_CASES:
		run->cases = value;
		return 0;
	case OPTION_VERBOSE:
		run->verbose = true;
		return 0;
	case OPTION_FAILED:
		run->again = true;
		return 0;
	case OPTION_REPEAT:
		return parse_option_number(state, "--repeat", value, REPEAT_MAX,
					   &run->choice.repeat);
	case OPTION_RETRY:
		return parse_option_number(state, "--retry", value, RETRY_MAX, &run->choice.retry);
	case OPTION_TRACE:
		return trace(state, value, &run->choice);
	case OPTION_REACH:
		run->choice.reach = true;
		return 0;
	case OPTION_ONLY:
		return only(state, value, &run->choice);
	case OPTION_REPORTS:
		run->name = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp run_argp = {
	.options = options,
	.parser = parse,
	.children = (struct argp_child[]){{.argp = &choice_argp}, {.argp = &debug_argp}, {0}},
	.doc = "Run cases in guests and report. Globs select, or exclude if they begin with !. "
	       "Separate several with blanks or commas.",
};

/* Read the make variables RETRY= and FLAKY=. RETRY=0 means no retries. */
static int read_retry(struct run *run, struct buf *why)
{
	const char *retry = getenv("RETRY") ?: "";
	const char *flaky = getenv("FLAKY") ?: "";

	if (*flaky && strcmp(flaky, FLAKY_FAIL) && strcmp(flaky, "warn")) {
		buf_printf(why, "FLAKY=%s: expected warn or fail", flaky);
		return -EINVAL;
	}
	run->choice.flaky = strcmp(flaky, FLAKY_FAIL) ? NULL : FLAKY_FAIL;
	return *retry && strcmp(retry, "0")
		       ? parse_number("RETRY", retry, RETRY_MAX, &run->choice.retry, why)
		       : 0;
}

int run_read_variables(struct run *run, struct buf *why)
{
	const char *failed = getenv("FAILED") ?: "";
	const char *repeat = getenv("REPEAT") ?: "";

	run->again = !strcmp(failed, "1");
	if (*failed && strcmp(failed, "0") && !run->again) {
		buf_printf(why, "FAILED=%s: expected 1", failed);
		return -EINVAL;
	}
	if (*repeat && parse_number("REPEAT", repeat, REPEAT_MAX, &run->choice.repeat, why))
		return -EINVAL;
	return read_retry(run, why) ?: debug_read(&run->debug, why);
}
