// SPDX-License-Identifier: GPL-2.0-only
/* What vfiolab watch notices, and what is news to it. */
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/reach/snapshot.h"
#include "runner/watch/diagnostics.h"
#include "runner/watch/saves.h"
#include "runner/watch/standing.h"

#include <greatest.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int write_text(const char *folder, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/%s", folder, name);
	FILE *file = fopen(path, "w");

	/* In place: file_write() would also rename a file, whose name counts. */
	return !file || fputs(content, file) < 0 || fclose(file);
}

/* A kernel source in miniature. The caller frees the path. */
static char *make_source(void)
{
	static const char *const folders[] = {"drivers/vfio", "Documentation/x", ".git/objects"};
	char *source = text("/tmp/watch.XXXXXX");

	if (!mkdtemp(source))
		abort();
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		cleanup_free char *folder = text("%s/%s", source, folders[i]);

		if (make_folders(folder))
			abort();
	}
	return source;
}

TEST saves_of_sources_are_noticed(void)
{
	static const struct {
		const char *name;
		bool noticed;
	} saved[] = {
		{"drivers/vfio/vfio.c", true},	      {"drivers/vfio/.vfio.c.swp", false},
		{"drivers/vfio/vfio.c~", false},      {"drivers/vfio/Kconfig", true},
		{"drivers/vfio/vfio.o", false},	      {"Makefile", true},
		{"Documentation/x/index.rst", false}, {".git/objects/x.c", false},
	};
	cleanup_free char *source = make_source();
	cleanup_buf struct buf why = BUF_INIT;
	struct saves saves;

	ASSERT_EQ(0, saves_open(source, &saves, &why));
	ASSERT_FALSE(saves_take(&saves));
	for (size_t i = 0; i < ARRAY_SIZE(saved); i++) {
		ASSERT_EQ(0, write_text(source, saved[i].name, "x"));
		ASSERT_EQ_FMT(saved[i].noticed, saves_take(&saves), "%d");
		ASSERT_FALSE(saves_take(&saves));
	}
	ASSERT_EQ(3, saves.files.count);
	ASSERT_STR_EQ("drivers/vfio/vfio.c", saves.files.items[0]);
	ASSERT_FALSE(saves.unknown);
	saves_close(&saves);
	remove_tree(source);
	PASS();
}

TEST new_folders_are_watched(void)
{
	cleanup_free char *source = make_source();
	cleanup_free char *added = text("%s/drivers/new", source);
	cleanup_free char *path = text("%s/drivers/vfio/vfio.c", source);
	cleanup_buf struct buf why = BUF_INIT;
	struct saves saves;

	ASSERT_EQ(0, write_text(source, "drivers/vfio/vfio.c", "x"));
	ASSERT_EQ(0, saves_open(source, &saves, &why));
	ASSERT_EQ(0, mkdir(added, 0755));
	ASSERT(saves_take(&saves));
	ASSERT(saves.unknown);
	ASSERT_EQ(0, write_text(source, "drivers/new/new.c", "x"));
	ASSERT(saves_take(&saves));
	ASSERT_EQ(0, unlink(path));
	ASSERT(saves_take(&saves));
	saves_close(&saves);
	remove_tree(source);
	PASS();
}

TEST a_burst_of_saves_is_one(void)
{
	cleanup_free char *source = make_source();
	cleanup_buf struct buf why = BUF_INIT;
	struct saves saves;

	ASSERT_EQ(0, saves_open(source, &saves, &why));
	for (unsigned int i = 0; i < 100; i++)
		ASSERT_EQ(0, write_text(source, "drivers/vfio/vfio.c", "x"));
	saves_settle(&saves);
	ASSERT_FALSE(saves_take(&saves));
	saves_close(&saves);
	remove_tree(source);
	PASS();
}

