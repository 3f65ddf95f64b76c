// SPDX-License-Identifier: GPL-2.0-only
/*
 * series-read: reads a series of patches in any common format and writes it as a folder of plain,
 * ordered patches.
 */
#include "kernel/tools/lib/series.h"
#include "lab/base/cleanup.h"

#include <stdio.h>
#include <string.h>

static const char help[] =
	"usage: series-read INPUT OUTDIR\n"
	"       series-read --list INPUT\n"
	"\n"
	"Write the patches of INPUT, in the order in which they apply, as mails to the\n"
	"new folder OUTDIR: NNNN-title.patch, and a file \"series\" that names them. With\n"
	"--list, print a line for each instead: number, subject, files, between tabs.\n"
	"\n"
	"INPUT is one of\n"
	"  a patch           a diff, with or without mail headers or text before it\n"
	"  a folder          of patches: those that its file \"series\" lists (as in quilt,\n"
	"                    with # and -p0), or without one, *.patch and *.diff (or all\n"
	"                    files if there are none), by number if all have a number of\n"
	"                    the same series, else by name\n"
	"  a mailbox         git format-patch --stdout, b4 am, an archive's t.mbox\n"
	"  a thread's page   of a mailing-list archive (\"flat\" view), saved as text\n"
	"\n"
	"From mails and messages, the newest version of the series is used ([PATCH v3 2/7]\n"
	"before [PATCH v2 2/6], any PATCH before an RFC). Cover letters, replies and\n"
	"resent copies of a patch are skipped. It is an error if a number is missing, if\n"
	"two series have the same version, or if a hunk does not match its header. Nothing\n"
	"is written then, and the exit status is 2.\n";

/* Maximum length of a message: a hostile input may have a subject of any length. */
#define MESSAGE_LIMIT 1000

/* Prints one line to stderr, without control characters from hostile input. */
static int fail(const char *name, struct buf *why)
{
	for (char *at = why->data; *at; at++) {
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
	}
	fprintf(stderr, "series-read: %s %.*s%s\n", name, MESSAGE_LIMIT, why->data,
		why->len > MESSAGE_LIMIT ? "..." : "");
	return 2;
}

static int print_list(const struct series *series)
{
	cleanup_buf struct buf lines = BUF_INIT;

	series_list(series, &lines);
	if (fwrite(lines.data, 1, lines.len, stdout) == lines.len && !fflush(stdout))
		return 0;
	fputs("series-read: cannot write the list: is the disk full?\n", stderr);
	return 2;
}

int main(int argc, char **argv)
{
	cleanup_series struct series series = SERIES_INIT;
	cleanup_buf struct buf why = BUF_INIT;
	bool list = argc > 1 && !strcmp(argv[1], "--list");
	const char *input;

	if (argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h")))
		return fputs(help, stdout) < 0 ? 2 : 0;
	if (argc != 3 || (!list && *argv[1] == '-')) {
		fputs("usage: series-read INPUT OUTDIR | series-read --list INPUT (see --help)\n",
		      stderr);
		return 2;
	}
	input = argv[list ? 2 : 1];
	if (series_read(input, &series, &why))
		return fail(input, &why);
	if (list)
		return print_list(&series);
	return series_write(&series, argv[2], &why) ? fail(argv[2], &why) : 0;
}
