// SPDX-License-Identifier: GPL-2.0-only
/*
 * migration: the rest of a device's life: sleep, unbind, several threads, and the registers of
 * migration, which the user does not get.
 */
#include "scenarios/migration/migration.h"

#include "scenarios/lib/config/pmcsr.h"
#include "scenarios/lib/dut/aside.h"
#include "scenarios/lib/kernel/folder.h"
#include "scenarios/lib/kernel/module.h"
#include "scenarios/lib/vfio/dma-buf.h"
#include "scenarios/lib/vfio/feature.h"
#include "scenarios/lib/vfio/ioeventfd.h"
#include "scenarios/lib/vfio/iommu.h"

#include <pthread.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define MODULE	    "vendor_vfio_pci"
#define CONTROL_BAR 1u

SCENARIO(migration_offered, NEEDED " once",
	 "the device offers stop-copy, P2P and pre-copy, which cannot be set")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	struct vfio_device_feature_migration migration = {0};
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_migration migration;
	} call = {.feature = {.argsz = sizeof(call),
			      .flags = FEATURE_GET | VFIO_DEVICE_FEATURE_MIGRATION}};

	ASSERT_OK(vfio_ioctl(dut->vfio.device, VFIO_DEVICE_FEATURE, &call));
	migration = call.migration;
	ASSERT_HEX(VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P | VFIO_MIGRATION_PRE_COPY,
		   migration.flags);
	ASSERT_THAT(!feature_offered(dut, VFIO_DEVICE_FEATURE_MIGRATION, FEATURE_SET),
		    "the flags of migration can be set");
	PASS();
}

static const struct {
	const char *name;
	uint32_t flags;
	size_t data; /* bytes after the header */
	int error;
} malformed[] = {
	{"MIGRATION too short", FEATURE_GET | VFIO_DEVICE_FEATURE_MIGRATION, 7, EINVAL},
	{"MIGRATION set", FEATURE_SET | VFIO_DEVICE_FEATURE_MIGRATION, 8, EINVAL},
	{"the state too short", FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, 7, EINVAL},
	{"the state neither way", VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, 8, EINVAL},
	{"the state both ways", FEATURE_GET | FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE, 8,
	 EINVAL},
	{"the data size too short", FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, 7, EINVAL},
	{"the data size set", FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DATA_SIZE, 8, EINVAL},
	{"a log start too short", FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_START, 23, EINVAL},
	{"a log start read", FEATURE_GET | VFIO_DEVICE_FEATURE_DMA_LOGGING_START, 24, EINVAL},
	{"a log stop read", FEATURE_GET | VFIO_DEVICE_FEATURE_DMA_LOGGING_STOP, 0, EINVAL},
	{"a report too short", FEATURE_GET | VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT, 31, EINVAL},
	{"a report set", FEATURE_SET | VFIO_DEVICE_FEATURE_DMA_LOGGING_REPORT, 32, EINVAL},
};

SCENARIO_TABLE(malformed_requests_refused, malformed, NEEDED " once",
	       "malformed requests of migration and DMA logging are refused and change nothing")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	static const uint8_t data[32] = {MIG_STOP};

	ASSERT_OK(dut_start(dut));
	ASSERT_ERRNO(row->error,
		     feature_call(dut, row->flags,
				  (uint32_t)(sizeof(struct vfio_device_feature) + row->data), data,
				  row->data));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	PASS();
}

