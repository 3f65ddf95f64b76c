// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/results.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/compare.h"
#include "reports/model/leaks.h"

#include <errno.h>
#include <string.h>

json_object *results_new(void)
{
	json_object *results = json_object_new_object();

	json_object_object_add(results, "schema", json_object_new_int(RESULTS_SCHEMA));
	json_object_object_add(results, "run", json_object_new_object());
	json_object_object_add(results, "kernels", json_object_new_object());
	json_object_object_add(results, "machines", json_object_new_object());
	json_object_object_add(results, "scenarios", json_object_new_object());
	json_object_object_add(results, "guests", json_object_new_array());
	json_object_object_add(results, "cases", json_object_new_array());
	json_object_object_add(results, "leaks", json_object_new_array());
	json_object_object_add(results, "comparisons", json_object_new_array());
	return results;
}

json_object *results_part(json_object *results, const char *part)
{
	return json_object_object_get(results, part);
}

unsigned int results_count(json_object *results, enum verdict verdict)
{
	json_object *cases = results_part(results, "cases");
	unsigned int count = 0;

	for (size_t i = 0; i < json_object_array_length(cases); i++)
		count += record_get_verdict(json_object_array_get_idx(cases, i)) == verdict;
	return count;
}

unsigned int results_failures(json_object *results)
{
	json_object *cases = results_part(results, "cases");
	unsigned int count = 0;

	for (size_t i = 0; i < json_object_array_length(cases); i++)
		count += record_failed(json_object_array_get_idx(cases, i));
	return count;
}

static bool complete(json_object *results)
{
	return json_object_get_boolean(
		json_object_object_get(results_part(results, "run"), "complete"));
}

static bool regressed(json_object *results)
{
	json_object *comparisons = results_part(results, "comparisons");

	for (size_t i = 0; i < json_object_array_length(comparisons); i++)
		if (comparison_failed(json_object_array_get_idx(comparisons, i)))
			return true;
	return false;
}

int results_status(json_object *results)
{
	if (results_failures(results) || leaks_count(results, NULL) || regressed(results))
		return 1;
	if (results_count(results, VERDICT_ERROR) || results_count(results, VERDICT_MISS) ||
	    !complete(results))
		return 2;
	return results_count(results, VERDICT_PASS) || results_count(results, VERDICT_FAIL) ? 0 : 4;
}

int results_write(json_object *results, const char *folder)
{
	cleanup_free char *path = text("%s/results.json", folder);
	const char *json = json_object_to_json_string_ext(
		results, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_NOSLASHESCAPE);

	return file_write(path, json, strlen(json));
}

int results_read(const char *folder, json_object **results)
{
	cleanup_free char *path = text("%s/results.json", folder);
	cleanup_free char *data = NULL;
	int err = file_read(path, &data, NULL);

	if (err)
		return err;
	*results = json_tokener_parse(data);
	if (*results && record_number(*results, "schema") == RESULTS_SCHEMA)
		return 0;
	json_object_put(*results);
	*results = NULL;
	return -EINVAL;
}

const char *results_promise(json_object *results, const char *scenario)
{
	json_object *described =
		json_object_object_get(results_part(results, "scenarios"), scenario);

	return described ? record_text(described, "promise") : "";
}

char *results_choice(json_object *results, const char *kernel)
{
	json_object *described = json_object_object_get(results_part(results, "kernels"), kernel);
	const char *choice = described ? record_text(described, "make") : "";

	return *choice ? text("%s", choice) : text("KERNELS=%s", kernel);
}
