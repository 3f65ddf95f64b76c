// SPDX-License-Identifier: GPL-2.0-only
/* migration: the data file: how it is read and written, and what it refuses. */
#include "scenarios/migration/migration.h"

#include "scenarios/migration/records.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *save_by(struct dut *dut, size_t size, struct buf *stream)
{
	cleanup_close int fd = -1;
	int err = mig_set(dut, MIG_STOP_COPY, &fd);

	if (!err)
		err = mig_read(fd, size, stream);
	if (!err)
		err = mig_set(dut, MIG_STOP, NULL);
	return err ? text("the state cannot be saved: %s", error_name(err)) : NULL;
}

static const char *load_by(struct dut *dut, size_t size, const struct buf *stream)
{
	cleanup_close int fd = -1;
	int err = mig_set(dut, MIG_RESUMING, &fd);

	if (!err)
		err = mig_write(fd, size, stream->data, stream->len);
	if (!err)
		err = mig_set(dut, MIG_STOP, NULL);
	return err ? text("the state cannot be loaded: %s", error_name(err)) : NULL;
}

static const struct {
	const char *name;
	size_t size;
} sizes[] = {
	{"1 byte", 1},
	{"7 bytes", 7},
	{"a header", VENDOR_RECORD_HEADER},
	{"a record and a byte", VENDOR_RECORD_HEADER + 4 + VENDOR_CHUNK + 1},
	{"a page", 4096},
	{"all", SIZE_MAX},
};

/* "The user is not required to preserve buffer segmentation when writing the data stream". */
SCENARIO_TABLE(stream_in_pieces_of_any_size, sizes, NEEDED " once",
	       "the stream is the same in whatever pieces it is read, and can be written in any",
	       .deadline_ms = 10000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf whole = BUF_INIT;
	cleanup_buf struct buf pieces = BUF_INIT;
	cleanup_buf struct buf again = BUF_INIT;

	ASSERT_CHECK(save_by(dut, SIZE_MAX, &whole));
	ASSERT_CHECK(save_by(dut, row->size, &pieces));
	ASSERT_NUMBER(whole.len, pieces.len);
	ASSERT_BYTES(whole.data, pieces.data, whole.len);
	ASSERT_CHECK(load_by(dut, row->size, &pieces));
	ASSERT_CHECK(save_by(dut, SIZE_MAX, &again));
	ASSERT_NUMBER(whole.len, again.len);
	ASSERT_BYTES(whole.data, again.data, whole.len);
	ASSERT_OK(dut_reset(dut));
	PASS();
}

SCENARIO(stream_end_is_permanent, NEEDED " once",
	 "reads at the end of the stream return 0 every time in STOP_COPY, and an error after it")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_close int fd = -1;
	uint8_t byte;

	ASSERT_CHECK(mig_enter(dut, MIG_STOP_COPY, &fd));
	for (int i = 0; i < 3; i++)
		ASSERT_OK(mig_read(fd, SIZE_MAX, &stream));
	ASSERT_OK(mig_set(dut, MIG_STOP, NULL));
	ASSERT_ERRNO(ENODEV, read(fd, &byte, 1) < 0 ? -errno : 0);
	PASS();
}

static int refused_with(ssize_t result)
{
	return result < 0 ? -errno : 0;
}

SCENARIO(
	data_file_is_a_stream, NEEDED " once",
	"a data file can neither be used in the other direction nor at an offset, and ends at exec")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_close int save = -1;
	cleanup_close int load = -1;
	uint8_t byte = 0;

	ASSERT_CHECK(mig_enter(dut, MIG_STOP_COPY, &save));
	ASSERT_HEX(FD_CLOEXEC, fcntl(save, F_GETFD));
	ASSERT_ERRNO(EBADF, refused_with(write(save, &byte, 1)));
	ASSERT_ERRNO(ESPIPE, refused_with(pread(save, &byte, 1, 0)));
	ASSERT_ERRNO(ESPIPE, refused_with(lseek(save, 0, SEEK_SET)));
	ASSERT_THAT(mmap(NULL, 4096, PROT_READ, MAP_SHARED, save, 0) == MAP_FAILED,
		    "a data file can be mapped");
	ASSERT_CHECK(mig_enter(dut, MIG_RESUMING, &load));
	ASSERT_ERRNO(EBADF, refused_with(read(load, &byte, 1)));
	ASSERT_ERRNO(ESPIPE, refused_with(pwrite(load, &byte, 1, 0)));
	ASSERT_ERRNO(ENOTTY, vfio_ioctl(load, VFIO_MIG_GET_PRECOPY_INFO, &byte));
	PASS();
}

