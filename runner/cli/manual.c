// SPDX-License-Identifier: GPL-2.0-only
/* vfiolab manual: print the source of vfiolab.1. */
#include "runner/cli/manual.h"

#include "lab/base/cleanup.h"

#include <string.h>

static const char head[] =
	".TH VFIOLAB 1 \"\" vfiolab \"User Commands\"\n"
	".SH NAME\n"
	"vfiolab \\- a virtualised test lab for the Linux VFIO PCI stack\n"
	".SH SYNOPSIS\n"
	".B vfiolab\n"
	"\\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"
	".SH DESCRIPTION\n"
	"Boots kernels in QEMU guests with emulated PCI devices, drives these devices through\n"
	"VFIO, and reports case by case what worked. A case is a scenario (a test) on a DUT (a\n"
	"device under test) of a machine (the hardware of a guest) on a kernel.\n"
	".PP\n"
	"Most options that select something take globs, separated by blanks or commas. If an\n"
	"option has the name of a variable in brackets, such as [KERNELS=], that variable of the\n"
	"environment is its default.\n"
	".SH OPTIONS\n"
	"Every command has these options:\n";

static const char tail[] =
	".SH \"EXIT STATUS\"\n"
	".TP\n0\nNo case failed; known failures of the kernel are not counted.\n"
	".TP\n1\nA case failed, a kernel leaked memory, or the comparison of kernels found a\n"
	"regression or an unlisted difference.\n"
	".TP\n2\nThe lab failed or was called with bad arguments.\n"
	".TP\n4\nAll cases were skipped.\n"
	".SH FILES\n"
	".TP\n\\fIO\\fR/reports/latest/results.json\n"
	"The results of the last run. \\fIO\\fR is the lab's folder for outputs: O= of make,\n"
	"\\fIbuild\\fR by default.\n"
	".TP\n\\fIO\\fR/reports/latest/\\fIKERNEL\\fR/\\fIMACHINE\\fR.ktap\n"
	"The reports of the guests of a machine. Their consoles are in the same folder.\n"
	".TP\n\\fIO\\fR/share/bash\\-completion/completions/vfiolab\n"
	"The completion for bash. Source it to use it.\n"
	".SH \"SEE ALSO\"\n"
	"README.md and docs/ of the lab. \\fBmake help\\fR lists the targets and variables of "
	"make.\n";

/* Print TEXT with everything escaped that roff would interpret. */
static void print_text(FILE *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		fputs("\\&", out);
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else if (*text == '\v')
			fputs("\n.PP\n", out);
		else
			fputc(*text, out);
	}
}

/* Print "-s, --scenario=GLOB" and its description. */
static void print_option(void *context, const struct argp_option *option)
{
	bool optional = option->flags & OPTION_ARG_OPTIONAL;
	FILE *out = context;

	fputs(".TP\n", out);
	if (option_has_letter(option))
		fprintf(out, "\\fB\\-%c\\fR, ", option->key);
	fputs("\\fB\\-\\-", out);
	print_text(out, option->name);
	fputs("\\fR", out);
	if (option->arg) {
		fputs(optional ? "[=\\fI" : "=\\fI", out);
		print_text(out, option->arg);
		fputs(optional ? "\\fR]" : "\\fR", out);
	}
	fputc('\n', out);
	print_text(out, option->doc ?: "");
	fputc('\n', out);
}

static void print_command(FILE *out, const struct command *command)
{
	fprintf(out, ".SS vfiolab %s [OPTION...] ", command->name);
	print_text(out, command->argp->args_doc ?: "");
	fputc('\n', out);
	print_text(out, command->argp->doc ?: command->summary);
	fputc('\n', out);
	options_visit(command->argp, print_option, out);
}

void manual_print(const struct command_list *commands, FILE *out)
{
	const struct argp common = {.options = common_options};

	fputs(head, out);
	options_visit(&common, print_option, out);
	fputs(".SH COMMANDS\n", out);
	for (size_t i = 0; i < commands->count; i++)
		print_command(out, commands->items[i]);
	fputs(tail, out);
}

static int run_manual(const struct settings *settings, int argc, char **argv)
{
	struct command_list commands = commands_sorted();

	(void)settings;
	(void)argc;
	(void)argv;
	manual_print(&commands, stdout);
	free(commands.items);
	return fflush(stdout) ? EXIT_LAB : 0;
}

COMMAND(manual, .name = "manual", .summary = "print the source of the manual page",
	.run = run_manual, .hidden = true);
