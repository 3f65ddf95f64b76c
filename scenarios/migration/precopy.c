// SPDX-License-Identifier: GPL-2.0-only
/*
 * migration: saving while the device runs (include/uapi/linux/vfio.h, VFIO_MIG_GET_PRECOPY_INFO and
 * VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2).
 */
#include "scenarios/migration/migration.h"

#include "scenarios/lib/vfio/feature.h"

#include <string.h>
#include <unistd.h>

/* Later than the headers that the lab is compiled with. */
#define FEATURE_MIG_PRECOPY_INFOV2 12
#define PRECOPY_INFO_REINIT	   1u

#define CHUNK_RECORD (VENDOR_RECORD_HEADER + 4u + VENDOR_CHUNK)

static const char *check_info(int fd, uint64_t initial, uint64_t dirty)
{
	struct vfio_precopy_info info;
	const int err = mig_precopy_info(fd, &info);

	if (err)
		return text("VFIO_MIG_GET_PRECOPY_INFO: %s", error_name(err));
	if (info.initial_bytes != initial || info.dirty_bytes != dirty)
		return text("expected %llu initial and %llu dirty bytes, got %llu and %llu",
			    (unsigned long long)initial, (unsigned long long)dirty,
			    (unsigned long long)info.initial_bytes,
			    (unsigned long long)info.dirty_bytes);
	return NULL;
}

static int write_chunk(struct dut *dut, unsigned int chunk, uint32_t value)
{
	return bar_write32(dut, 0, VENDOR_MEMORY + chunk * VENDOR_CHUNK, value);
}

/* "initial_bytes ... should have a non-zero initial value and decrease as data is read". */
SCENARIO(precopy_info_counts_down, NEEDED " once",
	 "the initial bytes count down to 0 as they are read; then changes of the device count as "
	 "dirty bytes, once for each")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	struct vfio_precopy_info info;
	cleanup_close int fd = -1;
	uint8_t bytes[100];
	uint64_t all;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &fd));
	ASSERT_OK(mig_precopy_info(fd, &info));
	all = info.initial_bytes;
	ASSERT_THAT(all > sizeof(bytes), "only %llu initial bytes", (unsigned long long)all);
	ASSERT_CHECK(check_info(fd, all, 0));
	ASSERT_NUMBER(sizeof(bytes), read(fd, bytes, sizeof(bytes)));
	ASSERT_CHECK(check_info(fd, all - sizeof(bytes), 0));
	ASSERT_ERRNO(ENOMSG, mig_read(fd, SIZE_MAX, &stream));
	ASSERT_NUMBER(all - sizeof(bytes), stream.len);
	ASSERT_CHECK(check_info(fd, 0, 0));

	ASSERT_OK(write_chunk(dut, 2, 1));
	ASSERT_OK(write_chunk(dut, 2, 2));
	ASSERT_CHECK(check_info(fd, 0, CHUNK_RECORD));
	ASSERT_OK(write_chunk(dut, 5, 1));
	ASSERT_CHECK(check_info(fd, 0, 2 * CHUNK_RECORD));
	ASSERT_NUMBER(10, read(fd, bytes, 10));
	ASSERT_CHECK(check_info(fd, 0, 2 * CHUNK_RECORD - 10));
	ASSERT_ERRNO(ENOMSG, mig_read(fd, SIZE_MAX, &stream));
	ASSERT_CHECK(check_info(fd, 0, 0));
	PASS();
}

/* "ENOMSG may not be returned in STOP_COPY." */
SCENARIO(precopy_end_is_temporary, NEEDED " once",
	 "the end of the data is temporary (ENOMSG) in PRE_COPY and PRE_COPY_P2P, and permanent in "
	 "STOP_COPY")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_close int fd = -1;
	size_t before;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &fd));
	for (int i = 0; i < 3; i++)
		ASSERT_ERRNO(ENOMSG, mig_read(fd, SIZE_MAX, &stream));
	ASSERT_OK(write_chunk(dut, 1, 7));
	ASSERT_OK(mig_set(dut, MIG_PRE_COPY_P2P, NULL));
	before = stream.len;
	ASSERT_ERRNO(ENOMSG, mig_read(fd, SIZE_MAX, &stream));
	ASSERT_NUMBER(before + CHUNK_RECORD, stream.len);
	ASSERT_OK(mig_set(dut, MIG_STOP_COPY, NULL));
	before = stream.len;
	for (int i = 0; i < 3; i++)
		ASSERT_OK(mig_read(fd, SIZE_MAX, &stream));
	ASSERT_THAT(stream.len > before, "STOP_COPY has no data of its own");
	PASS();
}