/* Memory that nobody can access. */
static void *nowhere(void)
{
	return mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* A part of the buffer that cannot be accessed must not cost data. */
SCENARIO(bad_buffer_loses_no_data, NEEDED " once",
	 "a read or write that ends in EFAULT can be repeated with a good buffer")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf whole = BUF_INIT;
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_close int save = -1;
	cleanup_close int load = -1;

	ASSERT_CHECK(save_by(dut, SIZE_MAX, &whole));
	ASSERT_OK(mig_set(dut, MIG_STOP_COPY, &save));
	ASSERT_ERRNO(EFAULT, refused_with(read(save, nowhere(), 64)));
	ASSERT_OK(mig_read(save, 33, &stream));
	ASSERT_NUMBER(whole.len, stream.len);
	ASSERT_BYTES(whole.data, stream.data, whole.len);
	ASSERT_OK(mig_set(dut, MIG_RESUMING, &load));
	ASSERT_OK(mig_write(load, SIZE_MAX, stream.data, 30));
	ASSERT_ERRNO(EFAULT, refused_with(write(load, nowhere(), 64)));
	ASSERT_OK(mig_write(load, SIZE_MAX, stream.data + 30, stream.len - 30));
	ASSERT_OK(mig_set(dut, MIG_RUNNING, NULL));
	PASS();
}

/* The last process to read half of the stream leaves the other half to the next. */
SCENARIO(stream_read_by_two_processes, NEEDED " once",
	 "another process can go on reading the stream, and gets what comes next")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf whole = BUF_INIT;
	cleanup_close int fd = -1;
	uint8_t *bytes =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status = -1;
	pid_t child;

	ASSERT_CHECK(save_by(dut, SIZE_MAX, &whole));
	ASSERT_OK(mig_set(dut, MIG_STOP_COPY, &fd));
	ASSERT_NUMBER(50, read(fd, bytes, 50));
	child = fork();
	if (!child)
		_exit(read(fd, bytes + 50, 50) == 50 ? 0 : 1);
	ASSERT_NUMBER(child, waitpid(child, &status, 0));
	ASSERT_NUMBER(0, status);
	ASSERT_NUMBER(50, read(fd, bytes + 100, 50));
	ASSERT_BYTES(whole.data, bytes, 150);
	ASSERT_OK(mig_set(dut, MIG_RUNNING, NULL));
	PASS();
}

/* What a stream can suffer. Each changes STREAM, which is that of a stopped device. */
static void cut_all(struct buf *stream)
{
	stream->len = 0;
}

static void cut_header(struct buf *stream)
{
	stream->len = VENDOR_RECORD_HEADER - 1;
}

static void cut_payload(struct buf *stream)
{
	stream->len -= 1;
}

static void cut_final(struct buf *stream)
{
	stream->len = record_at(stream, record_count(stream) - 1);
}

static void drop_record(struct buf *stream)
{
	const size_t from = record_at(stream, 2), to = record_at(stream, 1);

	memmove(stream->data + to, stream->data + from, stream->len - from);
	stream->len -= from - to;
}

static void drop_identity(struct buf *stream)
{
	buf_consume(stream, record_at(stream, 1));
}

static void spoil_magic(struct buf *stream)
{
	stream->data[0] ^= 1;
}

static void spoil_payload(struct buf *stream)
{
	stream->data[record_at(stream, 1) + VENDOR_RECORD_HEADER + 9] ^= 0x40;
}

static void spoil_sum(struct buf *stream)
{
	stream->data[record_at(stream, 1) + VENDOR_RECORD_SUM] ^= 1;
}

