// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/tap-line.h"

#include "lab/base/cleanup.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* Move *AT behind WORD, in any case of letters. */
static bool take(const char **at, const char *word)
{
	size_t len = strlen(word);

	if (strncasecmp(*at, word, len))
		return false;
	*at += len;
	return true;
}

/* A decimal number of at most nine digits at *AT. */
static bool number(const char **at, unsigned int *value)
{
	size_t digits = strspn(*at, "0123456789");

	*value = 0;
	if (!digits || digits > 9)
		return false;
	for (; digits; digits--)
		*value = *value * 10 + (unsigned int)(*(*at)++ - '0');
	return true;
}

static bool word_ends(const char *at)
{
	return !isalnum((unsigned char)*at) && *at != '_';
}

static const struct {
	const char *word;
	enum tap_directive directive;
} directives[] = {
	{"SKIP", TAP_SKIPPED}, {"SKIPPED", TAP_SKIPPED}, {"TODO", TAP_TODO},
	{"XFAIL", TAP_TODO},   {"TIMEOUT", TAP_TIMEOUT}, {"ERROR", TAP_ERROR},
	{"exit", TAP_ERROR},
};

/* The directive behind the # at AT. *REASON is the text behind it. */
static enum tap_directive directive(const char *at, const char **reason)
{
	at = skip_blanks(at + 1);
	for (size_t i = 0; i < ARRAY_SIZE(directives); i++) {
		const char *end = at;

		if (!take(&end, directives[i].word) || !word_ends(end))
			continue;
		/* "# exit=1" is a reason as a whole. */
		*reason = *end == '=' ? at : skip_blanks(end + (*end == ':'));
		return directives[i].directive;
	}
	return TAP_NO_DIRECTIVE;
}

/* Cut the directive off the text of PARSED. An escaped # and one inside of a word begin none. */
static void cut_directive(struct tap_line *parsed)
{
	const char *start = parsed->text;

	for (const char *at = start; (at = strchr(at, '#')); at++) {
		if (at > start && at[-1] != ' ' && at[-1] != '\t')
			continue;
		parsed->directive = directive(at, &parsed->reason);
		if (!parsed->directive)
			continue;
		parsed->text_len = (int)(at - start);
		return;
	}
}

/* "ok 3 - NAME # SKIP why", from behind the ok. The number and the name may be absent. */
static bool result(const char *at, struct tap_line *parsed)
{
	if (*at && *at != ' ' && *at != '\t')
		return false;
	at = skip_blanks(at);
	parsed->numbered = number(&at, &parsed->number);
	if (parsed->numbered && *at && *at != ' ' && *at != '\t')
		return false;
	at = skip_blanks(at);
	if (*at == '-' && (at[1] == ' ' || at[1] == '\t'))
		at = skip_blanks(at + 1);
	parsed->text = at;
	parsed->text_len = (int)strlen(at);
	cut_directive(parsed);
	return true;
}

/* "1..4", "1..0 # SKIP why" */
static bool plan(const char *at, struct tap_line *parsed)
{
	if (!number(&at, &parsed->number))
		return false;
	at = skip_blanks(at);
	if (*at && *at != '#')
		return false;
	if (*at)
		parsed->directive = directive(at, &parsed->reason);
	return true;
}

static bool version(const char *at)
{
	unsigned int value;

	at = skip_blanks(at);
	return number(&at, &value) && !*skip_blanks(at);
}

static enum tap_kind classify(const char *at, struct tap_line *parsed)
{
	const char *rest = at;

	if ((take(&rest, "TAP version ") || take(&rest, "KTAP version ")) && version(rest))
		return TAP_VERSION;
	if (!strncmp(at, "1..", 3) && plan(at + 3, parsed))
		return TAP_PLAN;
	if (!strncmp(at, "not ok", 6) && result(at + 6, parsed))
		return TAP_RESULT;
	if (!strncmp(at, "ok", 2) && result(at + 2, parsed)) {
		parsed->passed = true;
		return TAP_RESULT;
	}
	if (take(&rest, "Bail out!")) {
		parsed->text = skip_blanks(rest);
		return TAP_BAIL_OUT;
	}
	return TAP_OTHER;
}

/* The column of the content at *AT, which moves there, without "# ". */
static unsigned int indent(const char **at)
{
	unsigned int column = 0;

	for (; **at == ' ' || **at == '\t'; (*at)++)
		column += **at == '\t' ? 8 : 1;
	return column;
}

void tap_line_parse(const char *line, struct tap_line *parsed)
{
	const char *diagnostic = NULL;

	*parsed = (struct tap_line){.reason = ""};
	parsed->column = indent(&line);
	parsed->kind = classify(line, parsed);
	/* Behind "# ", a selftest may print what another one has printed. */
	while (!parsed->kind && line[0] == '#') {
		diagnostic = diagnostic ?: line + 1;
		line++;
		parsed->column += 2;
		if (*line == ' ')
			line++;
		if (*line == ' ')
			break;
		parsed->kind = classify(line, parsed);
	}
	if (!parsed->kind)
		parsed->text = diagnostic;
	if (parsed->text && parsed->kind != TAP_RESULT)
		parsed->text_len = (int)strlen(parsed->text);
}
