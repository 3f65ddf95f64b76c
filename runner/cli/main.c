// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/command.h"

#include "lab/base/nearest.h"
#include "runner/lane/lane.h"

#include <stdio.h>
#include <string.h>

static const struct command *find(const char *name)
{
	for_each_command (at)
		if (!strcmp((*at)->name, name))
			return *at;
	return NULL;
}

static void usage(FILE *out)
{
	fputs("Usage: vfiolab COMMAND [OPTION...]\n"
	      "A virtualised test lab for the Linux VFIO PCI stack.\n\n",
	      out);
	for_each_command (at)
		if (!(*at)->hidden)
			fprintf(out, "  %-8s %s\n", (*at)->name, (*at)->summary);
	fputs("\nvfiolab COMMAND --help lists its options, vfiolab --version prints the version.\n"
	      "Exit status: 0 no failure, 1 a case failed, 2 the lab failed or bad usage,\n"
	      "4 every case was skipped.\n",
	      out);
}

static bool is_one_of(const char *word, const char *option, const char *letter, const char *command)
{
	return !strcmp(word, option) || !strcmp(word, letter) || !strcmp(word, command);
}

int complain(const struct buf *why)
{
	fprintf(stderr, "vfiolab: %s\n", why->data ? why->data : "failed");
	return EXIT_LAB;
}

static void refuse(const char *name, struct buf *why)
{
	cleanup_list struct list names = {0}, near = {0};

	for_each_command (at)
		if (!(*at)->hidden)
			list_add(&names, (*at)->name);
	nearest_names(&names, name, 2, &near);
	buf_printf(why, "no command '%s': ", name);
	if (near.count)
		buf_printf(why, "did you mean '%s'? ", near.items[0]);
	buf_puts(why, "vfiolab --help lists all");
}

int main(int argc, char **argv)
{
	cleanup_buf struct buf why = BUF_INIT;
	const struct command *command;
	struct settings settings;

	if (argc < 2 || is_one_of(argv[1], "--help", "-h", "help")) {
		usage(argc < 2 ? stderr : stdout);
		return argc < 2 ? EXIT_LAB : 0;
	}
	if (is_one_of(argv[1], "--version", "-V", "version")) {
		print_version();
		return 0;
	}
	if (settings_read(&settings, &why))
		return complain(&why);
	command = find(argv[1]);
	if (!command) {
		refuse(argv[1], &why);
		return complain(&why);
	}
	return command->run(&settings, argc - 1, argv + 1);
}
