// SPDX-License-Identifier: GPL-2.0-only
/*
 * kcidb.json, for KernelCI's common database: version 5.3 of its schema. Each kernel is a checkout
 * and a build of it; each attempt at a case is a test. A known failure is a FAIL with an incident
 * of an issue.
 */
#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/evidence.h"
#include "reports/kcidb-schema.h"
#include "reports/report.h"
#include "reports/run-id.h"

#include <ctype.h>
#include <string.h>

#define ORIGIN "vfiolab"

/* The schema's limit, in characters. Counting bytes is safe, as a character has at least one. */
#define LOG_MAX 16384

static char *copy(const char *of)
{
	return of ? text("%s", of) : NULL;
}

/* Each part of a path consists of letters, digits, '_' and '-'. */
static char *path_of(const struct record *record)
{
	char *path = text(ORIGIN ".%s", record->name);
	size_t len = strlen(path);

	for (char *at = path + strlen(ORIGIN) + 1; *at; at++) {
		if (*at == '/' || *at == '[' || *at == ',')
			*at = '.';
		else if (*at != ']' && !isalnum((unsigned char)*at) && *at != '-')
			*at = '_';
	}
	if (path[len - 1] == ']')
		path[len - 1] = '\0';
	return path;
}

/* The name of the tree: KERNEL without its flavours and series. */
static char *tree_of(const char *kernel)
{
	return text("%.*s", (int)strcspn(kernel, "+"), kernel);
}

/* The last word of "Linux 5.10.223 x86_64", if it is a valid architecture. */
static char *architecture_of(const struct kernel_about *kernel)
{
	const char *last = kernel->guest ? strrchr(kernel->guest, ' ') : NULL;

	if (!last || last[1 + strspn(last + 1, "abcdefghijklmnopqrstuvwxyz0123456789_")])
		return NULL;
	return copy(last + 1);
}

static void add_kernel(struct kcidb *kcidb, const struct results *results, const char *run,
		       const struct kernel_about *kernel)
{
	struct checkout *checkout = array_add(&kcidb->checkouts);
	struct build *build = array_add(&kcidb->builds);

	checkout->id = text(ORIGIN ":%s:%s", run, kernel->name);
	checkout->origin = copy(ORIGIN);
	checkout->tree_name = tree_of(kernel->name);
	checkout->start_time = copy(results->run.started);
	checkout->comment = copy(kernel->guest);
	checkout->valid = true;
	checkout->misc = (struct kernel_misc){copy(kernel->name), copy(kernel->make)};
	build->id = copy(checkout->id);
	build->origin = copy(ORIGIN);
	build->checkout_id = copy(checkout->id);
	build->architecture = architecture_of(kernel);
	build->command = kernel->make ? text("make kernel %s", kernel->make) : NULL;
	build->config_name = copy(ORIGIN);
	build->comment = copy(kernel->guest);
	build->status = copy("PASS");
	build->misc = (struct kernel_misc){copy(kernel->name), copy(kernel->make)};
}

static void describe_environment(const struct results *results, const struct record *record,
				 struct environment *environment)
{
	const struct machine_about *machine = results_machine(results, record->machine);

	environment->comment = text("QEMU guest: %s", record->machine);
	environment->misc.platform = copy(record->machine);
	environment->misc.about = machine ? copy(machine->about) : NULL;
	environment->misc.accel = copy(results->run.accel);
}

static void describe_misc(const struct record *record, struct test_misc *misc)
{
	misc->name = copy(record->name);
	misc->where = copy(record->result.where);
	misc->attempt = record->attempt;
	misc->guest = record->guest;
	misc->host_ms = record->result.host_ms;
	misc->xpass = copy(record->xpass);
	for (size_t i = 0; i < record->result.facts.count; i++) {
		struct pair *fact = array_add(&misc->facts);

		fact->name = copy(record->result.facts.items[i].name);
		fact->value = copy(record->result.facts.items[i].value);
	}
}

static bool needs_log(const struct record *record)
{
	return record->result.verdict != VERDICT_PASS && record->result.verdict != VERDICT_SKIP;
}

static const struct test *add_test(struct kcidb *kcidb, const struct results *results,
				   const char *run, const struct record *record)
{
	struct test *test = array_add(&kcidb->tests);

	test->id = text(ORIGIN ":%s:%s:%s:%u:%zu", run, record->kernel, record->machine,
			record->number, kcidb->tests.count);
	test->origin = copy(ORIGIN);
	test->build_id = text(ORIGIN ":%s:%s", run, record->kernel);
	test->path = path_of(record);
	test->status = record->result.verdict;
	test->duration = record->result.ms / 1000.0;
	test->comment = copy(record->result.reason);
	test->log_excerpt = needs_log(record) ? record_evidence(record, LOG_MAX) : NULL;
	describe_environment(results, record, &test->environment);
	describe_misc(record, &test->misc);
	return test;
}

/* The issue with REASON. Its id is derived from the reason, so it is the same in all runs. */
static const struct issue *issue_of(struct kcidb *kcidb, const char *reason)
{
	struct issue *issue;
	cleanup_free char *id = text_id(reason);

	for (size_t i = 0; i < kcidb->issues.count; i++)
		if (!strcmp(kcidb->issues.items[i].comment, reason))
			return &kcidb->issues.items[i];
	issue = array_add(&kcidb->issues);
	issue->id = text(ORIGIN ":known:%s", id);
	issue->origin = copy(ORIGIN);
	issue->version = 1;
	issue->comment = copy(reason);
	issue->culprit.code = true;
	return issue;
}

/* Record a known failure that occurred or, with PRESENT false, did not. */
static void add_incident(struct kcidb *kcidb, const struct test *test, const char *reason,
			 bool present)
{
	const struct issue *issue = issue_of(kcidb, reason);
	struct incident *incident = array_add(&kcidb->incidents);

	incident->id = copy(test->id);
	incident->origin = copy(ORIGIN);
	incident->issue_id = copy(issue->id);
	incident->issue_version = issue->version;
	incident->test_id = copy(test->id);
	incident->present = present;
}

int kcidb_write(const struct report *report, const char *path)
{
	const struct results *results = report->results;
	struct kcidb kcidb = {.version = {5, 3}};
	cleanup_free char *run = run_id(results);
	cleanup_free char *json = NULL;

	for (size_t i = 0; i < results->kernels.count; i++)
		add_kernel(&kcidb, results, run, &results->kernels.items[i]);
	for (size_t i = 0; i < results->cases.count; i++) {
		const struct record *record = &results->cases.items[i];
		const struct test *test = add_test(&kcidb, results, run, record);

		if (record->xfail || record->xpass)
			add_incident(&kcidb, test, record->xfail ?: record->xpass, record->xfail);
	}
	json = json_write(&kcidb_type, &kcidb, false);
	json_free(&kcidb_type, &kcidb);
	return file_write(path, json, strlen(json));
}
