// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/work.h"

#include "lab/base/alloc.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/suite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_MAX 15

/* Split LINE into words, in place. Returns their number, or WORDS_MAX + 1 if there are more. */
static size_t cut(char *line, char *words[WORDS_MAX])
{
	char *word, *save = NULL;
	size_t count = 0;

	for (word = strtok_r(line, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		if (count == WORDS_MAX)
			return WORDS_MAX + 1;
		words[count++] = word;
	}
	return count;
}

static bool number(const char *word, unsigned int *value)
{
	char *end;
	unsigned long parsed = strtoul(word, &end, 10);

	*value = (unsigned int)parsed;
	return end != word && !*end && parsed <= 1000000;
}

static int parse_kind(struct work *plan, char **words)
{
	if (!strcmp(words[1], "cases"))
		plan->kind = WORK_CASES;
	else if (!strcmp(words[1], "probe"))
		plan->kind = WORK_PROBE;
	else
		return -EINVAL;
	return 0;
}

static int parse_total(struct work *plan, char **words)
{
	return number(words[1], &plan->total) ? 0 : -EINVAL;
}

static int parse_first(struct work *plan, char **words)
{
	plan->first = !strcmp(words[1], "yes");
	return plan->first || !strcmp(words[1], "no") ? 0 : -EINVAL;
}

static int parse_trace(struct work *plan, char **words)
{
	plan->trace = !strcmp(words[1], "yes");
	return plan->trace || !strcmp(words[1], "no") ? 0 : -EINVAL;
}

static int parse_reach(struct work *plan, char **words)
{
	plan->reach = !strcmp(words[1], "yes");
	return plan->reach || !strcmp(words[1], "no") ? 0 : -EINVAL;
}

static int parse_gdb(struct work *plan, char **words)
{
	plan->gdb = !strcmp(words[1], "yes");
	return plan->gdb || !strcmp(words[1], "no") ? 0 : -EINVAL;
}

static int parse_scale(struct work *plan, char **words)
{
	char *end;

	plan->scale = strtod(words[1], &end);
	return *end || plan->scale < 0.01 || plan->scale > 1000 ? -EINVAL : 0;
}

static int parse_deadline(struct work *plan, char **words)
{
	return number(words[1], &plan->deadline_ms) && plan->deadline_ms ? 0 : -EINVAL;
}

/* Replace the commas between WORDS by blanks, in place. */
static const char *with_blanks(char *words)
{
	for (char *at = words; (at = strchr(at, ','));)
		*at = ' ';
	return words;
}

static int parse_dut(struct work *plan, char **words)
{
	struct work_dut dut = {.name = words[1], .path = words[2], .vf = -1};
	unsigned int vf;

	for (size_t i = 3; i < WORDS_MAX && words[i]; i += 2) {
		if (!words[i + 1])
			return -EINVAL;
		if (!strcmp(words[i], "driver"))
			dut.driver = words[i + 1];
		else if (!strcmp(words[i], "module"))
			dut.module = words[i + 1];
		else if (!strcmp(words[i], "model"))
			dut.model = words[i + 1];
		else if (!strcmp(words[i], "for"))
			dut.purpose = words[i + 1];
		else if (!strcmp(words[i], "has"))
			dut.has = with_blanks(words[i + 1]);
		else if (!strcmp(words[i], "vf") && number(words[i + 1], &vf))
			dut.vf = (int)vf;
		else
			return -EINVAL;
	}
	plan->duts = one_more(plan->duts, plan->duts_count, sizeof(dut));
	plan->duts[plan->duts_count++] = dut;
	return 0;
}

/* The index of the DUT NAME; the number of DUTs if there is none. */
static size_t find_dut(const struct work *plan, const char *name)
{
	size_t dut = 0;

	while (dut < plan->duts_count && strcmp(plan->duts[dut].name, name) != 0)
		dut++;
	return dut;
}

/* The first case without a DUT adds one that stands for none. */
static void add_no_dut(struct work *plan)
{
	plan->duts = one_more(plan->duts, plan->duts_count, sizeof(*plan->duts));
	plan->duts[plan->duts_count++] =
		(struct work_dut){.name = SUITE_NO_DUT, .path = "", .vf = -1};
}

static int parse_case(struct work *plan, char **words)
{
	struct work_case new = {.scenario = words[2]};

	if (!number(words[1], &new.number))
		return -EINVAL;
	new.dut = find_dut(plan, words[3]);
	if (new.dut == plan->duts_count && !strcmp(words[3], SUITE_NO_DUT))
		add_no_dut(plan);
	if (new.dut == plan->duts_count || (words[4] && !mode_parse(words[4], &new.mode)))
		return -EINVAL;
	plan->cases = one_more(plan->cases, plan->cases_count, sizeof(new));
	plan->cases[plan->cases_count++] = new;
	return 0;
}

static int parse_file(struct work *plan, char **words)
{
	plan->files = one_more(plan->files, plan->files_count, sizeof(*plan->files));
	plan->files[plan->files_count++] = words[1];
	return 0;
}

static const struct {
	const char *word;
	size_t least, most; /* number of words in the line */
	int (*parse)(struct work *plan, char **words);
} lines[] = {
	{"do", 2, 2, parse_kind},	    {"total", 2, 2, parse_total},
	{"first", 2, 2, parse_first},	    {"scale", 2, 2, parse_scale},
	{"deadline", 2, 2, parse_deadline}, {"trace", 2, 2, parse_trace},
	{"reach", 2, 2, parse_reach},	    {"gdb", 2, 2, parse_gdb},
	{"dut", 3, WORDS_MAX, parse_dut},   {"case", 4, 5, parse_case},
	{"file", 2, 2, parse_file},
};

static int parse_line(struct work *plan, char *line)
{
	char *words[WORDS_MAX] = {NULL};
	size_t count = cut(line, words);

	if (!count)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if (strcmp(words[0], lines[i].word))
			continue;
		if (count < lines[i].least || count > lines[i].most)
			return -EINVAL;
		return lines[i].parse(plan, words);
	}
	return -EINVAL;
}

int work_parse(char *all, struct work *plan, char **why)
{
	char *next = all;
	unsigned int n = 0;

	*plan = (struct work){.first = true, .scale = 1.0, .text = all};
	while (next) {
		char *line = strsep(&next, "\n");

		n++;
		if (parse_line(plan, line)) {
			*why = text("cannot parse line %u of the plan, which begins '%s'", n, line);
			return -EINVAL;
		}
	}
	return 0;
}

void work_free(struct work *plan)
{
	free(plan->duts);
	free(plan->cases);
	free(plan->files);
	free(plan->text);
	*plan = (struct work){0};
}
