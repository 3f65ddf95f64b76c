// SPDX-License-Identifier: GPL-2.0-only
/* Files of kernel/trees, and the names of the kernels built from them. */
#include "runner/plan/tree.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <ftw.h>
#include <greatest.h>
#include <stdlib.h>
#include <string.h>

static void write_tree(const char *top, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/kernel/trees/%s", top, name);

	file_write(path, content, strlen(content));
}

/* A lab in TOP, which gets its path: the trees old and new, and the flavour slow. */
static bool make_lab(char *top)
{
	cleanup_free char *trees = mkdtemp(top) ? text("%s/kernel/trees", top) : NULL;
	cleanup_free char *flavour = text("%s/kernel/config/slow", top);
	cleanup_free char *fragment = text("%s/kernel/config/pci.config", top);

	if (!trees || make_folders(trees) || make_folders(flavour) || file_write(fragment, "", 0))
		return false;
	write_tree(top, "old",
		   "# A comment = none\nabout  = an old one\nsource = deb a b\ncc = gcc-12\nknown "
		   "= x y\n");
	write_tree(top, "new",
		   "about = old, patched\ntree = old\nseries=kernel/series/s\nmends = y\n"
		   "CONFIG_A=y\n");
	write_tree(top, "lost", "about = on none\ntree = none\n");
	return true;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *where)
{
	(void)status;
	(void)type;
	(void)where;
	return remove(path);
}

static void remove_lab(char *top)
{
	nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

TEST tree_on_tree_overrides_its_base(void)
{
	char top[] = "/tmp/tree.XXXXXX";
	cleanup_tree struct tree tree = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_list struct list roots = {0};
	int err;

	ASSERT(make_lab(top));
	list_add(&roots, top);
	err = tree_load(&roots, "new", &tree, &why);
	remove_lab(top);
	ASSERT_EQ(0, err);
	ASSERT_STR_EQ("old, patched", tree.about);
	ASSERT_STR_EQ("old", tree.base);
	ASSERT_STR_EQ("deb a b", tree.source);
	ASSERT_STR_EQ("gcc-12", tree.cc);
	ASSERT_STR_EQ("kernel/series/s", tree.series);
	ASSERT_STR_EQ("x y", tree.known);
	ASSERT_EQ(NULL, tree.prebuilt);
	PASS();
}

TEST missing_base_is_named(void)
{
	char top[] = "/tmp/tree.XXXXXX";
	cleanup_tree struct tree tree = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_list struct list roots = {0};
	int err;

	ASSERT(make_lab(top));
	list_add(&roots, top);
	err = tree_load(&roots, "lost", &tree, &why);
	remove_lab(top);
	ASSERT_EQ(-ENOENT, err);
	ASSERT(strstr(why.data, "kernel/trees/none: "));
	PASS();
}

TEST kernels_are_trees_in_flavours(void)
{
	char top[] = "/tmp/tree.XXXXXX";
	cleanup_list struct list names = {0};
	cleanup_free char *joined = NULL;
	cleanup_list struct list roots = {0};
	bool slow, config;

	ASSERT(make_lab(top));
	list_add(&roots, top);
	tree_kernels(&roots, &names);
	slow = tree_has_flavour(top, "slow");
	config = tree_has_flavour(top, "pci.config");
	remove_lab(top);
	joined = list_join(&names, " ");
	ASSERT_STR_EQ("lost lost+slow new new+slow old old+slow", joined);
	ASSERT(slow);
	ASSERT_FALSE(config);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(tree_on_tree_overrides_its_base);
	RUN_TEST(missing_base_is_named);
	RUN_TEST(kernels_are_trees_in_flavours);
	GREATEST_MAIN_END();
}
