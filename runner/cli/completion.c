// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab completion: print the tables that runner/cli/completion.bash uses. */
#include "lab/base/cleanup.h"
#include "runner/cli/kinds.h"
#include "runner/cli/manual.h"

#include <ctype.h>
#include <string.h>

static const char head[] =
	"# Completion of vfiolab for bash. Made by vfiolab completion: do not edit.\n"
	"\n"
	"# The values of OPTION of COMMAND: 'names KIND', 'words WORD...', 'files' or "
	"'any', after '=' if they can\n"
	"# follow that alone. Nothing: it has no value.\n"
	"_vfiolab_values() {\n"
	"\tcase $1,$2 in\n";

static bool is_kind(const char *word)
{
	for (enum kind kind = 0; kind < KIND_COUNT; kind++)
		if (!strcmp(word, kind_words[kind]))
			return true;
	return false;
}

/* Print the words of "auto|kvm|tcg". */
static void print_words(FILE *out, const char *words)
{
	cleanup_list struct list list = {0};

	list_add_split(&list, words, "|");
	fputs("words", out);
	for (size_t i = 0; i < list.count; i++)
		fprintf(out, " %s", list.items[i]);
}

/*
 * Print how the argument of an option is completed: names, if the option is called like a kind of
 * them, or files for FILE and PATH.
 */
static void print_values(FILE *out, const struct argp_option *option)
{
	if (option->flags & OPTION_ARG_OPTIONAL)
		fputc('=', out);
	if (is_kind(option->name))
		fprintf(out, "names %s", option->name);
	else if (strchr(option->arg, '|'))
		print_words(out, option->arg);
	else
		fputs(!strcmp(option->arg, "FILE") || !strcmp(option->arg, "PATH") ? "files"
										   : "any",
		      out);
}

struct spot {
	FILE *out;
	const struct command *command;
};

static void print_option_values(void *context, const struct argp_option *option)
{
	const struct spot *place = context;
	const char *command = place->command->name;

	if (!option->arg)
		return;
	fprintf(place->out, "\t%s,--%s", command, option->name);
	if (option_has_letter(option))
		fprintf(place->out, " | %s,-%c", command, option->key);
	fputs(") echo '", place->out);
	print_values(place->out, option);
	fputs("' ;;\n", place->out);
}

static void print_option_names(void *context, const struct argp_option *option)
{
	const struct spot *place = context;

	if (option_has_letter(option))
		fprintf(place->out, "-%c ", option->key);
	fprintf(place->out, "--%s ", option->name);
}

static void print_all_options(const struct command_list *commands, FILE *out)
{
	const struct argp common = {.options = common_options};

	fputs("_vfiolab_options() {\n\tcase $1 in\n", out);
	for (size_t i = 0; i < commands->count; i++) {
		struct spot place = {out, commands->items[i]};

		fprintf(out, "\t%s) echo '", commands->items[i]->name);
		options_visit(&common, print_option_names, &place);
		options_visit(commands->items[i]->argp, print_option_names, &place);
		fputs("' ;;\n", out);
	}
	fputs("\tesac\n}\n\n", out);
}

/* The kinds in "SCENARIO|DUT...", which may be in brackets; "" if a word is not a kind. */
static char *kinds_of(const char *arguments)
{
	cleanup_list struct list kinds = {0};
	cleanup_free char *lower = text("%s", arguments);

	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	list_add_split(&kinds, lower, "|.[]");
	for (size_t i = 0; i < kinds.count; i++)
		if (!is_kind(kinds.items[i]))
			return text("%s", "");
	return list_join(&kinds, " ");
}

static void print_arguments(const struct command_list *commands, FILE *out)
{
	fputs("_vfiolab_arguments() {\n\tcase $1 in\n", out);
	for (size_t i = 0; i < commands->count; i++) {
		const char *arguments = commands->items[i]->argp->args_doc;
		cleanup_free char *kinds = kinds_of(arguments ?: "");

		if (*kinds)
			fprintf(out, "\t%s) echo 'names %s' ;;\n", commands->items[i]->name, kinds);
		else if (arguments)
			fprintf(out, "\t%s) echo files ;;\n", commands->items[i]->name);
	}
	fputs("\tesac\n}\n\n", out);
}

void completion_print(const struct command_list *commands, FILE *out)
{
	fputs(head, out);
	for (size_t i = 0; i < commands->count; i++) {
		struct spot place = {out, commands->items[i]};

		options_visit(commands->items[i]->argp, print_option_values, &place);
	}
	fputs("\tesac\n}\n\n", out);
	print_all_options(commands, out);
	print_arguments(commands, out);
	fputs("_vfiolab_commands() {\n\techo '", out);
	for (size_t i = 0; i < commands->count; i++)
		fprintf(out, "%s ", commands->items[i]->name);
	fputs("help'\n}\n\n", out);
}

static int run_completion(const struct settings *settings, int argc, char **argv)
{
	struct command_list commands = commands_sorted();

	(void)settings;
	(void)argc;
	(void)argv;
	completion_print(&commands, stdout);
	free(commands.items);
	return fflush(stdout) ? EXIT_LAB : 0;
}

COMMAND(completion, .name = "completion", .summary = "print the tables for bash completion",
	.run = run_completion, .hidden = true);
