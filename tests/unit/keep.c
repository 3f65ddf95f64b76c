// SPDX-License-Identifier: GPL-2.0-only
/* The files that a guest may have the runner keep, and their location. */
#include "runner/guest/keep.h"

#include "lab/base/cleanup.h"
#include "lab/base/file.h"

#include "greatest.h"

#include <errno.h>
#include <string.h>

static int keep_in(struct keeper *keeper, const char *payload, size_t len)
{
	cleanup_buf struct buf sent = BUF_INIT;
	cleanup_buf struct buf why = BUF_INIT;
	int err;

	buf_add(&sent, payload, len);
	err = keep_file(keeper, &sent, &why);
	/* A failure has a message, a success has none. */
	return !err == !why.len ? err : -EPROTO;
}

TEST writes_below_its_folder(void)
{
	char folder[] = "/tmp/keep-XXXXXX";
	struct keeper keeper = {.folder = mkdtemp(folder)};
	cleanup_free char *path = text("%s/gcov/a.gcda", folder);
	cleanup_free char *data = NULL;
	size_t len;

	ASSERT_EQ_FMT(0, keep_in(&keeper, "gcov/a.gcda\0x\0y", 15), "%d");
	ASSERT_EQ_FMT(0, file_read(path, &data, &len), "%d");
	ASSERT_EQ_FMT((size_t)3, len, "%zu");
	ASSERT_MEM_EQ("x\0y", data, 3);
	ASSERT_EQ_FMT((size_t)3, keeper.used, "%zu");
	ASSERT_EQ_FMT(0, keep_in(&keeper, "empty\0", 6), "%d");
	PASS();
}

TEST refuses_names_that_lead_elsewhere(void)
{
	static const char *const names[] = {"",	    "/etc/x", "../x", "a/../x", "a/..", ".x",
					    "a//b", "a/",     "a b",  "a\nb",	".",	"a/."};
	char folder[] = "/tmp/keep-XXXXXX";
	struct keeper keeper = {.folder = mkdtemp(folder)};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ASSERT_EQ_FMTm(names[i], -EINVAL, keep_in(&keeper, names[i], strlen(names[i]) + 1),
			       "%d");
	ASSERT_EQ_FMT(-EINVAL, keep_in(&keeper, "no-end", 6), "%d");
	ASSERT_EQ_FMT(-EINVAL, keep_in(&keeper, "", 0), "%d");
	rmdir(folder);
	PASS();
}

TEST has_an_end(void)
{
	char folder[] = "/tmp/keep-XXXXXX";
	struct keeper keeper = {.folder = mkdtemp(folder), .used = KEEP_MAX - 1};

	ASSERT_EQ_FMT(-EFBIG, keep_in(&keeper, "a\0xy", 4), "%d");
	ASSERT_EQ_FMT(0, keep_in(&keeper, "a\0x", 3), "%d");
	keeper.folder = NULL;
	ASSERT_EQ_FMT(-ENOENT, keep_in(&keeper, "a\0", 2), "%d");
	PASS();
}

GREATEST_MAIN_DEFS();

int main(int argc, char **argv)
{
	GREATEST_MAIN_BEGIN();
	RUN_TEST(writes_below_its_folder);
	RUN_TEST(refuses_names_that_lead_elsewhere);
	RUN_TEST(has_an_end);
	GREATEST_MAIN_END();
}
