// SPDX-License-Identifier: GPL-2.0-only
/* The formats of a series, with the samples of tests/data/series. */
#include "kernel/tools/lib/series.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <errno.h>
#include <greatest.h>
#include <string.h>
#include <sys/stat.h>

#define SAMPLES "tests/data/series/"

struct sample {
	const char *name;
	const char *outcome; /* the list of patches, or the error */
};

static const struct sample samples[] = {
	{"thread.txt", "1\t[PATCH v2 1/2] lamp: add a dimmer\tlamp.c\n2\t[PATCH v2 2/2] lamp: add "
		       "a colour\tlamp.c\n"},
	{"thread-gap.txt", "lacks patches 2, 4 of 4 of \"[PATCH v2 1/4] lamp: one\""},
	{"thread-rivals.txt",
	 "holds two different series of the same version: \"[PATCH v2 0/1] lamp: mine\" and "
	 "\"[PATCH v2 0/1] lamp: yours\": leave one of them in it"},
	{"format-patch.mbox", "1\t[PATCH v3 1/2] lamp: mend the switch, and with it a subject so "
			      "long that it is folded\t"
			      "lamp.c\n2\t[PATCH v3 2/2] lamp: gr\xc3\xbc\xc3\x9f"
			      "e a\xc3\xbc"
			      "ch\tshade.c\n"},
	{"archive.mbox", "1\t[lamps] [PATCH 1/2] lamp: name its maker\tlamp.c\n"
			 "2\t[lamps] [PATCH 2/2] lamp: name its city\tlamp.c\n"},
	{"plain.diff", "1\tLamps: let there be light\tlamp.c new.c\n"},
	{"quilt", "1\tA second lamp\tlamp.c\n2\tfirst\tlib/lamp.c lib/new.c\n"},
	{"folder",
	 "1\t[PATCH v2 1/2] lamp: part 1\tlamp.c\n2\t[PATCH v2 2/2] lamp: part 2\tlamp.c\n"},
	{"short-hunk.patch",
	 "\"[PATCH 2/3] lamp: half of it\": hunk 2 of lamp.c (@@ -10,4 +10,5 @@ int lamp(void)) "
	 "is cut short: its header declares 4 old and 5 new lines, but it has 2 and 3"},
	{"long-hunk.patch",
	 "\"[PATCH] lamp: more than it says\": hunk 1 of lamp.c (@@ -1,2 +1,2 @@) is longer than "
	 "its header declares, or one of its lines is wrapped: ' int more;' follows"},
	{"wrapped.patch",
	 "\"[PATCH] lamp: a mailer wrapped the last line\": hunk 1 of lamp.c (@@ -1,2 +1,3 @@) is "
	 "longer than its header declares, or one of its lines is wrapped: ' they are\";' follows"},
	{"quilt/README", "holds no patch: expected a patch, a folder of patches, a mailbox or a "
			 "thread's page saved "
			 "as text"},
	{"nothing", "cannot be read: No such file or directory"},
};

/* Returns the result of reading PATH; the caller frees it. */
static char *outcome(const char *path)
{
	cleanup_series struct series series = SERIES_INIT;
	struct buf got = BUF_INIT;

	if (!series_read(path, &series, &got))
		series_list(&series, &got);
	return buf_steal(&got);
}

TEST every_form_is_read(const struct sample *sample)
{
	cleanup_free char *path = text(SAMPLES "%s", sample->name);
	cleanup_free char *got = outcome(path);

	ASSERT_STR_EQ(sample->outcome, got);
	PASS();
}

/* Returns the result of reading a file with this content. */
static char *outcome_of(const char *data, size_t len)
{
	char path[] = "/tmp/series-XXXXXX";
	cleanup_close int fd = mkstemp(path);
	char *got;

	if (fd < 0 || write_all(fd, data, len))
		abort();
	got = outcome(path);
	unlink(path);
	return got;
}

