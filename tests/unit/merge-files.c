// SPDX-License-Identifier: GPL-2.0-only
/* The files of shards, merged: KTAP streams and logs. */
#include "reports/ktap-merge.h"
#include "reports/merge-logs.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"
#include "reports/html/logs.h"
#include "tests/reports/shards.h"

#include <greatest.h>
#include <stdio.h>
#include <string.h>

static void remove_folder(char (*folder)[32])
{
	cleanup_free char *command = text("rm -rf '%s'", *folder);

	if (system(command))
		perror(*folder);
}
#define cleanup_folder __attribute__((cleanup(remove_folder)))

static void put(const char *folder, const char *name, const char *content)
{
	cleanup_free char *path = text("%s/%s", folder, name);
	cleanup_free char *below = text("%.*s", (int)(strrchr(path, '/') - path), path);

	if (make_folders(below) || file_write(path, content, strlen(content)))
		abort();
}

/* A shard whose files are below FOLDER. */
static struct results *make_shard_in(const char *folder, struct merge_parts *parts,
				     unsigned int index, unsigned int count, const char *dut)
{
	struct results *results = make_shard(parts, index, count, dut);
	struct merge_part *part = &parts->items[parts->count - 1];

	free(part->folder);
	part->folder = text("%s/%u", folder, index);
	return results;
}

/* Blocks come by their new numbers; of the series, only what is absent is left. */
TEST streams_are_joined(void)
{
	cleanup_folder char folder[32] = "/tmp/merge.XXXXXX";
	cleanup_merge_parts struct merge_parts parts = {0};
	cleanup_results struct results merged = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *base = NULL, *path = NULL;

	ASSERT(mkdtemp(folder));
	make_shard_in(folder, &parts, 2, 3, "igb");
	make_shard_in(folder, &parts, 1, 3, "edu");
	put(parts.items[0].folder, "base/pci.ktap",
	    "KTAP version 1\n1..2\n# guest: Linux\n# case: 1 bind/x[igb] deadline=5\n"
	    "ok 1 bind/x[igb]\n# fail: QEMU died\nnot ok 2 bind/y[igb] # ERROR x\n# end: done\n");
	put(parts.items[1].folder, "base/pci.ktap",
	    "KTAP version 1\n1..2\n# case: 1 bind/x[edu] deadline=5\n# fact: a=1\n"
	    "ok 1 bind/x[edu]\n# case: 2 bind/y[edu] deadline=5\nok 2 bind/y[edu]\n");
	ASSERT_EQm(why.data, 0, merge_results(&parts, &merged, &why));
	ASSERT_EQ(0, ktap_merge(&merged, &parts, folder));
	path = text("%s/base/pci.ktap", folder);
	ASSERT_EQ(0, file_read(path, &base, NULL));
	ASSERT_STR_EQ("KTAP version 1\n1..4\n# case: 1 bind/x[edu] deadline=5\n# fact: a=1\n"
		      "ok 1 bind/x[edu]\n# case: 2 bind/y[edu] deadline=5\nok 2 bind/y[edu]\n"
		      "# guest: Linux\n# case: 3 bind/x[igb] deadline=5\nok 3 bind/x[igb]\n"
		      "# fail: QEMU died\nnot ok 4 bind/y[igb] # ERROR x\n# end: done\n",
		      base);
	PASS();
}

