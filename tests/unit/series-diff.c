// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/tools/lib/series-diff.h"

#include "lab/base/cleanup.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>

#define NAMES "--- a/f\n+++ b/f\n"

/* Read TEXT. Returns the diff, or the error message; the caller frees it. */
static char *read_text(const char *text, bool p0, size_t *message, char **files)
{
	cleanup_diff struct diff diff = DIFF_INIT;
	struct buf why = BUF_INIT;
	int err = diff_read(span_of(text), p0, &diff, &why);

	*message = diff.message;
	*files = buf_steal(&diff.files);
	if (err)
		return buf_steal(&why);
	buf_free(&why);
	return buf_steal(&diff.text);
}

static const struct {
	const char *text, *diff, *files;
	size_t message;
} good[] = {
	{"words\n\n" NAMES "@@ -1 +1 @@\n-a\n+b\n", NAMES "@@ -1 +1 @@\n-a\n+b\n", "f\n", 7},
	/* The leading blank of empty lines and of lines with a tab is restored. */
	{NAMES "@@ -1,3 +1,4 @@\n\n\tx\n+y\n\n-- \n2.40\n",
	 NAMES "@@ -1,3 +1,4 @@\n \n \tx\n+y\n \n", "f\n", 0},
	/* A line that looks like a header but is counted belongs to the hunk. */
	{NAMES "@@ -1,2 +1,2 @@ x\n--- a\n+++ b\n -- \n",
	 NAMES "@@ -1,2 +1,2 @@ x\n--- a\n+++ b\n -- \n", "f\n", 0},
	{NAMES "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
	 NAMES "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n",
	 "f\n", 0},
	{"diff --git a/x y b/x y\nold mode 100644\nnew mode 100755\n",
	 "diff --git a/x y b/x y\nold mode 100644\nnew mode 100755\n", "y\n", 0},
	{"diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n-- \n2.40\n",
	 "diff --git a/f b/g\nsimilarity index 100%\nrename from f\nrename to g\n", "g\n", 0},
	{"diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 "
	 "@@\n-a\n",
	 "diff --git a/f b/f\ndeleted file mode 100644\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 "
	 "@@\n-a\n",
	 "f\n", 0},
	{"diff --git a/f b/f\nindex 1..2 100644\nGIT binary patch\nliteral "
	 "3\nKc${NkU}6A\n\nliteral "
	 "0\nHc$@\n\nwords\n",
	 "diff --git a/f b/f\nindex 1..2 100644\nGIT binary patch\nliteral "
	 "3\nKc${NkU}6A\n\nliteral "
	 "0\nHc$@\n\n",
	 "f\n", 0},
	/* no a/ and b/ */
	{"diff --git d/f d/f\n--- d/f\n+++ d/f\n@@ -1 +1 @@\n-a\n+b\n",
	 "diff --git a/d/f b/d/f\n--- a/d/f\n+++ b/d/f\n@@ -1 +1 @@\n-a\n+b\n", "d/f\n", 0},
	/* diff -ru: its own lines are not needed */
	{"Only in o: x\ndiff -ru o/f n/f\n--- o/f\t2024\n+++ n/f\t2024\n@@ -1 +1 @@\n-a\n+b\nOnly "
	 "in n: y\n",
	 "--- o/f\t2024\n+++ n/f\t2024\n@@ -1 +1 @@\n-a\n+b\n", "f\n", 30},
	{"no diff\n> --- a/f\n> +++ b/f\n", "", "", 28},
	{"", "", "", 0},
};

TEST diffs_are_found_and_mended(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		cleanup_free char *files = NULL, *diff = NULL;
		size_t message;

		diff = read_text(good[i].text, false, &message, &files);
		ASSERT_STR_EQm(good[i].text, good[i].diff, diff);
		ASSERT_STR_EQm(good[i].text, good[i].files, files);
		ASSERT_EQ_FMTm(good[i].text, good[i].message, message, "%zu");
	}
	PASS();
}

TEST names_get_their_prefix(void)
{
	cleanup_free char *files = NULL, *diff = NULL;
	size_t message;

	diff = read_text("--- d/f\n+++ d/f\n@@ -1 +1 @@\n-a\n+b\n--- /dev/null\n+++ d/g\n@@ -0,0 "
			 "+1 @@\n+b\n",
			 true, &message, &files);
	ASSERT_STR_EQ("--- a/d/f\n+++ b/d/f\n@@ -1 +1 @@\n-a\n+b\n--- /dev/null\n+++ b/d/g\n@@ "
		      "-0,0 +1 @@\n+b\n",
		      diff);
	ASSERT_STR_EQ("d/f\nd/g\n", files);
	PASS();
}

