// SPDX-License-Identifier: GPL-2.0-only
/* Which entry of modules.alias is selected for a modalias, whatever the file's layout. */
#include "lab/base/alias.h"

#include "lab/base/alloc.h"

#include "lab/base/buf.h"
#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include "greatest.h"

#include <errno.h>
#include <string.h>

#define E1000E "vfio_pci:v00008086d000010D3sv00008086sd00000000bc02sc00i00"
#define ANY    "alias vfio_pci:v*d*sv*sd*bc*sc*i* vfio_pci\n"
#define INTEL  "alias vfio_pci:v00008086d*sv*sd*bc*sc*i* intel_vfio_pci\n"
#define CLASS  "alias vfio_pci:v*d*sv*sd*bc02sc00i* class_vfio_pci\n"
#define EXACT  "alias vfio_pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e_vfio_pci\n"

/* The memory ends with the last byte, without a NUL. */
static void match(const char *entries, size_t len, const char *modalias,
		  struct alias_matches *matches)
{
	cleanup_free char *exact = zalloc(len, 1);

	memcpy(exact, entries, len);
	alias_match(exact, len, modalias, matches);
}

static const char *picked(const struct alias_matches *matches)
{
	return matches->count ? alias_best(matches)->module : "(none)";
}

static const struct {
	const char *name, *entries, *module;
	size_t count, ties, ignored;
} files[] = {
	{"empty", "", "(none)", 0, 0, 0},
	{"one", ANY, "vfio_pci", 1, 0, 0},
	{"fewest stars, last", ANY INTEL EXACT, "e1000e_vfio_pci", 3, 0, 0},
	{"fewest stars, first", EXACT INTEL ANY, "e1000e_vfio_pci", 3, 0, 0},
	{"another bus", "alias pci:v*d*sv*sd*bc*sc*i* vfio_pci\n", "(none)", 0, 0, 0},
	{"another device", "alias vfio_pci:v00001234d*sv*sd*bc*sc*i* x\n", "(none)", 0, 0, 0},
	{"as many stars, ids last", CLASS ANY EXACT, "e1000e_vfio_pci", 3, 0, 0},
	{"as many stars, ids first", EXACT CLASS ANY, "e1000e_vfio_pci", 3, 0, 0},
	{"a class and any", ANY CLASS, "class_vfio_pci", 2, 0, 0},
	{"tie", EXACT "alias vfio_pci:v00008086d000010D3sv*sd*bc*sc*i* other\n" ANY,
	 "e1000e_vfio_pci", 3, 1, 0},
	{"tie of entries that are not the best",
	 EXACT ANY "alias vfio_pci:v*d*sv*sd*bc*sc*i* other\n", "e1000e_vfio_pci", 3, 0, 0},
	{"the same module twice",
	 EXACT "alias vfio_pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e-vfio-pci\n",
	 "e1000e_vfio_pci", 2, 0, 0},
	{"a star within brackets is literal",
	 ANY "alias vfio_pci:v*d*sv*sd*bc*sc*i[*0]0 brackets\n", "brackets", 2, 0, 0},
	{"comments and blank lines", "# " ANY "\n \t \n#\n" ANY "  # alias\n", "vfio_pci", 1, 0, 0},
	{"CRLF", "\r\n# x\r\nalias vfio_pci:v*d*sv*sd*bc*sc*i* vfio_pci\r\n", "vfio_pci", 1, 0, 0},
	{"no newline at the end", EXACT "alias vfio_pci:* x", "x", 2, 0, 0},
	{"tabs and blanks", " \talias\t vfio_pci:*  \tx \t\n", "x", 1, 0, 0},
	{"no module", "alias vfio_pci:*\nalias vfio_pci:* \nalias\n" ANY, "vfio_pci", 1, 0, 3},
	{"a word too many", "alias vfio_pci:* x y\n" ANY, "vfio_pci", 1, 0, 1},
	{"another word", "install vfio_pci:* x\naliases vfio_pci:* x\nali vfio_pci:* x\n", "(none)",
	 0, 0, 3},
	{"a module that is an option", "alias vfio_pci:* -r\n", "(none)", 0, 0, 1},
	{"a module that is a path", "alias vfio_pci:* ../x\n" ANY, "vfio_pci", 1, 0, 1},
	{"an escape sequence", "alias vfio_pci:* x\033[2J\n" ANY, "vfio_pci", 1, 0, 1},
	{"CR in the middle", "alias vfio_pci:* x\ralias\n" ANY, "vfio_pci", 1, 0, 1},
	{"dash and underscore", "alias vfio-pci:v*d*sv*sd*bc*sc*i* vfio-pci\n", "vfio-pci", 1, 0,
	 0},
};

TEST picks(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		cleanup_alias struct alias_matches matches;

		match(files[i].entries, strlen(files[i].entries), E1000E, &matches);
		ASSERT_STR_EQm(files[i].name, files[i].module, picked(&matches));
		ASSERT_EQ_FMTm(files[i].name, files[i].count, matches.count, "%zu");
		ASSERT_EQ_FMTm(files[i].name, files[i].ties, matches.ties, "%zu");
		ASSERT_EQ_FMTm(files[i].name, files[i].ignored, matches.ignored, "%zu");
	}
	PASS();
}

/*
 * Only aliases count among built-in modules; their IDs precede vfio-pci's entry in modules.alias.
 */
