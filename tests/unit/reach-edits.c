// SPDX-License-Identifier: GPL-2.0-only
/* What a change of the source is, and which cases reach it. */
#include "runner/reach/edits.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/plan/roots.h"
#include "runner/reach/code.h"
#include "runner/reach/patch.h"

#include <greatest.h>
#include <string.h>

static const char before[] = "#include <linux/vfio.h>\n"
			     "static int limit = 3;\n"
			     "static int first(int a)\n"
			     "{\n"
			     "\treturn a; /* one */\n"
			     "}\n"
			     "static int second(int a)\n"
			     "{\n"
			     "\treturn a ? limit : '\"';\n"
			     "}\n";

/* BEFORE with FROM replaced by TO. */
static char *changed(const char *from, const char *to)
{
	const char *at = strstr(before, from);

	return text("%.*s%s%s", (int)(at - before), before, to, at + strlen(from));
}

TEST functions_that_differ_are_named(void)
{
	static const struct {
		const char *from, *to, *functions;
		bool inside;
	} expected[] = {
		{"return a; /*", "return a + 1; /*", "first", true},
		{"a ? limit", "!a ? limit", "second", true},
		{"'\"'", "'\\''", "second", true},
		{"/* one */", "", "", true},
		{"\treturn a; /* one */", "\treturn\n\t\ta; // other", "", true},
		{"static int second", "static int new(void)\n{\n}\n\nstatic int second", "", true},
		{"limit = 3", "limit = 4", "", false},
		{"first(int a)", "first(long a)", "first", true},
		{"#include", "#include <linux/pci.h>\n#include", "", false},
	};

	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		cleanup_free char *after = changed(expected[i].from, expected[i].to);
		cleanup_list struct list functions = {0};
		bool inside = code_compare(before, after, &functions);
		cleanup_free char *names = list_join(&functions, " ");

		ASSERT_STR_EQ(expected[i].functions, names);
		ASSERT_EQ(expected[i].inside, inside);
	}
	PASS();
}

static const char diff[] = "# commit 1234\n"
			   "diff --git a/drivers/x.c b/drivers/x.c\n"
			   "index 1..2 100644\n"
			   "--- a/drivers/x.c\n"
			   "+++ b/drivers/x.c\t2026-01-01\n"
			   "@@ -1,3 +1,3 @@ int f(void)\n"
			   " one\n"
			   "-two\n"
			   "+TWO\n"
			   " three\n"
			   "@@ -5 +4,0 @@\n"
			   "-five\n"
			   "--- a/lib/new.c\n"
			   "+++ b/lib/new.c\n"
			   "@@ -0,0 +1 @@\n"
			   "+x\n"
			   "--- /dev/null\n"
			   "+++ b/added.c\n"
			   "@@ -0,0 +1 @@\n"
			   "+x\n";

TEST diffs_name_their_files(void)
{
	cleanup_list struct list files = {0};
	cleanup_free char *names = NULL;

	patch_files(diff, &files);
	names = list_join(&files, " ");
	ASSERT_STR_EQ("drivers/x.c lib/new.c added.c", names);
	PASS();
}

TEST a_diff_is_undone(void)
{
	cleanup_free char *old = patch_undo(diff, "drivers/x.c", "one\nTWO\nthree\nfour\nsix\n");
	cleanup_free char *empty = patch_undo(diff, "lib/new.c", "x\n");
	cleanup_free char *foreign = patch_undo(diff, "drivers/x.c", "one\ntwo\nthree\n");
	cleanup_free char *unknown = patch_undo(diff, "drivers/y.c", "one\n");
	cleanup_free char *after = NULL;

	ASSERT_STR_EQ("one\ntwo\nthree\nfour\nfive\nsix\n", old);
	ASSERT_STR_EQ("", empty);
	after = patch_apply(diff, "drivers/x.c", old);
	ASSERT_STR_EQ("one\nTWO\nthree\nfour\nsix\n", after);
	ASSERT_FALSE(foreign);
	ASSERT_FALSE(unknown);
	PASS();
}

static void add_line(struct reach *reach, const char *file, const char *function)
{
	*array_add(&reach->lines) = (struct reach_line){text("%s", file), text("%s", function), 1};
}

static void add_case(struct reach *reach, const char *machine, const char *name, size_t body,
		     size_t setup)
{
	struct reach_case *each = reach_case(reach, machine, name);

	reach_set_add(&each->of[REACH_BODY], body);
	reach_set_add(&each->of[REACH_SETUP], setup);
}

/* Lines 0 to 3 are in read, open, init and unused; 4 is in none. */
static void make_reach(struct reach *reach)
{
	add_line(reach, "drivers/vfio/a.c", "read");
	add_line(reach, "drivers/vfio/a.c", "open");
	add_line(reach, "drivers/vfio/a.c", "init");
	add_line(reach, "drivers/vfio/a.c", "unused");
	add_line(reach, "drivers/vfio/a.c", "");
	add_case(reach, "pci", "x/read[edu]", 0, 1);
	add_case(reach, "pci", "x/other[edu]", 4, 1);
	add_case(reach, "sriov", "x/other[vf0]", 4, 4);
	add_case(reach, "sriov", "", 4, 2);
}

