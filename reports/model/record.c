// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/record.h"

#include <ctype.h>
#include <string.h>

static const struct json_member subtest_members[] = {
	JSON_NAME(struct subtest, name),
	JSON_WORD(struct subtest, verdict, verdict_names),
	JSON_STRING(struct subtest, reason),
	JSON_STRING(struct subtest, xfail),
};
static const struct json_table subtest_type = JSON_TYPE(struct subtest, subtest_members);

static const struct json_member result_members[] = {
	JSON_WORD(struct result, verdict, verdict_names),
	JSON_STRING(struct result, reason),
	JSON_STRING(struct result, where),
	JSON_COUNT(struct result, ms),
	JSON_COUNT(struct result, host_ms),
	JSON_STRINGS(struct result, discarded),
	JSON_PAIRS(struct result, facts),
	JSON_STRINGS(struct result, kernel_log),
	/* The key of schema 1, which scripts read. */
	JSON_STRINGS_AS(struct result, leftovers, "mess"),
	JSON_STRINGS(struct result, console),
	JSON_ARRAY_IF_ANY(struct result, subtests, &subtest_type),
};

const struct json_table result_type = JSON_TYPE(struct result, result_members);

static const struct json_member record_members[] = {
	JSON_NAME(struct record, kernel),
	JSON_NAME(struct record, machine),
	JSON_NAME_AS(struct record, name, "case"),
	JSON_NAME(struct record, scenario),
	JSON_NAME(struct record, dut),
	JSON_WORD(struct record, mode, mode_names),
	JSON_STRING(struct record, program),
	JSON_NUMBER(struct record, number),
	JSON_NUMBER(struct record, attempt),
	JSON_INLINE(struct record, result, &result_type),
	JSON_STRING(struct record, xfail),
	JSON_STRING(struct record, xpass),
	JSON_STRING(struct record, flaky),
	JSON_NUMBER(struct record, guest),
	JSON_NUMBER(struct record, lane),
};

const struct json_table record_type = JSON_TYPE(struct record, record_members);

void result_free(struct result *result)
{
	json_free(&result_type, result);
}

void result_judge(struct result *result, enum cause cause, const char *reason)
{
	const struct verdict_rule *rule = &verdict_rules[cause];

	result->verdict = rule->verdict;
	reason = reason ?: rule->reason;
	if (reason && !result->reason)
		result->reason = printable(reason);
}

/* The length of the number at AT if it is a duration, "N ms" or "N s"; otherwise 0. */
static size_t duration_length(const char *at)
{
	size_t digits = strspn(at, "0123456789");

	at += digits;
	if (!digits || *at != ' ' || (at[1] != 's' && strncmp(at + 1, "ms", 2) != 0))
		return 0;
	at += at[1] == 's' ? 2 : 3;
	return isalnum((unsigned char)*at) ? 0 : digits;
}

bool result_same_reason(const struct result *a, const struct result *b)
{
	const char *left = a->reason ?: "", *right = b->reason ?: "";

	while (*left && *right) {
		size_t skipped_left = duration_length(left);
		size_t skipped_right = duration_length(right);

		if (!skipped_left || !skipped_right) {
			if (*left != *right)
				return false;
			skipped_left = skipped_right = 1;
		}
		left += skipped_left;
		right += skipped_right;
	}
	return *left == *right;
}

const char *record_selected(const struct record *record)
{
	return record->program ?: record->scenario;
}

const char *record_verdict_name(const struct record *record)
{
	return record->xfail ? "XFAIL" : verdict_names[record->result.verdict];
}

bool record_failed(const struct record *record)
{
	return record->result.verdict == VERDICT_FAIL && !record->xfail && !record->flaky;
}

char *record_place(const struct record *record)
{
	return case_place(record->dut, record->mode);
}

bool record_same_case(const struct record *a, const struct record *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->machine, b->machine);
}

char *printable(const char *value)
{
	char *clean = text("%s", value);

	for (char *at = clean; *at; at++)
		if ((*at < ' ' && *at != '\t') || *at > '~')
			*at = '?';
	return clean;
}
