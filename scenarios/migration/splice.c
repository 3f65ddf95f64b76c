// SPDX-License-Identifier: GPL-2.0-only
/*
 * migration: the data file without read() and write(). No driver of mainline offers splice for it,
 * but user space may try, and must not lose a byte by that.
 */
#include "scenarios/migration/migration.h"

#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#define SOME 64u

static ssize_t by_splice(int to, int from)
{
	const ssize_t moved = splice(from, NULL, to, NULL, SOME, 0);

	return moved < 0 ? -errno : moved;
}

static ssize_t by_sendfile(int to, int from)
{
	const ssize_t moved = sendfile(to, from, NULL, SOME);

	return moved < 0 ? -errno : moved;
}

static ssize_t by_copy(int to, int from)
{
	const ssize_t moved = copy_file_range(from, NULL, to, NULL, SOME, 0);

	return moved < 0 ? -errno : moved;
}

static const struct {
	const char *name;
	ssize_t (*move)(int to, int from);
} ways[] = {
	{"splice", by_splice},
	{"sendfile", by_sendfile},
	{"copy_file_range", by_copy},
};

/* A pipe, whose ends do not block. */
struct ends {
	int read, write;
};
#define ENDS_NONE ((struct ends){-1, -1})

static void ends_close(struct ends *ends)
{
	close(ends->read);
	close(ends->write);
}
#define cleanup_ends __attribute__((cleanup(ends_close)))

static int ends_open(struct ends *ends)
{
	int fds[2];

	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	*ends = (struct ends){fds[0], fds[1]};
	return 0;
}

/* Returns NULL if bytes were moved, or the call refused: MOVED is its result. */
static const char *check_moved(const char *direction, const char *name, ssize_t moved)
{
	fact("%s_by_%s=%s", direction, name, moved < 0 ? error_name((int)moved) : "data");
	if (moved > 0 || moved == -EINVAL)
		return NULL;
	return text("%s: expected data or EINVAL, got %s", name,
		    moved ? error_name((int)moved) : "an end");
}

SCENARIO_TABLE(save_by_splice_loses_nothing, ways, NEEDED " once",
	       "splice, sendfile and copy_file_range from the data file move its next bytes, or "
	       "are refused with EINVAL and move none; facts: which")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf whole = BUF_INIT;
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_ends struct ends ends = ENDS_NONE;
	cleanup_close int fd = -1;
	uint8_t bytes[SOME];
	ssize_t moved;

	ASSERT_OK(ends_open(&ends));
	ASSERT_CHECK(mig_save(dut, &whole));
	ASSERT_OK(mig_set(dut, MIG_STOP_COPY, &fd));
	moved = row->move(ends.write, fd);
	ASSERT_CHECK(check_moved("save", row->name, moved));
	if (moved > 0) {
		ASSERT_NUMBER(moved, read(ends.read, bytes, sizeof(bytes)));
		buf_add(&stream, bytes, (size_t)moved);
	}
	ASSERT_ERRNO(EAGAIN, read(ends.read, bytes, 1) < 0 ? -errno : 0);
	ASSERT_OK(mig_read(fd, SIZE_MAX, &stream));
	ASSERT_NUMBER(whole.len, stream.len);
	ASSERT_BYTES(whole.data, stream.data, whole.len);
	PASS();
}

SCENARIO_TABLE(load_by_splice_loses_nothing, ways, NEEDED " once",
	       "splice, sendfile and copy_file_range to the data file move what they say, or are "
	       "refused with EINVAL and move nothing; facts: which")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_ends struct ends ends = ENDS_NONE;
	cleanup_close int fd = -1;
	uint8_t bytes[SOME];
	ssize_t moved;
	size_t done;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(ends_open(&ends));
	ASSERT_CHECK(mig_save(dut, &stream));
	ASSERT_OK(mig_set(dut, MIG_RESUMING, &fd));
	ASSERT_NUMBER(SOME, write(ends.write, stream.data, SOME));
	moved = row->move(fd, ends.read);
	ASSERT_CHECK(check_moved("load", row->name, moved));
	done = moved > 0 ? (size_t)moved : 0;
	if (done < SOME) {
		ASSERT_NUMBER(SOME - done, read(ends.read, bytes, sizeof(bytes)));
		ASSERT_BYTES(stream.data + done, bytes, SOME - done);
	}
	ASSERT_OK(mig_write(fd, SIZE_MAX, stream.data + done, stream.len - done));
	ASSERT_OK(mig_set(dut, MIG_RUNNING, NULL));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	PASS();
}
