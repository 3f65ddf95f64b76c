// SPDX-License-Identifier: GPL-2.0-only
#include "lab/devlog/script.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/list.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define NAMES_MAX 5 /* of devices in a message */

/* Which accesses of the log are the target's. */
struct chosen {
	const struct replay_log *log;
	const struct replay_target *target;
	uint32_t device;	    /* with QEMU's events */
	uint64_t address[PCI_BARS]; /* with mmiotrace: of the BARs on the real machine */
	uint64_t size[PCI_BARS];
};

/* Whether NAME is, or ends in, the address of TARGET: "0000:01:00.0", "01:00.0". */
static bool is_named(const char *name, const struct replay_target *target)
{
	cleanup_free char *whole = text("%04x:%02x:%02x.%x", target->domain, target->bus,
					target->slot, target->function);
	const char *brief = whole + strlen("0000:");

	return !strcmp(name, whole) || (!target->domain && !strcmp(name, brief));
}

static void list_devices(const struct replay_log *log, struct buf *text)
{
	for (size_t i = 0; i < log->device_count && i < NAMES_MAX; i++) {
		const struct replay_device *device = &log->devices[i];

		buf_puts(text, i ? ", " : "");
		if (device->name)
			buf_puts(text, device->name);
		else
			buf_printf(text, "%02x:%02x.%x", device->bus, device->slot,
				   device->function);
	}
	if (log->device_count > NAMES_MAX)
		buf_printf(text, " and %zu more", log->device_count - NAMES_MAX);
}

static int choose_device(struct chosen *choice, struct buf *why)
{
	const struct replay_log *log = choice->log;

	for (size_t i = 0; i < log->device_count; i++) {
		choice->device = (uint32_t)i;
		if (is_named(log->devices[i].name, choice->target))
			return 0;
	}
	if (log->device_count == 1 && choice->target->only)
		return 0;
	buf_printf(why, "no access to %s in it, but to ", choice->target->name);
	list_devices(log, why);
	return -ENOENT;
}

static bool is_same(const struct replay_device *device, const struct replay_target *target)
{
	return device->bus == target->bus && device->slot == target->slot &&
	       device->function == target->function && device->vendor == target->vendor &&
	       device->device == target->device;
}

/* The device of a line PCIDEV: by address and IDs, else the only one with these IDs; or NULL. */
static const struct replay_device *find_device(const struct chosen *choice)
{
	const struct replay_log *log = choice->log;
	const struct replay_device *found = NULL;
	size_t alike = 0;

	for (size_t i = 0; i < log->device_count; i++) {
		if (is_same(&log->devices[i], choice->target))
			return &log->devices[i];
		if (log->devices[i].vendor != choice->target->vendor ||
		    log->devices[i].device != choice->target->device)
			continue;
		found = &log->devices[i];
		alike++;
	}
	return alike == 1 && choice->target->only ? found : NULL;
}

static void choose_addresses(struct chosen *choice)
{
	const struct replay_device *device = find_device(choice);

	for (unsigned int i = 0; i < PCI_BARS; i++) {
		choice->address[i] = device ? device->address[i] : choice->target->address[i];
		choice->size[i] = device ? device->size[i] : choice->target->size[i];
	}
}

/* Turn a physical address into that of a BAR. Returns false if it is in none. */
static bool find_bar(const struct chosen *choice, struct replay_access *access)
{
	for (unsigned int i = 0; i < PCI_BARS; i++) {
		const uint64_t offset = access->at - choice->address[i];

		if (!choice->address[i] || access->at < choice->address[i] ||
		    offset >= choice->size[i])
			continue;
		access->space = (uint8_t)i;
		access->at = offset;
		return true;
	}
	return false;
}

/* Whether ACCESS is one of the target, with its space and offset. */
static bool is_chosen(const struct chosen *choice, struct replay_access *access)
{
	if (choice->log->kind == REPLAY_MMIOTRACE)
		return find_bar(choice, access);
	return access->device == choice->device;
}

static bool can_answer(const struct replay_target *target, const struct replay_access *access)
{
	if (access->space < PCI_BARS)
		return true;
	if (access->space != REPLAY_CONFIG || !target->answers_config)
		return false;
	for (unsigned int i = 0; i < access->len; i++)
		if (access->at >= PCI_CONFIG_MAX ||
		    !target->answers_config(target->context, (unsigned int)access->at + i))
			return false;
	return true;
}