/* With them the user could change the state behind the driver's back. */
SCENARIO(control_registers_hidden, NEEDED " once",
	 "the BAR with the registers of migration can neither be read nor written, mapped, used "
	 "by an ioeventfd, or exported")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	const off_t offset = (off_t)CONTROL_BAR << 40;
	struct region bar;
	struct ioeventfd write = {.region = &bar, .size = 4, .data = VENDOR_STOPPED};
	uint32_t value = VENDOR_STOPPED;
	cleanup_close int event = event_open();

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(region_info(dut, CONTROL_BAR, &bar));
	ASSERT_NUMBER(0, bar.size);
	ASSERT_HEX(0, bar.flags);
	ASSERT_ERRNO(EINVAL, pread(dut->vfio.device, &value, 4, offset) < 0 ? -errno : 0);
	ASSERT_ERRNO(EINVAL, pwrite(dut->vfio.device, &value, 4, offset) < 0 ? -errno : 0);
	ASSERT_THAT(mmap(NULL, 4096, PROT_READ, MAP_SHARED, dut->vfio.device, offset) == MAP_FAILED,
		    "the BAR can be mapped");
	ASSERT_ERRNO(EINVAL, ioeventfd_set(dut, &write, event));
	if (feature_offered(dut, FEATURE_DMA_BUF, FEATURE_GET))
		ASSERT_ERRNO(EINVAL, dma_buf_export(dut, CONTROL_BAR, 0, 4096));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	PASS();
}

/* The lowest number that a new file would get. */
static int next_descriptor(const struct user *user)
{
	const int fd = dup(user->dut.vfio.device);

	close(fd);
	return fd;
}

/* An arc may lead through states that begin a session, and must forget the file of that one. */
SCENARIO_UNBOUND(arcs_leave_no_file, NEEDED " once",
		 "after every arc, with its data file closed, nothing keeps the driver",
		 .deadline_ms = 30000)
{
	for (enum mig from = MIG_STOP; from < MIG_STATES; from++) {
		cleanup_user struct user user = USER_NONE;

		ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
		for (enum mig to = MIG_STOP; to < MIG_STATES; to++) {
			cleanup_close int fd = -1;

			ASSERT_CHECK(mig_enter(&user.dut, from, &fd));
			mig_set(&user.dut, to, NULL);
		}
		user_end(&user);
		ASSERT_THAT(!module_references(MODULE), "a file of an arc from %s is left",
			    mig_name(from));
	}
	PASS();
}

/* The file of a session that the user does not get must not keep anything. */
SCENARIO_UNBOUND(data_file_not_returned, NEEDED " once",
		 "a new session whose file cannot be returned fails the request, and leaks nothing")
{
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_mig_state state;
	} call = {.feature = {.argsz = sizeof(call),
			      .flags = FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE},
		  .state = {.device_state = MIG_PRE_COPY}};
	cleanup_memory struct memory memory = {0};
	struct rlimit limit, none = {0};

	ASSERT_OK(memory_take(4096, 0, &memory));
	memcpy(memory.at, &call, sizeof(call));
	{
		cleanup_user struct user user = USER_NONE;
		int next;

		ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
		ASSERT_OK(mprotect(memory.at, 4096, PROT_READ) ? -errno : 0);
		next = next_descriptor(&user);
		ASSERT_ERRNO(EFAULT,
			     vfio_ioctl(user.dut.vfio.device, VFIO_DEVICE_FEATURE, memory.at));
		ASSERT_NUMBER(next, next_descriptor(&user));
		ASSERT_OK(mig_set(&user.dut, MIG_RUNNING, NULL));
		ASSERT_OK(getrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0);
		none.rlim_max = limit.rlim_max;
		ASSERT_OK(setrlimit(RLIMIT_NOFILE, &none) ? -errno : 0);
		int err = mig_set(&user.dut, MIG_PRE_COPY, NULL);
		ASSERT_OK(setrlimit(RLIMIT_NOFILE, &limit) ? -errno : 0);
		ASSERT_ERRNO(EMFILE, err);
		ASSERT_OK(mig_set(&user.dut, MIG_RUNNING, NULL));
	}
	ASSERT_NUMBER(0, module_references(MODULE));
	PASS();
}

