// SPDX-License-Identifier: GPL-2.0-only
/* kernel/apply, run on a source of one file and sample patches. */
#include "kernel/tools/lib/series-text.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include <greatest.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* A folder below /tmp: pristine/lamp.c, source/ with a hard link of it, and patches/. */
struct bench {
	char path[32];
};

static void bench_remove(struct bench *bench)
{
	cleanup_free char *command = text("rm -rf %s", bench->path);

	if (system(command))
		fprintf(stderr, "%s failed\n", command);
}

#define cleanup_bench __attribute__((cleanup(bench_remove)))

static void put(const struct bench *bench, const char *name, const char *data)
{
	cleanup_free char *path = text("%s/%s", bench->path, name);

	if (file_write(path, data, strlen(data)))
		abort();
}

static char *get(const struct bench *bench, const char *name)
{
	cleanup_free char *path = text("%s/%s", bench->path, name);
	char *data;

	return file_read(path, &data, NULL) ? text("no %s", name) : data;
}

/* A source with the lamp, and the patches: one that applies, and DIFF. */
static struct bench bench_make(const char *diff)
{
	struct bench bench = {"/tmp/apply-XXXXXX"};
	cleanup_free char *second =
		text("From: x\nSubject: [PATCH 2/2] lamp: \\033 two\n\n---\n%s", diff);
	cleanup_free char *command = NULL;

	if (!mkdtemp(bench.path))
		abort();
	command = text("cd %s && mkdir pristine source patches", bench.path);
	if (system(command))
		abort();
	put(&bench, "pristine/lamp.c", "int on;\nint watts;\nint end;\n");
	free(command);
	command = text("ln %s/pristine/lamp.c %s/source", bench.path, bench.path);
	if (system(command))
		abort();
	put(&bench, "patches/series", "0001-one.patch\n0002-two.patch\n");
	put(&bench, "patches/0001-one.patch",
	    "From: x\nSubject: [PATCH 1/2] lamp: one\n\n---\n--- a/lamp.c\n+++ b/lamp.c\n"
	    "@@ -1,2 +1,2 @@\n-int on;\n+int on = 1;\n int watts;\n");
	put(&bench, "patches/0002-two.patch", second);
	return bench;
}

/* Returns the output of kernel/apply, followed by its exit status. */
static char *apply(const struct bench *bench)
{
	cleanup_free char *command =
		text("kernel/apply %s/patches %s/source 2>&1", bench->path, bench->path);
	struct buf output = BUF_INIT;
	FILE *out = popen(command, "r");
	char line[1024];
	int status;

	while (out && fgets(line, sizeof(line), out))
		buf_puts(&output, line);
	status = out ? pclose(out) : -1;
	buf_printf(&output, "exit %d", WEXITSTATUS(status));
	return buf_steal(&output);
}

TEST patches_replace_files(void)
{
	cleanup_bench struct bench bench =
		bench_make("--- /dev/null\n+++ b/d/new.c\n@@ -0,0 +1 @@\n+int new;\n");
	cleanup_free char *output = apply(&bench), *lamp = get(&bench, "source/lamp.c");
	cleanup_free char *pristine = get(&bench, "pristine/lamp.c"),
			  *new = get(&bench, "source/d/new.c");

	ASSERT_STR_EQ("exit 0", output);
	ASSERT_STR_EQ("int on = 1;\nint watts;\nint end;\n", lamp);
	ASSERT_STR_EQ("int on;\nint watts;\nint end;\n", pristine);
	ASSERT_STR_EQ("int new;\n", new);
	PASS();
}

struct failure {
	const char *diff;
	const char *why;
};

#define LAMP "--- a/lamp.c\n+++ b/lamp.c\n"
#define WHO  "vfiolab: patch 2 of 2, \"[PATCH 2/2] lamp: \\033 two\","

static const struct failure failures[] = {
	{LAMP "@@ -1,2 +1,2 @@\n-int on = 1;\n+int on;\n int watts;\n@@ -2,2 +2,2 @@\n "
	      "\tint\\twatts;\n-int "
	      "end;\n+int last;\n",
	 WHO
	 " does not apply at lamp.c:2, hunk 2 of 2: this tree's file has no line 'int\\twatts;'"},
	{LAMP "@@ -1,2 +1,2 @@\n int watts;\n-int on = 1;\n+int x;\n",
	 WHO " does not apply at lamp.c:1, hunk 1 of 1: this tree's file has its lines, but not "
	     "next to each "
	     "other"},
	{LAMP "@@ -1,3 +1,3 @@\n-int on;\n+int on = 1;\n int watts;\n int end;\n",
	 WHO " is already in this tree"},
	{"--- a/d/none.c\n+++ b/d/none.c\n@@ -1 +1 @@\n-a\n+b\n",
	 WHO " does not apply at d/none.c: this tree has no such file"},
	{"diff --git a/lamp.c b/lamp.c\nnew file mode 100644\n--- /dev/null\n+++ b/lamp.c\n@@ -0,0 "
	 "+1 "
	 "@@\n+a\n",
	 WHO " does not apply at lamp.c: this tree has that file already"},
	{"--- a/../../x\n+++ b/../../x\n@@ -0,0 +1 @@\n+a\n",
	 WHO " does not apply (git: invalid path '../../x')"},
};

TEST failures_are_explained(const struct failure *failure)
{
	cleanup_bench struct bench bench = bench_make(failure->diff);
	cleanup_free char *want = text("%s\nexit 2", failure->why), *output = apply(&bench);

	ASSERT_STR_EQ(want, output);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(patches_replace_files);
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		RUN_TEST1(failures_are_explained, &failures[i]);
	GREATEST_MAIN_END();
}
