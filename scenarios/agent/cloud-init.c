// SPDX-License-Identifier: GPL-2.0-only
#include "scenarios/agent/cloud-init.h"

#include "scenarios/lib/command-output.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/run/cloud-init"

/*
 * Of a call of cloud-init, whose interpreter alone takes seconds under TCG, and more than two
 * minutes on a busy host. The runner's limit for the boot is longer.
 */
#define TOOL_MS 600000

void cloud_init_enable(void)
{
	mkdir(FOLDER, 0755);
	file_write(FOLDER "/enabled", "", 0);
}

static bool has_ended(void)
{
	return !access(FOLDER "/result.json", F_OK) || !access(FOLDER "/disabled", F_OK);
}

/* Wait for its result without running it, which would slow it down. */
static void await_result(void)
{
	char events[4096];
	cleanup_close int watch = inotify_init1(IN_CLOEXEC);

	mkdir(FOLDER, 0755);
	inotify_add_watch(watch, FOLDER, IN_CREATE | IN_MOVED_TO);
	while (!has_ended() && read(watch, events, sizeof(events)) > 0)
		;
}

char *cloud_init_error(const char *status)
{
	cleanup_list struct list lines = {0};

	list_add_split(&lines, status, "\n");
	for (size_t i = 0; i < lines.count; i++) {
		const char *line = lines.items[i] + strspn(lines.items[i], " \t");

		if (!strncmp(line, "- ", 2))
			return text("%s", line + 2);
	}
	return NULL;
}

/* cloud-init's status says only that the schema is violated. Returns where, or NULL. */
static char *schema_error(void)
{
	cleanup_list struct list argv = {0}, lines = {0};
	cleanup_buf struct buf output = BUF_INIT;

	list_add_words(&argv, "cloud-init schema --system");
	command_output(&argv, TOOL_MS, &output);
	list_add_split(&lines, output.data ?: "", "\n");
	for (size_t i = 0; i < lines.count; i++) {
		const char *error = strstr(lines.items[i], "schema errors: ");

		if (error)
			return text("the user-data is wrong: %s", strchr(error, ':') + 2);
	}
	return NULL;
}

char *cloud_init_await(struct buf *status)
{
	cleanup_list struct list argv = {0};
	cleanup_free char *error = NULL, *schema = NULL;
	int result;

	await_result();
	list_add_words(&argv, "cloud-init status --wait --long");
	result = command_output(&argv, TOOL_MS, status);
	if (!result && !strstr(status->data ?: "", "status: disabled"))
		return NULL;
	if (result == -ETIMEDOUT)
		return text("cloud-init: its status was not known after %u s", TOOL_MS / 1000);
	error = cloud_init_error(status->data ?: "");
	if (error && strstr(error, "schema"))
		schema = schema_error();
	return text("cloud-init: %s",
		    schema ?: error ?: result ? "it failed" : "it found no seed disk");
}

static void keep(struct channel *requests, const char *name, const char *data, size_t len)
{
	cleanup_buf struct buf payload = BUF_INIT;
	cleanup_free char *answer = NULL;
	size_t size;

	buf_add(&payload, name, strlen(name) + 1);
	buf_add(&payload, data, len);
	channel_request_data(requests, "keep", payload.data, payload.len, &answer, &size);
}

static void keep_log(struct channel *requests, const char *name)
{
	cleanup_free char *path = text("/var/log/%s", name);
	cleanup_free char *log = NULL;
	size_t len;

	if (!file_read(path, &log, &len))
		keep(requests, name, log, len);
}

void cloud_init_keep(const struct buf *status, struct channel *requests)
{
	keep(requests, "cloud-init.status", status->data ?: "", status->len);
	keep_log(requests, "cloud-init.log");
	keep_log(requests, "cloud-init-output.log");
}
