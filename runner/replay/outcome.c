// SPDX-License-Identifier: GPL-2.0-only
#include "runner/replay/outcome.h"

#include "lab/base/cleanup.h"

#include <string.h>

static const struct job_case *target(const struct outcome *outcome)
{
	const struct job *job = &outcome->bundle->job;

	return &job->cases.items[job->cases.count - 1];
}

static void print_result(const struct outcome *outcome, const char *label,
			 const struct result *result)
{
	fprintf(outcome->out, "%-8s %s%s%s\n", label, verdict_names[result->verdict],
		result->reason ? "  " : "", result->reason ?: "");
	for (size_t i = 0; i < result->leftovers.count; i++)
		fprintf(outcome->out, "%-8s left behind: %s\n", "", result->leftovers.items[i]);
	for (size_t i = 0; i < result->kernel_log.count; i++)
		fprintf(outcome->out, "%-8s kernel: %s\n", "", result->kernel_log.items[i]);
}

void outcome_begin(const struct outcome *outcome)
{
	const struct bundle *bundle = outcome->bundle;
	const struct record *recorded = &bundle->recorded;
	size_t before = bundle->job.cases.count - 1;

	fprintf(outcome->out, "case     %s/%s %s\n", recorded->kernel, recorded->machine,
		recorded->name);
	if (bundle->promise)
		fprintf(outcome->out, "promise  %s\n", bundle->promise);
	if (before)
		fprintf(outcome->out, "after    %zu other case%s in the same guest\n", before,
			before == 1 ? "" : "s");
	print_result(outcome, "recorded", &recorded->result);
	fflush(outcome->out);
}

static void take_result(struct outcome *outcome, const struct event *event)
{
	const struct job_case *its = job_find(&outcome->bundle->job, event->number);

	if (!its)
		return;
	if (its != target(outcome)) {
		fprintf(outcome->out, "before   %s  %s\n", verdict_names[event->result.verdict],
			its->name);
		return;
	}
	result_free(&outcome->seen);
	json_copy(&result_type, &outcome->seen, &event->result);
	outcome->known = true;
}

void outcome_take(struct outcome *outcome, const struct event *event)
{
	switch (event->kind) {
	case EVENT_RESULT:
		take_result(outcome, event);
		break;
	case EVENT_NOTE:
		if (event->key && event->text && !strcmp(event->key, "guest"))
			fprintf(outcome->out, "guest    %s\n", event->text);
		break;
	case EVENT_DONE:
		outcome->done = true;
		outcome->error = event->error ? text("%s", event->error) : NULL;
		break;
	default:
		break;
	}
	fflush(outcome->out);
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a ?: "", b ?: "");
}

/* Print the facts that differ. Returns their number. */
static unsigned int compare_facts(const struct outcome *outcome)
{
	const struct pairs *recorded = &outcome->bundle->recorded.result.facts;
	const struct pairs *seen = &outcome->seen.facts;
	unsigned int differ = 0;

	for (size_t i = 0; i < recorded->count; i++) {
		const struct pair *fact = &recorded->items[i];
		const char *value = pairs_get(seen, fact->name);

		if (value && same(fact->value, value))
			continue;
		differ++;
		fprintf(outcome->out, "fact     %s: recorded %s, seen %s\n", fact->name,
			fact->value, value ?: "none");
	}
	for (size_t i = 0; i < seen->count; i++) {
		if (pairs_get(recorded, seen->items[i].name))
			continue;
		differ++;
		fprintf(outcome->out, "fact     %s: recorded none, seen %s\n", seen->items[i].name,
			seen->items[i].value);
	}
	return differ;
}

static int end_without_verdict(const struct outcome *outcome, const char *why)
{
	fflush(outcome->out);
	fprintf(stderr, "run: the case could not run: %s\n", why);
	return REPLAY_FAILED;
}

static int compare(const struct outcome *outcome)
{
	const struct result *recorded = &outcome->bundle->recorded.result;
	unsigned int differ = compare_facts(outcome);
	bool same_reason = result_same_reason(recorded, &outcome->seen);

	if (recorded->verdict != outcome->seen.verdict) {
		fprintf(outcome->out, "DIFFERS  the verdict: recorded %s, seen %s\n",
			verdict_names[recorded->verdict], verdict_names[outcome->seen.verdict]);
		return REPLAY_DIFFERS;
	}
	fprintf(outcome->out, "same     verdict%s", same_reason ? " and reason" : "");
	if (!same_reason)
		fputs(", for another reason", outcome->out);
	if (differ)
		fprintf(outcome->out, "; %u fact%s", differ, differ == 1 ? " differs" : "s differ");
	else if (recorded->facts.count)
		fprintf(outcome->out, "; %zu fact%s", recorded->facts.count,
			recorded->facts.count == 1 ? "" : "s");
	fputc('\n', outcome->out);
	return REPLAY_SAME;
}

int outcome_end(const struct outcome *outcome)
{
	const enum verdict recorded = outcome->bundle->recorded.result.verdict;
	const enum verdict seen = outcome->seen.verdict;

	if (!outcome->known)
		return end_without_verdict(outcome, outcome->error ?: "it was interrupted");
	if (seen != recorded && (seen == VERDICT_ERROR || seen == VERDICT_MISS))
		return end_without_verdict(outcome, outcome->seen.reason ?: "no reason was given");
	print_result(outcome, "seen", &outcome->seen);
	return compare(outcome);
}

void outcome_free(struct outcome *outcome)
{
	result_free(&outcome->seen);
	free(outcome->error);
}