/* Truncated and corrupted samples do no harm. */
TEST damage_is_survived(const struct sample *sample)
{
	cleanup_free char *path = text(SAMPLES "%s", sample->name), *data = NULL;
	static const char bytes[] = {'\0', '\n', '@', '-', '=', ' ', '9', '\xff'};
	unsigned random = 1;
	size_t len;

	if (file_read(path, &data, &len))
		SKIPm("a folder");
	for (int round = 0; round < 300; round++) {
		size_t cut, at;
		char was;

		random = random * 1103515245 + 12345;
		cut = (random >> 8) % (len + 1);
		random = random * 1103515245 + 12345;
		at = (random >> 8) % (len + 1);
		was = data[at];
		data[at] = bytes[round % (int)sizeof(bytes)];
		free(outcome_of(data, round & 1 ? len : cut));
		data[at] = was;
	}
	PASS();
}

TEST binary_files_are_refused(void)
{
	cleanup_free char *nul = outcome_of("diff --git a b\n\0", 16),
			  *empty = outcome_of("\n\n", 2);
	cleanup_free char *packed = outcome_of("\x1f\x8b\x08", 3), *endless = outcome("/dev/zero");

	ASSERT_STR_EQ("line 2 holds a NUL byte: expected plain text", nul);
	ASSERT(strstr(empty, "is empty: expected a patch, a folder"));
	ASSERT_STR_EQ("is compressed: unpack it first", packed);
	ASSERT(strstr(endless, "is larger than 128 MiB: expected a patch"));
	PASS();
}

TEST line_ends_of_another_system(void)
{
	static const char mail[] =
		"From: a\r\nSubject: b\r\n\r\n--- a/f\r\n+++ b/f\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n";
	cleanup_free char *got = outcome_of(mail, sizeof(mail) - 1);

	ASSERT_STR_EQ("1\tb\tf\n", got);
	PASS();
}

/* A folder below /tmp, removed with its contents. */
struct folder {
	char path[32];
};

static void folder_remove(struct folder *folder)
{
	cleanup_free char *command = text("rm -rf %s", folder->path);

	if (system(command))
		fprintf(stderr, "%s failed\n", command);
}

static struct folder folder_make(void)
{
	struct folder folder = {"/tmp/series-XXXXXX"};

	if (!mkdtemp(folder.path))
		abort();
	return folder;
}

#define cleanup_folder __attribute__((cleanup(folder_remove)))

static bool contains(const char *folder, const char *name, const char *expected)
{
	cleanup_free char *path = text("%s/%s", folder, name), *data = NULL;

	return !file_read(path, &data, NULL) && strstr(data, expected);
}

TEST a_folder_is_written(void)
{
	cleanup_folder struct folder folder = folder_make();
	cleanup_free char *out = text("%s/out/", folder.path), *again = NULL;
	cleanup_series struct series series = SERIES_INIT;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, series_read(SAMPLES "thread.txt", &series, &why));
	ASSERT_EQ(0, series_write(&series, out, &why));
	ASSERT(contains(out, "series",
			"0001-lamp-add-a-dimmer.patch\n0002-lamp-add-a-colour.patch\n"));
	ASSERT(contains(
		out, "0001-lamp-add-a-dimmer.patch",
		"From: Ada Lamp <ada@lamps.example>\nDate: Sun, 03 Mar 2024 10:00:00 +0000\n"
		"Subject: [PATCH v2 1/2] lamp: add a dimmer\n\nHalf the light"));
	ASSERT(contains(out, "0002-lamp-add-a-colour.patch",
			"From: Hedy Bulb <hedy@lamps.example>\n"));
	ASSERT(contains(out, "0002-lamp-add-a-colour.patch",
			"@@ -2,4 +2,5 @@ int on;\n unsigned dim;\n \n \t/* the page lost"));
	again = outcome(out);
	ASSERT_STR_EQ(samples[0].outcome, again);
	ASSERT_EQ(-EEXIST, series_write(&series, out, &why));
	ASSERT_STR_EQ("exists: name a new folder", why.data);
	PASS();
}

