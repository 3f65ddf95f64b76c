// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/durations.h"

#include "lab/base/alloc.h"
#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/weights.h"

#include <string.h>

/* Assumed for a case that never ran, on a DUT without a weight: about the mean of all cases. */
#define GUESS_MS 40

struct duration {
	char *name; /* of the case */
	unsigned int ms;
	bool fresh; /* set by the present run, not by an earlier one */
};

struct machine_durations {
	char *name;
	struct {
		struct duration *items; /* sorted by name, in the file as well */
		size_t count;
	} cases;
};

struct durations {
	struct {
		struct machine_durations *items;
		size_t count;
	} machines;
	struct weights weights; /* not in the file */
};

static const struct json_member duration_members[] = {
	JSON_COUNT(struct duration, ms),
};
static const struct json_table duration_type = JSON_TYPE(struct duration, duration_members);

static const struct json_member machine_members[] = {
	JSON_NAMED(struct machine_durations, cases, &duration_type),
};
static const struct json_table machine_type = JSON_TYPE(struct machine_durations, machine_members);

static const struct json_member durations_members[] = {
	JSON_NAMED(struct durations, machines, &machine_type),
};
static const struct json_table durations_type = JSON_TYPE(struct durations, durations_members);

static char *kept_in(const char *cache)
{
	return text("%s/durations.json", cache);
}

struct durations *durations_read(const char *cache, const char *weights)
{
	cleanup_buf struct buf ignored = BUF_INIT;
	cleanup_free char *path = kept_in(cache);
	cleanup_free char *content = NULL;
	struct durations *durations = zalloc(1, sizeof(*durations));

	if (file_read(path, &content, NULL) || json_read(&durations_type, content, durations, NULL))
		json_free(&durations_type, durations);
	if (weights)
		weights_read(weights, &durations->weights, &ignored);
	return durations;
}

static struct machine_durations *find_machine(const struct durations *durations, const char *name)
{
	for (size_t i = 0; i < durations->machines.count; i++)
		if (!strcmp(durations->machines.items[i].name, name))
			return &durations->machines.items[i];
	return NULL;
}

/* The index of the case NAME in MACHINE, or the one at which to insert it. */
static size_t place_of(const struct machine_durations *machine, const char *name)
{
	size_t low = 0, high = machine->cases.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(machine->cases.items[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct duration *case_at(const struct machine_durations *machine, size_t place,
				const char *name)
{
	if (place == machine->cases.count || strcmp(machine->cases.items[place].name, name) != 0)
		return NULL;
	return &machine->cases.items[place];
}

/* The weight of the DUT of the case NAME: "SCENARIO[DUT]" or "SCENARIO[DUT,MODE]". */
static unsigned int weight_of_case(const struct durations *durations, const char *machine,
				   const char *name)
{
	const char *dut = strchr(name, '[');
	cleanup_free char *alone = dut ? text("%.*s", (int)strcspn(dut + 1, ",]"), dut + 1) : NULL;

	return alone ? weight_of(&durations->weights, machine, alone, GUESS_MS) : GUESS_MS;
}

unsigned int duration_of(const struct durations *durations, const char *machine, const char *name)
{
	const struct machine_durations *known = durations ? find_machine(durations, machine) : NULL;
	const struct duration *found = known ? case_at(known, place_of(known, name), name) : NULL;

	if (!durations)
		return GUESS_MS;
	return (found ? found->ms : weight_of_case(durations, machine, name)) ?: 1;
}

static struct machine_durations *machine_of(struct durations *durations, const char *name)
{
	struct machine_durations *machine = find_machine(durations, name);

	if (machine)
		return machine;
	machine = array_add(&durations->machines);
	machine->name = text("%s", name);
	return machine;
}

static struct duration *case_of(struct machine_durations *machine, const char *name)
{
	size_t place = place_of(machine, name);
	struct duration *there = case_at(machine, place, name);

	if (there)
		return there;
	array_add(&machine->cases);
	there = &machine->cases.items[place];
	memmove(there + 1, there, (machine->cases.count - 1 - place) * sizeof(*there));
	*there = (struct duration){.name = text("%s", name)};
	return there;
}

static void take_record(struct durations *durations, const struct record *record)
{
	struct duration *duration;

	if (record->result.verdict != VERDICT_PASS && record->result.verdict != VERDICT_SKIP)
		return;
	duration = case_of(machine_of(durations, record->machine), record->name);
	if (!duration->fresh || duration->ms < record->result.ms)
		duration->ms = record->result.ms;
	duration->fresh = true;
}

int durations_keep(struct durations *durations, const struct records *cases, const char *cache)
{
	cleanup_free char *path = kept_in(cache);
	cleanup_free char *content = NULL;

	for (size_t i = 0; i < cases->count; i++)
		take_record(durations, &cases->items[i]);
	content = json_write(&durations_type, durations, false);
	return file_write(path, content, strlen(content));
}

void durations_free(struct durations *durations)
{
	if (durations) {
		weights_free(&durations->weights);
		json_free(&durations_type, durations);
	}
	free(durations);
}