static void lengthen(struct buf *stream)
{
	record_set(stream, 1, VENDOR_RECORD_LENGTH, VENDOR_WINDOW_SIZE);
}

static void lengthen_within(struct buf *stream)
{
	record_set(stream, 0, VENDOR_RECORD_LENGTH, 12);
	record_sum_again(stream, 0);
}

static void other_version(struct buf *stream)
{
	record_set(stream, 0, VENDOR_RECORD_KIND,
		   (VENDOR_VERSION + 1) << 16 | VENDOR_RECORD_IDENTITY);
	record_sum_again(stream, 0);
}

static void other_device(struct buf *stream)
{
	record_set(stream, 0, VENDOR_RECORD_HEADER, VENDOR_ID_VALUE + 1);
	record_sum_again(stream, 0);
}

static void other_chunks(struct buf *stream)
{
	record_set(stream, 0, VENDOR_RECORD_HEADER + 4, 9);
	record_sum_again(stream, 0);
}

static void unknown_chunk(struct buf *stream)
{
	record_set(stream, 1, VENDOR_RECORD_HEADER, 8);
	record_sum_again(stream, 1);
}

static void say_twice(struct buf *stream)
{
	cleanup_buf struct buf copy = BUF_INIT;

	buf_add(&copy, stream->data, stream->len);
	buf_add(stream, copy.data, copy.len);
}

static const struct {
	const char *name;
	void (*change)(struct buf *stream);
	int written, loaded; /* errors of the writes, and of leaving RESUMING */
} damages[] = {
	{"nothing was written", cut_all, 0, ENODATA},
	{"it ends in a header", cut_header, 0, ENODATA},
	{"it ends in a payload", cut_payload, 0, ENODATA},
	{"the last record is missing", cut_final, 0, ENODATA},
	{"a record is missing", drop_record, EPROTO, EPROTO},
	{"the first record is missing", drop_identity, EPROTO, EPROTO},
	{"the magic number is wrong", spoil_magic, EPROTO, EPROTO},
	{"a bit of a payload is wrong", spoil_payload, EBADMSG, EBADMSG},
	{"a checksum is wrong", spoil_sum, EBADMSG, EBADMSG},
	{"a length is too large for any record", lengthen, EMSGSIZE, EMSGSIZE},
	{"a length is too large for its record", lengthen_within, EMSGSIZE, EMSGSIZE},
	{"another version", other_version, EPROTONOSUPPORT, EPROTONOSUPPORT},
	{"another kind of device", other_device, ENXIO, ENXIO},
	{"a device with more memory", other_chunks, ENXIO, ENXIO},
	{"memory that the device does not have", unknown_chunk, EPROTO, EPROTO},
	{"the same stream twice", say_twice, EPROTO, EPROTO},
};

/* "If the user provided data is found to be incomplete, inconsistent, or otherwise invalid". */
SCENARIO_TABLE(damaged_stream_refused, damages, NEEDED " once",
	       "a stream that is damaged is refused with an error by its cause; then only a reset "
	       "helps, which does",
	       .deadline_ms = 20000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf good = BUF_INIT;
	cleanup_buf struct buf bad = BUF_INIT;
	cleanup_close int fd = -1;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_save(dut, &good));
	buf_add(&bad, good.data, good.len);
	row->change(&bad);
	ASSERT_CHECK(mig_enter(dut, MIG_RESUMING, &fd));
	ASSERT_RESULT(row->written, mig_write(fd, SIZE_MAX, bad.data, bad.len));
	if (row->written)
		ASSERT_RESULT(row->written, mig_write(fd, SIZE_MAX, good.data, good.len));
	ASSERT_RESULT(row->loaded, mig_set(dut, MIG_RUNNING, NULL));
	ASSERT_CHECK(check_mig_state(dut, MIG_ERROR));
	ASSERT_ERRNO(EINVAL, mig_set(dut, MIG_RUNNING, NULL));
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	ASSERT_CHECK(mig_load(dut, &good, MIG_RUNNING));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	PASS();
}
