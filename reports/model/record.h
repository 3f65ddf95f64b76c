/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one case came to, as the JSON object that results.json keeps
 * (docs/schema.md): everything a report says is derived from these.
 */
#ifndef REPORTS_MODEL_RECORD_H
#define REPORTS_MODEL_RECORD_H

#include <json-c/json.h>
#include <stdbool.h>

enum verdict {
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_SKIP,
	VERDICT_ERROR, /* the lab failed, not the kernel */
	VERDICT_MISS,  /* the guest was lost before the case ran */
	VERDICT_COUNT
};

/* "PASS", "FAIL", ... */
const char *verdict_name(enum verdict verdict);

/* The same of a record; "XFAIL" where it failed as it is known to. */
const char *record_verdict_name(json_object *record);

/* Whether it failed, and that is not known of it. */
bool record_failed(json_object *record);

/* The record of a case that nothing is known of yet. The caller owns it (json_object_put). */
json_object *record_new(const char *kernel, const char *machine, unsigned int number,
			const char *scenario, const char *dut);

/* The verdict; the reason (may be NULL) is kept only where none is there yet. */
void record_verdict(json_object *record, enum verdict verdict, const char *reason);

/* Make KEY of the record VALUE. */
void record_set(json_object *record, const char *key, const char *value);

/* Make every member of FROM one of RECORD. */
void record_merge(json_object *record, json_object *from);

/* Add LINE to the array KEY ("kernel_log", "mess"). */
void record_line(json_object *record, const char *key, const char *line);

/* Add the fact NAME=VALUE. */
void record_fact(json_object *record, const char *name, const char *value);

/* A string member; "" where it is not there. The record owns it. */
const char *record_text(json_object *record, const char *key);

/* A number member; 0 where it is not there. */
int record_number(json_object *record, const char *key);

/* The verdict of a record; VERDICT_MISS where it has none yet. */
enum verdict record_get_verdict(json_object *record);

#endif