/* The second attempt at a case follows all first ones. */
TEST streams_have_retries(void)
{
	cleanup_folder char folder[32] = "/tmp/merge.XXXXXX";
	cleanup_merge_parts struct merge_parts parts = {0};
	cleanup_results struct results merged = {0};
	cleanup_buf struct buf why = BUF_INIT;
	cleanup_free char *base = NULL, *path = NULL;

	ASSERT(mkdtemp(folder));
	shard_add_retry(make_shard_in(folder, &parts, 1, 2, "edu"), "base", "edu", 3);
	make_shard_in(folder, &parts, 2, 2, "igb");
	put(parts.items[0].folder, "base/pci.ktap",
	    "KTAP version 1\n1..3\n# case: 1 bind/x[edu] deadline=5\nnot ok 1 bind/x[edu]\n"
	    "# case: 2 bind/y[edu] deadline=5\nok 2 bind/y[edu]\n# end: done\n"
	    "KTAP version 1\n# case: 3 bind/x[edu] deadline=5\nok 3 bind/x[edu]\n");
	put(parts.items[1].folder, "base/pci.ktap",
	    "KTAP version 1\n1..2\nok 1 bind/x[igb]\nok 2 bind/y[igb]\n");
	ASSERT_EQm(why.data, 0, merge_results(&parts, &merged, &why));
	ASSERT_EQ(0, ktap_merge(&merged, &parts, folder));
	path = text("%s/base/pci.ktap", folder);
	ASSERT_EQ(0, file_read(path, &base, NULL));
	ASSERT_STR_EQ("KTAP version 1\n1..5\n# case: 1 bind/x[edu] deadline=5\n"
		      "not ok 1 bind/x[edu]\n# case: 2 bind/y[edu] deadline=5\n"
		      "ok 2 bind/y[edu]\nok 3 bind/x[igb]\nok 4 bind/y[igb]\n# end: done\n"
		      "# case: 5 bind/x[edu] deadline=5\nok 5 bind/x[edu]\n",
		      base);
	PASS();
}

/* The pages of a merged run find the logs of a guest, whichever shard it was of. */
TEST logs_are_found(void)
{
	cleanup_folder char folder[32] = "/tmp/merge.XXXXXX";
	cleanup_merge_parts struct merge_parts parts = {0};
	cleanup_results struct results merged = {0};
	cleanup_buf struct buf why = BUF_INIT;
	struct logs logs = {0};

	ASSERT(mkdtemp(folder));
	make_shard_in(folder, &parts, 1, 2, "edu");
	make_shard_in(folder, &parts, 2, 2, "igb");
	for (size_t p = 0; p < parts.count; p++) {
		put(parts.items[p].folder, "base/pci.console", "Linux\n");
		put(parts.items[p].folder, "base/pci.streams/1.1",
		    "KTAP version 1\n# case: 1 bind/x deadline=5\nok 1 bind/x\n# case: 2 b d=");
		put(parts.items[p].folder, "base/pci.kept/gcov", "not wanted");
	}
	put(parts.items[1].folder, "base/pci.console.qemu.log", "assertion failed\n");
	ASSERT_EQm(why.data, 0, merge_results(&parts, &merged, &why));
	ASSERT_EQ(0, merge_logs(&parts, folder));
	logs_find(folder, &merged.cases.items[2], &logs);
	ASSERT_STR_EQ("bind/x[igb]", merged.cases.items[2].name);
	ASSERT_STR_EQ("shard-2/base/pci.console", logs.console);
	ASSERT_STR_EQ("shard-2/base/pci.console.qemu.log", logs.qemu);
	ASSERT_STR_EQ("shard-2/base/pci.streams/1.1", logs.stream);
	logs_free(&logs);
	logs_find(folder, &merged.cases.items[0], &logs);
	ASSERT_STR_EQ("shard-1/base/pci.console", logs.console);
	ASSERT_EQ(NULL, logs.qemu);
	logs_free(&logs);
	PASS();
}

/* Guests are numbered through the whole run, and streams by the part of their machine's cases. */
TEST logs_of_a_retry_are_found(void)
{
	cleanup_folder char folder[32] = "/tmp/merge.XXXXXX";
	struct record record = {
		.kernel = "base", .machine = "pci", .number = 9, .attempt = 2, .guest = 4};
	cleanup_logs struct logs logs = {0};

	ASSERT(mkdtemp(folder));
	put(folder, "base/pci.console", "first\n");
	put(folder, "base/pci.2.console", "second\n");
	put(folder, "base/pci.streams/1.1", "# case: 1 bind/x[edu] deadline=5\n");
	put(folder, "base/pci.streams/2.1", "# case: 9 bind/x[edu] deadline=5\n");
	put(folder, "base/pci.streams/2.2", "# case: 9 bind/x[edu] deadline=5\n");
	logs_find(folder, &record, &logs);
	ASSERT_STR_EQ("base/pci.2.console", logs.console);
	ASSERT_STR_EQ("base/pci.streams/2.2", logs.stream);
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(streams_are_joined);
	RUN_TEST(streams_have_retries);
	RUN_TEST(logs_are_found);
	RUN_TEST(logs_of_a_retry_are_found);
	GREATEST_MAIN_END();
}