TEST cases_are_ranked_by_what_they_reach(void)
{
	static const struct {
		const char *functions, *beyond;
		enum rank ranks[3];
	} expected[] = {
		{"drivers/vfio/a.c:read", "", {RANK_BODY, RANK_REST, RANK_REST}},
		{"drivers/vfio/a.c:open", "", {RANK_SETUP, RANK_SETUP, RANK_REST}},
		{"drivers/vfio/a.c:read drivers/vfio/a.c:open",
		 "",
		 {RANK_BODY, RANK_SETUP, RANK_REST}},
		{"drivers/vfio/moved.c:read", "", {RANK_BODY, RANK_REST, RANK_REST}},
		{"drivers/vfio/a.c:init", "", {RANK_REST, RANK_REST, RANK_SETUP}},
		{"drivers/vfio/a.c:unused",
		 "no case is known to reach drivers/vfio/a.c:unused",
		 {RANK_REST, RANK_REST, RANK_REST}},
		{"drivers/vfio/a.c:gone",
		 "no case is known to reach drivers/vfio/a.c:gone",
		 {RANK_REST, RANK_REST, RANK_REST}},
	};
	cleanup_reach struct reach reach = {0};

	make_reach(&reach);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		cleanup_edits struct edits edits = {0};
		enum rank ranks[4];

		list_add_words(&edits.functions, expected[i].functions);
		edits_rank(&edits, &reach, ranks);
		ASSERT_STR_EQ(expected[i].beyond, edits.beyond.data ?: "");
		for (unsigned int c = 0; c < 3; c++)
			ASSERT_EQ_FMT(expected[i].ranks[c], ranks[c], "%u");
	}
	PASS();
}

/* A kernel's folder below O, with a series of one patch on a pristine source in LAB_CACHE. */
struct lab {
	char *top;
	struct settings settings;
};

static void put(const struct lab *lab, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/%s", lab->top, name);
	cleanup_free char *folder = text("%.*s", (int)(strrchr(path, '/') - path), path);

	if (make_folders(folder) || file_write(path, content, strlen(content)))
		abort();
}

static struct lab make_lab(void)
{
	struct lab lab = {.top = text("/tmp/changes.XXXXXX")};

	if (!mkdtemp(lab.top))
		abort();
	lab.settings.out = lab.settings.cache = lab.top;
	put(&lab, "kernels/base+x/meta", "tree = base\nsource = linux_1\nseries = x\n");
	put(&lab, "kernels/base+x.make", "KERNELS=base SERIES=x.mbox\n");
	put(&lab, "sources/linux_1/drivers/vfio/a.c", before);
	return lab;
}

static void drop_lab(struct lab *lab)
{
	list_free(&lab->settings.roots);
	remove_tree(lab->top);
	free(lab->top);
}
#define cleanup_lab __attribute__((cleanup(drop_lab)))

/* What the series of LAB changes: the functions, or what goes beyond them. */
static char *changes_in(const struct lab *lab, const struct reach *reach)
{
	cleanup_edits struct edits edits = {0};
	cleanup_buf struct buf why = BUF_INIT;

	if (edits_find(&lab->settings, "base+x", reach, &edits, &why))
		return text("%s", why.data);
	return edits.beyond.len ? text("%s", edits.beyond.data) : list_join(&edits.functions, " ");
}

static const char header[] = "--- a/drivers/vfio/a.c\n+++ b/drivers/vfio/a.c\n@@ -1 +1 @@\n";

TEST a_series_is_compared_with_its_tree(void)
{
	cleanup_lab struct lab lab = make_lab();
	cleanup_reach struct reach reach = {0};
	cleanup_free char *after = changed("return a;", "return -a;");
	cleanup_free char *inside = NULL;
	cleanup_free char *beyond = NULL;
	cleanup_free char *idle = NULL;

	make_reach(&reach);
	ASSERT(edits_any(&lab.settings, "base+x", true));
	ASSERT_FALSE(edits_any(&lab.settings, "base+x", false));
	ASSERT_FALSE(edits_any(&lab.settings, "base", true));
	put(&lab, "kernels/base+x/patches/1/0001.patch", header);
	put(&lab, "kernels/base+x/source/drivers/vfio/a.c", after);
	put(&lab, "kernels/base+x/build/drivers/vfio/a.o", "");
	inside = changes_in(&lab, &reach);
	ASSERT_STR_EQ("drivers/vfio/a.c:first", inside);
	put(&lab, "kernels/base+x/patches/1/0002.patch",
	    "--- a/Documentation/x.rst\n+++ b/Documentation/x.rst\n"
	    "--- a/drivers/net/y.c\n+++ b/drivers/net/y.c\n");
	idle = changes_in(&lab, &reach);
	ASSERT_STR_EQ("drivers/vfio/a.c:first", idle);
	put(&lab, "kernels/base+x/patches/1/0003.patch",
	    "--- a/include/linux/vfio.h\n+++ b/include/linux/vfio.h\n");
	beyond = changes_in(&lab, &reach);
	ASSERT_STR_EQ("include/linux/vfio.h changes, whose lines are not known", beyond);
	PASS();
}