TEST built_in_modules_count(void)
{
	static const char info[] =
		"vfio_pci.license=GPL\0e1000e_vfio_pci.alias=vfio_pci:v00008086d000010D3sv*sd*bc*"
		"sc*i*\0"
		"other.alias=pci:v*\0x.alias=\0.alias=vfio_pci:*\0e1000e.description=.alias";
	cleanup_alias struct alias_matches matches;

	match(ANY, strlen(ANY), E1000E, &matches);
	alias_match_builtin(info, sizeof(info) - 1, E1000E, &matches);
	ASSERT_STR_EQ("e1000e_vfio_pci", picked(&matches));
	ASSERT_EQ_FMT((size_t)2, matches.count, "%zu");
	ASSERT_EQ_FMT((size_t)0, matches.ties, "%zu");
	ASSERT_EQ(0, alias_best(&matches)->line);
	PASS();
}

/* Reading only up to the NUL would leave a pattern that matches. */
TEST nul_bytes_end_no_line(void)
{
	static const char entries[] = "alias vfio_pci:* x\0y\nalias vfio_pci:*\0v x\n\0\n" ANY;
	cleanup_alias struct alias_matches matches;

	match(entries, sizeof(entries) - 1, E1000E, &matches);
	ASSERT_STR_EQ("vfio_pci", picked(&matches));
	ASSERT_EQ(1, matches.count);
	ASSERT_EQ(3, matches.ignored);
	ASSERT_EQ(1, matches.ignored_line);
	ASSERT_EQ(4, alias_best(&matches)->line);
	PASS();
}

/*
 * If truncated anywhere, the pattern would match; the whole pattern does not. Tests a long and a
 * too long line, and the lines after them.
 */
TEST long_lines_are_not_cut(void)
{
	cleanup_buf struct buf entries = BUF_INIT;
	cleanup_alias struct alias_matches matches;

	for (size_t len = 3000; len <= 300000; len *= 10) {
		buf_puts(&entries, "alias vfio_pci:");
		for (size_t i = 0; i < len; i++)
			buf_puts(&entries, "*");
		buf_puts(&entries, "x long\n");
	}
	buf_puts(&entries, ANY);
	match(entries.data, entries.len, E1000E, &matches);
	ASSERT_STR_EQ("vfio_pci", picked(&matches));
	ASSERT_EQ(1, matches.count);
	ASSERT_EQ(4, alias_best(&matches)->line);
	ASSERT_EQ_FMT((size_t)2, matches.ignored, "%zu");
	ASSERT_EQ(2, matches.ignored_line);
	PASS();
}

#define MANY 50000

TEST many_entries(void)
{
	cleanup_buf struct buf entries = BUF_INIT;
	cleanup_alias struct alias_matches matches;

	for (unsigned int i = 0; i < MANY; i++)
		buf_printf(&entries, "alias vfio_pci:v%08Xd*sv*sd*bc*sc*i* module_%u\n", i, i);
	buf_puts(&entries, ANY);
	match(entries.data, entries.len, E1000E, &matches);
	ASSERT_STR_EQ("module_32902", picked(&matches));
	ASSERT_EQ(2, matches.count);
	ASSERT_EQ_FMT((size_t)MANY + 1, matches.bus, "%zu");
	ASSERT_EQ(0x8086 + 1, alias_best(&matches)->line);
	PASS();
}

/* Many matching entries cost one comparison each. */
TEST many_that_match(void)
{
	cleanup_buf struct buf entries = BUF_INIT;
	cleanup_alias struct alias_matches matches;

	for (unsigned int i = 0; i < MANY; i++)
		buf_printf(&entries, "alias vfio_pci:*a*b*c*d*0*0*0*0*i*0 m%u\n", i);
	match(entries.data, entries.len, "vfio_pci:" E1000E "abcd0000i0", &matches);
	ASSERT_EQ_FMT((size_t)MANY, matches.count, "%zu");
	ASSERT_EQ_FMT((size_t)MANY - 1, matches.ties, "%zu");
	ASSERT_STR_EQ("m0", picked(&matches));
	PASS();
}

TEST entries_for_the_bus_are_counted(void)
{
	cleanup_alias struct alias_matches matches;

	match(INTEL "alias pci:* x\nalias vfio_pc y\n", strlen(INTEL) + 30, "vfio_pci:v00001234",
	      &matches);
	ASSERT_EQ(0, matches.count);
	ASSERT_EQ_FMT((size_t)1, matches.bus, "%zu");
	PASS();
}

TEST files_that_cannot_be_read(void)
{
	struct alias_matches matches;

	ASSERT_EQ(-ENOENT, alias_read("/nonexistent/modules.alias", E1000E, &matches));
	ASSERT_EQ(0, matches.count);
	ASSERT_EQ(-EISDIR, alias_read("/", E1000E, &matches));
	PASS();
}

TEST module_names(void)
{
	ASSERT(alias_same_module("vfio-pci", "vfio_pci"));
	ASSERT(alias_same_module("a", "a"));
	ASSERT_FALSE(alias_same_module("vfio_pci", "vfio_pci_core"));
	ASSERT_FALSE(alias_same_module("vfio_pci_core", "vfio_pci"));
	ASSERT_FALSE(alias_same_module("vfio-", "vfio"));
	ASSERT_FALSE(alias_same_module("vfio", "vfio-"));
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	alarm(120); /* kill an endless match */
	RUN_TEST(picks);
	RUN_TEST(built_in_modules_count);
	RUN_TEST(nul_bytes_end_no_line);
	RUN_TEST(long_lines_are_not_cut);
	RUN_TEST(many_entries);
	RUN_TEST(many_that_match);
	RUN_TEST(entries_for_the_bus_are_counted);
	RUN_TEST(files_that_cannot_be_read);
	RUN_TEST(module_names);
	GREATEST_MAIN_END();
}
