// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/command.h"
#include "runner/plan/guest-image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	OPTION_KERNEL = 'k',
	OPTION_MACHINE = 'm',
	OPTION_LSPCI = 'i',
	OPTION_SCENARIO = 's',
	OPTION_DUT = 'd',
	OPTION_LANES = 'l',
	OPTION_TIMEOUT = 't',
	OPTION_ACCEL = 'a',
	OPTION_STOP = 'x',
	OPTION_REVERSE = 'r',
	OPTION_MODE = 'M',
	OPTION_SHARD = OPTION_LONG_ONLY + 0x80,
	OPTION_REPLAY,
	OPTION_SUITES,
	OPTION_IMAGE,
	OPTION_USER_DATA,
};

static const struct argp_option guest_options[] = {
	{"kernel", OPTION_KERNEL, "GLOB", 0,
	 "kernels, of those built; !GLOB excludes, here and below [KERNELS=]", 0},
	{"machine", OPTION_MACHINE, "GLOB", 0,
	 "machines, or the path of a machine's XML file [MACHINES=]", 0},
	{"lspci", OPTION_LSPCI, "FILE[@ADDRESS,...]", 0,
	 "instead of the lab's machines, one with the devices that lspci -vvvxxxx printed to FILE "
	 "[LSPCI=]",
	 0},
	{"replay", OPTION_REPLAY, "FILE", 0,
	 "let the devices of the dump answer as FILE says, a log of the real ones: trace events of "
	 "QEMU's VFIO, or the kernel's mmiotrace",
	 0},
	{"image", OPTION_IMAGE, "busybox|cloud", 0,
	 "user space of the guests: the initramfs alone, or a Debian with cloud-init, libvirt and "
	 "QEMU [IMAGE=]",
	 0},
	{"user-data", OPTION_USER_DATA, "FILE", 0,
	 "for cloud-init in the image cloud, such as a cloud-config", 0},
	{"accel", OPTION_ACCEL, "auto|kvm|tcg", 0,
	 "accelerator of the guests, by default KVM if it is usable [ACCEL=]", 0},
	{0},
};

static const struct argp_option case_options[] = {
	{"scenario", OPTION_SCENARIO, "GLOB", 0, "scenarios, FAMILY or FAMILY/NAME [SCENARIOS=]",
	 0},
	{"dut", OPTION_DUT, "GLOB", 0, "devices under test [DUTS=]", 0},
	{"mode", OPTION_MODE, "GLOB", 0,
	 "modes: type1, compat, cdev; by default all that the kernel has [MODES=]", 0},
	{"suites", OPTION_SUITES, "DIR[:DIR]...", 0,
	 "folders of foreign test programs, whose results become cases; without --scenario, only "
	 "these run [SUITES=]",
	 0},
	{0},
};

static const struct argp_option options[] = {
	{"lanes", OPTION_LANES, "N", 0,
	 "guests at a time, by default three per processor, or as many as fit into the memory "
	 "that is left [LANES=]",
	 0},
	{"timeout", OPTION_TIMEOUT, "SECONDS", 0,
	 "deadline of every case, instead of its own [TIMEOUT=]", 0},
	{"stop", OPTION_STOP, "run|kernel", OPTION_ARG_OPTIONAL,
	 "after a failure, end the run or skip the rest of that kernel's cases [STOP=]", 0},
	{"shard", OPTION_SHARD, "i/N", 0,
	 "the i-th of N parts of the cases, the same on every machine, with all cases of a DUT in "
	 "one part; auto: as the variables of Slurm or GitLab number the task. vfiolab merge joins "
	 "the results [SHARD=]",
	 0},
	{"reverse", OPTION_REVERSE, NULL, 0,
	 "run each guest's cases in reverse order; verdicts and facts must not change", 0},
	{0},
};

/* The first use of an option replaces the choice of the environment. */
static void choose(struct list *list, struct argp_state *state, int key, const char *globs)
{
	bool *fresh = state->hook;

	if (!fresh[key])
		list_free(list);
	fresh[key] = true;
	list_add_words(list, globs);
}

int parse_option_number(struct argp_state *state, const char *what, const char *value,
			unsigned int max, unsigned int *parsed)
{
	cleanup_buf struct buf why = BUF_INIT;

	if (!parse_number(what, value, max, parsed, &why))
		return 0;
	argp_failure(state, EXIT_LAB, 0, "%s", why.data);
	return EINVAL;
}

error_t parse_words(int key, char *value, struct argp_state *state)
{
	(void)value;
	if (key != ARGP_KEY_ARGS)
		return ARGP_ERR_UNKNOWN;
	*(char ***)state->input = state->argv + state->next;
	return 0;
}

static int accel(struct argp_state *state, const char *value, struct choice *choice)
{
	cleanup_buf struct buf why = BUF_INIT;

	if (!choose_accel(value, &choice->accel, &why))
		return 0;
	argp_failure(state, EXIT_LAB, 0, "%s", why.data);
	return EINVAL;
}

static int image(struct argp_state *state, const char *name, struct choice *choice)
{
	cleanup_buf struct buf why = BUF_INIT;

	choice->image = name;
	if (!image_check("--image", name, &why))
		return 0;
	argp_failure(state, EXIT_LAB, 0, "%s", why.data);
	return EINVAL;
}

