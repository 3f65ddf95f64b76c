// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/record.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"

#include <string.h>

static const char *const names[VERDICT_COUNT] = {
	[VERDICT_PASS] = "PASS",   [VERDICT_FAIL] = "FAIL", [VERDICT_SKIP] = "SKIP",
	[VERDICT_ERROR] = "ERROR", [VERDICT_MISS] = "MISS",
};

const char *verdict_name(enum verdict verdict)
{
	return names[verdict];
}

/* Guests may say anything; JSON takes only text, and reports should be readable. */
static json_object *clean_string(const char *value)
{
	cleanup_free char *clean = text("%s", value);

	for (char *at = clean; *at; at++)
		if ((*at < ' ' && *at != '\t') || *at > '~')
			*at = '?';
	return json_object_new_string(clean);
}

void record_set(json_object *record, const char *key, const char *value)
{
	json_object_object_add(record, key, clean_string(value));
}

json_object *record_new(const char *kernel, const char *machine, unsigned int number,
			const char *scenario, const char *dut)
{
	json_object *record = json_object_new_object();
	cleanup_free char *name = text("%s[%s]", scenario, dut);

	record_set(record, "kernel", kernel);
	record_set(record, "machine", machine);
	record_set(record, "case", name);
	record_set(record, "scenario", scenario);
	record_set(record, "dut", dut);
	json_object_object_add(record, "number", json_object_new_int((int)number));
	return record;
}

void record_verdict(json_object *record, enum verdict verdict, const char *reason)
{
	record_set(record, "verdict", verdict_name(verdict));
	if (reason && !*record_text(record, "reason"))
		record_set(record, "reason", reason);
}

void record_merge(json_object *record, json_object *from)
{
	struct json_object_iterator at = json_object_iter_begin(from);
	struct json_object_iterator end = json_object_iter_end(from);

	for (; !json_object_iter_equal(&at, &end); json_object_iter_next(&at))
		json_object_object_add(record, json_object_iter_peek_name(&at),
				       json_object_get(json_object_iter_peek_value(&at)));
}

static json_object *member(json_object *record, const char *key, json_object *(*make)(void))
{
	json_object *there;

	if (!json_object_object_get_ex(record, key, &there)) {
		there = make();
		json_object_object_add(record, key, there);
	}
	return there;
}

void record_line(json_object *record, const char *key, const char *line)
{
	json_object_array_add(member(record, key, json_object_new_array), clean_string(line));
}

void record_fact(json_object *record, const char *name, const char *value)
{
	record_set(member(record, "facts", json_object_new_object), name, value);
}

const char *record_text(json_object *record, const char *key)
{
	json_object *there;

	return json_object_object_get_ex(record, key, &there) ? json_object_get_string(there) : "";
}

int record_number(json_object *record, const char *key)
{
	json_object *there;

	return json_object_object_get_ex(record, key, &there) ? json_object_get_int(there) : 0;
}

enum verdict record_get_verdict(json_object *record)
{
	const char *name = record_text(record, "verdict");

	for (int v = 0; v < VERDICT_COUNT; v++)
		if (!strcmp(names[v], name))
			return (enum verdict)v;
	return VERDICT_MISS;
}

const char *record_verdict_name(json_object *record)
{
	return *record_text(record, "xfail") ? "XFAIL" : verdict_name(record_get_verdict(record));
}

bool record_failed(json_object *record)
{
	return record_get_verdict(record) == VERDICT_FAIL && !*record_text(record, "xfail");
}
