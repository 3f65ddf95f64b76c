// SPDX-License-Identifier: GPL-2.0-only
/*
 * mmap: maps of a BAR in several processes and threads. Each map reaches the device while its
 * memory is enabled; when it is disabled, the kernel revokes all of them (5.8, CVE-2020-12888).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/dut/reset-check.h"
#include "scenarios/lib/dut/resetting.h"
#include "scenarios/lib/vfio/hot-reset.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define PAGE 4096ull

/* The DUT's scratch register, mapped. */
struct scratch_map {
	struct dut *dut;
	struct region bar;
	struct mapping map;
	uint64_t at; /* in the map */
	uint32_t mask;
};

static int map_scratch(struct dut *dut, struct scratch_map *scratch)
{
	const uint64_t offset = dut->driver->scratch.offset;
	int err;

	*scratch = (struct scratch_map){
		.dut = dut, .at = offset % PAGE, .mask = scratch_mask(&dut->driver->scratch)};
	err = region_info(dut, dut->driver->scratch.bar, &scratch->bar);
	return err ? err
		   : region_map(dut, &scratch->bar, offset - scratch->at, PAGE, &scratch->map);
}

static void unmap_scratch(struct scratch_map *scratch)
{
	region_unmap(&scratch->map);
}

#define cleanup_scratch __attribute__((cleanup(unmap_scratch)))

static void scratch_write(const struct scratch_map *scratch, uint32_t value)
{
	map_write32(&scratch->map, scratch->at, value & scratch->mask);
}

static uint32_t scratch_read(const struct scratch_map *scratch)
{
	return map_read32(&scratch->map, scratch->at) & scratch->mask;
}

#define FIRST  0x11223344u
#define SECOND 0x55667788u

/* Run WORK in a child. Returns its exit status: 0, or the step that failed. */
static int child_result(int (*work)(struct scratch_map *scratch), struct scratch_map *scratch)
{
	int status = -1;
	const pid_t pid = fork();

	if (!pid)
		_exit(work(scratch));
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int uses_inherited(struct scratch_map *scratch)
{
	if (scratch_read(scratch) != (FIRST & scratch->mask))
		return 1;
	scratch_write(scratch, SECOND);
	return 0;
}

SCENARIO(map_inherited_across_fork, "scratch bar=mmap",
	 "a child can use an inherited map, and its exit leaves the parent's map intact")
{
	cleanup_scratch struct scratch_map scratch = {0};

	ASSERT_OK(map_scratch(dut, &scratch));
	scratch_write(&scratch, FIRST);
	ASSERT_NUMBER(0, child_result(uses_inherited, &scratch));
	ASSERT_HEX(SECOND & scratch.mask, scratch_read(&scratch));
	PASS();
}

static int maps_anew(struct scratch_map *scratch)
{
	cleanup_scratch struct scratch_map own = {0};

	if (map_scratch(scratch->dut, &own))
		return 1;
	return uses_inherited(&own);
}

SCENARIO(two_processes_share_bar, "scratch bar=mmap",
	 "two processes that map the same BAR see each other's writes")
{
	cleanup_scratch struct scratch_map scratch = {0};

	ASSERT_OK(map_scratch(dut, &scratch));
	scratch_write(&scratch, FIRST);
	ASSERT_NUMBER(0, child_result(maps_anew, &scratch));
	ASSERT_HEX(SECOND & scratch.mask, scratch_read(&scratch));
	PASS();
}

/*
 * The child disables memory: its own map and the parent's are revoked, and work again once memory
 * is enabled.
 */
static int turns_memory_off(struct scratch_map *scratch)
{
	const uint16_t command = config_read16(scratch->dut, PCI_COMMAND);

	if (scratch_read(scratch) != (FIRST & scratch->mask))
		return 1;
	if (config_write16(scratch->dut, PCI_COMMAND, command & ~PCI_COMMAND_MEMORY))
		return 2;
	return map_touch(&scratch->map, scratch->at) == -EFAULT ? 0 : 3;
}

SCENARIO(memory_off_reaches_all_maps, "scratch bar=mmap !vf",
	 "turning memory off in one process revokes the maps of all processes until it is on again")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_scratch struct scratch_map scratch = {0};

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	ASSERT_OK(map_scratch(dut, &scratch));
	scratch_write(&scratch, FIRST);
	ASSERT_NUMBER(0, child_result(turns_memory_off, &scratch));
	ASSERT_ERRNO(EFAULT, map_touch(&scratch.map, scratch.at));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	ASSERT_HEX(FIRST & scratch.mask, scratch_read(&scratch));
	PASS();
}

