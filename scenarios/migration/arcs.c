// SPDX-License-Identifier: GPL-2.0-only
/*
 * migration: the states and the arcs between them, each from each
 * (include/uapi/linux/vfio.h, "The device migration Finite State Machine").
 */
#include "scenarios/migration/migration.h"

#include <string.h>
#include <unistd.h>

static bool refused(enum mig from, enum mig to)
{
	return from == MIG_ERROR || to == MIG_ERROR || to >= MIG_STATES ||
	       (from == MIG_STOP_COPY && (to == MIG_PRE_COPY || to == MIG_PRE_COPY_P2P));
}

/* A session begins where data are saved or loaded, unless it goes on. */
static bool begins_session(enum mig from, enum mig to)
{
	if (to == MIG_RESUMING)
		return from != MIG_RESUMING;
	return mig_saves(to) && !mig_saves(from);
}

static const char *check_arc(struct dut *dut, enum mig from, enum mig to)
{
	cleanup_close int fd = -1;
	const bool same = from == to;
	const int expected = !same && refused(from, to) ? -EINVAL : 0;
	const int err = mig_set(dut, to, &fd);

	if (err != expected)
		return text("%s to %s: expected %s, got %s", mig_name(from), mig_name(to),
			    error_name(expected), error_name(err));
	if ((fd >= 0) != (!err && begins_session(from, to)))
		return text("%s to %s: %s data file is returned", mig_name(from), mig_name(to),
			    fd >= 0 ? "a" : "no");
	return check_mig_state(dut, err ? from : to);
}

/* A device leaves RESUMING with a state; that of its own will do. */
static const char *enter(struct dut *dut, enum mig state, const struct buf *stream, int *fd)
{
	const char *why = mig_enter(dut, state, fd);
	int err;

	if (why || state != MIG_RESUMING)
		return why;
	err = mig_write(*fd, SIZE_MAX, stream->data, stream->len);
	return err ? text("the state cannot be written: %s", error_name(err)) : NULL;
}

static enum greatest_test_res arcs_from(struct dut *dut, enum mig from)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_save(dut, &stream));
	for (enum mig to = 0; to <= MIG_STATES + 1; to++) {
		cleanup_close int fd = -1;

		ASSERT_CHECK(enter(dut, from, &stream, &fd));
		ASSERT_CHECK(check_arc(dut, from, to > MIG_STATES ? UINT32_MAX : to));
	}
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	PASS();
}

#define ARCS                                                                                       \
	"all arcs that begin in this state go where they should, and those that do not exist "     \
	"are refused and change nothing"

SCENARIO_VARIANT(arcs_from_stop, NEEDED " once", ARCS, arcs_from, MIG_STOP)
SCENARIO_VARIANT(arcs_from_running, NEEDED " once", ARCS, arcs_from, MIG_RUNNING)
SCENARIO_VARIANT(arcs_from_stop_copy, NEEDED " once", ARCS, arcs_from, MIG_STOP_COPY)
SCENARIO_VARIANT(arcs_from_running_p2p, NEEDED " once", ARCS, arcs_from, MIG_RUNNING_P2P)
SCENARIO_VARIANT(arcs_from_pre_copy, NEEDED " once", ARCS, arcs_from, MIG_PRE_COPY)
SCENARIO_VARIANT(arcs_from_pre_copy_p2p, NEEDED " once", ARCS, arcs_from, MIG_PRE_COPY_P2P)

/* The way back from these is a reset, which takes 100 ms. */
SCENARIO(arcs_from_resuming, NEEDED " once", ARCS, .deadline_ms = 15000)
{
	return arcs_from(dut, MIG_RESUMING);
}

SCENARIO(arcs_from_error, NEEDED " once", ARCS, .deadline_ms = 15000)
{
	return arcs_from(dut, MIG_ERROR);
}

static const struct each_state {
	const char *name;
	enum mig state;
} states[] = {
	{"STOP", MIG_STOP},
	{"RUNNING", MIG_RUNNING},
	{"STOP_COPY", MIG_STOP_COPY},
	{"RESUMING", MIG_RESUMING},
	{"RUNNING_P2P", MIG_RUNNING_P2P},
	{"PRE_COPY", MIG_PRE_COPY},
	{"PRE_COPY_P2P", MIG_PRE_COPY_P2P},
	{"ERROR", MIG_ERROR},
};

