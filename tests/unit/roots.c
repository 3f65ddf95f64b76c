// SPDX-License-Identifier: GPL-2.0-only
/* The folders of the lab and of overlays, and machines that are named by the paths of files. */
#include "runner/plan/roots.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/machine-file.h"

#include "greatest.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Make the file PATH below TOP, and its folders. */
static void touch(const char *top, const char *path)
{
	cleanup_free char *file = text("%s/%s", top, path);
	cleanup_free char *folder = text("%.*s", (int)(strrchr(file, '/') - file), file);

	make_folders(folder);
	file_write(file, "", 0);
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static void remove_all(const char *top)
{
	nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TEST overlays_leave_out_first_part(void)
{
	char top[] = "/tmp/roots.XXXXXX";
	cleanup_list struct list roots = {0}, folders = {0};
	cleanup_free char *joined = NULL, *expected = NULL, *extra = NULL;
	cleanup_free char *lab = NULL, *found = NULL, *none = NULL;

	ASSERT(mkdtemp(top));
	touch(top, "lab/lab/trees/own");
	touch(top, "lab/trees/not-read");
	touch(top, "a/lab/trees/long");
	touch(top, "b/trees/short");
	lab = text("%s/lab", top);
	extra = text("%s/a:%s/b:%s/nonesuch", top, top, top);
	roots_make(lab, extra, &roots);
	roots_folders(&roots, "lab/trees", &folders);
	found = roots_find(&roots, "lab/trees", "short");
	none = roots_find(&roots, "lab/trees", "not-read");
	remove_all(top);
	joined = list_join(&folders, " ");
	expected = text("%s/lab/lab/trees %s/a/lab/trees %s/b/trees", top, top, top);
	ASSERT_STR_EQ(expected, joined);
	ASSERT(found && strstr(found, "/b/trees/short"));
	ASSERT_EQ(NULL, none);
	PASS();
}

TEST no_overlay(void)
{
	cleanup_list struct list roots = {0};

	roots_make("/lab", NULL, &roots);
	ASSERT_EQ_FMT((size_t)1, roots.count, "%zu");
	PASS();
}

struct fixture {
	char top[32];
	struct settings settings;
	struct choice choice;
};

static void fixture_free(struct fixture *fixture)
{
	remove_all(fixture->top);
	list_free(&fixture->settings.machines);
	list_free(&fixture->settings.files);
	list_free(&fixture->settings.visible);
	choice_free(&fixture->choice);
}
#define cleanup_fixture __attribute__((cleanup(fixture_free)))

/* A lab with the machine pci, and the file x/card.xml beside it. */
static bool make_lab(struct fixture *fixture)
{
	strcpy(fixture->top, "/tmp/roots.XXXXXX");
	if (!mkdtemp(fixture->top))
		return false;
	touch(fixture->top, "lab/pci.xml");
	touch(fixture->top, "x/card.xml");
	list_addf(&fixture->settings.machines, "%s/lab/pci.xml", fixture->top);
	return true;
}

TEST paths_become_names(void)
{
	cleanup_fixture struct fixture f = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *joined = NULL, *folder = NULL, *file = NULL;

	ASSERT(make_lab(&f));
	list_addf(&f.choice.machines, "%s/x/card.xml", f.top);
	list_add(&f.choice.machines, "sriov*");
	list_addf(&f.choice.machines, "%s/lab/pci.xml", f.top);
	ASSERT_EQ_FMT(0, machine_files_use(&f.settings, &f.choice, &why), "%d");
	joined = list_join(&f.choice.machines, " ");
	ASSERT_STR_EQ("card sriov* pci", joined);
	folder = text("%s/x", f.top);
	file = text("%s/x/card.xml", f.top);
	ASSERT_EQ_FMT((size_t)2, f.settings.machines.count, "%zu");
	ASSERT_EQ_FMT((size_t)1, f.settings.visible.count, "%zu");
	ASSERT_STR_EQ(folder, f.settings.visible.items[0]);
	ASSERT_STR_EQ(file, machine_file_choice(&f.settings, "card"));
	ASSERT_EQ(NULL, machine_file_choice(&f.settings, "pci"));
	PASS();
}

TEST missing_file_is_named(void)
{
	cleanup_fixture struct fixture f = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT(make_lab(&f));
	list_add(&f.choice.machines, "nonesuch.xml");
	ASSERT_EQ_FMT(-ENOENT, machine_files_use(&f.settings, &f.choice, &why), "%d");
	ASSERT_STR_EQ("machine nonesuch.xml: No such file or directory", why.data);
	PASS();
}

/* The folder /tmp would hide that of the lane. */
TEST file_in_tmp_is_shown_alone(void)
{
	struct settings settings = {0};

	machine_file_show(&settings, "/tmp/card.xml");
	machine_file_show(&settings, "/home/user/card.xml");
	ASSERT_EQ_FMT((size_t)2, settings.visible.count, "%zu");
	ASSERT_STR_EQ("/tmp/card.xml", settings.visible.items[0]);
	ASSERT_STR_EQ("/home/user", settings.visible.items[1]);
	list_free(&settings.visible);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(overlays_leave_out_first_part);
	RUN_TEST(no_overlay);
	RUN_TEST(paths_become_names);
	RUN_TEST(missing_file_is_named);
	RUN_TEST(file_in_tmp_is_shown_alone);
	GREATEST_MAIN_END();
}
