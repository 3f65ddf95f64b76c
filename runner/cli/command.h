/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of vfiolab. Each is a file that puts itself into the table below by COMMAND(). */
#ifndef RUNNER_CLI_COMMAND_H
#define RUNNER_CLI_COMMAND_H

#include "runner/plan/settings.h"

#include <argp.h>
#include <stdint.h>

struct command {
	const char *name;
	const char *summary;
	/*
	 * Its options and what it does: --help, the manual page and completion are made of this.
	 * NULL: hidden.
	 */
	const struct argp *argp;
	/* Returns the exit status (design: 0, 1, 2, 4). ARGV[0] is the command's name. */
	int (*run)(const struct settings *settings, int argc, char **argv);
	bool hidden;
};

#define COMMAND(identifier, ...)                                                                   \
	static const struct command command_##identifier = {__VA_ARGS__};                          \
	static const struct command *const command_entry_##identifier                              \
		__attribute__((used, section("commands"))) = &command_##identifier

extern const struct command *const __start_commands[];
extern const struct command *const __stop_commands[];

/*
 * All commands, in the linker's order. The bounds of a section are the linker's, and of one array.
 */
#define for_each_command(at)                                                                       \
	for (const struct command *const *at = __start_commands;                                   \
	     (uintptr_t)at < (uintptr_t)__stop_commands; at++)

/* The exit status of the lab's own failures and of bad usage. */
#define EXIT_LAB 2

/*
 * The first key of options without a letter. A letter means the same in every command that has it
 * (tests/options): an option of a single command has none, unless no other could want it.
 */
#define OPTION_LONG_ONLY 0x100

/* Print the line WHY on standard error, and return EXIT_LAB. */
int complain(const struct buf *why);

/* Print the lab's version on standard output. */
void print_version(void);

/*
 * Options for the argp of a command, whose input is a struct choice: those that choose a guest
 * (kernel, machine, accelerator), those that choose cases, and those that choose how cases run.
 * Each includes the ones before it.
 */
extern const struct argp guest_argp;
extern const struct argp case_argp;
extern const struct argp choice_argp;

/*
 * Parse VALUE of the option WHAT, a whole number from 1 to MAX. Returns 0; anything else ends
 * the program with one line and EXIT_LAB.
 */
int parse_option_number(struct argp_state *state, const char *what, const char *value,
			unsigned int max, unsigned int *parsed);

/*
 * The parser of an argp with arguments and without options. Its input, a char **, gets the
 * arguments, a part of argv.
 */
error_t parse_words(int key, char *value, struct argp_state *state);

/* What every command has: --help, --usage, --version. */
extern const struct argp_option common_options[];

/*
 * Parse ARGV with ARGP, and the options that every command has: --help, --usage and --version,
 * which end the program with 0. A mistake ends it with one line and EXIT_LAB.
 */
void parse_options(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input);

#endif
