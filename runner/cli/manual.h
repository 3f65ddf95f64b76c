/* SPDX-License-Identifier: GPL-2.0-only */
/* The manual page and the bash completion, generated from the tables of --help. */
#ifndef RUNNER_CLI_MANUAL_H
#define RUNNER_CLI_MANUAL_H

#include "runner/cli/command.h"

#include <stdio.h>

struct command_list {
	const struct command **items;
	size_t count;
};

/* The commands of this program without hidden ones, sorted by name. The caller frees ITEMS. */
struct command_list commands_sorted(void);

typedef void option_visitor(void *context, const struct argp_option *option);

/* Call VISIT for each option of ARGP and its children, except for hidden ones. */
void options_visit(const struct argp *argp, option_visitor *visit, void *context);

/* Whether OPTION has a letter in addition to its name. */
bool option_has_letter(const struct argp_option *option);

/* Print the manual page of COMMANDS to OUT, in the language of man(7). */
void manual_print(const struct command_list *commands, FILE *out);

/*
 * Print the tables for the bash completion of COMMANDS to OUT, as shell functions: names, options,
 * arguments, and values of options (runner/cli/completion.bash).
 */
void completion_print(const struct command_list *commands, FILE *out);

#endif
