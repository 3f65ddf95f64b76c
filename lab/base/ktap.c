// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/ktap.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const notes[] = {"fail",  "error", "leftover", "kernel", "time", "clock",
				    "guest", "dut",   "search",	  "leak",   "end"};

static bool printable(const char *line)
{
	for (; *line; line++)
		if ((unsigned char)*line < ' ' && *line != '\t')
			return false;
	return true;
}

/* A decimal number at *AT, which moves past it. */
static bool number(char **at, unsigned int *value)
{
	char *end;
	unsigned long parsed;

	if (!isdigit((unsigned char)**at))
		return false;
	parsed = strtoul(*at, &end, 10);
	if (end - *at > 9)
		return false;
	*at = end;
	*value = (unsigned int)parsed;
	return true;
}

static bool prefix(char **at, const char *what)
{
	size_t len = strlen(what);

	if (strncmp(*at, what, len))
		return false;
	*at += len;
	return true;
}

/* "12 NAME[ # SKIP why]" */
static bool result(char *at, struct ktap_line *parsed)
{
	char *directive;

	if (!number(&at, &parsed->number) || *at++ != ' ' || !*at)
		return false;
	prefix(&at, "- ");
	parsed->text = at;
	directive = strstr(at, " # ");
	if (directive) {
		*directive = '\0';
		directive += 3;
		if (prefix(&directive, "SKIP"))
			parsed->skip = directive + strspn(directive, " ");
	}
	return *parsed->text;
}

/* "12 NAME[ # SKIP why| # XFAIL why| # why]" */
static bool subtest(char *at, bool passed, struct ktap_line *parsed)
{
	char *directive = strstr(at, " # ");

	parsed->value = passed;
	if (!number(&at, &parsed->number) || *at++ != ' ' || !*at)
		return false;
	parsed->text = at;
	if (!directive || directive <= at)
		return !directive;
	*directive = '\0';
	directive += 3;
	if (prefix(&directive, "SKIP"))
		parsed->skip = directive + strspn(directive, " ");
	else if (prefix(&directive, "XFAIL"))
		parsed->xfail = directive + strspn(directive, " ");
	else
		parsed->key = directive;
	return true;
}

/* A line nested in a case, without its indentation. */
static enum ktap_kind nested(char *at, struct ktap_line *parsed)
{
	if (!strcmp(at, "KTAP version 1") || prefix(&at, "1.."))
		return KTAP_DIAGNOSTIC;
	if (prefix(&at, "ok "))
		return subtest(at, true, parsed) ? KTAP_SUBTEST : KTAP_GARBAGE;
	if (prefix(&at, "not ok "))
		return subtest(at, false, parsed) ? KTAP_SUBTEST : KTAP_GARBAGE;
	return KTAP_GARBAGE;
}

/* "12 NAME deadline=MS" */
static bool opening(char *at, struct ktap_line *parsed)
{
	char *deadline = strstr(at, " deadline=");

	if (!deadline || !number(&at, &parsed->number) || *at++ != ' ' || at >= deadline)
		return false;
	*deadline = '\0';
	deadline += strlen(" deadline=");
	parsed->text = at;
	return number(&deadline, &parsed->value) && !*deadline;
}

/* "NAME=VALUE" */
static bool fact(char *at, struct ktap_line *parsed)
{
	char *equals = strchr(at, '=');

	if (!equals || equals == at)
		return false;
	*equals = '\0';
	parsed->key = at;
	parsed->text = equals + 1;
	return true;
}

static enum ktap_kind diagnostic(char *at, struct ktap_line *parsed)
{
	char *colon = strstr(at, ": ");

	parsed->text = at;
	if (!colon)
		return KTAP_DIAGNOSTIC;
	if (prefix(&at, "case: "))
		return opening(at, parsed) ? KTAP_CASE : KTAP_GARBAGE;
	if (prefix(&at, "fact: "))
		return fact(at, parsed) ? KTAP_FACT : KTAP_GARBAGE;
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		size_t len = strlen(notes[i]);

		if (at + len != colon || strncmp(at, notes[i], len))
			continue;
		*colon = '\0';
		parsed->key = at;
		parsed->text = colon + 2;
		return KTAP_NOTE;
	}
	return KTAP_DIAGNOSTIC;
}

static enum ktap_kind classify(char *at, struct ktap_line *parsed)
{
	if (!printable(at))
		return KTAP_GARBAGE;
	if (!strcmp(at, "KTAP version 1"))
		return KTAP_VERSION;
	if (prefix(&at, "1.."))
		return number(&at, &parsed->number) && !*at ? KTAP_PLAN : KTAP_GARBAGE;
	if (prefix(&at, "ok "))
		return result(at, parsed) ? KTAP_OK : KTAP_GARBAGE;
	if (prefix(&at, "not ok "))
		return result(at, parsed) ? KTAP_NOT_OK : KTAP_GARBAGE;
	if (prefix(&at, "    "))
		return nested(at, parsed);
	if (prefix(&at, "# "))
		return diagnostic(at, parsed);
	return KTAP_GARBAGE;
}

void ktap_parse(char *line, struct ktap_line *parsed)
{
	*parsed = (struct ktap_line){0};
	parsed->kind = classify(line, parsed);
}