static const struct {
	const char *text, *why;
} bad[] = {
	{NAMES "@@ -1,3 +1,2 @@\n a\n-b\n",
	 "hunk 1 of f (@@ -1,3 +1,2 @@) is cut short: its header declares 3 old and 2 new "
	 "lines"},
	{NAMES "@@ -1 +1 @@\n-a\n+b\n@@ -9,2 +9,2 @@\n a\nwrapped\n",
	 "hunk 2 of f (@@ -9,2 +9,2 @@) is cut short"},
	{NAMES "@@ -1,2 +1,1 @@\n a\n-- \n2.40.0\n", "hunk 1 of f (@@ -1,2 +1,1 @@) is cut short"},
	{NAMES "@@ -1 +1 @@\n-a\n+b\n+c\n",
	 "hunk 1 of f (@@ -1 +1 @@) is longer than its header declares"},
	{NAMES "@@ -1 +1 @@\n-a\n+b\n \n c\n",
	 "hunk 1 of f (@@ -1 +1 @@) is longer than its header declares"},
	{NAMES "@@ -1 +1 @@\n-a\n+b is\nwrapped\n",
	 "or one of its lines is wrapped: 'wrapped' follows"},
	{NAMES "@@ -1 +1 @@\n-a\n+b\n\nwords\n@@ -9 +9 @@\n-a\n+b\n",
	 "(@@ -9 +9 @@) belongs to no file"},
	{NAMES "@@ -1 +1\n-a\n+b\n", "has no proper header"},
	{NAMES "@@ -1,99999999999999999999 +1 @@\n-a\n+b\n", "has no proper header"},
	{NAMES "@@ -,1 +1 @@\n-a\n+b\n", "has no proper header"},
	{NAMES, "f has no hunk"},
	{"diff --git a/f b/f\nindex 1..2 100644\n", "f is named, but the patch does not change it"},
	{"diff --git a/f b/f\nindex 1..2\nBinary files a/f and b/f differ\n", "f is a binary file"},
	{"diff --git ", " is named, but the patch does not change it"},
	{"diff --git a", "a is named, but the patch does not change it"},
};

TEST hunks_are_counted(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		cleanup_free char *files = NULL, *why = NULL;
		size_t message;

		why = read_text(bad[i].text, false, &message, &files);
		ASSERTm(why, strstr(why, bad[i].why));
	}
	PASS();
}

/* A truncated valid text causes no read beyond its end. */
TEST any_piece_is_safe(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		size_t len = strlen(good[i].text);

		for (size_t from = 0; from <= len; from++) {
			cleanup_free char *copy = text("%s", good[i].text + from), *files = NULL,
					  *diff = NULL;
			size_t message;

			copy[(len - from) * 2 / 3] = '\0';
			diff = read_text(copy, from & 1, &message, &files);
			ASSERT(message <= strlen(copy));
		}
	}
	PASS();
}

TEST text_is_text(void)
{
	cleanup_buf struct buf why = BUF_INIT, line = BUF_INIT;

	ASSERT_EQ(0, text_check(span_of("a\nb"), &why));
	ASSERT_EQ(-EINVAL, text_check((struct span){"a\nb\0c", 5}, &why));
	ASSERT_STR_EQ("line 2 holds a NUL byte: expected plain text", why.data);
	ASSERT_EQ(-EINVAL, text_check(span_of("\x1f\x8b\x08"), &why));
	for (int i = 0; i < 300; i++)
		buf_printf(&line, "%1024d", i);
	ASSERT_EQ(-EINVAL, text_check(span_of(line.data), &why));
	ASSERT_STR_EQ("line 1 is longer than 256 KiB: expected plain text", why.data);
	PASS();
}

static char *unix_lines(const char *text)
{
	struct buf buf = BUF_INIT;

	buf_puts(&buf, text);
	text_unix(&buf);
	return buf_steal(&buf);
}

TEST line_ends_of_another_system(void)
{
	cleanup_free char *all = unix_lines("a\r\n\r\nb\r\n"), *some = unix_lines("a\r\n\nb\r\n");

	ASSERT_STR_EQ("a\n\nb\n", all);
	ASSERT_STR_EQ("a\r\n\nb\r\n", some);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(diffs_are_found_and_mended);
	RUN_TEST(names_get_their_prefix);
	RUN_TEST(hunks_are_counted);
	RUN_TEST(any_piece_is_safe);
	RUN_TEST(text_is_text);
	RUN_TEST(line_ends_of_another_system);
	GREATEST_MAIN_END();
}
