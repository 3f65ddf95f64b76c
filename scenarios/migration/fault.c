// SPDX-License-Identifier: GPL-2.0-only
/* migration: devices that fail when they are saved or loaded, or do not answer. */
#include "scenarios/migration/migration.h"

#include "scenarios/lib/dut/model-fault.h"

#include <unistd.h>

/* After everything, the device can be saved and loaded as if nothing had happened. */
static const char *check_still_migrates(struct dut *dut)
{
	cleanup_buf struct buf stream = BUF_INIT;
	const char *why = fault_repair(dut);

	if (!why && dut_reset(dut))
		why = "the device cannot be reset";
	if (!why)
		why = check_mig_state(dut, MIG_RUNNING);
	if (!why)
		why = mig_save(dut, &stream);
	if (!why)
		why = mig_load(dut, &stream, MIG_RUNNING);
	return why ? why : check_mig_state(dut, MIG_RUNNING);
}

static const struct {
	const char *name;
	const char *fault;
	int error;
} failing_saves[] = {
	{"the device has no memory", "migration-save-fails value=12 count=1 after=1", ENOMEM},
	{"the device fails with ENOSPC", "migration-save-fails value=28 count=1", ENOSPC},
	{"half a header", "migration-save-cut value=8 count=1", EIO},
	{"half a payload", "migration-save-cut value=30 count=1 after=1", EIO},
	{"nothing", "migration-save-cut value=0 count=1 after=1", EIO},
};

SCENARIO_TABLE(failed_save_breaks_session, failing_saves, NEEDED " once",
	       "a record that the device does not save ends the stream with its error, for good; "
	       "the device is not affected, and a new session works",
	       .deadline_ms = 20000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_faults struct dut *faulty = dut;
	cleanup_close int fd = -1;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, MIG_STOP_COPY, &fd));
	ASSERT_CHECK(fault_arm(faulty, "%s", row->fault));
	ASSERT_ERRNO(row->error, mig_read(fd, SIZE_MAX, &stream));
	ASSERT_ERRNO(row->error, mig_read(fd, SIZE_MAX, &stream));
	ASSERT_CHECK(check_mig_state(dut, MIG_STOP_COPY));
	ASSERT_OK(mig_set(dut, MIG_RUNNING, NULL));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	stream.len = 0;
	ASSERT_CHECK(mig_save(dut, &stream));
	ASSERT_CHECK(mig_load(dut, &stream, MIG_RUNNING));
	PASS();
}

SCENARIO(load_of_other_version_refused, NEEDED " once",
	 "the stream of a device with another version is refused by a second one")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_peer struct peer peer = PEER_NONE;
	cleanup_faults struct dut *faulty = dut;
	cleanup_close int fd = -1;
	struct dut *target = &peer.user.dut;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(peer_open(&peer, dut));
	ASSERT_OK(dut_start(target));
	ASSERT_CHECK(fault_arm(faulty, "migration-version value=3"));
	ASSERT_CHECK(mig_save(dut, &stream));
	ASSERT_OK(mig_set(target, MIG_RESUMING, &fd));
	ASSERT_ERRNO(EPROTONOSUPPORT, mig_write(fd, SIZE_MAX, stream.data, stream.len));
	ASSERT_ERRNO(EPROTONOSUPPORT, mig_set(target, MIG_RUNNING, NULL));
	ASSERT_CHECK(check_mig_state(target, MIG_ERROR));
	ASSERT_OK(mig_set(dut, MIG_RUNNING, NULL));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	PASS();
}

SCENARIO(refused_load_needs_reset, NEEDED " once",
	 "a device that refuses a record is in ERROR after that, until it is reset")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_buf struct buf stream = BUF_INIT;
	cleanup_faults struct dut *faulty = dut;
	cleanup_close int fd = -1;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_save(dut, &stream));
	ASSERT_CHECK(mig_enter(dut, MIG_RESUMING, &fd));
	ASSERT_CHECK(fault_arm(faulty, "migration-load-refused value=13 after=2 count=1"));
	ASSERT_ERRNO(EACCES, mig_write(fd, 100, stream.data, stream.len));
	ASSERT_CHECK(check_mig_state(dut, MIG_RESUMING));
	ASSERT_ERRNO(EACCES, mig_set(dut, MIG_STOP, NULL));
	ASSERT_CHECK(check_mig_state(dut, MIG_ERROR));
	ASSERT_CHECK(check_still_migrates(dut));
	PASS();
}

static const struct {
	const char *name;
	enum mig from, to;
} stalling[] = {
	{"it begins to save", MIG_STOP, MIG_STOP_COPY},
	{"it begins to save while it runs", MIG_RUNNING, MIG_PRE_COPY},
	{"it ends to save", MIG_STOP_COPY, MIG_STOP},
	{"it begins to load", MIG_STOP, MIG_RESUMING},
};

SCENARIO_TABLE(stalled_device_times_out, stalling, NEEDED " once",
	       "an arc ends with ETIMEDOUT in ERROR if the device does not complete it; a reset "
	       "helps",
	       .deadline_ms = 20000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_faults struct dut *faulty = dut;
	cleanup_close int fd = -1;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, row->from, &fd));
	ASSERT_CHECK(fault_arm(faulty, "migration-stalls"));
	ASSERT_ERRNO(ETIMEDOUT, mig_set(dut, row->to, NULL));
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_CHECK(check_mig_state(dut, MIG_ERROR));
	ASSERT_CHECK(check_still_migrates(dut));
	PASS();
}

SCENARIO(stalled_read_times_out, NEEDED " once",
	 "a read of the data file ends with ETIMEDOUT if the device does not give a record")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_faults struct dut *faulty = dut;
	cleanup_close int fd = -1;
	uint8_t byte;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &fd));
	ASSERT_CHECK(fault_arm(faulty, "migration-stalls"));
	ASSERT_ERRNO(ETIMEDOUT, read(fd, &byte, 1) < 0 ? -errno : 0);
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_ERRNO(ETIMEDOUT, read(fd, &byte, 1) < 0 ? -errno : 0);
	ASSERT_OK(mig_set(dut, MIG_RUNNING, NULL));
	ASSERT_CHECK(check_still_migrates(dut));
	PASS();
}

static const struct {
	const char *name;
	enum mig from, to;
} gone[] = {
	{"RUNNING", MIG_RUNNING, MIG_STOP},
	{"PRE_COPY", MIG_PRE_COPY, MIG_STOP_COPY},
	{"STOP_COPY", MIG_STOP_COPY, MIG_RUNNING},
	{"RESUMING", MIG_RESUMING, MIG_STOP},
};

SCENARIO_TABLE(gone_device_is_in_error, gone, NEEDED " once",
	       "an arc of a device whose registers read as ones fails with ENODEV, in ERROR; a "
	       "device that came back can be reset",
	       .deadline_ms = 20000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_faults struct dut *faulty = dut;
	cleanup_close int fd = -1;
	uint64_t size;

	ASSERT_OK(dut_start(dut));
	ASSERT_CHECK(mig_enter(dut, row->from, &fd));
	ASSERT_CHECK(fault_arm(faulty, "bar-ones"));
	ASSERT_ERRNO(ENODEV, mig_data_size(dut, &size));
	ASSERT_ERRNO(ENODEV, mig_set(dut, row->to, NULL));
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_CHECK(check_mig_state(dut, MIG_ERROR));
	ASSERT_CHECK(check_still_migrates(dut));
	PASS();
}