static uint32_t value_of(unsigned int chunk, unsigned int round)
{
	return chunk << 16 | round;
}

/* A record of a chunk is overtaken by a later one of the same. */
SCENARIO(precopy_of_changing_device, NEEDED " once",
	 "a device that keeps changing while it is saved continues elsewhere with its last state")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_peer struct peer peer = PEER_NONE;
	cleanup_close int fd = -1;
	uint32_t value = 0;
	uint8_t bytes[150];

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(peer_open(&peer, dut));
	ASSERT_OK(dut_start(&peer.user.dut));
	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &fd));
	for (unsigned int round = 0; round < 24; round++) {
		const ssize_t got = read(fd, bytes, sizeof(bytes));

		if (got > 0)
			buf_add(&stream, bytes, (size_t)got);
		else
			ASSERT_ERRNO(ENOMSG, -errno);
		ASSERT_OK(write_chunk(dut, round % 8, value_of(round % 8, round)));
	}
	ASSERT_OK(mig_set(dut, MIG_STOP_COPY, NULL));
	ASSERT_OK(mig_read(fd, SIZE_MAX, &stream));
	ASSERT_CHECK(mig_load(&peer.user.dut, &stream, MIG_RUNNING));
	for (unsigned int chunk = 0; chunk < 8; chunk++) {
		ASSERT_OK(bar_read32(&peer.user.dut, 0, VENDOR_MEMORY + chunk * VENDOR_CHUNK,
				     &value));
		ASSERT_HEX(value_of(chunk, 16 + chunk), value);
	}
	PASS();
}

SCENARIO(precopy_left_unread, NEEDED " once",
	 "a stream has the whole state although nothing of it was read in PRE_COPY")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_close int fd = -1;
	uint32_t value = 0;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &fd));
	ASSERT_OK(write_chunk(dut, 4, 0x44444444));
	ASSERT_OK(mig_set(dut, MIG_STOP_COPY, NULL));
	ASSERT_OK(mig_read(fd, SIZE_MAX, &stream));
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(mig_load(dut, &stream, MIG_RUNNING));
	ASSERT_OK(bar_read32(dut, 0, VENDOR_MEMORY + 4 * VENDOR_CHUNK, &value));
	ASSERT_HEX(0x44444444, value);
	PASS();
}

/* A migration that is given up: "The PRE_COPY arc will terminate a data transfer session." */
SCENARIO(precopy_given_up, NEEDED " once",
	 "a session ends with PRE_COPY, and the next one has all data again")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	struct vfio_precopy_info info;
	cleanup_close int first = -1;
	cleanup_close int second = -1;
	uint64_t all;
	uint8_t byte;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &first));
	ASSERT_OK(mig_precopy_info(first, &info));
	all = info.initial_bytes;
	ASSERT_ERRNO(ENOMSG, mig_read(first, SIZE_MAX, &stream));
	ASSERT_OK(mig_set(dut, MIG_RUNNING, NULL));
	ASSERT_ERRNO(ENODEV, read(first, &byte, 1) < 0 ? -errno : 0);
	ASSERT_ERRNO(ENODEV, mig_precopy_info(first, &info));
	ASSERT_OK(mig_set(dut, MIG_PRE_COPY, &second));
	ASSERT_CHECK(check_info(second, all, 0));
	ASSERT_ERRNO(ENODEV, read(first, &byte, 1) < 0 ? -errno : 0);
	PASS();
}

