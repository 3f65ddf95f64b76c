// SPDX-License-Identifier: GPL-2.0-only
#include "runner/plan/settings.h"

#include "lab/base/cleanup.h"
#include "runner/plan/guest-image.h"
#include "runner/plan/kvm.h"
#include "runner/plan/machine-file.h"
#include "runner/plan/machine.h"
#include "runner/plan/roots.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

const char *lab_version(void)
{
	const char *version = getenv("LAB_VERSION");

	return version && *version ? version : "unknown";
}

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* A lane sees the overlays, but a machine's file may be a link to one elsewhere. */
static void show_overlays(struct settings *settings)
{
	char path[PATH_MAX];

	for (size_t i = 1; i < settings->roots.count; i++)
		list_add(&settings->visible, settings->roots.items[i]);
	for (size_t i = 0; i < settings->machines.count && settings->extra; i++)
		if (realpath(settings->machines.items[i], path) &&
		    strcmp(path, settings->machines.items[i]))
			machine_file_show(settings, path);
}

static void find_machines(struct settings *settings)
{
	cleanup_list struct list folders = {0};

	roots_make(settings->top, settings->extra, &settings->roots);
	roots_folders(&settings->roots, "lab/machines", &folders);
	for (size_t i = 0; i < folders.count; i++)
		machine_files(folders.items[i], &settings->machines);
	show_overlays(settings);
}

int settings_read(struct settings *settings, struct buf *why)
{
	*settings = (struct settings){
		.top = getenv("LAB_TOP"),
		.out = getenv("O"),
		.cache = getenv("LAB_CACHE"),
		.uri = getenv("LAB_URI"),
		.extra = variable("LAB_EXTRA"),
		.suites = variable("SUITES"),
		.version = lab_version(),
	};
	if (!settings->top || !settings->out || !settings->cache) {
		buf_puts(why, "start it as $(O)/bin/vfiolab, which make installs");
		return -EINVAL;
	}
	settings->history = variable("LAB_HISTORY") ? text("%s", variable("LAB_HISTORY"))
						    : text("%s/history.db", settings->cache);
	settings->self = realpath("/proc/self/exe", NULL);
	find_machines(settings);
	settings->agent = text("%s/libexec/agent", settings->out);
	return 0;
}

int choose_accel(const char *wanted, const char **accel, struct buf *why)
{
	cleanup_buf struct buf reason = BUF_INIT;

	if (!strcmp(wanted, "tcg")) {
		*accel = "tcg";
	} else if (!strcmp(wanted, "auto")) {
		*accel = kvm_usable(&reason) ? "kvm" : "tcg";
	} else if (strcmp(wanted, "kvm")) {
		buf_printf(why, "ACCEL=%s: expected auto, kvm or tcg", wanted);
		return -EINVAL;
	} else if (kvm_usable(&reason)) {
		*accel = "kvm";
	} else {
		buf_printf(why, "ACCEL=kvm, but %s: use ACCEL=tcg", reason.data);
		return -EINVAL;
	}
	return 0;
}

int parse_stop(const char *value, enum stop *stop, struct buf *why)
{
	if (!strcmp(value, "run") || !strcmp(value, "1")) {
		*stop = STOP_RUN;
	} else if (!strcmp(value, "kernel")) {
		*stop = STOP_KERNEL;
	} else {
		buf_printf(why, "STOP=%s: expected 1, run or kernel", value);
		return -EINVAL;
	}
	return 0;
}

int parse_only(const char *value, bool *only_changed, struct buf *why)
{
	*only_changed = !strcmp(value, "changed");
	if (*only_changed)
		return 0;
	buf_printf(why, "ONLY=%s: expected changed", value);
	return -EINVAL;
}

int parse_trace(const char *value, enum trace_choice *trace, struct buf *why)
{
	static const char *const words[] = {
		[TRACE_OFF] = "0", [TRACE_ON] = "1", [TRACE_ALL] = "all"};

	for (unsigned int i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (strcmp(value, words[i]) != 0)
			continue;
		*trace = (enum trace_choice)i;
		return 0;
	}
	buf_printf(why, "TRACE=%s: expected 1 or all", value);
	return -EINVAL;
}

int parse_number(const char *what, const char *value, unsigned int max, unsigned int *number,
		 struct buf *why)
{
	char *end;
	unsigned long parsed = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end || !parsed || parsed > max) {
		buf_printf(why, "%s %s: expected a whole number from 1 to %u", what, value, max);
		return -EINVAL;
	}
	*number = (unsigned int)parsed;
	return 0;
}

int choice_read(struct choice *choice, struct buf *why)
{
	const char *lanes = variable("LANES");
	const char *timeout = variable("TIMEOUT");
	int err = choose_accel(variable("ACCEL") ?: "auto", &choice->accel, why);

	list_add_words(&choice->kernels, variable("KERNELS") ?: "");
	list_add_words(&choice->machines, variable("MACHINES") ?: "");
	choice->lspci = variable("LSPCI");
	choice->image = variable("IMAGE");
	list_add_words(&choice->scenarios, variable("SCENARIOS") ?: "");
	list_add_words(&choice->duts, variable("DUTS") ?: "");
	list_add_words(&choice->modes, variable("MODES") ?: "");
	if (!err && lanes)
		err = parse_number("LANES", lanes, LANES_MAX, &choice->lanes, why);
	if (!err && timeout)
		err = parse_number("TIMEOUT", timeout, TIMEOUT_MAX, &choice->timeout, why);
	if (!err && choice->image)
		err = image_check("IMAGE", choice->image, why);
	if (!err && variable("STOP"))
		err = parse_stop(variable("STOP"), &choice->stop, why);
	if (!err && variable("TRACE"))
		err = parse_trace(variable("TRACE"), &choice->trace, why);
	if (!err && variable("ONLY"))
		err = parse_only(variable("ONLY"), &choice->only_changed, why);
	if (!err && variable("SHARD"))
		err = parse_shard("SHARD", variable("SHARD"), &choice->shard, why);
	return err;
}

static void free_cases(struct named_cases *cases)
{
	for (size_t i = 0; i < cases->count; i++) {
		free(cases->items[i].kernel);
		free(cases->items[i].machine);
		free(cases->items[i].scenario);
		free(cases->items[i].dut);
	}
	free(cases->items);
	*cases = (struct named_cases){0};
}

void choice_free(struct choice *choice)
{
	list_free(&choice->kernels);
	list_free(&choice->machines);
	list_free(&choice->scenarios);
	list_free(&choice->duts);
	list_free(&choice->modes);
	free_cases(&choice->cases);
}
