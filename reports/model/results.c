// SPDX-License-Identifier: GPL-2.0-only
#include "reports/model/results.h"

#include "lab/base/alloc.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/model/attempts.h"
#include "reports/model/compare.h"
#include "reports/model/leaks.h"

#include <errno.h>
#include <string.h>

static const struct json_member run_members[] = {
	JSON_STRING(struct run_about, lab),	  JSON_STRING(struct run_about, started),
	JSON_REAL(struct run_about, seconds),	  JSON_STRING(struct run_about, accel),
	JSON_COUNT(struct run_about, lanes),	  JSON_COUNT(struct run_about, repeat),
	JSON_NUMBER(struct run_about, retry),	  JSON_STRING(struct run_about, flaky),
	JSON_BOOLEAN(struct run_about, complete), JSON_STRING(struct run_about, plan),
	JSON_NUMBER(struct run_about, shard),	  JSON_NUMBER(struct run_about, shards),
};
static const struct json_table run_type = JSON_TYPE(struct run_about, run_members);

static const struct json_member planned_members[] = {
	JSON_NAME(struct planned, kernel),
	JSON_NAME(struct planned, machine),
	JSON_STRINGS(struct planned, cases),
};
static const struct json_table planned_type = JSON_TYPE(struct planned, planned_members);

static const struct json_member kernel_members[] = {
	JSON_STRING(struct kernel_about, make),	    JSON_STRING(struct kernel_about, guest),
	JSON_STRING(struct kernel_about, key),	    JSON_STRING(struct kernel_about, version),
	JSON_STRING(struct kernel_about, compiler), JSON_STRING(struct kernel_about, config),
};
const struct json_table kernel_type = JSON_TYPE(struct kernel_about, kernel_members);

static const struct json_member machine_members[] = {
	JSON_STRING(struct machine_about, about),
	JSON_STRING(struct machine_about, make),
	JSON_STRING(struct machine_about, lspci),
	JSON_STRING(struct machine_about, image),
};
static const struct json_table machine_type = JSON_TYPE(struct machine_about, machine_members);

static const struct json_member scenario_members[] = {
	JSON_STRING(struct scenario_about, promise),
	JSON_STRING(struct scenario_about, where),
};
static const struct json_table scenario_type = JSON_TYPE(struct scenario_about, scenario_members);

static const struct json_member guest_members[] = {
	JSON_NAME(struct guest_record, kernel),	  JSON_NAME(struct guest_record, machine),
	JSON_COUNT(struct guest_record, guest),	  JSON_COUNT(struct guest_record, lane),
	JSON_COUNT(struct guest_record, boot_ms), JSON_STRING(struct guest_record, end),
};
const struct json_table guest_type = JSON_TYPE(struct guest_record, guest_members);

static const struct json_member leak_members[] = {
	JSON_NAME(struct leak, kernel),
	JSON_NAME(struct leak, machine),
	JSON_COUNT(struct leak, times),
	JSON_COUNT(struct leak, bytes),
	JSON_STRING_AS(struct leak, name, "case"),
	JSON_STRINGS(struct leak, stack),
	JSON_STRING(struct leak, known),
};
const struct json_table leak_type = JSON_TYPE(struct leak, leak_members);

static const struct json_member difference_members[] = {
	JSON_NAME_AS(struct difference, name, "case"),
	JSON_NAME(struct difference, machine),
	JSON_NAME(struct difference, fact),
	JSON_STRING(struct difference, a),
	JSON_STRING(struct difference, b),
	JSON_STRING(struct difference, reason),
};
const struct json_table difference_type = JSON_TYPE(struct difference, difference_members);

static const struct json_member unseen_members[] = {
	JSON_STRING(struct unseen, cases),
	JSON_STRING(struct unseen, fact),
	JSON_STRING(struct unseen, reason),
};
const struct json_table unseen_type = JSON_TYPE(struct unseen, unseen_members);

#define DIFFERENCES(kind, key) JSON_ARRAY_AS(struct comparison, of[kind], key, &difference_type)

static const struct json_member comparison_members[] = {
	JSON_NAME(struct comparison, a),
	JSON_NAME(struct comparison, b),
	JSON_STRING(struct comparison, make),
	DIFFERENCES(DIFFERENCE_REGRESSION, "regressions"),
	DIFFERENCES(DIFFERENCE_FIXED, "fixed"),
	DIFFERENCES(DIFFERENCE_UNJUDGED, "unjudged"),
	DIFFERENCES(DIFFERENCE_UNLISTED, "unlisted"),
	DIFFERENCES(DIFFERENCE_LISTED, "listed"),
	JSON_ARRAY(struct comparison, unseen, &unseen_type),
};
const struct json_table comparison_type = JSON_TYPE(struct comparison, comparison_members);

static const struct json_member results_members[] = {
	JSON_COUNT(struct results, schema),
	JSON_OBJECT(struct results, run, &run_type),
	JSON_ARRAY_IF_ANY(struct results, plan, &planned_type),
	JSON_NAMED(struct results, kernels, &kernel_type),
	JSON_NAMED(struct results, machines, &machine_type),
	JSON_NAMED(struct results, scenarios, &scenario_type),
	JSON_ARRAY(struct results, guests, &guest_type),
	JSON_ARRAY(struct results, cases, &record_type),
	JSON_ARRAY(struct results, leaks, &leak_type),
	JSON_ARRAY(struct results, comparisons, &comparison_type),
};

