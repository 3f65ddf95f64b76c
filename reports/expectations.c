// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/compare.h"

#include <errno.h>
#include <string.h>

/* "[CASE-GLOB] FACT-GLOB  # REASON" */
static bool parse(char *line, struct expectation *expectation)
{
	char *reason = strstr(line, "# ");
	char *first, *second, *rest = NULL;

	if (!reason)
		return false;
	*reason = '\0';
	reason += 2;
	reason += strspn(reason, " \t");
	first = strtok_r(line, " \t", &rest);
	second = strtok_r(NULL, " \t", &rest);
	if (!first || strtok_r(NULL, " \t", &rest) || !*reason)
		return false;
	*expectation = (struct expectation){
		.cases = second ? strdup(first) : NULL,
		.fact = strdup(second ?: first),
		.reason = strdup(reason),
	};
	return true;
}

static void add(struct expectations *expectations, struct expectation expectation)
{
	expectations->items =
		reallocarray(expectations->items, expectations->count + 1, sizeof(*expectations->items));
	if (!expectations->items)
		abort();
	expectations->items[expectations->count++] = expectation;
}

int expectations_read(const char *path, struct expectations *expectations, struct buf *why)
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
		if (!parse(line, &expectation)) {
			buf_printf(why, "%s:%u: it is not '[CASE-GLOB] FACT-GLOB  # REASON'", path, number);
			expectations_free(expectations);
			return -EINVAL;
		}
		add(expectations, expectation);
	}
	return 0;
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