static int stop(struct argp_state *state, const char *value, struct choice *choice)
{
	cleanup_buf struct buf why = BUF_INIT;

	if (!parse_stop(value ?: "run", &choice->stop, &why))
		return 0;
	argp_failure(state, EXIT_LAB, 0, "%s", why.data);
	return EINVAL;
}

static int shard(struct argp_state *state, const char *value, struct choice *choice)
{
	cleanup_buf struct buf why = BUF_INIT;

	if (!parse_shard("--shard", value, &choice->shard, &why))
		return 0;
	argp_failure(state, EXIT_LAB, 0, "%s", why.data);
	return EINVAL;
}

/* Allocate the state of choose(): whether an option was given before. */
static error_t begin(struct argp_state *state)
{
	state->hook = calloc(256, sizeof(bool));
	return state->hook ? 0 : ENOMEM;
}

static error_t parse_guest(int key, char *value, struct argp_state *state)
{
	struct choice *choice = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		return begin(state);
	case ARGP_KEY_FINI:
		free(state->hook);
		return 0;
	case OPTION_KERNEL:
		choose(&choice->kernels, state, key, value);
		return 0;
	case OPTION_MACHINE:
		choose(&choice->machines, state, key, value);
		return 0;
	case OPTION_LSPCI:
		choice->lspci = value;
		return 0;
	case OPTION_REPLAY:
		choice->replay = value;
		return 0;
	case OPTION_IMAGE:
		return image(state, value, choice);
	case OPTION_USER_DATA:
		choice->user_data = value;
		return 0;
	case OPTION_ACCEL:
		return accel(state, value, choice);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp guest_argp = {
	.options = guest_options,
	.parser = parse_guest,
};

static error_t parse_cases(int key, char *value, struct argp_state *state)
{
	struct choice *choice = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = choice;
		return begin(state);
	case ARGP_KEY_FINI:
		free(state->hook);
		return 0;
	case OPTION_SCENARIO:
		choose(&choice->scenarios, state, key, value);
		return 0;
	case OPTION_DUT:
		choose(&choice->duts, state, key, value);
		return 0;
	case OPTION_MODE:
		choose(&choice->modes, state, key, value);
		return 0;
	case OPTION_SUITES:
		choice->suites = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child case_children[] = {{.argp = &guest_argp}, {0}};

const struct argp case_argp = {
	.options = case_options,
	.parser = parse_cases,
	.children = case_children,
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct choice *choice = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = choice;
		return 0;
	case OPTION_LANES:
		return parse_option_number(state, "--lanes", value, LANES_MAX, &choice->lanes);
	case OPTION_TIMEOUT:
		return parse_option_number(state, "--timeout", value, TIMEOUT_MAX,
					   &choice->timeout);
	case OPTION_STOP:
		return stop(state, value, choice);
	case OPTION_SHARD:
		return shard(state, value, choice);
	case OPTION_REVERSE:
		choice->reverse = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{.argp = &case_argp}, {0}};

const struct argp choice_argp = {
	.options = options,
	.parser = parse,
	.children = children,
};

enum { OPTION_HELP = 'h', OPTION_VERSION = 'V', OPTION_USAGE = OPTION_LONG_ONLY + 0x100 };

const struct argp_option common_options[] = {
	{"help", OPTION_HELP, NULL, 0, "print this help", -1},
	{"usage", OPTION_USAGE, NULL, 0, "print all options in a few lines", -1},
	{"version", OPTION_VERSION, NULL, 0, "print the lab's version", -1},
	{0},
};

static error_t parse_common(int key, char *value, struct argp_state *state)
{
	(void)value;
	switch (key) {
	case OPTION_HELP:
		argp_state_help(state, stdout, ARGP_HELP_STD_HELP);
		return 0;
	case OPTION_USAGE:
		argp_state_help(state, stdout, ARGP_HELP_USAGE | ARGP_HELP_EXIT_OK);
		return 0;
	case OPTION_VERSION:
		print_version();
		exit(0);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

void print_version(void)
{
	printf("vfiolab %s\n", lab_version());
}

/* Pass the input to the command's argp, which is the first child. */
static error_t parse_whole(int key, char *value, struct argp_state *state)
{
	const struct argp *command = state->root_argp->children[0].argp;

	if (key == ARGP_KEY_INIT)
		state->child_inputs[0] = state->input;
	if (key != ARGP_KEY_ARG || command->args_doc)
		return parse_common(key, value, state);
	argp_failure(state, EXIT_LAB, 0, "unexpected argument '%s': %s --help lists the options",
		     value, state->name);
	return EINVAL;
}

void parse_options(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input)
{
	const struct argp_child only[] = {{.argp = argp}, {0}};
	const struct argp whole = {
		.options = common_options,
		.parser = parse_whole,
		.children = only,
	};

	/* argp uses the name in messages until the program exits, so it is never freed. */
	argv[0] = text("vfiolab %s", argv[0]);
	argp_err_exit_status = EXIT_LAB;
	if (argp_parse(&whole, argc, argv, flags | ARGP_NO_HELP, NULL, input))
		exit(EXIT_LAB);
}
