// SPDX-License-Identifier: GPL-2.0-only
/* The manual page and the bash completion generated from a command's table. */
#include "runner/cli/manual.h"

#include "lab/base/cleanup.h"

#include <greatest.h>
#include <string.h>

static const struct argp_option child_options[] = {
	{"machine", 'm', "GLOB", 0, "machines", 0},
	{"secret", 's', NULL, OPTION_HIDDEN, "not documented", 0},
	{0},
};
static const struct argp child = {.options = child_options};

static const struct argp_option options[] = {
	{"dry-run", 'n', NULL, 0, "'quoted' back\\slash", 0},
	{"stop", 0x100, "run|kernel", OPTION_ARG_OPTIONAL, ".hidden file", 0},
	{"cases", 'c', "FILE", 0, "cases", 0},
	{0},
};
static const struct argp lamp_argp = {
	.options = options,
	.children = (const struct argp_child[]){{.argp = &child}, {0}},
	.args_doc = "DUT|MACHINE...",
	.doc = "Light a lamp.\vThen wait.",
};
static const struct argp plain_argp = {.args_doc = "DUT|WORD"};

static const struct command lamp = {.name = "lamp", .summary = "light", .argp = &lamp_argp};
static const struct command plain = {.name = "plain", .summary = "no options", .argp = &plain_argp};

typedef void printer(const struct command_list *commands, FILE *out);

static char *printed(printer *print)
{
	const struct command *items[] = {&lamp, &plain};
	const struct command_list commands = {items, ARRAY_SIZE(items)};
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	print(&commands, out);
	fclose(out);
	return text;
}

TEST manual_escapes_what_roff_would_take(void)
{
	cleanup_free char *page = printed(manual_print);

	ASSERT(strstr(page,
		      "\n.TP\n\\fB\\-n\\fR, \\fB\\-\\-dry\\-run\\fR\n\\&'quoted' back\\eslash\n"));
	ASSERT(strstr(page, "\n\\&.hidden file\n"));
	PASS();
}

TEST manual_has_arguments_and_options_of_children(void)
{
	cleanup_free char *page = printed(manual_print);

	ASSERT(strstr(
		page,
		"\n.SS vfiolab lamp [OPTION...] DUT|MACHINE...\nLight a lamp.\n.PP\nThen wait.\n"));
	ASSERT(strstr(page, "\n.TP\n\\fB\\-\\-stop\\fR[=\\fIrun|kernel\\fR]\n"));
	ASSERT(strstr(page, "\n.TP\n\\fB\\-m\\fR, \\fB\\-\\-machine\\fR=\\fIGLOB\\fR\nmachines\n"));
	ASSERT_FALSE(strstr(page, "secret"));
	ASSERT(strstr(page, "\n.SS vfiolab plain [OPTION...] DUT|WORD\nno options\n"));
	PASS();
}

TEST completion_knows_values_by_name_and_argument(void)
{
	cleanup_free char *tables = printed(completion_print);

	ASSERT(strstr(tables, "\tlamp,--machine | lamp,-m) echo 'names machine' ;;\n"));
	ASSERT(strstr(tables, "\tlamp,--stop) echo '=words run kernel' ;;\n"));
	ASSERT(strstr(tables, "\tlamp,--cases | lamp,-c) echo 'files' ;;\n"));
	ASSERT_FALSE(strstr(tables, "lamp,--dry-run"));
	ASSERT_FALSE(strstr(tables, "secret"));
	PASS();
}

TEST completion_knows_arguments_that_are_kinds(void)
{
	cleanup_free char *tables = printed(completion_print);

	ASSERT(strstr(tables, "\tlamp) echo 'names dut machine' ;;\n"));
	ASSERT(strstr(tables, "\tplain) echo files ;;\n"));
	ASSERT(strstr(tables, "echo 'lamp plain help'\n"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(manual_escapes_what_roff_would_take);
	RUN_TEST(manual_has_arguments_and_options_of_children);
	RUN_TEST(completion_knows_values_by_name_and_argument);
	RUN_TEST(completion_knows_arguments_that_are_kinds);
	GREATEST_MAIN_END();
}
