// SPDX-License-Identifier: GPL-2.0-only
#include "reports/text/page.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Words up to this length are cut off as a whole; longer ones are cut between their parts. */
#define WORD_MAX 12

/* First column of the lines of a block. */
#define INDENT 6

#define WIDTH_DEFAULT 80
#define WIDTH_MIN     40

#define HEIGHT_DEFAULT 24
#define HEIGHT_MIN     3

static bool wants_colour(void)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return !(no_color && *no_color) && term && *term && strcmp(term, "dumb") != 0;
}

struct page page_of(FILE *out)
{
	struct page page = {.out = out};
	struct winsize size;

	if (!isatty(fileno(out)))
		return page;
	page.colour = wants_colour();
	page.width = WIDTH_DEFAULT;
	page.height = HEIGHT_DEFAULT;
	if (ioctl(fileno(out), TIOCGWINSZ, &size))
		return page;
	if (size.ws_col >= WIDTH_MIN)
		page.width = size.ws_col;
	if (size.ws_row >= HEIGHT_MIN)
		page.height = size.ws_row;
	return page;
}

void page_print(const struct page *page, enum ink ink, const char *text)
{
	static const char *const codes[] = {
		[INK_GOOD] = "\033[32m", [INK_BAD] = "\033[1;31m", [INK_NOTE] = "\033[33m"};

	if (page->colour && ink != INK_PLAIN)
		fprintf(page->out, "%s%s\033[0m", codes[ink], text);
	else
		fputs(text, page->out);
}

void page_wrap(const struct page *page, unsigned int indent, const char *text)
{
	size_t column = indent;

	while (*text) {
		size_t blanks = strspn(text, " ");
		size_t word = strcspn(text + blanks, " ");

		if (page->width && column > indent && column + blanks + word > page->width) {
			fprintf(page->out, "\n%*s", (int)indent, "");
			column = indent;
			text += blanks;
			blanks = 0;
		}
		fwrite(text, 1, blanks + word, page->out);
		column += blanks + word;
		text += blanks + word;
	}
	fputc('\n', page->out);
}

void page_label(const struct page *page, int width, const char *label)
{
	int padding = width - (int)strlen(label) - 1;

	fprintf(page->out, "%*s%s:%*s", INDENT, "", label, padding > 0 ? padding + 1 : 1, "");
}

/* Print " NAME=VALUES" as an argument of make, in quotes if VALUES are several. */
static void print_variable(const struct page *page, const char *name, const struct list *values)
{
	cleanup_free char *joined = list_join(values, " ");

	fprintf(page->out, values->count > 1 ? " %s='%s'" : " %s=%s", name, joined);
}

void page_again(const struct page *page, int width, const char *choice, const char *machines,
		const struct list *scenarios, const struct list *duts, const char *modes)
{
	page_label(page, width, "again");
	fprintf(page->out, "make lab-run %s %s", choice, machines);
	if (scenarios)
		print_variable(page, "SCENARIOS", scenarios);
	if (duts)
		print_variable(page, "DUTS", duts);
	fprintf(page->out, "%s\n", modes);
}

void page_line(const struct page *page, int width, const char *label, const char *value)
{
	if (!value || !*value)
		return;
	page_label(page, width, label);
	page_wrap(page, (unsigned int)(INDENT + width + 1), value);
}

int page_widen(int width, const char *label)
{
	int needed = (int)strlen(label) + 1;

	return needed > width ? needed : width;
}

size_t page_cut(const char *text, size_t width)
{
	size_t part = 0;

	if (strlen(text) <= width)
		return strlen(text);
	for (size_t i = width; i > 0; i--) {
		if (text[i] == ' ' && (width - i <= WORD_MAX || !part))
			return i;
		if (!part && !isalnum((unsigned char)text[i]))
			part = i;
	}
	return part ? part : width;
}