/* Such as that of nvgrace: its object is not in the kernel's build folder. */
TEST a_module_that_the_lab_builds_counts(void)
{
	cleanup_lab struct lab lab = make_lab();
	cleanup_reach struct reach reach = {0};
	cleanup_free char *other = NULL;
	cleanup_free char *module = NULL;

	make_reach(&reach);
	roots_make(lab.top, NULL, &lab.settings.roots);
	put(&lab, "kernels/base+x/build/drivers/vfio/a.o", "");
	put(&lab, "kernels/base+x/patches/1/0001.patch",
	    "--- a/drivers/vfio/net/y.c\n+++ b/drivers/vfio/net/y.c\n");
	put(&lab, "kernel/modules/net/in-tree",
	    "# drivers/vfio/net\nCONFIG_X=m\ndrivers/vfio/ne\n");
	other = changes_in(&lab, &reach);
	ASSERT_STR_EQ("", other);
	put(&lab, "kernel/modules/net/in-tree", "# Why.\ndrivers/vfio/net\nCONFIG_X=m\n");
	module = changes_in(&lab, &reach);
	ASSERT_STR_EQ("drivers/vfio/net/y.c changes, whose lines are not known", module);
	PASS();
}

TEST kdir_is_compared_with_its_last_commit(void)
{
	static const char kdir[] = "# commit 1\n--- a/drivers/vfio/a.c\n+++ b/drivers/vfio/a.c\n"
				   "@@ -5 +5 @@\n-\treturn a; /* one */\n+\treturn -a;\n";
	cleanup_lab struct lab lab = make_lab();
	cleanup_reach struct reach reach = {0};
	cleanup_free char *after = changed("return a; /* one */", "return -a;");
	cleanup_free char *inside = NULL;
	cleanup_free char *unknown = NULL;

	make_reach(&reach);
	put(&lab, "kernels/base+x.make", "KDIR=/linux KERNELS=local\n");
	ASSERT(edits_any(&lab.settings, "base+x", false));
	put(&lab, "kernels/base+x/source/drivers/vfio/a.c", after);
	put(&lab, "kernels/base+x/build/drivers/vfio/a.o", "");
	put(&lab, "kernels/base+x/kdir.diff", kdir);
	inside = changes_in(&lab, &reach);
	ASSERT_STR_EQ("drivers/vfio/a.c:first", inside);
	put(&lab, "kernels/base+x/kdir.diff", "# /linux is no git tree\n");
	unknown = changes_in(&lab, &reach);
	ASSERT_STR_EQ("what KDIR= changes is not known", unknown);
	PASS();
}

static enum rank rank_of(const void *context, const char *machine, const char *name)
{
	(void)context;
	(void)machine;
	return (enum rank)(name[3] - '0');
}

TEST ranks_decide_the_order_of_a_job(void)
{
	static const char *const scenarios[] = {"x/s5", "x/s2", "x/s0", "x/s3", "x/s2"};
	struct ranking ranking = {.of = rank_of};
	cleanup_buf struct buf order = BUF_INIT;
	cleanup_job struct job job = {.machine = text("pci")};
	struct ranked ranked = {0};

	for (unsigned int i = 0; i < ARRAY_SIZE(scenarios); i++)
		job_add(&job, i + 1, scenarios[i], i == 1 ? "edu" : "igb", MODE_TYPE1);
	rank_cases(&ranking, NULL, &job, &ranked);
	ASSERT_EQ(4, job.leading);
	ASSERT_EQ(5, job.total);
	ranking.only = true;
	rank_cases(&ranking, NULL, &job, &ranked);
	for (size_t i = 0; i < job.cases.count; i++)
		buf_printf(&order, "%u:%s ", job.cases.items[i].number, job.cases.items[i].name);
	ASSERT_STR_EQ("1:x/s0[igb] 2:x/s2[edu] 3:x/s2[igb] 4:x/s3[igb] ", order.data);
	ASSERT_EQ(4, job.total);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(functions_that_differ_are_named);
	RUN_TEST(diffs_name_their_files);
	RUN_TEST(a_diff_is_undone);
	RUN_TEST(cases_are_ranked_by_what_they_reach);
	RUN_TEST(a_series_is_compared_with_its_tree);
	RUN_TEST(a_module_that_the_lab_builds_counts);
	RUN_TEST(kdir_is_compared_with_its_last_commit);
	RUN_TEST(ranks_decide_the_order_of_a_job);
	GREATEST_MAIN_END();
}
