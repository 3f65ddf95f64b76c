// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/known.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"

#include <errno.h>
#include <string.h>

struct known_kernel {
	char *name;
	struct expectations failures;
};

int known_read(struct known *known, const char *kernel, const char *path, struct buf *why)
{
	cleanup_expectations struct expectations failures = {0};
	cleanup_buf struct buf wrong = BUF_INIT;
	int err = expectations_read_failures(path, &failures, &wrong);

	if (err == -ENOENT)
		return 0;
	if (err) {
		buf_puts(why, wrong.data);
		return err;
	}
	known->kernels = one_more(known->kernels, known->count, sizeof(*known->kernels));
	known->kernels[known->count++] = (struct known_kernel){text("%s", kernel), failures};
	failures = (struct expectations){0};
	return 0;
}

static const struct expectations *failures_of(const struct known *known, const char *kernel)
{
	static const struct expectations none;

	for (size_t i = 0; i < known->count; i++)
		if (!strcmp(known->kernels[i].name, kernel))
			return &known->kernels[i].failures;
	return &none;
}

/*
 * Whether LINE has the word "FUNCTION+0x12/0x34", or "FUNCTION.isra.0+0x12/0x34" for a clone that
 * the compiler made. A function after "? " was found on the stack and may not have been called.
 */
static bool has_function(const char *line, const char *function)
{
	size_t len = strlen(function);

	if (strstr(line, "? "))
		return false;
	for (const char *at = line; (at = strstr(at, function)); at += len) {
		const char *end = at + len;

		if (*end == '.')
			end += strcspn(end, "+ ");
		if ((at == line || at[-1] == ' ') && !strncmp(end, "+0x", 3))
			return true;
	}
	return false;
}

static bool have_function(const struct list *lines, const char *function)
{
	for (size_t i = 0; i < lines->count; i++)
		if (has_function(lines->items[i], function))
			return true;
	return false;
}

const char *known_trace(const struct known *known, const char *kernel, const char *name,
			const struct list *lines)
{
	const struct expectations *failures = failures_of(known, kernel);

	for (size_t i = 0; i < failures->count; i++) {
		const struct expectations one = {&failures->items[i], 1};
		const char *function = one.items->fact;

		if (expectations_find(&one, name, function) && have_function(lines, function))
			return one.items->reason;
	}
	return NULL;
}

/* The line about the verdict of RECORD, or NULL. */
static const struct expectation *listed(const struct known *known, const struct record *record)
{
	return expectations_find(failures_of(known, record->kernel), record->name, "verdict");
}

static const char *listed_reason(const struct known *known, const struct record *record)
{
	const struct expectation *line = listed(known, record);

	return line ? line->reason : NULL;
}

/* The reason why RECORD, which passed, should have failed, or NULL. */
static const char *failing_reason(const struct known *known, const struct record *record)
{
	const struct expectation *line = listed(known, record);

	return line && !line->maybe ? line->reason : NULL;
}

/* The known reason why RECORD failed, or NULL. */
static const char *failure_reason(const struct known *known, const struct record *record)
{
	const struct result *result = &record->result;

	if (result->leftovers.count || result->console.count)
		return NULL;
	if (result->kernel_log.count)
		return known_trace(known, record->kernel, record->name, &result->kernel_log);
	return listed_reason(known, record);
}

static void flag(char **member, const char *reason)
{
	if (!reason)
		return;
	free(*member);
	*member = printable(reason);
}

void known_flag(const struct known *known, struct record *record)
{
	if (record->result.verdict == VERDICT_FAIL)
		flag(&record->xfail, failure_reason(known, record));
	if (record->result.verdict == VERDICT_PASS)
		flag(&record->xpass, failing_reason(known, record));
}

void known_free(struct known *known)
{
	for (size_t i = 0; i < known->count; i++) {
		free(known->kernels[i].name);
		expectations_free(&known->kernels[i].failures);
	}
	free(known->kernels);
	*known = (struct known){0};
}
