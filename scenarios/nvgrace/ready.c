// SPDX-License-Identifier: GPL-2.0-only
/*
 * nvgrace: memory that becomes ready late, or never. The driver waits for it when it is bound, and
 * at the first access after a reset: two registers of BAR0 must read 0xff, or a DVSEC of CXL must
 * say that the memory is valid and active.
 */
#include "scenarios/nvgrace/nvgrace.h"

#include "scenarios/lib/dut/model-fault.h"
#include "scenarios/lib/dut/reset-check.h"

#include <string.h>

/* The driver polls once a second. */
#define LATE_MS	 30000
#define NEVER_MS 60000

#define LINK	 "gpu-link-down"
#define TRAINING "gpu-memory-training"
#define RANGE	 "gpu-cxl-range"

/* The DVSEC's register: bit 0 valid, bit 1 active, bits 13 to 15 time: 0 for a second, 1 for 4. */
#define RANGE_NOTHING 0u
#define RANGE_VALID   1u
#define RANGE_ACTIVE  2u
#define RANGE_4S      0x2000u

/*
 * A value that says "not ready", COUNT times. The number of them that the driver must see: if it
 * took the first for "ready", it would not look again. A CXL device has a second for one value.
 */
struct late {
	const char *name;
	bool cxl;
	const char *fault;
	uint32_t value;
	unsigned int count;
};

static const struct late late[] = {
	{"the link is down", false, LINK, 0, 2},
	{"the link has all bits but one", false, LINK, 0x7f, 2},
	{"the memory is in training", false, TRAINING, 0, 2},
	{"the memory has all bits but one", false, TRAINING, 0xfe, 2},
	{"the memory has a bit too many", false, TRAINING, 0x1ff, 2},
	{"CXL: nothing is valid", true, RANGE, RANGE_NOTHING, 1},
	{"CXL: the memory is valid, not active", true, RANGE, RANGE_VALID, 1},
	{"CXL: active, not valid", true, RANGE, RANGE_ACTIVE, 1},
	{"CXL: valid, and active within four seconds", true, RANGE, RANGE_VALID | RANGE_4S, 2},
};

static bool applies(const struct dut *dut, bool cxl)
{
	const struct gpu *gpu = gpu_of(dut);

	return gpu && gpu->cxl == cxl;
}

/*
 * Whether DUT shows how the driver gives up. Without CXL it waits for 30 s each time, so
 * only one GPU does.
 */
static bool gives_up(const struct dut *dut, bool cxl)
{
	return applies(dut, cxl) && (cxl || gpu_of(dut)->parts[0].size);
}

/* Returns NULL if the fault NAME has fired COUNT times, so the driver has looked more often. */
static const char *check_fired(struct dut *dut, const char *name, unsigned int count)
{
	struct fault_state state;
	const char *why = fault_ask(dut, name, &state);

	if (why || state.fired == count)
		return why;
	return text("the driver saw the memory not ready %lu times, expected %u", state.fired,
		    count);
}

static const char *arm(struct dut *dut, const struct late *row)
{
	return fault_arm(dut, "%s value=%u count=%u", row->fault, row->value, row->count);
}

SCENARIO_UNBOUND_TABLE(bind_awaits_memory, late, NEEDED " once",
		       "the driver is bound only when the memory of the GPU is ready",
		       .deadline_ms = LATE_MS)
{
	cleanup_faults struct dut *faulty = dut;
	cleanup_user struct user user = USER_NONE;

	if (!applies(dut, row->cxl))
		SKIP();
	ASSERT_CHECK(arm(faulty, row));
	ASSERT_OK(user_bind_and_open(&user, dut, DRIVER));
	ASSERT_CHECK(check_fired(dut, row->fault, row->count));
	ASSERT_OK(dut_start(&user.dut));
	PASS();
}

static const struct {
	const char *name;
	bool cxl;
	const char *fault;
	uint32_t value;
	int error;
} never[] = {
	{"the memory is in training", false, TRAINING, 0, ETIME},
	{"CXL: nothing is valid", true, RANGE, RANGE_NOTHING, ETIME},
	{"CXL: the memory is valid, not active", true, RANGE, RANGE_VALID, ETIME},
	{"CXL: the memory is active, not valid", true, RANGE, RANGE_ACTIVE, ETIME},
	{"CXL: the device is gone", true, RANGE, UINT32_MAX, ENODEV},
};

SCENARIO_UNBOUND_TABLE(
	bind_without_memory_fails, never, NEEDED " once",
	"the driver refuses a GPU whose memory does not get ready with ETIME; once it is, "
	"the driver can be bound",
	.deadline_ms = NEVER_MS)
{
	const char *address cleanup_release = dut->address;
	cleanup_faults struct dut *faulty = dut;
	cleanup_user struct user user = USER_NONE;

	if (!gives_up(dut, row->cxl))
		SKIP();
	ASSERT_CHECK(fault_arm(faulty, "%s value=%u", row->fault, row->value));
	ASSERT_OK(pci_override(address, DRIVER));
	ASSERT_ERRNO(row->error, pci_bind_directly(address, DRIVER));
	ASSERT_CHECK(check_driver(address, ""));
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_OK(user_bind_and_open(&user, dut, DRIVER));
	ASSERT_OK(dut_start(&user.dut));
	PASS();
}

/* The ways to the memory. Each returns 0 or -errno. */
static int read_memory(struct dut *dut, const struct region *bar)
{
	uint32_t word;
	ssize_t got = region_read(dut, bar, 64, &word, sizeof(word));

	return got < 0 ? (int)got : 0;
}