/* The driver cannot reach the registers of a device in D3hot. */
SCENARIO(arc_in_d3hot_refused, NEEDED " pm once",
	 "an arc of a device in D3hot fails with EIO and changes nothing; it works after D0")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	uint64_t size;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(pmcsr_set(dut, PMCSR_D3HOT));
	ASSERT_ERRNO(EIO, mig_set(dut, MIG_STOP, NULL));
	ASSERT_ERRNO(EIO, mig_data_size(dut, &size));
	ASSERT_OK(pmcsr_set(dut, PMCSR_D0));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	ASSERT_OK(mig_set(dut, MIG_STOP, NULL));
	ASSERT_CHECK(check_mig_state(dut, MIG_STOP));
	PASS();
}

SCENARIO(arc_in_d3hot_keeps_session, NEEDED " pm once",
	 "RESUMING is not left in D3hot; the device, which was reset by the way to D0, is in ERROR "
	 "at the next attempt")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_close int fd = -1;
	enum mig state;

	ASSERT_OK(mig_set(dut, MIG_RESUMING, &fd));
	ASSERT_OK(pmcsr_set(dut, PMCSR_D3HOT));
	ASSERT_ERRNO(EIO, mig_set(dut, MIG_STOP, NULL));
	ASSERT_OK(mig_get(dut, &state));
	ASSERT_NUMBER(MIG_RESUMING, state);
	ASSERT_OK(pmcsr_set(dut, PMCSR_D0));
	ASSERT_ERRNO(EINVAL, mig_set(dut, MIG_STOP, NULL));
	ASSERT_OK(mig_get(dut, &state));
	ASSERT_NUMBER(MIG_ERROR, state);
	PASS();
}

/* The way from D3hot to D0 resets the device (NoSoftRst-), and nobody tells the driver. */
SCENARIO(stopped_device_lost_its_state, NEEDED " pm once",
	 "a stopped device that lost its state in D3hot is in ERROR at the next arc, until it is "
	 "reset")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(mig_set(dut, MIG_STOP, NULL));
	ASSERT_OK(pmcsr_set(dut, PMCSR_D3HOT));
	ASSERT_OK(pmcsr_set(dut, PMCSR_D0));
	ASSERT_ERRNO(EIO, mig_set(dut, MIG_RUNNING, NULL));
	ASSERT_CHECK(check_mig_state(dut, MIG_ERROR));
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	PASS();
}

/* A read of the data file does not go through the device's file, which wakes it. */
SCENARIO(low_power_wakes_for_data, NEEDED " pm feature=low-power once",
	 "the data of a device in the low power state can be read: the driver wakes it")
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_low_power struct dut *sleeper = dut;
	struct vfio_precopy_info info;
	cleanup_close int fd = -1;
	uint8_t bytes[28];

	ASSERT_CHECK(mig_enter(dut, MIG_PRE_COPY, &fd));
	ASSERT_CHECK(low_power_suspend(sleeper, -1));
	ASSERT_OK(mig_precopy_info(fd, &info));
	ASSERT_CHECK(await_power_state(dut->address, PMCSR_D3HOT, dut->wait_ms));
	fact("read_in_low_power=%s", error_name(read(fd, bytes, sizeof(bytes)) < 0 ? -errno : 0));
	ASSERT_OK(low_power_exit(sleeper));
	PASS();
}

static const struct {
	const char *name;
	enum mig state;
} states[] = {
	{"STOP", MIG_STOP},	    {"RUNNING", MIG_RUNNING},	{"STOP_COPY", MIG_STOP_COPY},
	{"RESUMING", MIG_RESUMING}, {"PRE_COPY", MIG_PRE_COPY}, {"ERROR", MIG_ERROR},
};

