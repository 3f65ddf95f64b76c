// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/suite.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "lab/base/vocabulary.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SUFFIX ".settings"
#define MARK   "# vfiolab: "

bool suite_is_settings(const char *name)
{
	size_t len = strlen(name), suffix = strlen(SUFFIX);

	return !strcmp(name, "settings") || (len > suffix && !strcmp(name + len - suffix, SUFFIX));
}

static int take_needs(struct suite_settings *settings, const char *value, struct buf *why)
{
	cleanup_free char *error = vocabulary_error(value, true);

	free(settings->needs);
	settings->needs = text("%s", value);
	if (error)
		buf_printf(why, "needs=: %s", error);
	return error ? -EINVAL : 0;
}

static int take_promise(struct suite_settings *settings, const char *value, struct buf *why)
{
	(void)why;
	free(settings->promise);
	settings->promise = text("%s", value);
	return 0;
}

static int take_args(struct suite_settings *settings, const char *value, struct buf *why)
{
	(void)why;
	list_free(&settings->args);
	list_add_split(&settings->args, value, " \t");
	return 0;
}

static int take_duts(struct suite_settings *settings, const char *value, struct buf *why)
{
	(void)why;
	list_free(&settings->duts);
	list_add_words(&settings->duts, value);
	return 0;
}

static int take_number(const char *key, const char *value, unsigned long min, unsigned long max,
		       unsigned int *number, struct buf *why)
{
	char *end;
	unsigned long parsed = strtoul(value, &end, 10);

	if (*value < '0' || *value > '9' || *end || parsed < min || parsed > max) {
		buf_printf(why, "%s=%s: expected a whole number from %lu to %lu", key, value, min,
			   max);
		return -EINVAL;
	}
	*number = (unsigned int)parsed;
	return 0;
}

/* For kselftest, 0 means that there is no limit. */
static int take_timeout(struct suite_settings *settings, const char *value, struct buf *why)
{
	int err = take_number("timeout", value, 0, SUITE_TIMEOUT_MAX, &settings->timeout, why);

	if (!err && !settings->timeout)
		settings->timeout = SUITE_TIMEOUT_MAX;
	return err;
}

static int take_memory(struct suite_settings *settings, const char *value, struct buf *why)
{
	return take_number("memory", value, 1, SUITE_MEMORY_MAX, &settings->memory, why);
}

static int take_bind(struct suite_settings *settings, const char *value, struct buf *why)
{
	settings->bind = !strcmp(value, "yes");
	if (settings->bind || !strcmp(value, "no"))
		return 0;
	buf_printf(why, "bind=%s: expected yes (bound to vfio-pci) or no", value);
	return -EINVAL;
}

static int take_image(struct suite_settings *settings, const char *value, struct buf *why)
{
	settings->image = !strcmp(value, "cloud");
	if (settings->image)
		return 0;
	buf_printf(why, "image=%s: there is no such image: expected cloud", value);
	return -EINVAL;
}

static int take_reboot(struct suite_settings *settings, const char *value, struct buf *why)
{
	settings->reboot = !strcmp(value, "yes");
	if (settings->reboot || !strcmp(value, "no"))
		return 0;
	buf_printf(why, "reboot=%s: expected yes or no", value);
	return -EINVAL;
}

static const struct {
	const char *key;
	int (*take)(struct suite_settings *settings, const char *value, struct buf *why);
} keys[] = {
	{"needs", take_needs},	   {"args", take_args},	      {"duts", take_duts},
	{"timeout", take_timeout}, {"memory", take_memory},   {"bind", take_bind},
	{"image", take_image},	   {"promise", take_promise}, {"reboot", take_reboot},
};

/* Cut blanks off both ends of TEXT, in place. */
static char *trimmed(char *text_)
{
	size_t len;

	text_ += strspn(text_, " \t\r");
	len = strlen(text_);
	while (len && strchr(" \t\r", text_[len - 1]))
		text_[--len] = '\0';
	return text_;
}

static int take_line(struct suite_settings *settings, char *line, struct buf *why)
{
	char *equals = strchr(line, '=');

	line = trimmed(line);
	if (!*line || *line == '#')
		return 0;
	if (equals)
		*equals = '\0';
	for (size_t i = 0; equals && i < ARRAY_SIZE(keys); i++)
		if (!strcmp(trimmed(line), keys[i].key))
			return keys[i].take(settings, trimmed(equals + 1), why);
	buf_printf(
		why,
		"'%s': expected needs=, args=, duts=, timeout=, memory=, bind=, image=, reboot= or "
		"promise=",
		line);
	return -EINVAL;
}

/* The part of LINE that is a setting: all of it, or what follows MARK. NULL: there is none. */
static char *setting_of(char *line, const char *mark)
{
	if (!mark)
		return line;
	return strncmp(line, mark, strlen(mark)) ? NULL : line + strlen(mark);
}

/* Read the file PATH of settings. With MARK, PATH is a program: a script has them behind MARK. */
static int take_file(struct suite_settings *settings, const char *path, const char *mark,
		     struct buf *why)
{
	cleanup_buf struct buf reason = BUF_INIT;
	cleanup_free char *content = NULL;
	int err = file_read(path, &content, NULL);
	unsigned int number = 0;
	char *rest = content;

	if (err == -ENOENT)
		return 0;
	if (err) {
		buf_printf(why, "%s: %s", path, strerror(-err));
		return -EINVAL;
	}
	if (mark && strncmp(content, "#!", 2) != 0)
		return 0;
	for (char *line; !err && (line = strsep(&rest, "\n")); number++) {
		char *setting = setting_of(line, mark);

		err = setting ? take_line(settings, setting, &reason) : 0;
	}
	if (err)
		buf_printf(why, "%s:%u: %s", path, number, reason.data);
	return err;
}

static bool names_dut(const struct suite_settings *settings)
{
	static const char *const marks[] = {"@BDF@", "@GROUP@", "@CDEV@"};

	for (size_t i = 0; i < settings->args.count; i++)
		for (size_t m = 0; m < ARRAY_SIZE(marks); m++)
			if (strstr(settings->args.items[i], marks[m]))
				return true;
	return *settings->needs || settings->duts.count;
}

int suite_settings_read(const char *folder, const char *program, struct suite_settings *settings,
			struct buf *why)
{
	cleanup_free char *common = text("%s/settings", folder);
	cleanup_free char *own = text("%s/%s" SUFFIX, folder, program);
	cleanup_free char *script = text("%s/%s", folder, program);
	int err;

	*settings = (struct suite_settings){
		.needs = text("%s", ""), .timeout = SUITE_TIMEOUT, .bind = true};
	err = take_file(settings, common, NULL, why) ?: take_file(settings, own, NULL, why)
		      ?: take_file(settings, script, MARK, why);
	settings->has_dut = names_dut(settings);
	return err;
}

void suite_settings_free(struct suite_settings *settings)
{
	free(settings->promise);
	free(settings->needs);
	list_free(&settings->duts);
	list_free(&settings->args);
	*settings = (struct suite_settings){0};
}
