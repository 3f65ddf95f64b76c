/* SPDX-License-Identifier: GPL-2.0-only */
/* The commands of vfiolab. Each is a file that adds itself to the table below with COMMAND(). */
#ifndef RUNNER_CLI_COMMAND_H
#define RUNNER_CLI_COMMAND_H

#include "runner/plan/settings.h"

#include <argp.h>
#include <stdint.h>

struct command {
	const char *name;
	const char *summary;
	/*
	 * Its options and description: the source of --help, the manual page and the completion.
	 * NULL: hidden.
	 */
	const struct argp *argp;
	/* Returns the exit status: 0, 1, 2 or 4. ARGV[0] is the command's name. */
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
 * All commands, in the order of the linker. The comparison uses integers, as the bounds are two
 * symbols to the compiler, but ends of one array to the linker.
 */
#define for_each_command(at)                                                                       \
	for (const struct command *const *at = __start_commands;                                   \
	     (uintptr_t)at < (uintptr_t)__stop_commands; at++)

/* The exit status for failures of the lab and bad usage. */
#define EXIT_LAB 2

/*
 * The first key of options without a letter. A letter must mean the same in every command that has
 * it (tests/options), so an option of a single command has none unless no other could need it.
 */
#define OPTION_LONG_ONLY 0x100

/* Print WHY on standard error. Returns EXIT_LAB. */
int complain(const struct buf *why);

/* Print the lab's version on standard output. */
void print_version(void);

/*
 * Child argps for a command whose input is a struct choice: options that choose a guest (kernel,
 * machine, accelerator), options that choose cases, and options that choose how cases run. Each
 * includes the previous ones.
 */
extern const struct argp guest_argp;
extern const struct argp case_argp;
extern const struct argp choice_argp;

/*
 * Parse VALUE of the option WHAT, an integer from 1 to MAX, into *PARSED. Returns 0. An invalid
 * value ends the program with one line and EXIT_LAB.
 */
int parse_option_number(struct argp_state *state, const char *what, const char *value,
			unsigned int max, unsigned int *parsed);

/*
 * The parser of an argp that has arguments but no options. Its input, a char **, receives the
 * arguments, a part of argv.
 */
error_t parse_words(int key, char *value, struct argp_state *state);

/* The options of every command: --help, --usage, --version. */
extern const struct argp_option common_options[];

/*
 * Parse ARGV with ARGP and the options of every command. --help, --usage and --version end the
 * program with status 0; an error ends it with one line and EXIT_LAB.
 */
void parse_options(const struct argp *argp, int argc, char **argv, unsigned int flags, void *input);

#endif