static enum stand_news take(struct standing *standing, const char *name, enum verdict verdict,
			    const char *reason)
{
	const struct record record = {
		.machine = (char *)"pci",
		.name = (char *)name,
		.result = {.verdict = verdict, .reason = (char *)reason},
	};

	return standing_take(standing, &record);
}

TEST only_changes_are_news(void)
{
	cleanup_standing struct standing standing = {0};
	cleanup_list struct list failing = {0};

	ASSERT_EQ(STAND_SAME, take(&standing, "b/b[edu]", VERDICT_PASS, NULL));
	ASSERT_EQ(STAND_FAILED, take(&standing, "a/a[edu]", VERDICT_FAIL, "0 events in 20 ms"));
	ASSERT_EQ(STAND_SAME, take(&standing, "a/a[edu]", VERDICT_FAIL, "0 events in 30 ms"));
	ASSERT_EQ(STAND_FAILED, take(&standing, "a/a[edu]", VERDICT_FAIL, "2 events"));
	ASSERT_EQ(STAND_FAILED, take(&standing, "b/b[edu]", VERDICT_ERROR, NULL));
	ASSERT_EQ(2, standing_failing(&standing, &failing));
	ASSERT_STR_EQ("a/a[edu] pci", failing.items[0]);
	ASSERT_EQ(STAND_FIXED, take(&standing, "b/b[edu]", VERDICT_SKIP, "no irq"));
	ASSERT_EQ(1, standing_failing(&standing, NULL));
	PASS();
}

TEST the_compilers_lines_are_found(void)
{
	static const char log[] =
		"  CC [M]  drivers/vfio/pci/vfio_pci_intrs.o\n"
		"/tmp/linux/source/drivers/vfio/x.c: In function 'f':\n"
		"/tmp/linux/source/drivers/vfio/x.c:3:2: error: 'y' undeclared\n"
		"    3 |  y = 1;\n"
		"      |  ^\n"
		"make[3]: *** [/tmp/linux/source/scripts/Makefile.build:280: x.o] Error 1\n"
		"ERROR: modpost: \"vfio_x\" [drivers/vfio/vfio.ko] undefined!\n";
	cleanup_list struct list lines = {0};
	cleanup_free char *joined = NULL;

	diagnostics_find(log, &lines);
	joined = list_join(&lines, "\n");
	ASSERT_STR_EQ("drivers/vfio/x.c: In function 'f':\n"
		      "drivers/vfio/x.c:3:2: error: 'y' undeclared\n"
		      "    3 |  y = 1;\n"
		      "      |  ^\n"
		      "ERROR: modpost: \"vfio_x\" [drivers/vfio/vfio.ko] undefined!",
		      joined);
	PASS();
}

TEST snapshots_differ_in_files(void)
{
	cleanup_free char *folder = make_source();
	cleanup_free char *old = text("%s/old", folder), *new = text("%s/new", folder);
	cleanup_list struct list files = {0};
	cleanup_free char *joined = NULL;

	ASSERT_EQ(0, write_text(folder, "old.manifest",
				"81a4 10 5.1 a.c\n81a4 11 5.1 b.c\n81a4 12 5.1 c d.c\n"));
	ASSERT_EQ(0, write_text(folder, "new.manifest",
				"81a4 10 5.1 a.c\n81a4 11 6.1 b.c\n81a4 9 5.1 e.c\n"));
	ASSERT_EQ(0, snapshot_differences(old, new, &files));
	joined = list_join(&files, "|");
	ASSERT_STR_EQ("b.c|c d.c|e.c", joined);
	ASSERT(snapshot_differences(old, folder, &files) < 0);
	remove_tree(folder);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(saves_of_sources_are_noticed);
	RUN_TEST(new_folders_are_watched);
	RUN_TEST(a_burst_of_saves_is_one);
	RUN_TEST(only_changes_are_news);
	RUN_TEST(the_compilers_lines_are_found);
	RUN_TEST(snapshots_differ_in_files);
	GREATEST_MAIN_END();
}
