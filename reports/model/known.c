// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/known.h"

#include "lab/base/cleanup.h"
#include "lab/base/list.h"
#include "reports/model/results.h"
#include "reports/text/page.h"

#include <errno.h>
#include <string.h>

struct known_kernel {
	char *name;
	struct expectations failures;
};

int known_read(struct known *known, const char *kernel, const char *path, struct buf *why)
{
	cleanup_expectations struct expectations failures = {0};
	cleanup_buf struct buf said = BUF_INIT;
	int err = expectations_read_failures(path, &failures, &said);

	if (err == -ENOENT)
		return 0;
	if (err) {
		buf_puts(why, said.data);
		return err;
	}
	known->kernels = reallocarray(known->kernels, known->count + 1, sizeof(*known->kernels));
	if (!known->kernels)
		abort();
	known->kernels[known->count++] = (struct known_kernel){strdup(kernel), failures};
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
 * "FUNCTION+0x12/0x34", as a word; a copy that the compiler made for itself is
 * "FUNCTION.isra.0+0x12/0x34". What stands behind "? " was found on the stack, and need not have
 * been called.
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

static bool have_function(json_object *lines, const char *function)
{
	for (size_t i = 0; i < json_object_array_length(lines); i++)
		if (has_function(json_object_get_string(json_object_array_get_idx(lines, i)),
				 function))
			return true;
	return false;
}

const char *known_trace(const struct known *known, const char *kernel, const char *name,
			json_object *lines)
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

static bool has_more_to_say(json_object *record)
{
	return json_object_object_get_ex(record, "mess", NULL) ||
	       json_object_object_get_ex(record, "console", NULL);
}

/* Why it failed, as far as that is known. */
static const char *reason_of(const struct known *known, const char *kernel, json_object *record)
{
	const char *name = record_text(record, "case");
	const struct expectation *listed;
	json_object *log;

	if (has_more_to_say(record))
		return NULL;
	if (json_object_object_get_ex(record, "kernel_log", &log))
		return known_trace(known, kernel, name, log);
	listed = expectations_find(failures_of(known, kernel), name, "verdict");
	return listed ? listed->reason : NULL;
}

static void flag_failure(const struct known *known, const char *kernel, json_object *record)
{
	const char *reason = reason_of(known, kernel, record);

	if (reason)
		record_set(record, "xfail", reason);
}

void known_flag(const struct known *known, const char *kernel, json_object *record)
{
	const struct expectation *listed;

	switch (record_get_verdict(record)) {
	case VERDICT_FAIL:
		flag_failure(known, kernel, record);
		break;
	case VERDICT_PASS:
		listed = expectations_find(failures_of(known, kernel), record_text(record, "case"),
					   "verdict");
		if (listed)
			record_set(record, "xpass", listed->reason);
		break;
	default:
		break;
	}
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

static bool same_line(json_object *a, json_object *b, const char *flag)
{
	return !strcmp(record_text(a, flag), record_text(b, flag)) &&
	       !strcmp(record_text(a, "kernel"), record_text(b, "kernel")) &&
	       !strcmp(record_text(a, "scenario"), record_text(b, "scenario"));
}

/* Whether no case before the one at INDEX is told in the same line. */
static bool is_first(json_object *cases, size_t index, const char *flag)
{
	json_object *record = json_object_array_get_idx(cases, index);

	for (size_t i = 0; i < index; i++)
		if (same_line(json_object_array_get_idx(cases, i), record, flag))
			return false;
	return true;
}

static char *duts_of_line(json_object *cases, json_object *record, const char *flag)
{
	cleanup_list struct list duts = {0};

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *other = json_object_array_get_idx(cases, i);

		if (same_line(other, record, flag))
			list_add(&duts, record_text(other, "dut"));
	}
	return list_join(&duts, " ");
}

static bool any(json_object *cases, const char *flag)
{
	for (size_t i = 0; i < json_object_array_length(cases); i++)
		if (*record_text(json_object_array_get_idx(cases, i), flag))
			return true;
	return false;
}

static void print_flagged(json_object *cases, const char *flag, const char *title, const char *note,
			  const struct page *page)
{
	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		cleanup_free char *duts = NULL;
		cleanup_free char *line = NULL;
		size_t indent =
			strlen(title) + strlen(record_text(record, "kernel")) + strlen("   ");

		if (!*record_text(record, flag) || !is_first(cases, i, flag))
			continue;
		duts = duts_of_line(cases, record, flag);
		line = text("%s[%s]: %s%s", record_text(record, "scenario"), duts, note,
			    record_text(record, flag));
		page_print(page, INK_NOTE, title);
		fprintf(page->out, " %s  ", record_text(record, "kernel"));
		page_wrap(page, (unsigned int)indent, line);
	}
}

void results_print_known(json_object *results, const struct page *page)
{
	json_object *cases = results_part(results, "cases");

	if (any(cases, "xfail") || any(cases, "xpass"))
		fputc('\n', page->out);
	print_flagged(cases, "xfail", "XFAIL", "", page);
	print_flagged(cases, "xpass", "XPASS", "listed as known, but passed: ", page);
}
