// SPDX-License-Identifier: GPL-2.0-only
/*
 * squad.json, the results in SQUAD's format: an object with one verdict for each test. SQUAD uses
 * the part of a name before the last '/' as the suite: KERNEL/MACHINE/FAMILY. squad-metrics.json
 * and squad-metadata.json belong to the same submission. There is no table of members, because the
 * keys are data.
 */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/matrix.h"
#include "reports/report.h"
#include "reports/run-id.h"

#include <json-c/json.h>
#include <string.h>

/* SQUAD has "pass" and "fail". "skip" stands for everything else. */
static const char *squad_verdict(const struct record *record)
{
	switch (record->result.verdict) {
	case VERDICT_PASS:
		return "pass";
	case VERDICT_FAIL:
		return "fail";
	default:
		return "skip";
	}
}

static int write_object(json_object *object, const char *path)
{
	const char *json = json_object_to_json_string_ext(
		object, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);
	int err = file_write(path, json, strlen(json));

	json_object_put(object);
	return err;
}

int squad_write(const struct report *report, const char *path)
{
	json_object *tests = json_object_new_object();
	cleanup_free struct attempts *cases = NULL;
	size_t count = attempts_gather(report->results, NULL, &cases);

	for (size_t i = 0; i < count; i++) {
		const struct record *record = cases[i].worst;
		cleanup_free char *name =
			text("%s/%s/%s", record->kernel, record->machine, record->name);

		json_object_object_add(tests, name, json_object_new_string(squad_verdict(record)));
	}
	return write_object(tests, path);
}

/* Boot time of each machine's first guest in ms, and duration of the run in seconds. */
int squad_metrics_write(const struct report *report, const char *path)
{
	const struct results *results = report->results;
	json_object *metrics = json_object_new_object();

	for (size_t i = 0; i < results->guests.count; i++) {
		const struct guest_record *guest = &results->guests.items[i];
		cleanup_free char *name = text("%s/%s/boot_ms", guest->kernel, guest->machine);

		if (guest->boot_ms && !json_object_object_get(metrics, name))
			json_object_object_add(metrics, name,
					       json_object_new_int64(guest->boot_ms));
	}
	json_object_object_add(metrics, "run/seconds",
			       json_object_new_double(results->run.seconds));
	return write_object(metrics, path);
}

static void add(json_object *object, const char *key, const char *value)
{
	if (value)
		json_object_object_add(object, key, json_object_new_string(value));
}

int squad_metadata_write(const struct report *report, const char *path)
{
	const struct results *results = report->results;
	json_object *metadata = json_object_new_object();
	cleanup_free char *id = run_id(results);

	add(metadata, "job_id", id);
	add(metadata, "datetime", results->run.started);
	add(metadata, "lab", results->run.lab);
	add(metadata, "accel", results->run.accel);
	for (size_t i = 0; i < results->kernels.count; i++) {
		cleanup_free char *key = text("kernel %s", results->kernels.items[i].name);

		add(metadata, key, results->kernels.items[i].guest);
	}
	return write_object(metadata, path);
}
