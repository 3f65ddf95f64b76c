/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How long cases took in earlier runs, so that lanes can be given equal shares.
 * Kept as LAB_CACHE/durations.json: {"MACHINE": {"CASE": ms}}. No kernel is named: all kernels have
 * their cases cut alike, so that what they are compared by has run under the same circumstances.
 */
#ifndef RUNNER_PLAN_DURATIONS_H
#define RUNNER_PLAN_DURATIONS_H

#include <json-c/json.h>

/* What is known; an empty object where nothing is. The caller puts it. */
json_object *durations_read(const char *cache);

/*
 * What RECORD, a case (reports/model/record.h), may take, in ms: at least 1, and a guess where it
 * never ran.
 */
unsigned int duration_of(json_object *durations, json_object *record);

/*
 * Add what the CASES of a run took (the longest, over its kernels), and keep it in CACHE. 0 or
 * -errno.
 */
int durations_keep(json_object *durations, json_object *cases, const char *cache);

#endif