/* "This ioctl is valid only in PRE_COPY states". */
SCENARIO(precopy_info_malformed_refused, NEEDED " once",
	 "a malformed VFIO_MIG_GET_PRECOPY_INFO is refused, and any in STOP_COPY")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	struct vfio_precopy_info small = {.argsz = sizeof(small) - 1};
	struct vfio_precopy_info large = {.argsz = sizeof(large) + 8};
	struct vfio_precopy_info info;
	cleanup_close int fd = -1;

	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &fd));
	ASSERT_ERRNO(EINVAL, vfio_ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, &small));
	ASSERT_ERRNO(EFAULT, vfio_ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, NULL));
	ASSERT_ERRNO(ENOTTY, vfio_ioctl(fd, VFIO_DEVICE_RESET, &large));
	ASSERT_OK(vfio_ioctl(fd, VFIO_MIG_GET_PRECOPY_INFO, &large));
	ASSERT_OK(mig_set(dut, MIG_PRE_COPY_P2P, NULL));
	ASSERT_OK(mig_precopy_info(fd, &info));
	ASSERT_OK(mig_set(dut, MIG_STOP_COPY, NULL));
	ASSERT_ERRNO(EINVAL, mig_precopy_info(fd, &info));
	PASS();
}

static int use_v2(struct dut *dut)
{
	return feature_call(dut, FEATURE_SET | FEATURE_MIG_PRECOPY_INFOV2,
			    sizeof(struct vfio_device_feature), NULL, 0);
}

/* Read all, configure the device anew, and get what the info says then. */
static int info_after_new_configuration(struct dut *dut, int fd, struct vfio_precopy_info *info)
{
	cleanup_buf struct buf stream = BUF_INIT;
	int err = mig_read(fd, SIZE_MAX, &stream);

	if (err != -ENOMSG)
		return err ? err : -EIO;
	err = bar_write32(dut, 0, VENDOR_CONFIG, 1);
	return err ? err : mig_precopy_info(fd, info);
}

/* Without the opt-in "the flags field of struct vfio_precopy_info is reserved". */
SCENARIO(precopy_reinit_without_v2, NEEDED " once",
	 "without version 2 of the interface, initial bytes never rise, and no flag is set")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	struct vfio_precopy_info info;
	cleanup_close int fd = -1;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &fd));
	ASSERT_OK(info_after_new_configuration(dut, fd, &info));
	ASSERT_NUMBER(0, info.initial_bytes);
	ASSERT_NUMBER(8 * CHUNK_RECORD, info.dirty_bytes);
	ASSERT_HEX(0, info.flags);
	PASS();
}

/* "The presence of the VFIO_PRECOPY_INFO_REINIT output flag indicates that new initial data". */
SCENARIO(precopy_reinit_with_v2, NEEDED " once",
	 "with version 2 of the interface, a new configuration brings initial bytes and a flag, "
	 "until they are read")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	struct vfio_precopy_info info;
	cleanup_close int fd = -1;

	if (!feature_offered(dut, FEATURE_MIG_PRECOPY_INFOV2, FEATURE_SET))
		SKIPm("the kernel lacks VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2");
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(use_v2(dut));
	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &fd));
	ASSERT_OK(mig_precopy_info(fd, &info));
	ASSERT_HEX(0, info.flags);
	ASSERT_OK(info_after_new_configuration(dut, fd, &info));
	ASSERT_HEX(PRECOPY_INFO_REINIT, info.flags);
	ASSERT_NUMBER(8 * CHUNK_RECORD, info.initial_bytes);
	ASSERT_NUMBER(0, info.dirty_bytes);
	ASSERT_ERRNO(ENOMSG, mig_read(fd, SIZE_MAX, &stream));
	ASSERT_OK(mig_precopy_info(fd, &info));
	ASSERT_HEX(0, info.flags);
	ASSERT_NUMBER(0, info.initial_bytes);
	PASS();
}

SCENARIO_UNBOUND(precopy_v2_ends_with_close, NEEDED " once",
		 "the next user of the device has to ask for version 2 of the interface himself")
{
	cleanup_release const char *address = dut->address;
	struct vfio_precopy_info info;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	for (int users = 0; users < 2; users++) {
		cleanup_user struct user user = USER_NONE;
		cleanup_close int fd = -1;

		ASSERT_OK(user_open(&user, dut));
		if (!feature_offered(&user.dut, FEATURE_MIG_PRECOPY_INFOV2, FEATURE_SET))
			SKIPm("the kernel lacks VFIO_DEVICE_FEATURE_MIG_PRECOPY_INFOv2");
		ASSERT_OK(dut_start(&user.dut));
		ASSERT_CHECK(mig_enter(&user.dut, MIG_PRE_COPY, &fd));
		ASSERT_OK(info_after_new_configuration(&user.dut, fd, &info));
		ASSERT_HEX(0, info.flags);
		ASSERT_OK(use_v2(&user.dut));
	}
	PASS();
}