static int write_memory(struct dut *dut, const struct region *bar)
{
	const uint32_t word = 0x900df00d;
	ssize_t done = region_write(dut, bar, 64, &word, sizeof(word));

	return done < 0 ? (int)done : 0;
}

static int touch_memory(struct dut *dut, const struct region *bar)
{
	cleanup_mapping struct mapping map = {NULL, 0};
	int err = region_map(dut, bar, 0, 4096, &map);

	return err ? err : map_touch(&map, 0);
}

static int reset_by_sysfs(struct dut *dut)
{
	return pci_write(dut->address, "reset", "1");
}

static const struct {
	const char *name;
	int (*reset)(struct dut *dut);
	int (*access)(struct dut *dut, const struct region *bar);
} accesses[] = {
	{"a read after VFIO_DEVICE_RESET", dut_reset, read_memory},
	{"a write after VFIO_DEVICE_RESET", dut_reset, write_memory},
	{"a fault after VFIO_DEVICE_RESET", dut_reset, touch_memory},
	{"a read after the bit of FLR", reset_by_flr_bit, read_memory},
	{"a read after a reset in sysfs", reset_by_sysfs, read_memory},
};

/* The fault that makes the memory of DUT not ready, COUNT times; 0: until it is repaired. */
static const char *make_unready(struct dut *dut, unsigned int count)
{
	const char *name = applies(dut, true) ? RANGE : TRAINING;

	return count ? fault_arm(dut, "%s value=0 count=%u", name, count)
		     : fault_arm(dut, "%s value=0", name);
}

static const char *check_unready(struct dut *dut, unsigned int count)
{
	return check_fired(dut, applies(dut, true) ? RANGE : TRAINING, count);
}

SCENARIO_TABLE(access_after_reset_awaits_memory, accesses, NEEDED " reset reset=flr once",
	       "the first access to the memory after a reset waits until it is ready, and no other "
	       "does",
	       .deadline_ms = LATE_MS)
{
	cleanup_faults struct dut *faulty = dut;
	struct region bar;

	ASSERT_OK(region_info(dut, USABLE_BAR, &bar));
	if (!bar.size)
		SKIP();
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(row->reset(dut));
	ASSERT_OK(config_set_memory(dut, true));
	ASSERT_CHECK(make_unready(faulty, 1));
	ASSERT_OK(row->access(dut, &bar));
	ASSERT_CHECK(check_unready(dut, 1));
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_CHECK(make_unready(faulty, 1));
	ASSERT_OK(read_memory(dut, &bar));
	ASSERT_OK(write_memory(dut, &bar));
	ASSERT_OK(touch_memory(dut, &bar));
	ASSERT_CHECK(check_unready(dut, 0));
	PASS();
}

static const struct {
	const char *name;
	int (*access)(struct dut *dut, const struct region *bar);
	int error;
} failing[] = {
	{"a read", read_memory, ETIME},
	{"a fault", touch_memory, EFAULT},
};

SCENARIO_TABLE(
	access_without_memory_fails, failing, NEEDED " reset once",
	"after a reset from which the memory does not come back, a read fails with ETIME and "
	"a map raises SIGBUS; once it is ready, both work",
	.deadline_ms = 2 * NEVER_MS)
{
	cleanup_faults struct dut *faulty = dut;
	struct region bar;

	ASSERT_OK(region_info(dut, USABLE_BAR, &bar));
	if (!gives_up(dut, applies(dut, true)))
		SKIP();
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(config_set_memory(dut, true));
	ASSERT_CHECK(make_unready(faulty, 0));
	ASSERT_ERRNO(row->error, row->access(dut, &bar));
	ASSERT_CHECK(fault_repair(dut));
	ASSERT_OK(row->access(dut, &bar));
	PASS();
}

/* The registers of readiness are in a BAR that cannot be read then. */
SCENARIO_TABLE(access_after_reset_needs_memory_on, accesses, NEEDED " reset reset=flr once",
	       "after a reset the memory cannot be accessed before COMMAND enables memory")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	struct region bar;
	int err;

	ASSERT_OK(region_info(dut, USABLE_BAR, &bar));
	if (!bar.size)
		SKIP();
	ASSERT_OK(dut_start(dut));
	ASSERT_OK(row->reset(dut));
	ASSERT_OK(config_set_memory(dut, false));
	err = row->access(dut, &bar);
	ASSERT_THAT(err == -EIO || err == -EFAULT, "expected EIO or EFAULT, got %s",
		    error_name(err));
	ASSERT_OK(config_set_memory(dut, true));
	ASSERT_OK(row->access(dut, &bar));
	PASS();
}

/* The registers of the memory that the GPU does not have must not be waited for. */
SCENARIO(bars_usable_while_memory_is_not, NEEDED " reset once",
	 "config space and BAR0 of a GPU can be used while its memory is not ready")
{
	cleanup_faults struct dut *faulty = dut;
	uint32_t id;

	ASSERT_OK(dut_start(dut));
	ASSERT_OK(dut_reset(dut));
	ASSERT_OK(config_set_memory(dut, true));
	ASSERT_CHECK(make_unready(faulty, 0));
	ASSERT_OK(bar_read32(dut, 0, NVGRACE_ID, &id));
	ASSERT_HEX(NVGRACE_ID_VALUE, id);
	ASSERT_HEX(NVGRACE_VENDOR, config_read16(dut, PCI_VENDOR_ID));
	ASSERT_CHECK(check_unready(dut, 0));
	PASS();
}
