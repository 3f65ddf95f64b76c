// SPDX-License-Identifier: GPL-2.0-only
/* What cases reach: the compiler's notes and counters, compared with gcov; the store; queries. */
#include "runner/reach/collect.h"

#include "lab/base/alloc.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "runner/reach/query.h"
#include "scenarios/agent/reach.h"

#include <errno.h>
#include <greatest.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Branches, loops, a switch, calls that do not return, code that is not reached. */
static const char program[] = "#include <stdlib.h>\n"
			      "static inline int twice(int a)\n"
			      "{\n"
			      "\treturn a * 2;\n"
			      "}\n"
			      "static int never(int a)\n"
			      "{\n"
			      "\treturn a + 1;\n"
			      "}\n"
			      "static int choose(int a)\n"
			      "{\n"
			      "\tint sum = 0;\n"
			      "\n"
			      "\tswitch (a) {\n"
			      "\tcase 1:\n"
			      "\t\tsum = twice(a);\n"
			      "\t\tbreak;\n"
			      "\tcase 2:\n"
			      "\t\tsum = never(a);\n"
			      "\t\tbreak;\n"
			      "\tdefault:\n"
			      "\t\tfor (int i = 0; i < a; i++)\n"
			      "\t\t\tif (i % 2)\n"
			      "\t\t\t\tsum += i;\n"
			      "\t\tif (sum < 0)\n"
			      "\t\t\tgoto out;\n"
			      "\t}\n"
			      "\treturn sum;\n"
			      "out:\n"
			      "\treturn -1;\n"
			      "}\n"
			      "int main(int argc, char **argv)\n"
			      "{\n"
			      "\tvolatile int sum = choose(1) + choose(7);\n"
			      "\n"
			      "\tif (argc > 1)\n"
			      "\t\tabort();\n"
			      "\texit(sum && *argv ? 0 : 1);\n"
			      "}\n";

static char *make_folder(void)
{
	char *folder = text("/tmp/reach.XXXXXX");

	return mkdtemp(folder);
}

/* Compile the program in FOLDER, run it, and have gcov write its verdict on each line. */
static bool build_and_run(const char *folder)
{
	cleanup_free char *below = text("%s/drivers", folder);
	cleanup_free char *source = text("%s/drivers/program.c", folder);
	cleanup_free char *command =
		text("cd %s && gcc -O1 --coverage -c -o drivers/program.o drivers/program.c && "
		     "gcc --coverage -o program drivers/program.o && ./program && "
		     "gcov drivers/program.gcda >gcov.log 2>&1",
		     folder);

	return !mkdir(below, 0755) && !file_write(source, program, strlen(program)) &&
	       !system(command);
}

/* What gcov has to say on LINE: '#' not reached, '-' no code, ' ' reached. */
static char gcov_of(const char *report, unsigned int line)
{
	cleanup_free char *place = text(":%5u:", line);
	const char *found = strstr(report, place);

	if (!found)
		return '?';
	while (found > report && strchr("*", found[-1]))
		found--;
	return strchr("#-", found[-1]) ? found[-1] : ' ';
}

TEST lines_are_those_of_gcov(void)
{
	cleanup_free char *folder = make_folder();
	cleanup_free char *gcda = text("%s/drivers/program.gcda", folder);
	cleanup_free char *kept = text("%s/kept", folder);
	cleanup_free char *report_path = text("%s/program.c.gcov", folder);
	cleanup_free char *report = NULL;
	cleanup_buf struct buf reached = BUF_INIT, why = BUF_INIT;
	cleanup_objects struct objects objects = {0};
	cleanup_reach struct reach reach = {0};
	struct reach_case *each = reach_case(&reach, "pci", "a/b[c]");
	unsigned int missed = 0;

	ASSERT(build_and_run(folder));
	buf_puts(&reached, "phase body\n");
	reach_add_file(&reached, "tmp/linux/build/drivers/program.gcda", gcda);
	ASSERT_EQ(0, file_write(kept, reached.data, reached.len));
	ASSERT_EQm(why.data, 0, objects_read(folder, folder, &objects, &reach, &why));
	ASSERT_EQm(why.data, 0, collect(&objects, kept, each, &why));
	ASSERT_EQ(0, file_read(report_path, &report, NULL));
	for (size_t i = 0; i < reach.lines.count; i++) {
		bool is = reach_set_has(&each->of[0], i);

		missed += !is;
		if (reach.lines.items[i].line != 1)
			ASSERT_EQ_FMT(is ? ' ' : '#', gcov_of(report, reach.lines.items[i].line),
				      "%c");
	}
	ASSERT_GT(reach.lines.count, 12);
	ASSERT(missed >= 2);
	ASSERT_STR_EQ("choose", reach.lines.items[reach.lines.count / 2].function);
	remove_tree(folder);
	PASS();
}

TEST foreign_counters_are_rejected(void)
{
	cleanup_free char *folder = make_folder();
	cleanup_free char *kept = text("%s/kept", folder);
	cleanup_objects struct objects objects = {0};
	cleanup_reach struct reach reach = {0};
	struct reach_case *each = reach_case(&reach, "pci", "a/b[c]");
	cleanup_buf struct buf why = BUF_INIT;
	static const char foreign[] = "phase body\nobject drivers/program.gcda\nfunction 1 0:1\n";

	ASSERT(build_and_run(folder));
	ASSERT_EQ(0, objects_read(folder, folder, &objects, &reach, &why));
	ASSERT_EQ(0, file_write(kept, foreign, strlen(foreign)));
	ASSERT_EQ(-EINVAL, collect(&objects, kept, each, &why));
	ASSERT(strstr(why.data, "not counters of this kernel: function 1 0:1"));
	remove_tree(folder);
	PASS();
}

