// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/durations.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/record.h"

#include <string.h>

/* Of a case that never ran: about the mean of those that did. */
#define GUESS_MS 40

static char *kept_in(const char *cache)
{
	return text("%s/durations.json", cache);
}

json_object *durations_read(const char *cache)
{
	cleanup_free char *path = kept_in(cache);
	cleanup_free char *content = NULL;
	json_object *durations =
		file_read(path, &content, NULL) ? NULL : json_tokener_parse(content);

	if (json_object_is_type(durations, json_type_object))
		return durations;
	json_object_put(durations);
	return json_object_new_object();
}

unsigned int duration_of(json_object *durations, json_object *record)
{
	json_object *machine, *ms;
	int known;

	if (!json_object_object_get_ex(durations, record_text(record, "machine"), &machine) ||
	    !json_object_object_get_ex(machine, record_text(record, "case"), &ms))
		return GUESS_MS;
	known = json_object_get_int(ms);
	return known > 0 ? (unsigned int)known : 1;
}

/* The durations of the machine that RECORD ran on, in DURATIONS. */
static json_object *machine_of(json_object *durations, json_object *record)
{
	const char *name = record_text(record, "machine");
	json_object *machine;

	if (json_object_object_get_ex(durations, name, &machine))
		return machine;
	machine = json_object_new_object();
	json_object_object_add(durations, name, machine);
	return machine;
}

/* What the run itself saw: the longest, over its kernels. */
static json_object *seen_in(json_object *cases)
{
	json_object *seen = json_object_new_object();

	for (size_t i = 0; i < json_object_array_length(cases); i++) {
		json_object *record = json_object_array_get_idx(cases, i);
		json_object *machine = machine_of(seen, record);
		const char *name = record_text(record, "case");
		int ms = record_number(record, "ms");
		json_object *other;

		if (json_object_object_get_ex(machine, name, &other) &&
		    json_object_get_int(other) >= ms)
			continue;
		if (!strcmp(record_text(record, "verdict"), "PASS") ||
		    !strcmp(record_text(record, "verdict"), "SKIP"))
			json_object_object_add(machine, name, json_object_new_int(ms));
	}
	return seen;
}

int durations_keep(json_object *durations, json_object *cases, const char *cache)
{
	cleanup_free char *path = kept_in(cache);
	json_object *seen = seen_in(cases);
	const char *content;

	json_object_object_foreach(seen, name, machine)
	{
		json_object *known;

		if (json_object_object_get_ex(durations, name, &known))
			record_merge(known, machine);
		else
			json_object_object_add(durations, name, json_object_get(machine));
	}
	json_object_put(seen);
	content = json_object_to_json_string_ext(durations, JSON_C_TO_STRING_PLAIN);
	return file_write(path, content, strlen(content));
}