const struct json_table results_type = JSON_TYPE(struct results, results_members);

struct kernel_about *results_kernel(const struct results *results, const char *name)
{
	for (size_t i = 0; i < results->kernels.count; i++)
		if (!strcmp(results->kernels.items[i].name, name))
			return &results->kernels.items[i];
	return NULL;
}

struct machine_about *results_machine(const struct results *results, const char *name)
{
	for (size_t i = 0; i < results->machines.count; i++)
		if (!strcmp(results->machines.items[i].name, name))
			return &results->machines.items[i];
	return NULL;
}

struct scenario_about *results_scenario(const struct results *results, const char *name)
{
	for (size_t i = 0; i < results->scenarios.count; i++)
		if (!strcmp(results->scenarios.items[i].name, name))
			return &results->scenarios.items[i];
	return NULL;
}

unsigned int results_modes(const struct results *results)
{
	unsigned int modes = 0;

	for (size_t i = 0; i < results->cases.count; i++)
		modes |= MODE_BIT(results->cases.items[i].mode);
	return modes;
}

unsigned int results_count(const struct results *results, enum verdict verdict)
{
	unsigned int count = 0;

	for (size_t i = 0; i < results->cases.count; i++)
		count += results->cases.items[i].result.verdict == verdict;
	return count;
}

static int by_number(const void *left, const void *right)
{
	const unsigned int *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

unsigned int results_boot_ms(const struct results *results)
{
	cleanup_free unsigned int *boots = zalloc(results->guests.count, sizeof(*boots));
	size_t count = 0;

	for (size_t i = 0; i < results->guests.count; i++)
		if (results->guests.items[i].boot_ms)
			boots[count++] = results->guests.items[i].boot_ms;
	qsort(boots, count, sizeof(*boots), by_number);
	return count ? boots[count / 2] : 0;
}

unsigned int results_failures(const struct results *results)
{
	unsigned int count = 0;

	for (size_t i = 0; i < results->cases.count; i++)
		count += record_failed(&results->cases.items[i]);
	return count;
}

static bool regressed(const struct results *results)
{
	for (size_t i = 0; i < results->comparisons.count; i++)
		if (comparison_failed(&results->comparisons.items[i]))
			return true;
	return false;
}

/* Errors do not count if a retry passed. */
static bool has_errors(const struct results *results)
{
	for (size_t i = 0; i < results->cases.count; i++)
		if (results->cases.items[i].result.verdict == VERDICT_ERROR &&
		    !results->cases.items[i].flaky)
			return true;
	return false;
}

/* Whether there is a flaky case, and flaky cases count as failures. */
static bool flaky_failed(const struct results *results)
{
	const char *flaky = results->run.flaky ?: "";

	return !strcmp(flaky, FLAKY_FAIL) && attempts_flaky(results, NULL);
}

int results_status(const struct results *results)
{
	if (results_failures(results) || leaks_count(results, NULL) || regressed(results) ||
	    flaky_failed(results))
		return 1;
	if (has_errors(results) || results_count(results, VERDICT_MISS) || !results->run.complete)
		return 2;
	return results_count(results, VERDICT_PASS) || results_count(results, VERDICT_FAIL) ? 0 : 4;
}

int results_write(const struct results *results, const char *folder)
{
	cleanup_free char *path = text("%s/results.json", folder);
	cleanup_free char *json = json_write(&results_type, results, true);

	return file_write(path, json, strlen(json));
}

int results_read(const char *folder, struct results *results, struct buf *why)
{
	cleanup_free char *path = text("%s/results.json", folder);
	cleanup_free char *data = NULL;
	cleanup_buf struct buf wrong = BUF_INIT;
	int err = file_read(path, &data, NULL);

	if (err)
		buf_puts(&wrong, strerror(-err));
	else
		err = json_read(&results_type, data, results, &wrong);
	if (!err && results->schema != RESULTS_SCHEMA) {
		buf_printf(&wrong, "schema %u, expected %u", results->schema, RESULTS_SCHEMA);
		err = -EINVAL;
	}
	if (err && why)
		buf_printf(why, "%s: %s", path, wrong.data);
	return err;
}

void results_free(struct results *results)
{
	json_free(&results_type, results);
}

const char *results_promise(const struct results *results, const char *scenario)
{
	const struct scenario_about *about = results_scenario(results, scenario);

	return about && about->promise ? about->promise : "";
}

char *results_choice(const struct results *results, const char *kernel)
{
	const struct kernel_about *about = results_kernel(results, kernel);

	return about && about->make ? text("%s", about->make) : text("KERNELS=%s", kernel);
}

char *results_machine_choice(const struct results *results, const struct list *machines)
{
	cleanup_list struct list choices = {0};
	cleanup_free char *joined = NULL;

	for (size_t i = 0; i < machines->count; i++) {
		const struct machine_about *about = results_machine(results, machines->items[i]);

		/* The machine of a dump is the only one of its run. */
		if (about && about->lspci)
			return text(strpbrk(about->lspci, " \t'") ? "LSPCI=\"%s\"" : "LSPCI=%s",
				    about->lspci);
		list_add(&choices, about && about->make ? about->make : machines->items[i]);
	}
	joined = list_join(&choices, " ");
	return text(choices.count > 1 ? "MACHINES='%s'" : "MACHINES=%s", joined);
}
