// SPDX-License-Identifier: GPL-2.0-only
#include "runner/bundle/qemu-line.h"

#include "lab/base/cleanup.h"
#include "lab/base/json.h"
#include "runner/bundle/bundle.h"
#include "runner/guest/acpi-properties.h"

#include <stdbool.h>
#include <string.h>

/* Append the rest of the word at *AT to WORD, without quotes, and move *AT to its end. */
static void take_word(const char **at, struct buf *word)
{
	bool quoted = false;

	for (; **at && (quoted || !strchr(" \n", **at)); (*at)++) {
		if (**at == '\'') {
			quoted = !quoted;
			continue;
		}
		if (**at == '\\' && !quoted && (*at)[1])
			(*at)++;
		buf_add(word, *at, 1);
	}
}

void shell_words(const char *line, struct list *words)
{
	for (line += strspn(line, " \n"); *line; line += strspn(line, " \n")) {
		cleanup_buf struct buf word = BUF_INIT;

		take_word(&line, &word);
		list_add(words, word.data ?: "");
	}
}

/* Options with a value that are of no use without libvirt, or differ from run to run. */
static bool is_dropped(const char *option, const char *value)
{
	static const char *const options[] = {"-name", "-uuid", "-sandbox"};

	for (size_t i = 0; i < ARRAY_SIZE(options); i++)
		if (!strcmp(option, options[i]))
			return true;
	return !strcmp(option, "-object") && strstr(value, "\"qom-type\":\"secret\"");
}

/*
 * VALUE of OPTION as a bundle has it. libvirt names the newest version of the machine type, which
 * other versions of QEMU lack. The caller frees it.
 */
static char *adapt(const char *option, const char *value)
{
	if (!strcmp(option, "-machine") && !strncmp(value, "pc-q35-", 7))
		return text("q35%s", value + strcspn(value, ","));
	if (!strcmp(option, "-accel"))
		return text("%s", BUNDLE_ACCEL);
	if (!strcmp(option, "-chardev") && strstr(value, "id=charmonitor,"))
		return text("socket,id=charmonitor,fd=%d", BUNDLE_MONITOR_FD);
	return text("%s", value);
}

/* Append VALUE to ARGUMENTS with its paths replaced. */
static void add_placed(struct list *arguments, const char *value)
{
	static const struct {
		const char *path, *place;
	} places[] = {
		{QEMU_RUN "/guest/" ACPI_FILE, BUNDLE_ACPI},
		{QEMU_RUN "/guest", BUNDLE_RUN},
		{QEMU_VMLINUX, BUNDLE_VMLINUX},
		{QEMU_INITRD, BUNDLE_INITRD},
		{QEMU_CONSOLE, BUNDLE_CONSOLE},
	};
	cleanup_buf struct buf placed = BUF_INIT;

	while (*value) {
		size_t i = 0;

		while (i < ARRAY_SIZE(places) &&
		       strncmp(value, places[i].path, strlen(places[i].path)))
			i++;
		if (i < ARRAY_SIZE(places)) {
			buf_puts(&placed, places[i].place);
			value += strlen(places[i].path);
		} else {
			buf_add(&placed, value++, 1);
		}
	}
	list_add(arguments, placed.data ?: "");
}

/* The index of the first argument: after variables of the environment and the program. */
static size_t first_argument(const struct list *words)
{
	size_t i = 0;

	while (i < words->count && *words->items[i] != '/')
		i++;
	return i + 1;
}

void qemu_arguments(const char *line, struct list *arguments)
{
	cleanup_list struct list words = {0};

	shell_words(line, &words);
	for (size_t i = first_argument(&words); i < words.count; i++) {
		const char *option = words.items[i];
		const char *value = i + 1 < words.count ? words.items[i + 1] : "-";
		cleanup_free char *adapted = NULL;

		if (*value == '-') {
			list_add(arguments, option);
			continue;
		}
		i++;
		if (is_dropped(option, value))
			continue;
		adapted = adapt(option, value);
		list_add(arguments, option);
		add_placed(arguments, adapted);
	}
}

/* The driver of a device in JSON. */
struct named_driver {
	char *driver;
};

static const struct json_member driver_members[] = {
	JSON_STRING(struct named_driver, driver),
};
static const struct json_table driver_type = JSON_TYPE(struct named_driver, driver_members);

static void add_device(const char *value, struct list *devices)
{
	struct named_driver json = {0};
	cleanup_free char *name = text("%.*s", (int)strcspn(value, ","), value);

	if (*value != '{')
		list_add_once(devices, name);
	else if (!json_read(&driver_type, value, &json, NULL) && json.driver)
		list_add_once(devices, json.driver);
	json_free(&driver_type, &json);
}

void qemu_devices(const struct list *arguments, struct list *devices)
{
	for (size_t i = 1; i < arguments->count; i++)
		if (!strcmp(arguments->items[i - 1], "-device"))
			add_device(arguments->items[i], devices);
}
