// SPDX-License-Identifier: GPL-2.0-only
#include "runner/reach/source.h"

#include "lab/base/cleanup.h"

#include <greatest.h>
#include <string.h>

static const char example[] = "#include <linux/vfio.h>\n"
			      "\n"
			      "static int declared(int a,\n"
			      "\t\t    int b);\n"
			      "struct table {\n"
			      "\tint (*call)(void);\n"
			      "};\n"
			      "static int plain(int a)\n"
			      "{\n"
			      "\tif (a) {\n"
			      "out:\n"
			      "\t\treturn 1;\n"
			      "\t}\n"
			      "}\n"
			      "\n"
			      "static struct table *\n"
			      "wrapped(int a,\n"
			      "\tint b)\n"
			      "{\n"
			      "}\n"
			      "static const struct table entries[] = { ENTRY(plain) };\n"
			      "static const struct table others[COUNT(entries)] = {\n"
			      "\t{ .call = ENTRY(wrapped) },\n"
			      "};\n"
			      "static inline void short_one(void) { }\n"
			      "module_init(plain);\n"
			      "__visible void attribute(void) __must_hold(lock)\n"
			      "{\n"
			      "}\n";

static const char *name_at(const struct source_functions *functions, unsigned int line)
{
	const struct source_function *function = source_at(functions, line);

	return function ? function->name : "-";
}

TEST functions_are_found_by_their_lines(void)
{
	cleanup_source struct source_functions functions = {0};
	static const struct {
		unsigned int line;
		const char *name;
	} expected[] = {
		{1, "-"},	   {3, "-"},	      {6, "-"},		 {7, "-"},
		{8, "plain"},	   {11, "plain"},     {14, "plain"},	 {15, "-"},
		{16, "wrapped"},   {18, "wrapped"},   {20, "wrapped"},	 {21, "-"},
		{23, "-"},	   {24, "-"},	      {25, "short_one"}, {26, "-"},
		{27, "attribute"}, {29, "attribute"},
	};

	source_scan(example, &functions);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++)
		ASSERT_STR_EQ(expected[i].name, name_at(&functions, expected[i].line));
	ASSERT_EQ(4, functions.count);
	PASS();
}

TEST a_file_without_an_end_is_no_function(void)
{
	cleanup_source struct source_functions functions = {0};

	source_scan("int cut(void)\n{\n\treturn 1;", &functions);
	ASSERT_EQ(0, functions.count);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(functions_are_found_by_their_lines);
	RUN_TEST(a_file_without_an_end_is_no_function);
	GREATEST_MAIN_END();
}
