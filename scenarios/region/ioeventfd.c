// SPDX-License-Identifier: GPL-2.0-only
/*
 * region: VFIO_DEVICE_IOEVENTFD, with which the kernel writes a value to a BAR whenever an eventfd
 * is signalled, without involving user space (include/uapi/linux/vfio.h).
 */
#include "scenarios/lib/scenario.h"

#include "scenarios/lib/vfio/ioeventfd.h"

/* Bits that the scratch area of every DUT stores. */
#define FIRST  0x11223000u
#define SECOND 0x55667000u

/*
 * The DUT's scratch area, and the ioeventfds added to it, which are removed at the end of the
 * scope.
 */
struct target {
	struct dut *dut;
	struct region region;
	struct ioeventfd writes[2];
	unsigned int count;
	int fd;
};

static void forget(struct target *target)
{
	while (target->count)
		ioeventfd_set(target->dut, &target->writes[--target->count], -1);
	if (target->fd >= 0)
		close(target->fd);
}

#define cleanup_target __attribute__((cleanup(forget)))

static int target_find(struct dut *dut, struct target *target)
{
	int err = dut_start(dut);

	*target = (struct target){.dut = dut, .fd = event_open()};
	if (!err)
		err = region_info(dut, dut->driver->scratch.bar, &target->region);
	return err;
}

/* Add an ioeventfd that writes DATA. */
static int target_add(struct target *target, unsigned int size, uint64_t data)
{
	struct ioeventfd *write = &target->writes[target->count];
	int err;

	*write = (struct ioeventfd){&target->region, target->dut->driver->scratch.offset, size,
				    data};
	err = ioeventfd_set(target->dut, write, target->fd);
	target->count += !err;
	return err;
}

static int scratch_put(const struct target *target, uint32_t value)
{
	const struct dut_scratch *scratch = &target->dut->driver->scratch;

	return bar_write32(target->dut, scratch->bar, scratch->offset, value);
}

/* Returns NULL once the scratch area has VALUE, or a message. */
static const char *await_scratch(const struct target *target, uint32_t value)
{
	const struct dut_scratch *scratch = &target->dut->driver->scratch;
	uint32_t is = 0;

	if (!bar_wait32(target->dut, scratch->bar, scratch->offset, UINT32_MAX, value))
		return NULL;
	bar_read32(target->dut, scratch->bar, scratch->offset, &is);
	return text("expected 0x%x in the BAR, got 0x%x", value, is);
}

SCENARIO(ioeventfd_writes, "scratch",
	 "an ioeventfd writes its value into the BAR each time it is signalled")
{
	cleanup_target struct target target = {.fd = -1};

	ASSERT_OK(target_find(dut, &target));
	ASSERT_OK(target_add(&target, 4, FIRST));
	for (int i = 0; i < 3; i++) {
		ASSERT_OK(scratch_put(&target, 0));
		ASSERT_OK(event_signal(target.fd));
		ASSERT_CHECK(await_scratch(&target, FIRST));
	}
	PASS();
}

SCENARIO(ioeventfd_signalled_before, "scratch",
	 "an ioeventfd whose eventfd was signalled before writes its value at once, and again")
{
	cleanup_target struct target target = {.fd = -1};

	ASSERT_OK(target_find(dut, &target));
	ASSERT_OK(scratch_put(&target, 0));
	ASSERT_OK(event_signal(target.fd));
	ASSERT_OK(target_add(&target, 4, FIRST));
	ASSERT_CHECK(await_scratch(&target, FIRST));
	ASSERT_OK(scratch_put(&target, 0));
	ASSERT_OK(event_signal(target.fd));
	ASSERT_CHECK(await_scratch(&target, FIRST));
	PASS();
}

/* The remainder of a dword of ones after a write of zeros of that size. */
static const struct {
	const char *name;
	unsigned int size;
	uint32_t left;
} sizes[] = {{"1 byte", 1, 0xffffff00},
	     {"2 bytes", 2, 0xffff0000},
	     {"4 bytes", 4, 0},
	     {"8 bytes", 8, 0}};

/*
 * Accesses of eight bytes depend on the kernel. Smaller ones need a scratch area that behaves like
 * memory.
 */
