// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/expectations.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/mode.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <string.h>

/* The form of a line, up to its reason. */
struct form {
	const char *text; /* for messages */
	bool failures;
};

static const struct form differences = {"[CASE-GLOB] FACT-GLOB", false};
static const struct form failures = {"CASE-GLOB [FUNCTION]", true};

/*
 * Split LINE at its "# ", and the text before that into at most two words. Returns the number of
 * words, or 0 if LINE is malformed.
 */
static unsigned int split(char *line, char *words[2], char **reason)
{
	char *rest = NULL;

	*reason = strstr(line, "# ");
	if (!*reason)
		return 0;
	**reason = '\0';
	*reason += 2;
	*reason += strspn(*reason, " \t");
	words[0] = strtok_r(line, " \t", &rest);
	words[1] = strtok_r(NULL, " \t", &rest);
	if (!words[0] || strtok_r(NULL, " \t", &rest) || !**reason)
		return 0;
	return words[1] ? 2 : 1;
}

static bool parse(char *line, const struct form *form, struct expectation *expectation)
{
	char *words[2], *reason;
	unsigned int count = split(line, words, &reason);
	const char *cases = form->failures || count == 2 ? words[0] : NULL;
	const bool maybe = count && form->failures && *cases == '?';

	if (!count)
		return false;
	*expectation = (struct expectation){
		.cases = cases ? strdup(cases + maybe) : NULL,
		.maybe = maybe,
		.fact = strdup(form->failures && count == 1 ? "verdict" : words[count - 1]),
		.reason = strdup(reason),
	};
	return true;
}

static int read_list(const char *path, const struct form *form, struct expectations *expectations,
		     struct buf *why)
{
	cleanup_free char *content = NULL;
	struct expectation expectation;
	unsigned int number = 0;
	char *rest;
	int err = file_read(path, &content, NULL);

	*expectations = (struct expectations){0};
	if (err) {
		buf_printf(why, "%s: %s", path, strerror(-err));
		return err;
	}
	rest = content;
	for (char *line; (line = strsep(&rest, "\n"));) {
		number++;
		if (!line[strspn(line, " \t\r")] || *line == '#')
			continue;
		if (!parse(line, form, &expectation)) {
			buf_printf(why, "%s:%u: expected '%s  # REASON'", path, number, form->text);
			expectations_free(expectations);
			return -EINVAL;
		}
		expectation.line = number;
		*array_add(expectations) = expectation;
	}
	return 0;
}

int expectations_read(const char *path, struct expectations *expectations, struct buf *why)
{
	return read_list(path, &differences, expectations, why);
}

int expectations_read_failures(const char *path, struct expectations *expectations, struct buf *why)
{
	return read_list(path, &failures, expectations, why);
}

/* Match with literal brackets, which the names of cases and facts contain. */
static bool matches(const char *glob, const char *name)
{
	cleanup_buf struct buf escaped = BUF_INIT;

	for (; *glob; glob++)
		buf_printf(&escaped, *glob == '[' || *glob == ']' ? "\\%c" : "%c", *glob);
	return !fnmatch(escaped.data, name, 0);
}

/* A glob without a mode is about the case in each mode. */
static bool matches_case(const char *glob, const char *name)
{
	cleanup_free char *in_type1 = case_in_type1(name);

	return matches(glob, name) || matches(glob, in_type1);
}

struct expectation *expectations_find(const struct expectations *expectations, const char *name,
				      const char *fact)
{
	for (size_t i = 0; i < expectations->count; i++)
		if (matches(expectations->items[i].fact, fact) &&
		    (!expectations->items[i].cases ||
		     matches_case(expectations->items[i].cases, name)))
			return &expectations->items[i];
	return NULL;
}

void expectations_free(struct expectations *expectations)
{
	for (size_t i = 0; i < expectations->count; i++) {
		free(expectations->items[i].cases);
		free(expectations->items[i].fact);
		free(expectations->items[i].reason);
	}
	free(expectations->items);
	*expectations = (struct expectations){0};
}
