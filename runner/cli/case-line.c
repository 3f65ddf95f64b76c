// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/case-line.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

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
static bool take_place(struct case_line *line, const struct list *words, size_t *at)
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
static bool take_case(struct case_line *line, const char *input)
{
	size_t scenario = strcspn(input, " \t[");
	const char *duts = input + scenario + 1;
	size_t end = input[scenario] == '[' ? strcspn(duts, "]") : 0;
	cleanup_free char *between = text("%.*s", (int)end, duts);

	if (!end || !duts[end] || duts[end + 1] == '[' || isalnum((unsigned char)duts[end + 1]))
		return false;
	line->scenario = text("%.*s", (int)scenario, input);
	list_add_split(&line->duts, between, " \t");
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

int case_line_read(const char *input, struct case_line *line)
{
	cleanup_list struct list words = {0};
	size_t at;

	list_add_split(&words, input, " \t");
	at = skip_lane(&words);
	if (at < words.count && is_title(words.items[at]))
		at++;
	if (!take_place(line, &words, &at))
		return -EINVAL;
	if (at < words.count && (is_title(words.items[at]) || !strcmp(words.items[at], "begins")))
		at++;
	return take_case(line, word_at(input, at)) ? 0 : -EINVAL;
}

int case_name_read(const char *input, struct case_line *line)
{
	return take_case(line, word_at(input, 0)) ? 0 : -EINVAL;
}

void case_line_free(struct case_line *line)
{
	free(line->kernel);
	free(line->machine);
	free(line->scenario);
	list_free(&line->duts);
	*line = (struct case_line){0};
}