static void add_line(struct reach *reach, const char *file, unsigned int line, const char *function)
{
	*array_add(&reach->lines) =
		(struct reach_line){text("%s", file), text("%s", function), line};
}

static void add_case(struct reach *reach, const char *name, unsigned int ms, size_t body,
		     size_t setup)
{
	struct reach_case *each = reach_case(reach, "pci", name);

	each->ms = ms;
	reach_set_add(&each->of[REACH_BODY], body);
	reach_set_add(&each->of[REACH_SETUP], setup);
}

static void make_example(struct reach *reach)
{
	reach->kernel = text("base+coverage");
	reach->tree = text("base");
	reach->source = text("linux_5.10");
	reach->series = text("none");
	reach->release = text("5.10.1");
	reach->plan = 0xfedcba9876543210;
	add_line(reach, "drivers/vfio/pci/a.c", 10, "open");
	add_line(reach, "drivers/vfio/pci/a.c", 11, "open");
	add_line(reach, "drivers/vfio/pci/a.c", 20, "read");
	add_line(reach, "drivers/vfio/b/a.c", 10, "other");
	add_case(reach, "", 0, 3, 3);
	add_case(reach, "x/slow[edu]", 50, 2, 0);
	add_case(reach, "x/quick[edu]", 5, 1, 0);
	add_case(reach, "x/same[edu]", 7, 1, 0);
}

TEST what_is_stored_is_read(void)
{
	cleanup_free char *folder = make_folder();
	cleanup_free char *path = text("%s/key/reach.db", folder);
	cleanup_reach struct reach reach = {0}, read = {0};
	cleanup_buf struct buf why = BUF_INIT;

	make_example(&reach);
	ASSERT_EQm(why.data, 0, reach_save(path, &reach, &why));
	ASSERT_EQm(why.data, 0, reach_save(path, &reach, &why));
	ASSERT_EQm(why.data, 0, reach_load(path, &read, &why));
	ASSERT(read.plan == reach.plan);
	ASSERT_STR_EQ("base", read.tree);
	ASSERT_EQ(4, read.lines.count);
	ASSERT_EQ(20, read.lines.items[2].line);
	ASSERT_STR_EQ("read", read.lines.items[2].function);
	ASSERT_EQ(4, read.cases.count);
	ASSERT_STR_EQ("x/slow[edu]", read.cases.items[1].name);
	ASSERT(reach_set_has(&read.cases.items[1].of[REACH_BODY], 2));
	ASSERT_FALSE(reach_set_has(&read.cases.items[1].of[REACH_SETUP], 2));
	ASSERT(reach_set_has(&read.cases.items[3].of[REACH_SETUP], 0));
	remove_tree(folder);
	PASS();
}

TEST a_damaged_store_is_an_error(void)
{
	cleanup_free char *folder = make_folder();
	cleanup_free char *path = text("%s/reach.db", folder);
	cleanup_reach struct reach read = {0};
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, file_write(path, "nothing", 7));
	ASSERT(reach_load(path, &read, &why) < 0);
	ASSERT(strstr(why.data, "run make reach"));
	remove_tree(folder);
	PASS();
}

/* The cases of a place, quickest first, with a mark for those whose scenario reaches it. */
static char *cases_at(const struct reach *reach, const char *word)
{
	cleanup_reach_place struct reach_place place = {0};
	cleanup_buf struct buf why = BUF_INIT;
	struct reach_cases cases = {0};
	struct buf found = BUF_INIT;

	if (reach_place_find(reach, word, &place, &why))
		return text("%s", why.data ?: "unknown");
	reach_place_cases(reach, &place, &cases);
	for (size_t i = 0; i < cases.count; i++)
		buf_printf(&found, "%s%s ", cases.items[i].of->name,
			   cases.items[i].body ? "*" : "");
	free(cases.items);
	return buf_steal(&found);
}

TEST places_are_functions_lines_and_files(void)
{
	static const char *const expected[][2] = {
		{"open", "x/quick[edu]* x/same[edu]* x/slow[edu] "},
		{"read", "x/slow[edu]* "},
		{"pci/a.c:10", "x/quick[edu] x/same[edu] x/slow[edu] "},
		{"pci/a.c:11", "x/quick[edu]* x/same[edu]* "},
		{"pci/a.c", "x/quick[edu]* x/same[edu]* x/slow[edu]* "},
		{"other", ""},
		{"pci/a.c:12", "drivers/vfio/pci/a.c:12 has no code"},
		{"a.c:10", "'a.c:10' is in drivers/vfio/pci/a.c and in drivers/vfio/b/a.c: name "
			   "more of the path"},
		{"c.c", "unknown"},
		{"raed", "unknown"},
	};
	cleanup_reach struct reach reach = {0};

	make_example(&reach);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		cleanup_free char *found = cases_at(&reach, expected[i][0]);

		ASSERT_STR_EQ(expected[i][1], found);
	}
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(lines_are_those_of_gcov);
	RUN_TEST(foreign_counters_are_rejected);
	RUN_TEST(what_is_stored_is_read);
	RUN_TEST(a_damaged_store_is_an_error);
	RUN_TEST(places_are_functions_lines_and_files);
	GREATEST_MAIN_END();
}