/* "VFIO_DEVICE_RESET must be used to return the device_state back to RUNNING". */
SCENARIO_TABLE(reset_returns_to_running, states, NEEDED " reset",
	       "a reset in any state returns the device to RUNNING and ends the session",
	       .deadline_ms = 20000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_close int fd = -1;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, row->state, &fd));
	ASSERT_OK(dut_reset(dut));
	if (fd >= 0)
		ASSERT_CHECK(check_data_file_dead(fd));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	if (fd >= 0)
		ASSERT_CHECK(check_data_file_dead(fd));
	ASSERT_CHECK(check_arc(dut, MIG_RUNNING, MIG_STOP_COPY));
	PASS();
}

/* An administrator's reset, about which the core does not know either. */
SCENARIO_TABLE(sysfs_reset_returns_to_running, states, NEEDED " reset once",
	       "a reset by sysfs in any state returns the device to RUNNING and ends the session",
	       .deadline_ms = 20000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_close int fd = -1;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, row->state, &fd));
	ASSERT_OK(pci_write(dut->address, "reset", "1"));
	if (fd >= 0)
		ASSERT_CHECK(check_data_file_dead(fd));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	PASS();
}

SCENARIO_UNBOUND_TABLE(next_user_finds_running, states, NEEDED,
		       "a device that is closed in any state is RUNNING for its next user, and the "
		       "data file that the first one kept is dead",
		       .deadline_ms = 20000)
{
	cleanup_release const char *address = dut->address;
	cleanup_user struct user next = USER_NONE;
	cleanup_close int fd = -1;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	{
		cleanup_user struct user user = USER_NONE;

		ASSERT_OK(user_open(&user, dut));
		ASSERT_CHECK(mig_enter(&user.dut, row->state, &fd));
	}
	if (fd >= 0)
		ASSERT_CHECK(check_data_file_dead(fd));
	ASSERT_OK(user_open(&next, dut));
	ASSERT_OK(dut_start(&next.dut));
	if (fd >= 0)
		ASSERT_CHECK(check_data_file_dead(fd));
	ASSERT_CHECK(check_mig_state(&next.dut, MIG_RUNNING));
	PASS();
}

SCENARIO_UNBOUND_TABLE(data_file_outlives_driver, states, NEEDED,
		       "a data file that is kept after the device was closed and unbound is dead",
		       .deadline_ms = 20000)
{
	cleanup_close int fd = -1;

	{
		cleanup_user struct user user = USER_NONE;

		ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
		ASSERT_CHECK(mig_enter(&user.dut, row->state, &fd));
	}
	if (fd >= 0)
		ASSERT_CHECK(check_data_file_dead(fd));
	PASS();
}

SCENARIO_TABLE(data_size_in_each_state, states, NEEDED " once",
	       "the size of the data can be read in each state, and is not too small",
	       .deadline_ms = 20000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_close int fd = -1;
	uint64_t size = 0;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, row->state, &fd));
	ASSERT_OK(mig_data_size(dut, &size));
	if (row->state == MIG_RESUMING || row->state == MIG_ERROR)
		PASS();
	ASSERT_OK(mig_set(dut, MIG_STOP_COPY, fd < 0 ? &fd : NULL));
	ASSERT_OK(mig_read(fd, SIZE_MAX, &stream));
	ASSERT_THAT(size >= stream.len, "%zu bytes were read, but the size was %llu", stream.len,
		    (unsigned long long)size);
	fact("data_size_less_stream=%llu", (unsigned long long)(size - stream.len));
	ASSERT_OK(mig_data_size(dut, &size));
	ASSERT_NUMBER(0, size);
	PASS();
}

SCENARIO(data_size_after_part_of_record, NEEDED " once",
	 "the size of the data counts down by each byte that is read in STOP_COPY")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_close int fd = -1;
	uint64_t before = 0, after = 0;
	uint8_t bytes[10];

	ASSERT_CHECK(mig_enter(dut, MIG_STOP_COPY, &fd));
	ASSERT_OK(mig_data_size(dut, &before));
	ASSERT_NUMBER(sizeof(bytes), read(fd, bytes, sizeof(bytes)));
	ASSERT_OK(mig_data_size(dut, &after));
	ASSERT_NUMBER(before - sizeof(bytes), after);
	ASSERT_OK(mig_read(fd, SIZE_MAX, &stream));
	ASSERT_NUMBER(after, stream.len);
	PASS();
}