SCENARIO_TABLE(ioeventfd_sizes, sizes, "scratch",
	       "an ioeventfd writes exactly the requested number of bytes")
{
	cleanup_target struct target target = {.fd = -1};
	int err;

	if (dut->driver->scratch.len != DUT_WHOLE_BAR)
		SKIP();
	ASSERT_OK(target_find(dut, &target));
	err = target_add(&target, row->size, 0);
	if (row->size == 8)
		fact("ioeventfd.8_bytes=%s", error_name(err));
	if (row->size == 8 && err == -EINVAL)
		SKIP();
	ASSERT_OK(err);
	ASSERT_OK(scratch_put(&target, UINT32_MAX));
	ASSERT_OK(event_signal(target.fd));
	ASSERT_CHECK(await_scratch(&target, row->left));
	PASS();
}

SCENARIO(ioeventfd_duplicate_refused, "scratch",
	 "adding an ioeventfd twice or removing one that is not there fails")
{
	cleanup_target struct target target = {.fd = -1};

	ASSERT_OK(target_find(dut, &target));
	ASSERT_OK(target_add(&target, 4, FIRST));
	ASSERT_ERRNO(EEXIST, target_add(&target, 4, FIRST));
	ASSERT_ERRNO(ENODEV,
		     ioeventfd_set(dut, &(struct ioeventfd){&target.region, 0, 4, SECOND}, -1));
	ASSERT_OK(ioeventfd_set(dut, &target.writes[0], -1));
	ASSERT_ERRNO(ENODEV, ioeventfd_set(dut, &target.writes[0], -1));
	ASSERT_OK(ioeventfd_set(dut, &target.writes[0], target.fd));
	PASS();
}

/*
 * If the removed one still fired, it would write before the other one, so the other's value must be
 * there in either case.
 */
SCENARIO(ioeventfd_removed_writes_no_more, "scratch",
	 "a removed ioeventfd no longer writes, and a new one at the same place does")
{
	cleanup_target struct target target = {.fd = -1};
	cleanup_close int other = event_open();
	struct ioeventfd write;

	ASSERT_OK(target_find(dut, &target));
	ASSERT_OK(target_add(&target, 4, FIRST));
	write = target.writes[0];
	write.data = SECOND;
	ASSERT_OK(ioeventfd_set(dut, &write, other));
	target.writes[target.count++] = write;
	ASSERT_OK(ioeventfd_set(dut, &target.writes[0], -1));
	ASSERT_OK(scratch_put(&target, 0));
	ASSERT_OK(event_signal(other));
	ASSERT_CHECK(await_scratch(&target, SECOND));
	ASSERT_OK(event_signal(target.fd));
	ASSERT_CHECK(await_scratch(&target, SECOND));
	PASS();
}

/*
 * An access to memory that the user has disabled must not reach the bus, where it would be an
 * error.
 */
SCENARIO(ioeventfd_inert_with_memory_off, "scratch bar=mem !vf",
	 "an ioeventfd does nothing while memory is off in COMMAND")
{
	cleanup_target struct target target = {.fd = -1};
	cleanup_command struct kept_command command = config_keep_command(dut);
	uint16_t on;

	ASSERT_OK(target_find(dut, &target));
	on = config_read16(dut, PCI_COMMAND);
	ASSERT_OK(target_add(&target, 4, FIRST));
	ASSERT_OK(scratch_put(&target, SECOND));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, on & ~PCI_COMMAND_MEMORY));
	ASSERT_OK(event_signal(target.fd));
	ASSERT_OK(config_write16(dut, PCI_COMMAND, on));
	ASSERT_CHECK(await_scratch(&target, SECOND));
	ASSERT_OK(event_signal(target.fd));
	ASSERT_CHECK(await_scratch(&target, FIRST));
	PASS();
}

SCENARIO(ioeventfd_refused_on_msix_table, "irq=msix",
	 "an ioeventfd on the MSI-X table, across its edge or beyond the BAR is refused")
{
	unsigned int cap = config_capability(dut, PCI_CAP_ID_MSIX);
	uint32_t table = config_read32(dut, cap + PCI_MSIX_TABLE);
	uint64_t at = table & PCI_MSIX_TABLE_OFFSET;
	cleanup_close int fd = event_open();
	struct region bar;

	ASSERT_OK(region_info(dut, table & PCI_MSIX_TABLE_BIR, &bar));
	ASSERT_ERRNO(EINVAL, ioeventfd_set(dut, &(struct ioeventfd){&bar, at, 4, 0}, fd));
	ASSERT_ERRNO(EINVAL, ioeventfd_set(dut, &(struct ioeventfd){&bar, at + 12, 4, 0}, fd));
	if (at)
		ASSERT_ERRNO(EINVAL,
			     ioeventfd_set(dut, &(struct ioeventfd){&bar, at - 2, 4, 0}, fd));
	ASSERT_ERRNO(EINVAL, ioeventfd_set(dut, &(struct ioeventfd){&bar, bar.size - 2, 4, 0}, fd));
	PASS();
}

