// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab bisect: find the patch, the commit or the change of a package that breaks a case. */
#include "runner/bisect/bisect.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/select.h"
#include "runner/cli/case-line.h"
#include "runner/cli/command.h"
#include "runner/cli/run-folder.h"
#include "runner/plan/named.h"

#include <errno.h>
#include <string.h>

#define TRIES_MAX 100

enum {
	OPTION_KERNEL = 'k',
	OPTION_MACHINE = 'm',
	OPTION_SERIES = OPTION_LONG_ONLY,
	OPTION_GOOD,
	OPTION_BAD,
	OPTION_PACKAGES,
	OPTION_TRIES,
	OPTION_PREPARE,
};

static const struct argp_option options[] = {
	{"series", OPTION_SERIES, "PATH", 0, "find the first bad patch of this series", 0},
	{"kernel", OPTION_KERNEL, "NAME", 0,
	 "the kernel below the series; by default base, or with KDIR= local", 0},
	{"good", OPTION_GOOD, "REV", 0, "find the first bad commit of KDIR=: REV is good", 0},
	{"bad", OPTION_BAD, "REV", 0, "and REV is bad; by default HEAD", 0},
	{"packages", OPTION_PACKAGES, "OLD NEW", 0,
	 "print what differs between two kernels of KERNELS=, such as distro@VERSION distro", 0},
	{"machine", OPTION_MACHINE, "NAME", 0, "the machine, if several have the DUT", 0},
	{"tries", OPTION_TRIES, "N", 0,
	 "run the case N times on each kernel: it is bad if one of them fails", 0},
	{"prepare", OPTION_PREPARE, NULL, OPTION_HIDDEN, "only check, and name what to fetch", 0},
	{0},
};

struct choosing {
	struct bisect bisect;
	const char *machine;
	struct buf words; /* the case */
};