SCENARIO_UNBOUND_TABLE(unbind_waits_in_each_state, states, NEEDED,
		       "an unbind waits until the device is closed, whatever its state, and ends "
		       "then although the data file is kept",
		       .deadline_ms = 20000)
{
	cleanup_release const char *address = dut->address;
	cleanup_aside struct aside unbound = ASIDE_NONE;
	cleanup_user struct user user = USER_NONE;
	cleanup_close int fd = -1;
	uint8_t byte;

	ASSERT_OK(pci_bind(address, dut->vfio_driver));
	ASSERT_OK(user_open(&user, dut));
	ASSERT_CHECK(mig_enter(&user.dut, row->state, &fd));
	ASSERT_OK(aside_begin(&unbound, pci_unbind, address, &user.dut.vfio));
	ASSERT_CHECK(check_aside_waits(&unbound, 20));
	user_close(&user);
	ASSERT_CHECK(check_aside_ends(&unbound, dut->wait_ms));
	if (fd >= 0)
		ASSERT_THAT(read(fd, &byte, 1) < 0, "the data file can be read");
	ASSERT_CHECK(check_driver(address, ""));
	PASS();
}

/* As shown below debugfs. */
SCENARIO_TABLE(debugfs_shows_state, states, NEEDED " once", "debugfs shows the state of migration",
	       .deadline_ms = 10000)
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	cleanup_free char *folder = text("/sys/kernel/debug/vfio/%s/migration", dut->address);
	cleanup_free char *shown = NULL;
	cleanup_close int fd = -1;

	if (access(folder, F_OK))
		SKIPm("the kernel lacks CONFIG_VFIO_DEBUGFS");
	ASSERT_CHECK(mig_enter(dut, row->state, &fd));
	shown = folder_read(folder, "state");
	ASSERT_THAT(shown && !strcmp(shown, row->name), "expected %s, got %s", row->name,
		    shown ? shown : "nothing");
	PASS();
}

/* A thread that changes states as fast as it can. */
struct changer {
	struct dut *dut;
	int rounds;
	bool saved;
};

static void *changes_states(void *data)
{
	struct changer *changer = data;

	while (changer->rounds--) {
		cleanup_buf struct buf stream = BUF_INIT;
		cleanup_close int fd = -1;

		if (mig_set(changer->dut, MIG_PRE_COPY, &fd) || fd < 0)
			continue;
		mig_read(fd, 50, &stream);
		mig_set(changer->dut, MIG_STOP_COPY, NULL);
		changer->saved |= !mig_read(fd, 50, &stream);
		mig_set(changer->dut, MIG_RUNNING, NULL);
	}
	return NULL;
}

static enum greatest_test_res while_states_change(struct dut *dut, int (*act)(struct dut *dut))
{
	cleanup_fresh struct dut *fresh = mig_fresh(dut);
	struct changer changer = {.dut = dut, .rounds = 12};
	cleanup_buf struct buf stream = BUF_INIT;
	pthread_t thread;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(-pthread_create(&thread, NULL, changes_states, &changer));
	while (pthread_tryjoin_np(thread, NULL))
		act(dut);
	ASSERT_OK(dut_reset(dut));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	ASSERT_CHECK(mig_save(dut, &stream));
	ASSERT_CHECK(mig_load(dut, &stream, MIG_RUNNING));
	ASSERT_CHECK(check_mig_state(dut, MIG_RUNNING));
	PASS();
}

static int read_state(struct dut *dut)
{
	enum mig state;

	return mig_get(dut, &state);
}

static int stop_and_run(struct dut *dut)
{
	const int err = mig_set(dut, MIG_STOP, NULL);

	return err ? err : mig_set(dut, MIG_RUNNING, NULL);
}

static int reset_by_sysfs(struct dut *dut)
{
	return pci_write(dut->address, "reset", "1");
}

#define THREADS "a device migrates as before after two threads changed its state at once"

SCENARIO_VARIANT(state_read_by_other_thread, NEEDED " once", THREADS, while_states_change,
		 read_state)
SCENARIO_VARIANT(state_set_by_other_thread, NEEDED " once", THREADS, while_states_change,
		 stop_and_run)
SCENARIO_VARIANT(reset_by_other_thread, NEEDED " reset", THREADS, while_states_change, dut_reset)
SCENARIO_VARIANT(sysfs_reset_by_other_thread, NEEDED " reset once", THREADS, while_states_change,
		 reset_by_sysfs)