static int check_bar(const struct replay_target *target, const struct replay_access *access,
		     struct buf *why)
{
	const uint64_t size = access->space < PCI_BARS ? target->size[access->space] : UINT64_MAX;

	if (access->at < size && access->len <= size - access->at)
		return 0;
	if (size)
		buf_printf(why,
			   "%u: 0x%" PRIx64 " is beyond BAR%u of %s, which has 0x%" PRIx64
			   " bytes; is it the log of another device?",
			   access->line, access->at, access->space, target->name, size);
	else
		buf_printf(why, "%u: %s has no BAR%u; is it the log of another device?",
			   access->line, target->name, access->space);
	return -EINVAL;
}

static void add_step(struct replay_script *script, const struct replay_access *access)
{
	script->steps[script->count++] = (struct replay_step){
		.at = access->at,
		.value = access->value,
		.space = access->space,
		.len = access->len,
		.write = access->write,
	};
	if (access->write)
		script->writes++;
	else
		script->reads++;
}

static bool is_reset(const struct replay_target *target, const struct replay_access *access)
{
	return access->write && access->space == REPLAY_CONFIG && target->resets &&
	       target->resets(target->context, access);
}

static void add_reset(struct replay_script *script)
{
	script->resets = one_more(script->resets, script->reset_count, sizeof(*script->resets));
	script->resets[script->reset_count++] = (uint32_t)script->count;
}

static int take_accesses(const struct chosen *choice, struct replay_script *script, struct buf *why)
{
	for (size_t i = 0; i < choice->log->count; i++) {
		struct replay_access access = choice->log->accesses[i];

		if (!is_chosen(choice, &access))
			continue;
		if (check_bar(choice->target, &access, why))
			return -EINVAL;
		if (is_reset(choice->target, &access))
			add_reset(script);
		else if (can_answer(choice->target, &access))
			add_step(script, &access);
		else
			script->ignored++;
	}
	return 0;
}

/* The message for a script without steps. */
static void explain(const struct chosen *choice, const struct replay_script *script,
		    struct buf *why)
{
	const char *name = choice->target->name;

	if (choice->log->kind == REPLAY_QEMU) {
		buf_printf(why,
			   "no access to a BAR of %s in it, only %zu others: QEMU's option "
			   "x-no-mmap=on traces them all (docs/replay.md)",
			   name, script->ignored);
		return;
	}
	buf_printf(why, "no access to a BAR of %s in it; its BARs:", name);
	for (unsigned int i = 0; i < PCI_BARS; i++)
		if (choice->address[i])
			buf_printf(why, " 0x%" PRIx64, choice->address[i]);
	buf_printf(why, ", the first access: 0x%" PRIx64, choice->log->accesses[0].at);
}

int replay_script(const struct replay_log *log, const struct replay_target *target,
		  struct replay_script *script, struct buf *why)
{
	struct chosen choice = {.log = log, .target = target};
	int err = 0;

	*script = (struct replay_script){0};
	if (log->kind == REPLAY_MMIOTRACE)
		choose_addresses(&choice);
	else
		err = choose_device(&choice, why);
	if (err)
		return err;
	script->steps = calloc(log->count + 1, sizeof(*script->steps));
	if (!script->steps)
		abort();
	err = take_accesses(&choice, script, why);
	if (!err && !script->count) {
		explain(&choice, script, why);
		err = -ENOENT;
	}
	if (err)
		replay_script_free(script);
	return err;
}

static void add_count(struct buf *text, size_t count, const char *what, const char *then)
{
	buf_printf(text, "%zu %s%s%s", count, what, count == 1 ? "" : "s", then);
}

void replay_describe(const struct replay_script *script, struct buf *text)
{
	bool used[REPLAY_CONFIG + 1] = {false};
	const char *separator = "";

	for (size_t i = 0; i < script->count; i++)
		used[script->steps[i].space] = true;
	add_count(text, script->reads, "read", ", ");
	add_count(text, script->writes, "write", ", ");
	add_count(text, script->reset_count, "reset", " in ");
	for (unsigned int i = 0; i <= REPLAY_CONFIG; i++) {
		if (!used[i])
			continue;
		buf_puts(text, separator);
		if (i == REPLAY_CONFIG)
			buf_puts(text, "config space");
		else
			buf_printf(text, "BAR%u", i);
		separator = ", ";
	}
	if (script->ignored)
		buf_printf(text, "; other accesses, which are ignored: %zu", script->ignored);
}

void replay_script_free(struct replay_script *script)
{
	free(script->steps);
	free(script->resets);
	*script = (struct replay_script){0};
}