TEST text_comes_out_as_utf8(void)
{
	cleanup_folder struct folder folder = folder_make();
	cleanup_free char *out = text("%s/out", folder.path);
	cleanup_series struct series series = SERIES_INIT;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, series_read(SAMPLES "archive.mbox", &series, &why));
	ASSERT_EQ(0, series_write(&series, out, &why));
	ASSERT(contains(out, "0001-lamp-name-its-maker.patch",
			"\n+char *maker = \"Lichtst\xc3\xa4rke = \xc2\xbd =\";\n"));
	ASSERT(contains(out, "0002-lamp-name-its-city.patch", "\n\nFrom where it came.\n"));
	ASSERT(contains(out, "0002-lamp-name-its-city.patch",
			"\n+char *city = \"Lichtst\xc3\xa4rke = \xc2\xbd =\";\n"));
	ASSERT(contains(out, "0002-lamp-name-its-city.patch",
			"\nContent-Type: text/plain; charset=UTF-8\n"));
	PASS();
}

TEST nothing_is_left_half_written(void)
{
	cleanup_series struct series series = SERIES_INIT;
	cleanup_buf struct buf why = BUF_INIT;

	ASSERT_EQ(0, series_read(SAMPLES "plain.diff", &series, &why));
	ASSERT_EQ(-ENOENT, series_write(&series, "/tmp/no-such-folder/out", &why));
	ASSERT_STR_EQ("cannot be written: No such file or directory", why.data);
	PASS();
}

static const struct sample listed[] = {
	{"../x.patch", "its file series names ../x.patch, which is outside of the folder"},
	{"/etc/passwd", "its file series names /etc/passwd, which is outside of the folder"},
	{"x.patch", "its file x.patch cannot be read: No such file or directory"},
	{"x.patch -p3", "its file series gives -p3 to x.patch: only -p0 and -p1 are known"},
	{"# x.patch", "holds a file series that lists no patch"},
	{"series", "its file series holds no patch: expected a patch, a folder of patches, a "
		   "mailbox or a thread's "
		   "page saved as text"},
};

TEST series_files_are_not_trusted(const struct sample *sample)
{
	cleanup_folder struct folder folder = folder_make();
	cleanup_free char *list = text("%s/series", folder.path), *got = NULL;

	ASSERT_EQ(0, file_write(list, sample->name, strlen(sample->name)));
	got = outcome(folder.path);
	ASSERT_STR_EQ(sample->outcome, got);
	PASS();
}

TEST members_are_named_when_broken(void)
{
	cleanup_folder struct folder folder = folder_make();
	cleanup_free char *cut = text("%s/1.patch", folder.path),
			  *box = text("%s/2.patch", folder.path);
	static const char mails[] =
		"From a 00:00:00\nSubject: a\n\nFrom a 00:00:00\nSubject: b\n\n";
	static const char diff[] = "--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n";
	cleanup_free char *got = outcome(folder.path), *broken = NULL, *several = NULL;

	ASSERT_STR_EQ("holds no patch", got);
	ASSERT_EQ(0, file_write(cut, diff, strlen(diff)));
	broken = outcome(folder.path);
	ASSERT(strstr(broken, "\"1\": in 1.patch, hunk 1 of f (@@ -1 +1 @@) is cut short"));
	ASSERT_EQ(0, file_write(box, mails, strlen(mails)));
	several = outcome(folder.path);
	ASSERT_STR_EQ("its file 2.patch holds several mails: give it by itself, not in a folder",
		      several);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		RUN_TEST1(every_form_is_read, &samples[i]);
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		RUN_TEST1(damage_is_survived, &samples[i]);
	for (size_t i = 0; i < ARRAY_SIZE(listed); i++)
		RUN_TEST1(series_files_are_not_trusted, &listed[i]);
	RUN_TEST(binary_files_are_refused);
	RUN_TEST(line_ends_of_another_system);
	RUN_TEST(a_folder_is_written);
	RUN_TEST(text_comes_out_as_utf8);
	RUN_TEST(nothing_is_left_half_written);
	RUN_TEST(members_are_named_when_broken);
	GREATEST_MAIN_END();
}