/*
 * The upper bits of an offset are the index of a region. If bit 63 is set, a kernel that keeps the
 * index in an int reads memory before its tables. Index -1 comes first: there, a kernel that
 * accepts it does no harm unless the eventfd is signalled.
 */
static const struct {
	const char *name;
	uint64_t index;
} negative[] = {{"index -1", -1}, {"index -2", -2}, {"index -64", -64}, {"bit 63", 1u << 23}};

SCENARIO(ioeventfd_negative_region_refused, "first once",
	 "an ioeventfd at an offset with bit 63 set is refused")
{
	cleanup_close int fd = event_open();

	for (size_t i = 0; i < ARRAY_SIZE(negative); i++) {
		struct region region = {.offset = negative[i].index << 40};

		for (unsigned int size = 1; size <= 8; size *= 2) {
			struct ioeventfd write = {&region, 0, size, 0};
			int err = ioeventfd_set(dut, &write, fd);

			if (!err)
				ioeventfd_set(dut, &write, -1);
			ASSERT_THAT(err == -EINVAL, "%s, size %u: expected EINVAL, got %s",
				    negative[i].name, size, err ? error_name(err) : "no error");
		}
	}
	PASS();
}

#define MANY 1100u /* beyond the limit of a user */

/*
 * Add ioeventfds with different values on one eventfd until the kernel refuses. *HAD gets their
 * number.
 */
static int have_many(struct dut *dut, const struct region *region, int fd, unsigned int *had)
{
	int err = 0;

	for (*had = 0; *had < MANY && !err; *had += !err)
		err = ioeventfd_set(dut, &(struct ioeventfd){region, 0, 4, *had}, fd);
	return err;
}

/* The last one first: the kernel finds it fastest. */
static int remove_all(struct dut *dut, const struct region *region, unsigned int had)
{
	int err = 0;

	while (had-- && !err)
		err = ioeventfd_set(dut, &(struct ioeventfd){region, 0, 4, had}, -1);
	return err;
}

SCENARIO(ioeventfd_limit_enforced, "scratch first",
	 "the number of ioeventfds is limited, and removing some makes room for others")
{
	cleanup_close int fd = event_open();
	struct region region;
	unsigned int had;
	int err;

	ASSERT_OK(region_info(dut, dut->driver->scratch.bar, &region));
	err = have_many(dut, &region, fd, &had);
	fact("ioeventfd.most=%u", had);
	ASSERT_OK(remove_all(dut, &region, had));
	ASSERT_RESULT(ENOSPC, err);
	ASSERT_OK(ioeventfd_set(dut, &(struct ioeventfd){&region, 0, 4, 0}, fd));
	ASSERT_OK(ioeventfd_set(dut, &(struct ioeventfd){&region, 0, 4, 0}, -1));
	PASS();
}

/* The eventfd outlives the device's file, and is signalled when its target no longer exists. */
SCENARIO_UNBOUND(
	ioeventfd_released_at_close, "scratch",
	"closing the device releases its ioeventfds, and the eventfds can still be signalled")
{
	cleanup_user struct user user = USER_NONE;
	cleanup_close int fd = event_open();
	struct region region;

	ASSERT_OK(user_bind_and_open(&user, dut, dut->vfio_driver));
	ASSERT_OK(region_info(&user.dut, dut->driver->scratch.bar, &region));
	for (unsigned int data = 0; data < 3; data++)
		ASSERT_OK(ioeventfd_set(
			&user.dut,
			&(struct ioeventfd){&region, dut->driver->scratch.offset, 4, data}, fd));
	user_close(&user);
	ASSERT_OK(event_signal(fd));
	ASSERT_OK(user_open(&user, dut));
	PASS();
}