/* A thread that resets once, or toggles memory, and its state. */
struct other {
	struct dut *dut;
	pthread_t thread;
	atomic_bool done;
	int err;
};

static void *resets(void *arg)
{
	struct other *other = arg;

	other->err = dut_reset(other->dut);
	other->done = true;
	return NULL;
}

/*
 * The reset revokes the map, and a thread that accesses it waits in the fault until the reset is
 * over: it must never get SIGBUS. lockdep checks the order of the two locks involved.
 */
SCENARIO(map_used_during_reset, "reset scratch bar=mmap",
	 "a map used while another thread resets the device raises no SIGBUS and works afterwards")
{
	cleanup_scratch struct scratch_map scratch = {0};
	struct other other = {.dut = dut};
	unsigned long reads = 0;

	ASSERT_OK(map_scratch(dut, &scratch));
	ASSERT_OK(-pthread_create(&other.thread, NULL, resets, &other));
	while (!other.done) {
		scratch_read(&scratch);
		reads++;
	}
	pthread_join(other.thread, NULL);
	ASSERT_OK(other.err);
	ASSERT_THAT(reads, "the map was not read");
	scratch_write(&scratch, FIRST);
	ASSERT_HEX(FIRST & scratch.mask, scratch_read(&scratch));
	PASS();
}

static const struct {
	const char *name;
	int (*reset)(struct dut *dut);
} own_resets[] = {
	{"VFIO_DEVICE_RESET", dut_reset},
	{"hot reset", hot_reset},
};

/* Memory of the device is off meanwhile, so an access that reached it would not be answered. */
SCENARIO_TABLE(map_waits_for_own_reset, own_resets, "reset bar=mmap !bar=subpage once",
	       "a map used while the user resets the device is answered by the device each time",
	       .deadline_ms = 10000)
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_resetting struct resetting reset = RESETTING_NONE;
	cleanup_mapping struct mapping map = {NULL, 0};
	unsigned long unanswered = 0;
	uint32_t value = 0;
	int err;

	if (row->reset == hot_reset && hot_functions(dut->address) != 1)
		SKIPm("a hot reset affects other devices");
	err = reset_map_constant(dut, row->reset, &map, &value);
	if (err == -ENOENT)
		SKIPm("no BAR begins with a register of constant value");
	ASSERT_OK(err);
	ASSERT_OK(resetting_begin(&reset, dut, row->reset));
	while (!resetting_ends(&reset, 0))
		unanswered += map_read32(&map, 0) != value;
	ASSERT_OK(reset.result);
	ASSERT_THAT(!unanswered, "%lu reads were not answered", unanswered);
	PASS();
}

#define TOGGLES 8 /* QEMU takes some milliseconds for each */

static void *toggles_memory(void *arg)
{
	struct other *other = arg;
	const uint16_t on = config_read16(other->dut, PCI_COMMAND) | PCI_COMMAND_MEMORY;

	for (unsigned int i = 0; i < TOGGLES && !other->err; i++) {
		other->err = config_write16(other->dut, PCI_COMMAND, on & ~PCI_COMMAND_MEMORY);
		if (!other->err)
			other->err = config_write16(other->dut, PCI_COMMAND, on);
	}
	other->done = true;
	return NULL;
}

SCENARIO(map_used_while_memory_toggles, "scratch bar=mmap !vf",
	 "a map used while memory is toggled works or raises SIGBUS, and works at the end")
{
	cleanup_command struct kept_command command = config_keep_command(dut);
	cleanup_scratch struct scratch_map scratch = {0};
	struct other other = {.dut = dut};
	int err = 0;

	ASSERT_OK(config_write16(dut, PCI_COMMAND, command.value | PCI_COMMAND_MEMORY));
	ASSERT_OK(map_scratch(dut, &scratch));
	ASSERT_OK(-pthread_create(&other.thread, NULL, toggles_memory, &other));
	while (!other.done && (!err || err == -EFAULT))
		err = map_touch(&scratch.map, scratch.at);
	pthread_join(other.thread, NULL);
	ASSERT_OK(other.err);
	ASSERT_THAT(!err || err == -EFAULT, "access to the map: %s", error_name(err));
	ASSERT_OK(map_touch(&scratch.map, scratch.at));
	PASS();
}
