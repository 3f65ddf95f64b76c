// SPDX-License-Identifier: GPL-2.0-only
#include "lab/base/suite.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <greatest.h>
#include <stdlib.h>
#include <string.h>

struct folder {
	char path[32];
};

static void folder_remove(struct folder *folder)
{
	remove_tree(folder->path);
}
#define cleanup_folder __attribute__((cleanup(folder_remove)))

static struct folder folder_make(void)
{
	struct folder folder = {"/tmp/suite.XXXXXX"};

	if (!mkdtemp(folder.path))
		abort();
	return folder;
}

static void add_file(const struct folder *folder, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/%s", folder->path, name);

	if (file_write(path, content, strlen(content)))
		abort();
}

TEST without_files_there_are_defaults(void)
{
	cleanup_folder struct folder folder = folder_make();
	cleanup_suite_settings struct suite_settings settings = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, suite_settings_read(folder.path, "p", &settings, &why));
	ASSERT_EQ(45, settings.timeout);
	ASSERT(settings.bind && !settings.has_dut && !settings.memory);
	ASSERT_STR_EQ("", settings.needs);
	PASS();
}

/* A script has settings of its own, and a program has none, whatever its bytes are. */
TEST script_has_settings(void)
{
	cleanup_folder struct folder folder = folder_make();
	cleanup_suite_settings struct suite_settings script = {0}, program = {0};
	cleanup_buf struct buf why = BUF_INIT;

	add_file(&folder, "settings", "image=cloud\n");
	add_file(&folder, "s",
		 "#!/bin/sh\n# timeout=3\n# vfiolab: promise=it works\n# vfiolab: duts=edu\n");
	add_file(&folder, "p", "\177ELF\n# vfiolab: color=red\n");
	ASSERT_EQ(0, suite_settings_read(folder.path, "s", &script, &why));
	ASSERT_STR_EQ("it works", script.promise);
	ASSERT(script.image && script.has_dut && script.timeout == 45);
	ASSERT_EQ(0, suite_settings_read(folder.path, "p", &program, &why));
	ASSERT(!program.promise && !program.has_dut);
	PASS();
}

TEST the_programs_own_file_overrides(void)
{
	cleanup_folder struct folder folder = folder_make();
	cleanup_suite_settings struct suite_settings settings = {0};
	cleanup_buf struct buf why = BUF_INIT;

	add_file(&folder, "settings", "timeout=0\nneeds=irq=msi\nargs=-a b\n");
	add_file(
		&folder, "p.settings",
		"# mine\n\n needs = irq=msix:2 bar=mmap \r\nargs=\tx @CDEV@\nmemory=2048\nbind=no");
	ASSERT_EQ(0, suite_settings_read(folder.path, "p", &settings, &why));
	ASSERT_EQ(SUITE_TIMEOUT_MAX, settings.timeout);
	ASSERT_STR_EQ("irq=msix:2 bar=mmap", settings.needs);
	ASSERT_EQ(2, settings.args.count);
	ASSERT_STR_EQ("@CDEV@", settings.args.items[1]);
	ASSERT_EQ(2048, settings.memory);
	ASSERT(!settings.bind && settings.has_dut);
	PASS();
}

TEST a_bad_line_is_named(const char *line)
{
	cleanup_folder struct folder folder = folder_make();
	cleanup_suite_settings struct suite_settings settings = {0};
	cleanup_free char *content = text("timeout=3\n#\n%s\nmemory=9\n", line);
	cleanup_free char *place = text("%s/p.settings:3: ", folder.path);
	cleanup_buf struct buf why = BUF_INIT;

	add_file(&folder, "p.settings", content);
	ASSERT_EQm(line, -EINVAL, suite_settings_read(folder.path, "p", &settings, &why));
	ASSERTm(why.data, !strncmp(why.data, place, strlen(place)));
	ASSERTm(why.data, !strchr(why.data, '\n'));
	PASS();
}

static const char *const bad[] = {
	"needs=irq=mis", "timeout=-1", "timeout=3601", "timeout=", "memory=0", "bind=vfio",
	"image=busybox", "reboot=5",   "colour=red",   "word",	   "=3",       "timeout 3",
};

TEST files_of_settings_are_no_programs(void)
{
	ASSERT(suite_is_settings("settings"));
	ASSERT(suite_is_settings("a.settings"));
	ASSERT(!suite_is_settings(".settings"));
	ASSERT(!suite_is_settings("settings.sh"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(without_files_there_are_defaults);
	RUN_TEST(script_has_settings);
	RUN_TEST(the_programs_own_file_overrides);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		RUN_TESTp(a_bad_line_is_named, bad[i]);
	RUN_TEST(files_of_settings_are_no_programs);
	GREATEST_MAIN_END();
}
