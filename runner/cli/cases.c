// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/cases.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/list.h"
#include "runner/plan/named.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* Indentation of the lines that a run prints below a case. */
#define DETAIL_INDENT 6

struct printed_line {
	char *kernel;
	char *machine;
	char *scenario;
	struct list duts;
};

static void line_free(struct printed_line *line)
{
	free(line->kernel);
	free(line->machine);
	free(line->scenario);
	list_free(&line->duts);
}
#define cleanup_line __attribute__((cleanup(line_free)))

/* A word in capitals: a verdict, REGRESSION, FLAKY. */
static bool is_title(const char *word)
{
	while (isupper((unsigned char)*word))
		word++;
	return !*word;
}

/* Skip "lane 2", which a run prints before a case while it runs. */
static size_t skip_lane(const struct list *words)
{
	return words->count > 2 && !strcmp(words->items[0], "lane") &&
			       isdigit((unsigned char)words->items[1][0])
		       ? 2
		       : 0;
}

/*
 * Take "base/pci", or "base" and "pci" as vfiolab list prints them, from the words at *AT, and move
 * *AT past them.
 */
static bool take_place(struct printed_line *line, const struct list *words, size_t *at)
{
	const char *word = *at < words->count ? words->items[*at] : "";
	size_t kernel = strcspn(word, "/");

	line->kernel = text("%.*s", (int)kernel, word);
	(*at)++;
	if (word[kernel])
		line->machine = text("%s", word + kernel + 1);
	else
		line->machine = text("%s", *at < words->count ? words->items[(*at)++] : "");
	return *line->kernel && *line->machine && !strpbrk(line->machine, "/[");
}

/* Parse "family/scenario[dut dut]" at the beginning of INPUT. */
static bool take_case(struct printed_line *line, const char *input)
{
	size_t scenario = strcspn(input, " \t[");
	const char *duts = input + scenario + 1;
	size_t end = input[scenario] == '[' ? strcspn(duts, "]") : 0;
	cleanup_free char *between = text("%.*s", (int)end, duts);

	if (!end || !duts[end] || duts[end + 1] == '[' || isalnum((unsigned char)duts[end + 1]))
		return false;
	line->scenario = text("%.*s", (int)scenario, input);
	list_add_words(&line->duts, between);
	return strchr(line->scenario, '/') && *line->scenario != '/' && line->duts.count;
}

/* The start of word number AT of INPUT; blanks separate words. */
static const char *word_at(const char *input, size_t at)
{
	input += strspn(input, " \t");
	for (; at && *input; at--) {
		input += strcspn(input, " \t");
		input += strspn(input, " \t");
	}
	return input;
}

static bool parse(const char *input, struct printed_line *line)
{
	cleanup_list struct list words = {0};
	size_t at;

	list_add_split(&words, input, " \t");
	at = skip_lane(&words);
	if (at < words.count && is_title(words.items[at]))
		at++;
	if (!take_place(line, &words, &at))
		return false;
	if (at < words.count && (is_title(words.items[at]) || !strcmp(words.items[at], "begins")))
		at++;
	return take_case(line, word_at(input, at));
}

/* Whether INPUT is empty, a comment, or what a run prints about the case above it. */
static bool may_be_skipped(const char *input, bool below_case)
{
	size_t indent = strspn(input, " \t\r");

	return !input[indent] || input[indent] == '#' || (below_case && indent >= DETAIL_INDENT);
}

static int take_line(const struct inventory *inventory, struct choice *choice,
		     const struct printed_line *line, struct buf *why)
{
	int err = 0;

	for (size_t i = 0; i < line->duts.count && !err; i++)
		err = named_add(inventory, choice, line->kernel, line->machine, line->scenario,
				line->duts.items[i], why);
	return err;
}

static int take_lines(char *rest, const struct inventory *inventory, struct choice *choice,
		      unsigned int *number, struct buf *why)
{
	bool below_case = false;
	int err = 0;

	for (char *input; !err && (input = strsep(&rest, "\n"));) {
		cleanup_line struct printed_line line = {0};

		(*number)++;
		if (parse(input, &line)) {
			err = take_line(inventory, choice, &line, why);
			below_case = true;
		} else if (!may_be_skipped(input, below_case)) {
			buf_printf(why, "'%.*s' is not KERNEL/MACHINE SCENARIO[DUT]",
				   (int)strcspn(input, "\r"), input);
			err = -EINVAL;
		}
	}
	return err;
}

int cases_read(const char *path, const struct inventory *inventory, struct choice *choice,
	       struct buf *why)
{
	cleanup_buf struct buf reason = BUF_INIT;
	cleanup_free char *content = NULL;
	int err = file_read(path, &content, NULL);
	unsigned int number = 0;

	if (err) {
		buf_printf(why, "cannot read the cases in %s: %s", path, strerror(-err));
		return err;
	}
	err = take_lines(content, inventory, choice, &number, &reason);
	if (err) {
		buf_printf(why, "%s, line %u: %s", path, number, reason.data);
	} else if (!choice->cases.count) {
		buf_printf(why, "%s names no case", path);
		err = -EINVAL;
	}
	return err;
}