static error_t take_packages(struct bisect *bisect, const char *old, struct argp_state *state)
{
	const char *new = state->next < state->argc ? state->argv[state->next] : NULL;

	if (!new) {
		argp_failure(state, EXIT_LAB, 0, "--packages: name two kernels, OLD NEW");
		return EINVAL;
	}
	state->next++;
	bisect->packages[0] = old;
	bisect->packages[1] = new;
	return 0;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct choosing *choosing = state->input;
	struct bisect *bisect = &choosing->bisect;

	switch (key) {
	case OPTION_SERIES:
		bisect->series = value;
		return 0;
	case OPTION_KERNEL:
		bisect->kernel = value;
		return 0;
	case OPTION_GOOD:
		bisect->good = value;
		return 0;
	case OPTION_BAD:
		bisect->bad = value;
		return 0;
	case OPTION_PACKAGES:
		return take_packages(bisect, value, state);
	case OPTION_MACHINE:
		choosing->machine = value;
		return 0;
	case OPTION_TRIES:
		return parse_option_number(state, "--tries", value, TRIES_MAX, &bisect->tries);
	case OPTION_PREPARE:
		bisect->prepare = true;
		return 0;
	case ARGP_KEY_ARG:
		buf_printf(&choosing->words, "%s%s", choosing->words.len ? " " : "", value);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp bisect_argp = {
	.options = options,
	.parser = parse,
	.args_doc = "CASE",
	.doc = "Find what breaks CASE, SCENARIO[DUT] or a line of a run: the first bad patch of a "
	       "series, the first bad commit of KDIR=, or what changed between two packages. Both "
	       "ends are tested first. Kernels that do not build, and verdicts other than PASS and "
	       "FAIL, are skipped, as git bisect does for 125. Exits with 0 if it is found, 1 if "
	       "there is no answer, 2 if the lab failed. docs/bisect.md has more.",
};

/* Check that exactly one way to bisect is chosen. */
static int check_way(struct bisect *bisect, struct buf *why)
{
	unsigned int ways =
		!!bisect->series + !!(bisect->good ?: bisect->bad) + !!bisect->packages[0];
	const char *kdir = getenv("KDIR");

	if (ways != 1)
		buf_puts(why, "bisect: choose one of --series PATH, --good REV --bad REV and "
			      "--packages OLD NEW");
	else if (bisect->bad && !bisect->good)
		buf_puts(why, "bisect: --bad needs --good REV, a commit on which the case passes");
	else if (bisect->good && !(kdir && *kdir))
		buf_puts(why, "bisect: --good needs KDIR=, the git work tree with the commits");
	else if (bisect->kernel && !bisect->series)
		buf_puts(why, "bisect: --kernel is the kernel below --series");
	bisect->bad = bisect->bad ?: "HEAD";
	return why->len ? -EINVAL : 0;
}

/* Add to DUTS the DUTs of MACHINE. Returns whether it has that of PLACE, DUT or DUT,MODE. */
static bool has_dut(const struct machine *machine, const char *place, struct list *duts)
{
	bool found = false;

	for (size_t i = 0; i < machine->dut_count; i++) {
		list_add_once(duts, machine->duts[i].name);
		found |= strlen(machine->duts[i].name) == strcspn(place, ",") &&
			 !strncmp(machine->duts[i].name, place, strcspn(place, ","));
	}
	return found;
}

/* Find the machines that run the case; WANTED, if not NULL, is the only candidate. */
static int find_machines(const struct inventory *inventory, const struct bisect *bisect,
			 const char *wanted, struct list *machines, struct buf *why)
{
	cleanup_list struct list duts = {0};
	struct choice choice = {0};

	/* Not a kernel that must be built: named_add() does not look at its name. */
	list_add(&choice.kernels, "any");
	for (size_t i = 0; i < inventory->machine_count; i++) {
		const char *name = inventory->machines[i]->name;
		cleanup_buf struct buf reason = BUF_INIT;

		if ((wanted && strcmp(name, wanted)) ||
		    (!has_dut(inventory->machines[i], bisect->dut, &duts) && !wanted))
			continue;
		if (!named_add(inventory, &choice, "any", name, bisect->scenario, bisect->dut,
			       &reason))
			list_add(machines, name);
		else if (!why->len)
			buf_puts(why, reason.data);
	}
	if (wanted && !why->len && !machines->count)
		named_add(inventory, &choice, "any", wanted, bisect->scenario, bisect->dut, why);
	choice_free(&choice);
	if (!machines->count && !why->len) {
		buf_printf(why, "there is no DUT '%s'", bisect->dut);
		list_suggest(&duts, bisect->dut, why);
	}
	return machines->count ? 0 : -ENOENT;
}

static int choose_machine(const struct settings *settings, struct bisect *bisect,
			  const char *wanted, struct buf *why)
{
	cleanup_inventory struct inventory inventory = {0};
	cleanup_list struct list machines = {0};
	cleanup_buf struct buf reason = BUF_INIT;
	int err = inventory_survey(settings, &inventory, why);

	if (err)
		return err;
	err = find_machines(&inventory, bisect, wanted, &machines, &reason);
	if (err) {
		buf_puts(why, reason.data);
	} else if (machines.count > 1) {
		cleanup_free char *joined = list_join(&machines, ", ");

		buf_printf(why, "several machines run the case: %s: choose one with --machine",
			   joined);
		err = -EINVAL;
	} else {
		bisect->machine = text("%s", machines.items[0]);
	}
	return err;
}

/* Returns 0 or -EINVAL. */
static int read_case(const char *words, struct case_line *line)
{
	if (!case_line_read(words, line))
		return 0;
	case_line_free(line);
	*line = (struct case_line){0};
	return case_name_read(words, line);
}

static int choose_case(const struct settings *settings, struct choosing *choosing, struct buf *why)
{
	struct bisect *bisect = &choosing->bisect;
	cleanup_case_line struct case_line line = {0};

	if (read_case(choosing->words.data ?: "", &line)) {
		buf_printf(why,
			   "bisect: '%s' is not a case: expected FAMILY/SCENARIO[DUT], or a "
			   "line of a run",
			   choosing->words.data ?: "");
		return -EINVAL;
	}
	if (line.duts.count > 1) {
		buf_printf(why, "bisect: %s has %zu DUTs in brackets: name one", line.scenario,
			   line.duts.count);
		return -EINVAL;
	}
	bisect->scenario = text("%s", line.scenario);
	bisect->dut = text("%s", line.duts.items[0]);
	return choose_machine(settings, bisect, choosing->machine ?: line.machine, why);
}

/* Remove what the last bisection left but its cached kernels, and link to the lab's programs. */
static int make_folder(const struct bisect *bisect, struct buf *why)
{
	static const char *const old[] = {"kernels", "images", "logs", "tests", "patches"};
	static const char *const new[] = {"kernels", "images", "logs"};
	cleanup_free char *programs = text("%s/libexec", bisect->out);
	int err = 0;

	for (size_t i = 0; i < ARRAY_SIZE(old) && !bisect->prepare; i++) {
		cleanup_free char *folder = text("%s/%s", bisect->out, old[i]);

		remove_tree(folder);
	}
	unlink(programs);
	for (size_t i = 0; i < ARRAY_SIZE(new) && !err; i++) {
		cleanup_free char *folder = text("%s/%s", bisect->out, new[i]);

		err = make_folders(folder);
	}
	if (!err && symlink("../libexec", programs))
		err = -errno;
	if (err)
		buf_printf(why, "cannot write to %s: %s", bisect->out, strerror(-err));
	return err;
}

/* The variables of a run would select other cases and kernels in the runs of the bisection. */
static void set_environment(const struct bisect *bisect)
{
	static const char *const unwanted[] = {"KERNELS", "SERIES",  "MACHINES", "SCENARIOS",
					       "DUTS",	  "MODES",   "FAILED",	 "REPEAT",
					       "RETRY",	  "STOP",    "SHARD",	 "FLAKY",
					       "TRACE",	  "CONSOLE", "ONLY"};

	for (size_t i = 0; i < ARRAY_SIZE(unwanted); i++)
		unsetenv(unwanted[i]);
	setenv("O", bisect->out, 1);
	if (!bisect->series && !bisect->good)
		unsetenv("KDIR");
}

static int begin(const struct settings *settings, struct choosing *choosing, struct buf *why)
{
	struct bisect *bisect = &choosing->bisect;
	int err = check_way(bisect, why) ?: choose_case(settings, choosing, why);

	bisect->out = text("%s/bisect", settings->out);
	bisect->log = text("%s/log", bisect->out);
	if (!err)
		err = folder_lock(bisect->out, "bisect", why) ?: make_folder(bisect, why);
	if (!err)
		set_environment(bisect);
	return err;
}

static int carry_out(struct bisect *bisect, struct buf *why)
{
	if (bisect->series)
		return bisect_series(bisect, why);
	return bisect->good ? bisect_commits(bisect, why) : bisect_packages(bisect, why);
}

static void choosing_free(struct choosing *choosing)
{
	buf_free(&choosing->words);
	free(choosing->bisect.out);
	free(choosing->bisect.log);
	free(choosing->bisect.scenario);
	free(choosing->bisect.dut);
	free(choosing->bisect.machine);
}

static int run_bisect(const struct settings *settings, int argc, char **argv)
{
	__attribute__((cleanup(choosing_free))) struct choosing choosing = {
		.bisect = {.settings = settings, .tries = 1}};
	cleanup_buf struct buf why = BUF_INIT;
	int status;

	parse_options(&bisect_argp, argc, argv, 0, &choosing);
	status = begin(settings, &choosing, &why);
	if (!status)
		status = carry_out(&choosing.bisect, &why);
	fflush(stdout);
	if (status)
		complain(&why);
	return status < 0 ? EXIT_LAB : status;
}

COMMAND(bisect, .name = "bisect",
	.summary = "find the patch, the commit or the change of a package that breaks a case",
	.argp = &bisect_argp, .run = run_bisect);
