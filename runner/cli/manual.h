/* SPDX-License-Identifier: GPL-2.0-only */
/* The manual page and the completion of bash, made of the tables that --help is made of. */
#ifndef RUNNER_CLI_MANUAL_H
#define RUNNER_CLI_MANUAL_H

#include "runner/cli/command.h"

#include <stdio.h>

struct command_list {
	const struct command **items;
	size_t count;
};

/* The commands of this program by name, without hidden ones. The caller frees ITEMS. */
struct command_list commands_sorted(void);

typedef void option_visitor(void *context, const struct argp_option *option);

/* Call VISIT with each option of ARGP and of its children, but for hidden ones. */
void options_visit(const struct argp *argp, option_visitor *visit, void *context);

/* Whether OPTION has a letter besides its name. */
bool option_has_letter(const struct argp_option *option);

/* Print vfiolab.1, of which man(7) describes the language, for COMMANDS to OUT. */
void manual_print(const struct command_list *commands, FILE *out);

/*
 * Print to OUT what the completion of bash (runner/cli/completion.bash) knows of COMMANDS, as
 * functions of the shell: their names, options and arguments, and the values of the options.
 */
void completion_print(const struct command_list *commands, FILE *out);

#endif
